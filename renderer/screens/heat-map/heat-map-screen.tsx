import { Button, SegmentedControl, Select } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconBookmark, IconChartLine, IconFilterOff, IconGridDots, IconStack2 } from '@tabler/icons-react';
import { lazy, useId, useRef } from 'react';
import { fieldLabel } from '#shared/domain/fleet/fields';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useWords } from '../../app/i18n';
import { navigate } from '../../app/router';
import { ErrorView } from '../../components/error-view';
import { StateBadge } from '../../components/state-badge';
import { StatePanel } from '../../components/state-panel';
import { LoadingLines } from '../../components/state-view';
import { Toolbar } from '../../components/toolbar';
import { FilterBar } from '../../fleet-filter/filter-bar';
import { useFleetRows } from '../../fleet-filter/fleet-rows';
import { MenuButton } from '../../fleet-filter/menu-button';
import { useArrangedFleet } from '../../fleet-filter/use-arranged-fleet';
import { useFleet } from '../../stores/fleet-store';
import { useFleetView } from '../../stores/fleet-view-store';
import { openInMetrics } from '../../stores/metrics-view-store';
import { useNodeGpus } from '../../stores/node-gpus';
import classes from './heat-map.module.css';
import { heatMetric, heatMetrics } from './heat-metrics';
import { heatOrders, useHeatView } from './heat-view-store';
import { useHeatWords } from './heat-words';
import { LiveHeat } from './live-heat';

const GroupMenu = lazy(async () => ({ default: (await import('../../fleet-filter/group-menu')).GroupMenu }));
const ViewsPanel = lazy(async () => ({ default: (await import('../../fleet-filter/views-panel')).ViewsPanel }));

/** Every GPU of the fleet at a glance: one cell each, coloured by what is chosen. */
export function HeatMapScreen() {
  const { t } = useWords();
  const rows = useFleetRows();
  const loadError = useFleet((state) => (state.isListed ? null : state.loadError));
  const reload = () => useFleet.setState(({ listing }) => ({ listing: listing + 1, loadError: null }));
  if (rows && rows.length > 0 && !loadError) return <HeatMap rows={rows} />;
  return (
    <>
      <Toolbar title={t('heatMap.title')} />
      {loadError ? (
        <ErrorView error={loadError} onRetry={reload} />
      ) : rows === undefined ? (
        <LoadingLines lines={12} />
      ) : (
        <StatePanel icon={IconGridDots} title={t('heatMap.empty')} detail={t('heatMap.emptyDetail')}>
          <Button onClick={() => navigate({ screen: 'fleet' })}>{t('shell.toFleet')}</Button>
        </StatePanel>
      )}
    </>
  );
}

function HeatMap({ rows }: { rows: readonly FleetNode[] }) {
  const { t, message } = useWords();
  const words = useHeatWords();
  const { shown, groups, error, context, filter } = useArrangedFleet(rows);
  const metric = heatMetric(useHeatView((state) => state.metricId));
  const order = useHeatView((state) => state.order);
  const form = useHeatView((state) => state.form);
  const group = useFleetView((state) => state.group);
  const viewName = useFleetView((state) => state.viewName);
  const { query, gpus } = useNodeGpus();
  const filterInput = useRef<HTMLInputElement>(null);
  const errorId = useId();
  useHotkeys([['/', () => filterInput.current?.focus()]]);

  return (
    <>
      <Toolbar
        title={t('heatMap.title')}
        info={shown.length === rows.length ? null : t('heatMap.infoShown', { shown: shown.length, total: rows.length })}
      >
        <Button
          variant="default"
          leftSection={<IconChartLine size={14} aria-hidden />}
          onClick={() => openInMetrics({ filter, metrics: metric.needs.slice(0, 1) })}
        >
          {t('charts.openInMetrics')}
        </Button>
        <SegmentedControl
          aria-label={t('heatMap.formLabel')}
          value={form}
          onChange={(value) => useHeatView.setState({ form: value === 'table' ? 'table' : 'map' })}
          data={(['map', 'table'] as const).map((value) => ({ value, label: t(`heatMap.form.${value}`) }))}
        />
      </Toolbar>
      <FilterBar input={filterInput} rows={rows} context={context} error={error} errorId={errorId} />
      <div className={classes.choices}>
        <Select
          className={classes.metric}
          aria-label={t('heatMap.metricLabel')}
          title={words.help(metric) ?? undefined}
          searchable
          allowDeselect={false}
          maxDropdownHeight={420}
          value={metric.id}
          onChange={(value) => value !== null && useHeatView.setState({ metricId: value })}
          data={heatMetrics.map((one) => ({ value: one.id, label: words.name(one) }))}
        />
        <Select
          className={classes.order}
          aria-label={t('heatMap.orderLabel')}
          allowDeselect={false}
          value={order}
          onChange={(value) => useHeatView.setState({ order: heatOrders.find((one) => one === value) ?? 'fleet' })}
          data={heatOrders.map((value) => ({ value, label: t(`heatMap.order.${value}`) }))}
        />
        <div id={errorId} role="status" className={classes.filterError}>
          {error && (
            <StateBadge tone="bad" variant="plain" title={message(error.message)}>
              {t('fleet.atColumn', { column: error.from + 1, problem: message(error.message) })}
            </StateBadge>
          )}
        </div>
        <div style={{ display: 'flex', gap: 6 }}>
          <MenuButton
            label={viewName ?? t('fleetScreen.views.title')}
            icon={<IconBookmark size={14} aria-hidden />}
            isActive={viewName !== null}
            kind="panel"
            Content={ViewsPanel}
          />
          <MenuButton
            label={
              group === null
                ? t('fleetScreen.group.title')
                : t('fleetScreen.group.by', { field: message(fieldLabel(group)) })
            }
            icon={<IconStack2 size={14} aria-hidden />}
            isActive={group !== null}
            kind="menu"
            Content={GroupMenu}
          />
        </div>
      </div>
      {shown.length === 0 ? (
        <StatePanel icon={IconFilterOff} title={t('fleetScreen.noMatch')} detail={t('fleetScreen.noMatchDetail')}>
          <Button variant="default" onClick={() => useFleetView.setState({ text: '', quick: 'all' })}>
            {t('fleetScreen.clearFilter')}
          </Button>
        </StatePanel>
      ) : query.data === undefined && query.error ? (
        <ErrorView error={query.error} onRetry={query.refetch} />
      ) : query.data === undefined ? (
        <LoadingLines lines={12} />
      ) : (
        <LiveHeat shown={shown} groups={groups} group={group} gpus={gpus} metric={metric} />
      )}
    </>
  );
}
