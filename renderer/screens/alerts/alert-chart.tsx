import { useCallback, useEffect, useMemo } from 'react';
import type { ListedRule } from '#shared/contract/rules';
import type { Alert } from '#shared/domain/rules/alert';
import { subjectOf } from '#shared/domain/telemetry/frame';
import { metricSources } from '#shared/domain/telemetry/metric-source';
import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';
import { metricWords } from '#shared/i18n/metric-words';
import { useWords } from '../../app/i18n';
import { ChartFrame, NoLines, Plot } from '../../charts/chart-frame';
import { extentOf, xOf } from '../../charts/chart-lines';
import { formatMetric, shownUnit } from '../../charts/metric-format';
import { plotMargin } from '../../charts/plot-area';
import { shownNowMs } from '../../charts/shown-clock';
import type { TimeWindow } from '../../charts/time-axis';
import type { ChartLevel } from '../../charts/time-chart';
import { valueAxis } from '../../charts/value-axis';
import { useFormat } from '../../components/format';
import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import classes from './alerts.module.css';

const HEIGHT = 150;
const MINUTE_MS = 60_000;
const AGAIN_MS = 5000;
const none: never[] = [];

/** What the rule looks at, as it was measured around the alert, and what each number is read from. */
export function AlertChart({ alert, rule }: { alert: Alert; rule: ListedRule }) {
  const { t } = useWords();
  const { kind } = subjectOf(alert.subject);
  const own = rule.reading.metrics.filter((metric) => metricSpec(metric).subject === kind);
  return (
    <section aria-label={t('alertScreen.measured')}>
      <h3>{t('alertScreen.measured')}</h3>
      {own.slice(0, 3).map((metric) => (
        <OneMetric key={metric} alert={alert} metric={metric} rule={rule} />
      ))}
      {own.length === 0 && <p className="dim">{t('alertScreen.notOfSubject')}</p>}
      <Sources metrics={rule.reading.metrics} />
    </section>
  );
}

function OneMetric({ alert, metric, rule }: { alert: Alert; metric: MetricId; rule: ListedRule }) {
  const { t, message } = useWords();
  const { hostId, subject, sinceMs, firedMs, resolvedMs } = alert;
  const query = useQuery(`alert-chart/${alert.id}/${metric}`, async (signal) => {
    const window = windowOf(alert, shownNowMs());
    const series = [{ hostId, subject, metric }];
    const [drawn] = await engine.telemetry.read({ series, ...window, points: 300 }, { signal });
    return { window, drawn };
  });
  const { loadedAtMs, refetch } = query;
  const isOver = resolvedMs !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer is a reason to ask again later
  useEffect(() => {
    if (isOver) return;
    const timer = setTimeout(refetch, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isOver, loadedAtMs, refetch]);
  const { name } = metricWords(metric, message);
  const marks = [
    { atMs: sinceMs, words: t('alertScreen.trueSince') },
    ...(firedMs === null ? none : [{ atMs: firedMs, words: t('alertScreen.firedAt') }]),
    ...(resolvedMs === null ? none : [{ atMs: resolvedMs, words: t('alertScreen.overAt') }]),
  ];
  return (
    <figure className={classes.chart}>
      <figcaption>{name}</figcaption>
      <ChartFrame query={query} height={HEIGHT}>
        {({ window, drawn }) =>
          drawn && <Drawn window={window} drawn={drawn} metric={metric} rule={rule} marks={marks} />
        }
      </ChartFrame>
    </figure>
  );
}

interface DrawnProps {
  window: TimeWindow;
  drawn: Awaited<ReturnType<typeof engine.telemetry.read>>[number];
  metric: MetricId;
  rule: ListedRule;
  marks: ReadonlyArray<{ atMs: number; words: string }>;
}

function Drawn({ window, drawn, metric, rule, marks }: DrawnProps) {
  const { t } = useWords();
  const format = useFormat();
  const unit = shownUnit(metricSpec(metric));
  const formatValue = useCallback((value: number) => formatMetric(value, unit, format), [unit, format]);
  const { threshold } = rule.reading;
  const isCompared = threshold !== null && rule.reading.unit === unit && rule.reading.metrics[0] === metric;
  const lines = useMemo(() => [{ key: metric, label: '', look: 0, series: drawn }], [metric, drawn]);
  const levels = useMemo(
    (): ChartLevel[] =>
      isCompared
        ? [
            {
              value: threshold,
              tone: rule.severity === 'info' || rule.severity === 'warn' ? 'warn' : 'bad',
              label: t('alertScreen.limit', { value: formatValue(threshold) }),
            },
          ]
        : none,
    [isCompared, threshold, rule.severity, formatValue, t],
  );
  const extent = extentOf(lines);
  if (!extent) return <NoLines title={t('alertScreen.nothingMeasured')} />;
  const all = [...extent, ...levels.map(({ value }) => value)];
  const axis = valueAxis(Math.min(...all), Math.max(...all), unit);
  const chart = { lines, bands: none, window, axis, levels, formatValue, height: HEIGHT };
  return <Plot {...chart}>{(width) => <Marks marks={marks} window={window} width={width} />}</Plot>;
}

function Marks({ marks, window, width }: Pick<DrawnProps, 'marks' | 'window'> & { width: number }) {
  const format = useFormat();
  const box = {
    width: width - plotMargin.left - plotMargin.right,
    height: HEIGHT - plotMargin.top - plotMargin.bottom,
  };
  return (
    <svg
      className={classes.marks}
      style={{ left: plotMargin.left, top: plotMargin.top }}
      width={box.width}
      height={box.height}
      aria-hidden="true"
    >
      {marks.map(({ atMs, words }) => (
        <g key={words} transform={`translate(${xOf(atMs, window, box)} 0)`}>
          <title>{`${words}: ${format.dateTime(atMs)}`}</title>
          <line y2={box.height} />
          <path d="M-4 0h8l-4 6z" />
        </g>
      ))}
    </svg>
  );
}

/** From a while before it became true until it was over or now, with room on both sides. */
export function windowOf({ sinceMs, firedMs, resolvedMs }: Alert, nowMs: number): TimeWindow {
  const toMs = resolvedMs ?? nowMs;
  const lasted = Math.max(toMs - sinceMs, (firedMs ?? sinceMs) - sinceMs);
  const room = Math.min(6 * 60 * MINUTE_MS, Math.max(5 * MINUTE_MS, lasted / 4));
  // What has fired for days is shown where it began and some hours on.
  const until = Math.min(toMs + (resolvedMs === null ? 0 : room), sinceMs + 24 * 60 * MINUTE_MS);
  return { fromMs: Math.round(sinceMs - room), toMs: Math.round(until) };
}

function Sources({ metrics }: { metrics: readonly MetricId[] }) {
  const { t, message } = useWords();
  return (
    <dl className={classes.sources} aria-label={t('alertScreen.sources')}>
      <dt className="dim">{t('alertScreen.sources')}</dt>
      {metrics.map((metric) => (
        <dd key={metric}>
          {metricWords(metric, message).name} <code>{metricSources(metric)}</code>
        </dd>
      ))}
    </dl>
  );
}
