import { Button } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconFilterOff, IconPlus } from '@tabler/icons-react';
import { lazy, useCallback, useId, useMemo, useRef } from 'react';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useCommands } from '../../app/commands';
import { useWords } from '../../app/i18n';
import { modifierKey } from '../../app/modifier-key';
import { ErrorView } from '../../components/error-view';
import { StatePanel } from '../../components/state-panel';
import { LoadingLines } from '../../components/state-view';
import { Toolbar } from '../../components/toolbar';
import { WhenFirst } from '../../components/when-first';
import { FilterBar } from '../../fleet-filter/filter-bar';
import { useFleetRows } from '../../fleet-filter/fleet-rows';
import { useArrangedFleet } from '../../fleet-filter/use-arranged-fleet';
import { useDefaultViewSync } from '../../fleet-filter/use-views';
import { useFleet } from '../../stores/fleet-store';
import { useFleetView } from '../../stores/fleet-view-store';
import { showRefreshResults, useRefreshRun } from '../../stores/refresh-store';
import { openAddHosts, useAddHosts } from './add-hosts/add-hosts-store';
import { FirstScreen } from './first-screen';
import { RefreshControls } from './selection/refresh-controls';
import { useRefresh } from './selection/use-refresh';
import { FleetTable } from './table/fleet-table';
import { useCollectorCommands } from './use-collector-commands';
import { useSelection } from './use-selection';
import { ExportedContext } from './views/exported-context';
import { ViewBar } from './views/view-bar';

const RefreshResults = lazy(async () => ({ default: (await import('./selection/refresh-results')).RefreshResults }));
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

function Fleet({ rows }: { rows: readonly FleetNode[] }) {
  const { t } = useWords();
  const { shown, groups, error, filter, context } = useArrangedFleet(rows);
  const selection = useSelection(shown);
  const isListed = useFleet((state) => state.isListed);
  const refresh = useRefresh();
  const areResultsOpen = useRefreshRun((state) => state.areResultsOpen);
  const filterInput = useRef<HTMLInputElement>(null);
  const errorId = useId();
  useDefaultViewSync();
  const isFiltered = shown.length !== rows.length;
  const refreshShown = useCallback(() => refresh.start(shown.map((row) => row.host.spec)), [refresh, shown]);
  const refreshSelected = useCallback(
    () => refresh.start(selection.nodes.map((row) => row.host.spec)),
    [refresh, selection.nodes],
  );
  const exported = useMemo(
    () => ({ rows, shown: groups?.flatMap(({ nodes }) => nodes) ?? shown, selected: selection.nodes, filter }),
    [rows, groups, shown, selection.nodes, filter],
  );

  useHotkeys([
    ['mod+R', refreshShown],
    ['/', () => filterInput.current?.focus()],
  ]);
  const group = t('shell.palette.thisScreen');
  useCommands([
    { id: 'fleet.add', label: t('fleetScreen.addNodes'), group, run: () => openAddHosts() },
    { id: 'fleet.refresh', label: t('fleetScreen.refreshAll'), group, shortcut: `${modifierKey}R`, run: refreshShown },
    {
      id: 'fleet.filter',
      label: t('fleetScreen.filterLine'),
      group,
      shortcut: '/',
      run: () => filterInput.current?.focus(),
    },
  ]);

  return (
    <ExportedContext value={exported}>
      <Toolbar
        title={t('fleetScreen.title')}
        info={
          isFiltered
            ? t('fleetScreen.shown', { shown: shown.length, total: rows.length })
            : t(isListed ? 'fleetScreen.count' : 'fleetScreen.remembered', { count: rows.length })
        }
      >
        <RefreshControls
          label={isFiltered ? t('fleetScreen.refreshShown') : t('fleetScreen.refreshAll')}
          onStart={refreshShown}
        />
        <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => openAddHosts()}>
          {t('fleetScreen.addNodes')}
        </Button>
      </Toolbar>
      <FilterBar input={filterInput} rows={rows} context={context} error={error} errorId={errorId} />
      <ViewBar
        error={error}
        errorId={errorId}
        selected={selection.nodes}
        onClear={selection.clear}
        onRefresh={refreshSelected}
      />
      {shown.length > 0 ? (
        <FleetTable shown={shown} groups={groups} selection={selection} />
      ) : (
        <StatePanel icon={IconFilterOff} title={t('fleetScreen.noMatch')} detail={t('fleetScreen.noMatchDetail')}>
          <Button variant="default" onClick={() => useFleetView.setState({ text: '', quick: 'all' })}>
            {t('fleetScreen.clearFilter')}
          </Button>
        </StatePanel>
      )}
      <WhenFirst isWanted={areResultsOpen}>
        <RefreshResults isOpen={areResultsOpen} onClose={() => showRefreshResults(false)} onRetry={refresh.retry} />
      </WhenFirst>
    </ExportedContext>
  );
}
