import { setImmediate as rest } from 'node:timers/promises';
import type { SpreadWanted } from '#shared/contract/telemetry';
import type { DrawnSeries } from '#shared/domain/telemetry/live';
import { type Outlier, outliersOf, type SpreadSeries, spreadOf } from '#shared/domain/telemetry/spread';
import { readSeries } from './read-series';
import type { SampleStore } from './sample-store';

/** Everything else waits so long at most while hundreds of series are read. */
const WORK_MS = 8;

/** How a metric is spread over subjects, and who stays away from the rest. */
export async function readSpread(
  read: <T>(work: (samples: SampleStore) => T) => T,
  { metric, subjects, outliers, ...range }: SpreadWanted,
  signal?: AbortSignal,
): Promise<{ spread: SpreadSeries; outliers: Outlier[] }> {
  const series: DrawnSeries[] = [];
  let sinceMs = performance.now();
  for (const subject of subjects) {
    series.push(read((samples) => readSeries(samples, { ...subject, metric }, range)));
    if (performance.now() - sinceMs < WORK_MS) continue;
    await rest();
    signal?.throwIfAborted();
    sinceMs = performance.now();
  }
  return {
    spread: spreadOf(series, range),
    outliers: outliersOf(series, range, outliers).map((index) => ({ index, series: series[index] as DrawnSeries })),
  };
}
