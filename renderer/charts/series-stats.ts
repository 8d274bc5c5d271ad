import type { DrawnSeries } from '#shared/domain/telemetry/live';
import { lastPoint } from './chart-lines';

/** What a line comes to over what is shown; null where nothing is known. */
export interface SeriesStats {
  readonly now: number | null;
  readonly least: number | null;
  readonly mean: number | null;
  readonly greatest: number | null;
}

/** Each point stands for as much time as any other, so the mean of points is that of time. */
export function statsOf(series: DrawnSeries): SeriesStats {
  let [least, greatest, total, count] = [Infinity, -Infinity, 0, 0];
  for (const [index, value] of series.mean.entries()) {
    if (value === null) continue;
    least = Math.min(least, series.least[index] ?? value);
    greatest = Math.max(greatest, series.greatest[index] ?? value);
    total += value;
    count += 1;
  }
  const now = lastPoint(series)?.mean ?? null;
  return count === 0 ? { now, least: null, mean: null, greatest: null } : { now, least, mean: total / count, greatest };
}
