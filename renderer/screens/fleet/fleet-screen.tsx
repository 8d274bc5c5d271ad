import { Button, Progress, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue, useHotkeys } from '@mantine/hooks';
import { IconFilterOff, IconPlus, IconRefresh, IconSearch, IconX } from '@tabler/icons-react';
import { lazy, useMemo, useRef, useState } from 'react';
import { useCommands } from '../../app/commands';
import { useWords } from '../../app/i18n';
import { modifierKey } from '../../app/modifier-key';
import { ErrorView } from '../../components/error-view';
import { StatePanel } from '../../components/state-panel';
import { LoadingLines } from '../../components/state-view';
import { Toolbar } from '../../components/toolbar';
import { WhenFirst } from '../../components/when-first';
import { useFleet } from '../../stores/fleet-store';
import { openAddHosts, useAddHosts } from './add-hosts/add-hosts-store';
import { FirstScreen } from './first-screen';
import classes from './fleet.module.css';
import { type FleetFilter, filterRows, useFleetRows } from './fleet-rows';
import { FleetTable } from './fleet-table';
import { useCollectorCommands } from './use-collector-commands';
import { useRefreshFleet } from './use-refresh-fleet';

// Its forms are a good part of the window's code, which the fleet need not wait for.
const AddHostsDialog = lazy(async () => ({ default: (await import('./add-hosts/add-hosts-dialog')).AddHostsDialog }));

/** Every node at a glance. */
export function FleetScreen() {
  const rows = useFleetRows();
  const loadError = useFleet((state) => (state.isListed ? null : state.loadError));
  const reload = () => useFleet.setState(({ listing }) => ({ listing: listing + 1, loadError: null }));
  useCollectorCommands();
  const isAdding = useAddHosts((state) => state.tab !== null);
  return (
    <>
      {loadError ? (
        <ErrorView error={loadError} onRetry={reload} />
      ) : rows === undefined ? (
        <LoadingLines lines={12} />
      ) : rows.length === 0 ? (
        <FirstScreen />
      ) : (
        <Fleet rows={rows} />
      )}
      <WhenFirst isWanted={isAdding}>
        <AddHostsDialog />
      </WhenFirst>
    </>
  );
}

function Fleet({ rows }: { rows: NonNullable<ReturnType<typeof useFleetRows>> }) {
  const { t } = useWords();
  const [search, setSearch] = useState('');
  const [filter, setFilter] = useState<FleetFilter>('all');
  const [debouncedSearch] = useDebouncedValue(search, 100);
  const shown = useMemo(() => filterRows(rows, debouncedSearch, filter), [rows, debouncedSearch, filter]);
  const isListed = useFleet((state) => state.isListed);
  const refresh = useRefreshFleet();
  const searchInput = useRef<HTMLInputElement>(null);
  const isFiltered = shown.length !== rows.length;
  const refreshShown = () => refresh.start(shown.map((row) => row.host.spec));
  const clear = () => {
    setSearch('');
    setFilter('all');
  };

  useHotkeys([
    ['mod+R', refreshShown],
    ['/', () => searchInput.current?.focus()],
  ]);
  const group = t('shell.palette.thisScreen');
  useCommands([
    { id: 'fleet.add', label: t('fleetScreen.addNodes'), group, run: () => openAddHosts() },
    { id: 'fleet.refresh', label: t('fleetScreen.refreshAll'), group, shortcut: `${modifierKey}R`, run: refreshShown },
    {
      id: 'fleet.search',
      label: t('fleetScreen.search'),
      group,
      shortcut: '/',
      run: () => searchInput.current?.focus(),
    },
  ]);

  return (
    <>
      <Toolbar
        title={t('fleetScreen.title')}
        info={
          isFiltered
            ? t('fleetScreen.shown', { shown: shown.length, total: rows.length })
            : t(isListed ? 'fleetScreen.count' : 'fleetScreen.remembered', { count: rows.length })
        }
      >
        {refresh.progress ? (
          <RefreshProgress {...refresh.progress} onCancel={refresh.cancel} />
        ) : (
          <Button variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={refreshShown}>
            {isFiltered ? t('fleetScreen.refreshShown') : t('fleetScreen.refreshAll')}
          </Button>
        )}
        <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => openAddHosts()}>
          {t('fleetScreen.addNodes')}
        </Button>
      </Toolbar>
      <div className={classes.filters}>
        <TextInput
          ref={searchInput}
          className={classes.search}
          type="search"
          leftSection={<IconSearch size={14} aria-hidden />}
          placeholder={t('fleetScreen.search')}
          aria-label={t('fleetScreen.search')}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && setSearch('')}
        />
        <SegmentedControl<FleetFilter>
          aria-label={t('fleetScreen.filter.label')}
          value={filter}
          onChange={setFilter}
          data={(['all', 'attention', 'offline'] as const).map((value) => ({
            value,
            label: t(`fleetScreen.filter.${value}`),
          }))}
        />
      </div>
      {shown.length > 0 ? (
        <FleetTable rows={shown} />
      ) : (
        <StatePanel icon={IconFilterOff} title={t('fleetScreen.noMatch')} detail={t('fleetScreen.noMatchDetail')}>
          <Button variant="default" onClick={clear}>
            {t('fleetScreen.clearFilter')}
          </Button>
        </StatePanel>
      )}
    </>
  );
}

function RefreshProgress({ done, total, onCancel }: { done: number; total: number; onCancel: () => void }) {
  const { t } = useWords();
  const words = t('fleetScreen.refreshing', { done, total });
  return (
    <div className={classes.progress} role="status">
      <span>{words}</span>
      <Progress w={96} size="sm" value={(100 * done) / total} aria-label={words} />
      <Button variant="default" leftSection={<IconX size={14} aria-hidden />} onClick={onCancel}>
        {t('fleetScreen.cancelRefresh')}
      </Button>
    </div>
  );
}
