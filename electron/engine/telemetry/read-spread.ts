import type { SpreadWanted } from '#shared/contract/telemetry';
import type { DrawnSeries } from '#shared/domain/telemetry/live';
import { type Outlier, outliersOf, type SpreadSeries, spreadOf } from '#shared/domain/telemetry/spread';
import type { SeriesReader } from './history';

/** Whoever looks away waits for no more. */
const AT_ONCE = 8;

/** How a metric is spread over subjects, and who stays away from the rest. */
export async function readSpread(
  history: SeriesReader,
  { metric, subjects, outliers, ...range }: SpreadWanted,
  signal?: AbortSignal,
): Promise<{ spread: SpreadSeries; outliers: Outlier[] }> {
  const series: DrawnSeries[] = [];
  for (let at = 0; at < subjects.length; at += AT_ONCE) {
    const some = subjects.slice(at, at + AT_ONCE).map((subject) => ({ ...subject, metric }));
    series.push(...(await history.readSeries(some, range, signal)));
    signal?.throwIfAborted();
  }
  return {
    spread: spreadOf(series, range),
    outliers: outliersOf(series, range, outliers).map((index) => ({ index, series: series[index] as DrawnSeries })),
  };
}
