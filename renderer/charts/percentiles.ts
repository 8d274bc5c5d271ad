import type { DrawnSeries } from '#shared/domain/telemetry/live';
import type { ChartLine } from './chart-lines';
import type { TimeWindow } from './time-axis';

/** Silence of more than so many steps is a gap. */
const GAP_STEPS = 3;

/** Many lines as one: the median of what was measured in each step of time, with the 10th and the 90th percentile as its band. */
export function percentilesOf(lines: readonly ChartLine[], { fromMs, toMs }: TimeWindow, points: number): DrawnSeries {
  const paceMs = Math.max(0, ...lines.map(({ series }) => series.paceMs));
  const stepMs = Math.max((toMs - fromMs) / points, paceMs, 1);
  const slots = new Map<number, number[]>();
  for (const { series } of lines) {
    for (const [index, time] of series.times.entries()) {
      const value = series.mean[index];
      if (typeof value !== 'number') continue;
      const slot = Math.floor((time - fromMs) / stepMs);
      const values = slots.get(slot);
      if (values) values.push(value);
      else slots.set(slot, [value]);
    }
  }
  const drawn: DrawnSeries = { times: [], least: [], mean: [], greatest: [], paceMs: stepMs };
  let before: number | null = null;
  for (const slot of [...slots.keys()].sort((one, other) => one - other)) {
    if (before !== null && slot - before > GAP_STEPS) add(drawn, fromMs + ((before + slot + 1) / 2) * stepMs, null);
    before = slot;
    add(
      drawn,
      fromMs + (slot + 0.5) * stepMs,
      (slots.get(slot) ?? []).sort((one, other) => one - other),
    );
  }
  return drawn;
}

function add(drawn: DrawnSeries, atMs: number, sorted: readonly number[] | null): void {
  drawn.times.push(Math.round(atMs));
  drawn.least.push(sorted && percentile(sorted, 0.1));
  drawn.mean.push(sorted && percentile(sorted, 0.5));
  drawn.greatest.push(sorted && percentile(sorted, 0.9));
}

/** Between the two nearest ranks, as Prometheus's `quantile` does. */
function percentile(sorted: readonly number[], share: number): number | null {
  const rank = (sorted.length - 1) * share;
  const low = sorted[Math.floor(rank)];
  const high = sorted[Math.ceil(rank)];
  return low === undefined || high === undefined ? null : low + (high - low) * (rank - Math.floor(rank));
}
