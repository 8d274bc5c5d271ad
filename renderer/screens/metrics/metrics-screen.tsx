import { ActionIcon, Button, SegmentedControl } from '@mantine/core';
import { IconBookmark, IconChartLine, IconHelp, IconServer2 } from '@tabler/icons-react';
import { lazy, useCallback, useId, useMemo, useRef, useState } from 'react';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import type { Annotation } from '#shared/domain/telemetry/annotation';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { useWords } from '../../app/i18n';
import { navigate } from '../../app/router';
import { chartForms } from '../../charts/metric-chart';
import { MetricPicker } from '../../charts/metric-picker';
import { TimeBar } from '../../charts/time-bar';
import type { ChangeView } from '../../charts/time-view';
import { ErrorView } from '../../components/error-view';
import { StateBadge } from '../../components/state-badge';
import { StatePanel } from '../../components/state-panel';
import { LoadingLines } from '../../components/state-view';
import { Toolbar } from '../../components/toolbar';
import { WhenFirst } from '../../components/when-first';
import { FilterLine } from '../../fleet-filter/filter-line';
import { useFleetRows } from '../../fleet-filter/fleet-rows';
import { MenuButton } from '../../fleet-filter/menu-button';
import { useFleet } from '../../stores/fleet-store';
import { useMetricsView } from '../../stores/metrics-view-store';
import { AnnotationMenu } from './annotation-menu';
import { ComparedCharts, type ShownCharts } from './compared-charts';
import { ExportMenu } from './export-menu';
import classes from './metrics.module.css';
import { SubjectPicker } from './subject-picker';
import { useCompared, useComparedNodes } from './use-compared';

const ChartViewsPanel = lazy(async () => ({ default: (await import('./chart-views-panel')).ChartViewsPanel }));
const FilterHelp = lazy(async () => ({ default: (await import('../../fleet-filter/filter-help')).FilterHelp }));

/** Any series of any nodes on one time axis, live and back in time, with what happened meanwhile. */
export function MetricsScreen() {
  const { t } = useWords();
  const rows = useFleetRows();
  const loadError = useFleet((state) => (state.isListed ? null : state.loadError));
  const reload = () => useFleet.setState(({ listing }) => ({ listing: listing + 1, loadError: null }));
  if (rows && rows.length > 0 && !loadError) return <Compare rows={rows} />;
  return (
    <>
      <Toolbar title={t('metricsScreen.title')} />
      {loadError ? (
        <ErrorView error={loadError} onRetry={reload} />
      ) : rows === undefined ? (
        <LoadingLines lines={12} />
      ) : (
        <StatePanel icon={IconServer2} title={t('metricsScreen.empty')} detail={t('metricsScreen.emptyDetail')}>
          <Button onClick={() => navigate({ screen: 'fleet' })}>{t('shell.toFleet')}</Button>
        </StatePanel>
      )}
    </>
  );
}

const onView: ChangeView = (change) => useMetricsView.setState(({ view }) => ({ view: change(view) }));
const onFilter = (filter: string) => useMetricsView.setState({ filter, viewName: null });

function Compare({ rows }: { rows: readonly FleetNode[] }) {
  const { t, message } = useWords();
  const { filter, view, form, metrics, viewName } = useMetricsView();
  const { nodes, error, context } = useComparedNodes(rows);
  const compared = useCompared(nodes);
  const filterInput = useRef<HTMLInputElement>(null);
  const [isHelping, setHelping] = useState(false);
  const errorId = useId();
  const chosen = useMemo(() => new Set(metrics), [metrics]);
  const charts = useRef<ShownCharts>({ shown: new Map(), happened: [] as readonly Annotation[], wordsOf: () => '' });
  const onChoose = useCallback(
    (id: MetricId) =>
      useMetricsView.setState(({ metrics: known }) => ({
        metrics: known.includes(id) ? known.filter((each) => each !== id) : [...known, id],
      })),
    [],
  );
  return (
    <>
      <Toolbar
        title={t('metricsScreen.title')}
        info={t('metricsScreen.info', { count: nodes.length, total: rows.length })}
      >
        <MenuButton
          label={viewName ?? t('fleetScreen.views.title')}
          icon={<IconBookmark size={14} aria-hidden />}
          isActive={viewName !== null}
          kind="panel"
          Content={ChartViewsPanel}
        />
        <ExportMenu charts={charts} compared={compared.shown} />
      </Toolbar>
      <div className={classes.choices}>
        <FilterLine
          text={filter}
          onText={onFilter}
          input={filterInput}
          rows={rows}
          context={context}
          error={error}
          errorId={errorId}
        />
        <ActionIcon aria-label={t('fleetScreen.help.title')} onClick={() => setHelping(true)}>
          <IconHelp size={16} aria-hidden />
        </ActionIcon>
        <SubjectPicker all={compared.all} shown={compared.shown} />
        <MetricPicker chosen={chosen} onChoose={onChoose} />
        <div id={errorId} role="status" className={classes.error}>
          {error && (
            <StateBadge tone="bad" variant="plain" title={message(error.message)}>
              {t('fleet.atColumn', { column: error.from + 1, problem: message(error.message) })}
            </StateBadge>
          )}
        </div>
      </div>
      <div className={classes.body}>
        <TimeBar view={view} onView={onView}>
          <SegmentedControl
            aria-label={t('metricsScreen.form')}
            title={t('charts.percentilesDetail')}
            value={form}
            onChange={(value) => useMetricsView.setState({ form: chartForms.find((each) => each === value) ?? 'auto' })}
            data={chartForms.map((value) => ({ value, label: t(`charts.form.${value}`) }))}
          />
          <AnnotationMenu />
        </TimeBar>
        {metrics.length === 0 ? (
          <StatePanel
            icon={IconChartLine}
            title={t('metricsScreen.noMetrics')}
            detail={t('metricsScreen.noMetricsDetail')}
          />
        ) : nodes.length === 0 ? (
          <StatePanel icon={IconServer2} title={t('metricsScreen.noNodes')} detail={t('metricsScreen.noNodesDetail')} />
        ) : compared.error && compared.isLoading ? (
          <ErrorView error={compared.error} onRetry={compared.refetch} />
        ) : compared.isLoading ? (
          <LoadingLines lines={12} />
        ) : compared.all.length === 0 ? (
          <StatePanel
            icon={IconChartLine}
            tone="unknown"
            title={t('metricsScreen.nothing')}
            detail={t('metricsScreen.nothingDetail')}
          />
        ) : (
          <ComparedCharts nodes={nodes} compared={compared.shown} charts={charts} onView={onView} />
        )}
      </div>
      <WhenFirst isWanted={isHelping}>
        <FilterHelp isOpen={isHelping} onTake={onFilter} onClose={() => setHelping(false)} />
      </WhenFirst>
    </>
  );
}
