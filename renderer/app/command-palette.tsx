import { Kbd } from '@mantine/core';
import { createSpotlight, Spotlight, type SpotlightActionGroupData, useSpotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useFleet } from '../stores/fleet-store';
import { type Command, useCommandStore } from './commands';
import { useWords } from './i18n';
import { modifierKey } from './modifier-key';
import { goBack, goForward, navigate } from './router';
import { navigation } from './screens';
import { useFoundParts } from './use-found-parts';

const [paletteStore, palette] = createSpotlight();

/** Everything that can be done from anywhere, found by typing. */
export function CommandPalette() {
  const timesOpened = useCommandStore((state) => state.timesOpened);
  useEffect(() => {
    if (timesOpened > 0) palette.open();
  }, [timesOpened]);
  const { opened } = useSpotlight(paletteStore);
  const { t } = useWords();
  // Follows the fleet only while somebody looks; what was offered stays while it fades.
  const offered = useCommandStore((state) => (opened ? state.groups : null));
  const hosts = useFleet((state) => (opened ? state.hosts : null));

  const [typed, setTyped] = useState('');
  const parts = useFoundParts(opened ? typed : '');

  const groups = useMemo((): SpotlightActionGroupData[] | null => {
    if (!offered) return null;
    const goTo: Command[] = [
      ...navigation.map(({ name, key, route }) => ({
        id: `go.${name}`,
        label: t(`shell.nav.${name}`),
        group: t('shell.palette.goTo'),
        shortcut: `${modifierKey}${key}`,
        run: () => navigate(route),
      })),
      { id: 'go.back', label: t('shell.palette.back'), group: t('shell.palette.goTo'), shortcut: 'Alt+←', run: goBack },
      {
        id: 'go.forward',
        label: t('shell.palette.forward'),
        group: t('shell.palette.goTo'),
        shortcut: 'Alt+→',
        run: goForward,
      },
    ];
    const nodes: Command[] = [...(hosts?.values() ?? [])].flatMap(({ spec }) => [
      {
        id: `node.${spec.id}`,
        label: spec.name,
        description: spec.kind === 'ssh' ? `${spec.target.user}@${spec.target.address}` : undefined,
        group: t('shell.palette.nodes'),
        run: () => navigate({ screen: 'node', hostId: spec.id }),
      },
      {
        id: `diagnose.${spec.id}`,
        label: t('shell.palette.diagnose', { name: spec.name }),
        group: t('shell.palette.nodes'),
        run: () => navigate({ screen: 'diagnose', hostId: spec.id }),
      },
    ]);
    const byGroup = new Map<string, Command[]>();
    for (const command of [...[...offered.values()].flat(), ...goTo, ...nodes, ...parts]) {
      const list = byGroup.get(command.group);
      if (list) list.push(command);
      else byGroup.set(command.group, [command]);
    }
    return [...byGroup].map(([group, commands]) => ({
      group,
      actions: commands.map(({ id, label, description, shortcut, run }) => ({
        id,
        label,
        description,
        onClick: run,
        rightSection: shortcut ? <Kbd size="xs">{shortcut}</Kbd> : undefined,
      })),
    }));
  }, [t, offered, hosts, parts]);

  const latest = useRef<SpotlightActionGroupData[]>([]);
  latest.current = groups ?? latest.current;

  return (
    <Spotlight
      store={paletteStore}
      actions={latest.current}
      query={typed}
      onQueryChange={setTyped}
      nothingFound={t('shell.palette.nothing')}
      limit={40}
      scrollable
      maxHeight={420}
      lockScroll={false}
      overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
      attributes={{ content: { 'aria-label': t('shell.nav.palette') } }}
      // The shell binds the key itself, so that it works inside inputs too.
      shortcut={null}
      searchProps={{
        leftSection: <IconSearch size={16} aria-hidden />,
        placeholder: t('shell.palette.placeholder'),
        'aria-label': t('shell.palette.placeholder'),
      }}
    />
  );
}
