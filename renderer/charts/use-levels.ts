import { useMemo } from 'react';
import type { DrawnSeries } from '#shared/domain/telemetry/live';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { useWords } from '../app/i18n';
import { engine } from '../rpc/client';
import { useQuery } from '../rpc/use-query';
import { levelsOf, limitsOf } from './chart-levels';
import { type ChartSubject, subjectsKey } from './chart-subject';
import { limitOf } from './metric-groups';
import type { ChartLevel } from './time-chart';
import { type TimeView, viewKey, windowAt } from './time-view';

interface LevelsOptions {
  readonly metric: MetricId;
  readonly subjects: readonly ChartSubject[];
  readonly view: TimeView;
  readonly formatValue: (value: number) => string;
}

/** Boards of more subjects are as a rule alike, and reading the limits of each would cost as much as the chart. */
const LIMITS_OF = 64;

/** What a value should not pass, by the metric, by rules, and by the boards that are shown, as they were then. */
export function useLevels({ metric, subjects, view, formatValue }: LevelsOptions): readonly ChartLevel[] {
  const { t, localized } = useWords();
  const rules = useQuery('rules', (signal) => engine.rules.list(undefined, { signal })).data?.rules;
  const limits = useLimits(metric, subjects, view);
  return useMemo(() => {
    const levels = levelsOf(metric, rules ?? []).map(({ value, tone, rule }): ChartLevel => {
      const words = t(tone === 'bad' ? 'charts.level.bad' : 'charts.level.warn', { value: formatValue(value) });
      return { value, tone, label: rule ? `${words} · ${localized(rule.title)}` : words };
    });
    const isSlowdown = metric === 'gpu.temperatureC';
    return [
      ...levels,
      ...limits.map(
        (value): ChartLevel => ({
          value,
          tone: 'limit',
          label: t(isSlowdown ? 'charts.level.slowdown' : 'charts.level.limit', { value: formatValue(value) }),
        }),
      ),
    ];
  }, [metric, rules, limits, formatValue, t, localized]);
}

const none: number[] = [];

function useLimits(metric: MetricId, subjects: readonly ChartSubject[], view: TimeView): readonly number[] {
  // The margin is what is left to the temperature at which the board slows down.
  const metrics: readonly MetricId[] =
    metric === 'gpu.temperatureC' ? [metric, 'gpu.temperatureMarginC'] : limitOf[metric] ? [limitOf[metric]] : [];
  const some = subjects.slice(0, LIMITS_OF);
  const key = metrics.length > 0 && some.length > 0 ? `limits/${metric}/${subjectsKey(some)}/${viewKey(view)}` : null;
  const { data } = useQuery(key, async (signal) => {
    const series = some.flatMap(({ hostId, key: subject }) =>
      metrics.map((each) => ({ hostId, subject, metric: each })),
    );
    const read = await engine.telemetry.read({ series, ...windowAt(view), points: 2 }, { signal });
    return limitsOf(
      some.map((_, index) => {
        const parts = metrics.map((_metric, part) => lastMean(read[index * metrics.length + part]));
        return parts.some((value) => value === null)
          ? null
          : parts.reduce<number>((sum, value) => sum + (value ?? 0), 0);
      }),
    );
  });
  const identity = JSON.stringify(data ?? none);
  return useMemo(() => JSON.parse(identity) as number[], [identity]);
}

function lastMean(series: DrawnSeries | undefined): number | null {
  return series?.mean.findLast((value) => value !== null) ?? null;
}
