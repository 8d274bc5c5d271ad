import { Button, CloseButton, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconBellOff, IconFilterOff, IconSearch, IconServer2 } from '@tabler/icons-react';
import { useEffect, useId, useMemo, useRef } from 'react';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import type { Alert } from '#shared/domain/rules/alert';
import { useWords } from '../../app/i18n';
import { navigate, type Route, useRoute } from '../../app/router';
import { ErrorView } from '../../components/error-view';
import { StateBadge } from '../../components/state-badge';
import { StatePanel } from '../../components/state-panel';
import { LoadingLines } from '../../components/state-view';
import { FilterBar } from '../../fleet-filter/filter-bar';
import { useFleetRows } from '../../fleet-filter/fleet-rows';
import { useArrangedFleet } from '../../fleet-filter/use-arranged-fleet';
import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import { useAlerts } from '../../stores/alerts-store';
import { useFleet } from '../../stores/fleet-store';
import { useFleetView, wholeFilter } from '../../stores/fleet-view-store';
import { AlertDetail } from './alert-detail';
import { filterAlerts, groupingOf, groupings, linesOf, stateFilters } from './alert-model';
import { AlertTable } from './alert-table';
import classes from './alerts.module.css';
import { useAlertsView } from './alerts-view-store';
import { useAlertWords } from './use-alert-words';
import { useWatching } from './use-watching';

type AlertsRoute = Extract<Route, { screen: 'alerts' }>;

const noRows: readonly FleetNode[] = [];
const leastSeverities = ['info', 'warn', 'critical', 'fatal'] as const;

/** Every alert, live, and the one that is looked at beside them. */
export function AlertsTab() {
  const { t, message, localized } = useWords();
  const route = useRoute();
  const { alertId, hostId, ruleId }: Partial<AlertsRoute> = route.screen === 'alerts' ? route : {};
  const hosts = useFleet((store) => (store.isListed ? store.hosts : undefined));
  const rows = useFleetRows();
  const fleet = useArrangedFleet(rows ?? noRows);
  const isFleetFiltered = useFleetView((state) => wholeFilter(state) !== '');
  const { state, severity, search, grouping, toggled } = useAlertsView();
  const open = useAlerts((store) => store.open);
  const silences = useAlerts((store) => store.silences);
  const words = useAlertWords();
  const resolved = useResolved(state === 'resolved' || alertId !== undefined);
  const filterInput = useRef<HTMLInputElement>(null);
  const errorId = useId();
  useHotkeys([['/', () => filterInput.current?.focus()]]);

  const shownHosts = useMemo(() => new Set(fleet.shown.map(({ id }) => id)), [fleet.shown]);
  const source = state === 'resolved' ? resolved.data : open;
  const found = useMemo(() => {
    if (!source) return undefined;
    const isShown = (id: string): boolean =>
      hostId !== undefined ? id === hostId : !isFleetFiltered || shownHosts.has(id);
    const textOf = (alert: Alert): string =>
      [
        alert.ruleId,
        localized(alert.title),
        localized(alert.message),
        words.host(alert.hostId),
        words.subject(alert),
        alert.subject,
        ...Object.entries(alert.labels).flat(),
      ].join(' ');
    return filterAlerts(source.values(), { state, severity, search, isShown, ruleId }, textOf);
  }, [source, state, severity, search, ruleId, hostId, isFleetFiltered, shownHosts, words, localized]);
  const shownBy = groupingOf(grouping, found?.length ?? 0);
  const lines = useMemo(() => linesOf(found ?? [], shownBy, toggled, silences), [found, shownBy, toggled, silences]);
  const selected =
    alertId === undefined
      ? undefined
      : (open?.get(Number(alertId)) ?? resolved.data?.find(({ id }) => String(id) === alertId));
  const show = (id: number | null) =>
    navigate({ screen: 'alerts', alertId: id === null ? undefined : String(id), hostId, ruleId }, { replace: true });
  const isNarrowed =
    search !== '' || severity !== 'info' || isFleetFiltered || hostId !== undefined || ruleId !== undefined;
  const clear = () => {
    useAlertsView.setState({ search: '', severity: 'info' });
    useFleetView.setState({ text: '', quick: 'all' });
    navigate({ screen: 'alerts', alertId }, { replace: true });
  };

  return (
    <>
      <FilterBar
        input={filterInput}
        rows={rows ?? noRows}
        context={fleet.context}
        error={fleet.error}
        errorId={errorId}
      />
      <div className={classes.bar}>
        <SegmentedControl
          size="xs"
          aria-label={t('alertScreen.column.state')}
          data={stateFilters.map((value) => ({ value, label: t(`alertScreen.filter.${value}`) }))}
          value={state}
          onChange={(value) => useAlertsView.setState({ state: value })}
        />
        <Select
          size="xs"
          w={140}
          aria-label={t('alertScreen.column.severity')}
          allowDeselect={false}
          data={leastSeverities.map((value) => ({ value, label: t(`alertScreen.atLeast.${value}`) }))}
          value={severity}
          onChange={(value) =>
            useAlertsView.setState({ severity: leastSeverities.find((one) => one === value) ?? 'info' })
          }
        />
        <Select
          size="xs"
          w={150}
          aria-label={t('alertScreen.grouping.label')}
          allowDeselect={false}
          data={(['auto', 'none', ...groupings] as const).map((value) => ({
            value,
            label: t(`alertScreen.grouping.${value}`),
          }))}
          value={grouping}
          onChange={(value) =>
            useAlertsView.setState({
              grouping: (['auto', 'none', ...groupings] as const).find((one) => one === value) ?? 'auto',
              toggled: new Set(),
            })
          }
        />
        <TextInput
          size="xs"
          className={classes.search}
          placeholder={t('alertScreen.search')}
          aria-label={t('alertScreen.search')}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={search}
          onChange={(event) => useAlertsView.setState({ search: event.currentTarget.value })}
        />
        {(hostId !== undefined || ruleId !== undefined) && (
          <span className={classes.chosen}>
            {[hostId === undefined ? null : words.host(hostId), ruleId].filter(Boolean).join(' · ')}
            <CloseButton
              size="xs"
              aria-label={t('alertScreen.showAll')}
              onClick={() => navigate({ screen: 'alerts', alertId }, { replace: true })}
            />
          </span>
        )}
        <span className="dim" role="status">
          {found && t('alertScreen.count', { count: found.length })}
        </span>
        <span id={errorId} role="status">
          {fleet.error && (
            <StateBadge tone="bad" variant="plain" title={message(fleet.error.message)}>
              {t('fleet.atColumn', { column: fleet.error.from + 1, problem: message(fleet.error.message) })}
            </StateBadge>
          )}
        </span>
      </div>
      <div className={classes.split} data-open={selected ? true : undefined}>
        {found === undefined ? (
          state === 'resolved' && resolved.error ? (
            <ErrorView error={resolved.error} onRetry={resolved.refetch} />
          ) : (
            <LoadingLines lines={10} />
          )
        ) : lines.length > 0 ? (
          <AlertTable lines={lines} words={words} selectedId={selected?.id ?? null} onOpen={show} />
        ) : hosts?.size === 0 ? (
          <StatePanel icon={IconServer2} title={t('alertScreen.noNodes')} detail={t('alertScreen.noNodesDetail')}>
            <Button onClick={() => navigate({ screen: 'fleet' })}>{t('shell.toFleet')}</Button>
          </StatePanel>
        ) : isNarrowed ? (
          <StatePanel icon={IconFilterOff} title={t('alertScreen.noMatch')}>
            <Button variant="default" onClick={clear}>
              {t('fleetScreen.clearFilter')}
            </Button>
          </StatePanel>
        ) : (
          <NothingFires />
        )}
        {selected && <AlertDetail key={selected.id} alert={selected} words={words} onClose={() => show(null)} />}
      </div>
    </>
  );
}

/** What this is, where nothing stands; what nobody watches is not said to be well. */
function NothingFires() {
  const { t } = useWords();
  const watching = useWatching();
  const state = useAlertsView((view) => view.state);
  const isOfNow = state !== 'resolved';
  if (isOfNow && watching === null) return <LoadingLines lines={10} />;
  if (isOfNow && watching?.unwatchedIds.length === watching?.total) {
    return (
      <StatePanel
        tone="unknown"
        icon={IconBellOff}
        title={t('alertScreen.blind')}
        detail={t('alertScreen.blindDetail')}
      >
        <Button variant="default" onClick={() => navigate({ screen: 'fleet' })}>
          {t('shell.toFleet')}
        </Button>
      </StatePanel>
    );
  }
  return (
    <StatePanel
      title={t(`alertScreen.empty.${state}`)}
      detail={
        <>
          {t('alertScreen.explain')}
          <br />
          {t('alertScreen.explainEnd')}
        </>
      }
    >
      <Button variant="default" onClick={() => navigate({ screen: 'alerts', section: 'rules' }, { replace: true })}>
        {t('alertScreen.toRules')}
      </Button>
    </StatePanel>
  );
}

/** The last alerts that are over, again whenever one more is. */
function useResolved(isWanted: boolean) {
  const ended = useAlerts((store) => store.ended);
  const query = useQuery(isWanted ? 'alerts.resolved' : null, (signal) =>
    engine.alerts.resolved(undefined, { signal }),
  );
  const { refetch } = query;
  const seen = useRef(ended);
  useEffect(() => {
    if (seen.current === ended) return;
    seen.current = ended;
    // In a storm many end one after the other.
    const timer = setTimeout(refetch, 500);
    return () => clearTimeout(timer);
  }, [ended, refetch]);
  return query;
}
