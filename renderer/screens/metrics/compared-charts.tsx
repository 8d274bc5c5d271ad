import { IconX } from '@tabler/icons-react';
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useMemo, useState } from 'react';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import type { Annotation } from '#shared/domain/telemetry/annotation';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { metricWords } from '#shared/i18n/metric-words';
import { useWords } from '../../app/i18n';
import { navigate } from '../../app/router';
import { endOf } from '../../charts/annotation-lanes';
import { AnnotationRows } from '../../charts/annotation-rows';
import { useAnnotationWords } from '../../charts/annotation-words';
import { type ChartCursorStore, createChartCursor } from '../../charts/chart-cursor';
import type { ChartMark } from '../../charts/chart-overlay';
import { MetricChart, type ShownChart } from '../../charts/metric-chart';
import { type ChangeView, shownWindow, viewKeys, windowAt, zoomTo } from '../../charts/time-view';
import { useAnnotations } from '../../charts/use-annotations';
import { useMarks } from '../../charts/use-marks';
import { IconControl } from '../../components/icon-control';
import { StateBadge } from '../../components/state-badge';
import { useMetricsView } from '../../stores/metrics-view-store';
import { type Compared, tellingOf } from './compared-subjects';
import classes from './metrics.module.css';
import { useLookedAt } from './use-compared';

/** What is on the screen now, for a picture of it. */
export interface ShownCharts {
  readonly shown: Map<MetricId, ShownChart>;
  happened: readonly Annotation[];
  wordsOf: (annotation: Annotation) => string;
}

interface ComparedChartsProps {
  nodes: readonly FleetNode[];
  compared: readonly Compared[];
  charts: RefObject<ShownCharts>;
  onView: ChangeView;
}

const AROUND_MS = 150_000;

/** Charts below each other with one time axis and one cursor, under what happened. */
export function ComparedCharts({ nodes, compared, charts, onView }: ComparedChartsProps) {
  const { t } = useWords();
  const { view, metrics, kindsOff } = useMetricsView();
  const [cursor] = useState(createChartCursor);
  const hostKey = [...new Set(compared.map(({ hostId }) => hostId))].join(' ');
  const hostIds = useMemo(() => (hostKey === '' ? [] : hostKey.split(' ')), [hostKey]);
  const isLive = shownWindow(view) === null;
  useLookedAt(hostIds, isLive);
  const query = useAnnotations(hostIds, view);
  const happened = useMemo(
    () => (query.data?.annotations ?? []).filter(({ kind }) => !kindsOff.has(kind)),
    [query.data, kindsOff],
  );
  const names = useMemo(
    () =>
      new Map([
        ...nodes.map(({ id, host }) => [id, host.spec.name] as const),
        ...compared.map(({ id, label }) => [id, label] as const),
      ]),
    [nodes, compared],
  );
  const wordsOf = useAnnotationWords(names);
  const marks = useMarks(happened, wordsOf);
  useEffect(() => {
    charts.current.happened = happened;
    charts.current.wordsOf = wordsOf;
  }, [charts, happened, wordsOf]);
  const onShown = useCallback(
    (metric: MetricId, shown: ShownChart | null) => {
      if (shown) charts.current.shown.set(metric, shown);
      else charts.current.shown.delete(metric);
    },
    [charts],
  );
  const onOpen = useCallback((annotations: readonly Annotation[]) => open(annotations, onView), [onView]);
  const onKeyDown = (event: KeyboardEvent) => {
    const isField = event.target instanceof HTMLInputElement;
    const move = isField || event.ctrlKey || event.metaKey || event.altKey ? undefined : viewKeys.get(event.key);
    if (!move) return;
    event.preventDefault();
    onView((known) => move(known));
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the time axis of all charts is moved from the keyboard
    <section className={classes.charts} tabIndex={0} aria-label={t('charts.keys')} onKeyDown={onKeyDown}>
      <AnnotationRows
        annotations={happened}
        window={windowAt(view)}
        cursor={cursor}
        wordsOf={wordsOf}
        onOpen={onOpen}
      />
      {query.data?.isCut && (
        <StateBadge tone="warn" variant="plain">
          {t('metricsScreen.annotationsCut')}
        </StateBadge>
      )}
      {metrics.map((metric) => (
        <OneChart
          key={metric}
          metric={metric}
          compared={compared}
          cursor={cursor}
          marks={marks}
          onView={onView}
          onShown={onShown}
        />
      ))}
    </section>
  );
}

/** One leads to where it is told in full, several to the time they are in. */
function open(annotations: readonly Annotation[], onView: ChangeView): void {
  const [one, ...others] = annotations;
  if (!one) return;
  if (others.length === 0 && one.kind === 'alert') navigate({ screen: 'alerts', alertId: String(one.alertId) });
  else if (others.length === 0 && one.kind === 'incident') {
    navigate({ screen: 'incidents', incidentId: one.incidentId });
  } else {
    const ends = annotations.map((each) => endOf(each) ?? each.atMs);
    onView((known) => zoomTo(known, { fromMs: one.atMs - AROUND_MS, toMs: Math.max(...ends) + AROUND_MS }));
  }
}

interface OneChartProps {
  metric: MetricId;
  compared: readonly Compared[];
  cursor: ChartCursorStore;
  marks: readonly ChartMark[];
  onView: ChangeView;
  onShown: (metric: MetricId, shown: ShownChart | null) => void;
}

const onHide = (id: string) =>
  useMetricsView.setState(({ hidden }) => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    return { hidden: next };
  });

function OneChart({ metric, compared, ...rest }: OneChartProps) {
  const { t, message } = useWords();
  const { view, form, hidden } = useMetricsView();
  const subjects = useMemo(() => tellingOf(compared, metric), [compared, metric]);
  const actions = useMemo(
    () => (
      <IconControl
        icon={IconX}
        label={t('metricsScreen.closeChart', { metric: metricWords(metric, message).name })}
        onClick={() =>
          useMetricsView.setState(({ metrics }) => ({ metrics: metrics.filter((each) => each !== metric) }))
        }
      />
    ),
    [metric, t, message],
  );
  return (
    <MetricChart
      metric={metric}
      subjects={subjects}
      view={view}
      form={form}
      hidden={hidden}
      onHide={onHide}
      isGrowing
      actions={actions}
      {...rest}
    />
  );
}
