import type { SpreadSeries } from '#shared/domain/telemetry/spread';
import { indexAt } from './chart-lines';

export interface Extremes {
  readonly least: number;
  readonly leastOf: number;
  readonly greatest: number;
  readonly greatestOf: number;
  readonly count: number;
}

/** Whose the least and the greatest value is at a time, without one at the newest; null where nothing is known then. */
export function extremesAt(spread: SpreadSeries, atMs: number | null): Extremes | null {
  const at = atMs === null ? spread.times.length - 1 : indexAt(spread, atMs);
  const [least, greatest] = [spread.least[at], spread.greatest[at]];
  if (typeof least !== 'number' || typeof greatest !== 'number') return null;
  return {
    least,
    greatest,
    leastOf: spread.leastOf[at] ?? -1,
    greatestOf: spread.greatestOf[at] ?? -1,
    count: spread.counts[at] ?? 0,
  };
}
