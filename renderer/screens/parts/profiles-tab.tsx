import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots, IconDownload, IconTrash, IconUpload } from '@tabler/icons-react';
import { useState } from 'react';
import type { ProfileProblem, ProfileSummary } from '#shared/contract/profiles';
import { useWords } from '../../app/i18n';
import { confirm } from '../../components/confirm';
import { FactTable } from '../../components/fact-table';
import { notify } from '../../components/notify';
import { notifyError } from '../../components/notify-error';
import { StatePanel } from '../../components/state-panel';
import { StateView } from '../../components/state-view';
import classes from '../../parts/parts.module.css';
import { engine, native } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import { useHostNames } from '../../stores/fleet-store';
import screenClasses from './parts-screen.module.css';

const filters = [{ name: 'YAML, JSON', extensions: ['yaml', 'yml', 'json'] }];
const maxBytes = 5_000_000;

/** Every profile there is: built in, made from a node, or read from a file. */
export function ProfilesTab() {
  const words = useWords();
  const { t, localized } = words;
  const query = useQuery('profiles', (signal) => engine.profiles.list(undefined, { signal }));
  const [refused, setRefused] = useState<{ file: string; problems: readonly ProfileProblem[] } | null>(null);
  const importFile = async () => {
    try {
      const file = await native.dialog.openFile({ filters, maxBytes });
      if (!file) return;
      const { profile, problems } = await engine.profiles.import({
        file: file.name,
        text: new TextDecoder().decode(file.bytes),
      });
      setRefused(profile ? null : { file: file.name, problems });
      if (!profile) return;
      notify({ message: t('partsScreen.profile.imported', { name: localized(profile.name) }) }, words);
      query.refetch();
    } catch (error) {
      notifyError(error, words);
    }
  };
  return (
    <>
      <p className={screenClasses.explain}>{t('partsScreen.profile.explain')}</p>
      <div className={classes.bar}>
        <Button leftSection={<IconUpload size={14} aria-hidden />} onClick={() => void importFile()}>
          {t('partsScreen.profile.import')}
        </Button>
      </div>
      {refused && (
        <StatePanel
          variant="inline"
          tone="bad"
          title={t('partsScreen.profile.problems', { file: refused.file })}
          detail={
            <ul className={classes.changes}>
              {refused.problems.map(({ line, message }) => (
                <li key={`${line} ${message}`}>{t('partsScreen.profile.line', { line: line ?? 1, message })}</li>
              ))}
            </ul>
          }
        />
      )}
      <StateView query={query}>{(profiles) => <ProfileTable profiles={profiles} onChange={query.refetch} />}</StateView>
    </>
  );
}

function ProfileTable({ profiles, onChange }: { profiles: readonly ProfileSummary[]; onChange: () => void }) {
  const { t, localized } = useWords();
  const nameOf = useHostNames();
  return (
    <FactTable
      label={t('partsScreen.tab.profiles')}
      rows={profiles}
      rowKey={({ id }) => id}
      empty={t('partsScreen.profile.none')}
      columns={[
        {
          id: 'name',
          header: t('partsScreen.profile.name'),
          cell: ({ id, name }) => (
            <>
              {localized(name)} <code className="dim">{id}</code>
            </>
          ),
        },
        {
          id: 'description',
          header: '',
          isWide: true,
          cell: ({ description }) => <span className="dim">{description && localized(description)}</span>,
        },
        {
          id: 'origin',
          header: '',
          cell: ({ isBuiltIn }) => t(isBuiltIn ? 'partsScreen.profile.builtIn' : 'partsScreen.profile.own'),
        },
        {
          id: 'nodes',
          header: t('partsScreen.profile.nodes'),
          cell: ({ hostIds }) => (
            <span title={hostIds.map(nameOf).join(', ')}>
              {hostIds.length > 3 ? hostIds.length : hostIds.map(nameOf).join(', ')}
            </span>
          ),
        },
        { id: 'menu', header: '', cell: (profile) => <ProfileMenu profile={profile} onChange={onChange} /> },
      ]}
    />
  );
}

function ProfileMenu({ profile, onChange }: { profile: ProfileSummary; onChange: () => void }) {
  const words = useWords();
  const { t, localized } = words;
  const exportAs = async (format: 'yaml' | 'json') => {
    try {
      const { fileName, text } = await engine.profiles.export({ profileId: profile.id, format });
      await native.dialog.saveFile({ suggestedName: fileName, content: text, filters });
    } catch (error) {
      notifyError(error, words);
    }
  };
  const remove = async () => {
    const name = localized(profile.name);
    const isSure = await confirm({
      title: t('partsScreen.profile.removeTitle', { name }),
      detail: t('partsScreen.profile.removeDetail'),
      confirmLabel: t('partsScreen.profile.remove'),
      isDestructive: true,
    });
    if (!isSure) return;
    try {
      await engine.profiles.remove({ profileId: profile.id });
      onChange();
    } catch (error) {
      notifyError(error, words);
    }
  };
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon size="sm" aria-label={t('partsScreen.profile.menu', { name: localized(profile.name) })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(['yaml', 'json'] as const).map((format) => (
          <Menu.Item key={format} leftSection={<IconDownload size={14} />} onClick={() => void exportAs(format)}>
            {t('partsScreen.profile.export', { format: format.toUpperCase() })}
          </Menu.Item>
        ))}
        {!profile.isBuiltIn && (
          <Menu.Item leftSection={<IconTrash size={14} />} onClick={() => void remove()}>
            {t('partsScreen.profile.remove')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
