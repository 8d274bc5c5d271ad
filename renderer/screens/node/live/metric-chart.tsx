import { Skeleton, Tooltip } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconInfoCircle } from '@tabler/icons-react';
import { lazy, memo, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';
import { metricWords } from '#shared/i18n/metric-words';
import { useWords } from '../../../app/i18n';
import type { ChartCursorStore } from '../../../charts/chart-cursor';
import { ChartLegend } from '../../../charts/chart-legend';
import { type ChartLine, extentOf } from '../../../charts/chart-lines';
import { type ChartMark, ChartOverlay } from '../../../charts/chart-overlay';
import { formatMetric, shownUnit } from '../../../charts/metric-format';
import { percentilesOf } from '../../../charts/percentiles';
import type { TimeWindow } from '../../../charts/time-axis';
import type { ChartLevel } from '../../../charts/time-chart';
import { valueAxis } from '../../../charts/value-axis';
import { ErrorView } from '../../../components/error-view';
import { useFormat } from '../../../components/format';
import { toneOf } from './chart-groups';
import classes from './live.module.css';
import type { LiveView } from './live-view';
import { POINTS, type ReadSeries, useSeries } from './use-series';
import type { LiveSubject } from './use-subjects';

// recharts is large, and only charts need it.
const TimeChart = lazy(() => import('../../../charts/time-chart'));

const HEIGHT = 168;

export interface MetricChartProps {
  readonly hostId: string;
  readonly metric: MetricId;
  /** Those that tell it, and are wanted. */
  readonly subjects: readonly LiveSubject[];
  /** What can't be passed on this node, as it is now. */
  readonly limits: readonly number[];
  readonly view: LiveView;
  readonly isSpread: boolean;
  readonly isGrowing: boolean;
  readonly cursor: ChartCursorStore;
  readonly marks: readonly ChartMark[];
  readonly onZoom: (window: TimeWindow) => void;
}

/** One metric over time: a line for each GPU, disk or port, with what limits it. */
export const MetricChart = memo(function MetricChart(props: MetricChartProps) {
  const { hostId, metric, subjects, view, isGrowing } = props;
  const { message } = useWords();
  const { name, help } = metricWords(metric, message);
  const { ref, isInView } = useIsInView();
  const keys = useMemo(() => subjects.map(({ key }) => key), [subjects]);
  const query = useSeries({ hostId, metric, subjects: keys, view, isActive: isInView, isGrowing });
  return (
    <section ref={ref} className={classes.chart} aria-label={name}>
      <header className={classes.chartHead}>
        <h3>{name}</h3>
        {help && (
          <Tooltip label={help} events={{ hover: true, focus: true, touch: true }}>
            <button type="button" className={classes.help} aria-label={help}>
              <IconInfoCircle size={14} aria-hidden />
            </button>
          </Tooltip>
        )}
      </header>
      {Boolean(query.error) && <ErrorView error={query.error} onRetry={query.refetch} variant="inline" />}
      {subjects.length === 0 ? (
        <Nothing metric={metric} help={help} />
      ) : query.data ? (
        <Drawn {...props} read={query.data} help={help} />
      ) : (
        !query.error && <Skeleton height={HEIGHT} />
      )}
    </section>
  );
});

function Drawn(props: MetricChartProps & { read: ReadSeries; help: string | null }) {
  const { metric, subjects, limits, isSpread, cursor, marks, onZoom, read, help } = props;
  const { t } = useWords();
  const format = useFormat();
  const { ref, width } = useElementSize();
  const spec = metricSpec(metric);
  const unit = shownUnit(spec);
  const formatValue = useCallback((value: number) => formatMetric(value, unit, format), [unit, format]);
  const tone = useCallback((value: number) => toneOf(metric, value), [metric]);
  const lines = useMemo((): ChartLine[] => {
    const each = subjects.flatMap(({ key, label }, look) => {
      const series = read.bySubject.get(key);
      return series ? [{ key, label, look, series }] : [];
    });
    if (!isSpread || each.length < 3) return each;
    const label = t('liveTab.median', { count: each.length });
    return [{ key: 'median', label, look: 0, series: percentilesOf(each, read.window, POINTS) }];
  }, [subjects, read, isSpread, t]);
  const levels = useMemo((): ChartLevel[] => {
    const { warn = null, critical = null } = spec.thresholds ?? {};
    return [
      ...(warn === null
        ? []
        : [{ value: warn, tone: 'warn' as const, label: t('liveTab.level.warn', { value: formatValue(warn) }) }]),
      ...(critical === null
        ? []
        : [{ value: critical, tone: 'bad' as const, label: t('liveTab.level.bad', { value: formatValue(critical) }) }]),
      ...limits.map((value) => ({
        value,
        tone: 'limit' as const,
        label: t('liveTab.level.limit', { value: formatValue(value) }),
      })),
    ];
  }, [spec, limits, formatValue, t]);
  const extent = extentOf(lines);
  const axis = useMemo(() => {
    if (!extent) return null;
    const all = [...extent, ...levels.map(({ value }) => value)];
    return valueAxis(Math.min(...all), Math.max(...all), unit);
  }, [extent?.[0], extent?.[1], levels, unit]);
  if (!axis) {
    return (
      <div ref={ref}>
        <Empty isSampled={lines.some(({ series }) => series.times.length > 0)} help={help} />
      </div>
    );
  }
  return (
    <div ref={ref}>
      <div className={classes.plot} style={{ height: HEIGHT }}>
        {width > 0 && (
          <>
            <Suspense fallback={<Skeleton height={HEIGHT} />}>
              <TimeChart
                lines={lines}
                window={read.window}
                axis={axis}
                levels={levels}
                formatValue={formatValue}
                width={width}
                height={HEIGHT}
              />
            </Suspense>
            <ChartOverlay
              cursor={cursor}
              lines={lines}
              window={read.window}
              domain={axis.domain}
              marks={marks}
              width={width}
              height={HEIGHT}
              onZoom={onZoom}
            />
          </>
        )}
      </div>
      <ChartLegend cursor={cursor} lines={lines} formatValue={formatValue} toneOf={tone} />
    </div>
  );
}

/** Nothing on this node tells it: why, and what would. */
function Nothing({ metric, help }: { metric: MetricId; help: string | null }) {
  const { t } = useWords();
  const { sources } = metricSpec(metric);
  return (
    <div className={classes.nothing}>
      <strong>{t('liveTab.nothing.untold')}</strong>
      {help && <p>{help}</p>}
      {sources.length > 0 && <p className="dim">{t('liveTab.nothing.sources', { sources: sources.join(', ') })}</p>}
    </div>
  );
}

function Empty({ isSampled, help }: { isSampled: boolean; help: string | null }) {
  const { t } = useWords();
  return (
    <div className={classes.nothing}>
      <strong>{t(isSampled ? 'liveTab.nothing.unknown' : 'liveTab.nothing.notSampled')}</strong>
      {isSampled && help && <p>{help}</p>}
    </div>
  );
}

/** Charts that are scrolled away are not read. */
function useIsInView() {
  const ref = useRef<HTMLElement>(null);
  const [isInView, setInView] = useState(typeof IntersectionObserver === 'undefined');
  useEffect(() => {
    if (!ref.current || typeof IntersectionObserver === 'undefined') return;
    const observer = new IntersectionObserver((entries) => setInView(entries.at(-1)?.isIntersecting ?? false), {
      rootMargin: '120px',
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return { ref, isInView };
}
