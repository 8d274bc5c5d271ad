import { z } from 'zod';
import { type DrawnSeries, drawnSeriesSchema } from './live';
import { paces } from './pace';

const values = z.array(z.number().nullable());

/** Many series of one metric as one: how their values are spread at each time; null where nothing is known of any. */
export const spreadSeriesSchema = z.object({
  times: z.array(z.number()),
  /** Of all samples, so that a spike of a single one is not lost. */
  least: values,
  p10: values,
  p50: values,
  p90: values,
  greatest: values,
  /** Whose the least and the greatest value is, as indexes of what was asked for; -1 where nothing is known. */
  leastOf: z.array(z.number().int()),
  greatestOf: z.array(z.number().int()),
  /** How many told something. */
  counts: z.array(z.number().int()),
  paceMs: z.number(),
  tierMs: z.number(),
});
export type SpreadSeries = z.infer<typeof spreadSeriesSchema>;

/** Series that stay away from the rest, the furthest first, by their index in what was asked for. */
export const outlierSchema = z.object({ index: z.number().int(), series: drawnSeriesSchema });
export type Outlier = z.infer<typeof outlierSchema>;

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
}

/** Silence of more than so many steps is a gap. */
const GAP_STEPS = 3;

/** Percentiles over series in steps of time, none shorter than the slowest series is sampled. */
export function spreadOf(series: readonly DrawnSeries[], { fromMs, toMs, points }: Range): SpreadSeries {
  const paceMs = Math.max(0, ...series.map((each) => each.paceMs));
  const tierMs = Math.max(0, ...series.map((each) => each.tierMs));
  const stepMs = Math.max((toMs - fromMs) / points, paceMs, tierMs, 1);
  const slots = slotsOf(series, fromMs, stepMs);
  const toldTo = toldToOf(series, stepMs);
  const spread: SpreadSeries = {
    times: [],
    least: [],
    p10: [],
    p50: [],
    p90: [],
    greatest: [],
    leastOf: [],
    greatestOf: [],
    counts: [],
    paceMs: stepMs,
    tierMs,
  };
  let before: number | null = null;
  for (const [slot, told] of [...slots].sort(([one], [other]) => one - other)) {
    if (slot > Math.floor((toldTo - fromMs) / stepMs)) break;
    if (before !== null && slot - before > GAP_STEPS) add(spread, fromMs + ((before + slot + 1) / 2) * stepMs, []);
    before = slot;
    add(spread, fromMs + (slot + 0.5) * stepMs, told);
  }
  return spread;
}

interface Told {
  readonly index: number;
  readonly mean: number;
  readonly least: number;
  readonly greatest: number;
}

/**
 * A newest value holds until the next at its host's pace, or percentiles over hosts of which some are looked at would be of
 * others in each step. A gap begins after so many paces. The pace is told by the steps beside: it changes with who looks.
 */
const HOLD_PACES = 1.2;

function holdMs(beforeMs: number, afterMs: number): number {
  return HOLD_PACES * Math.max(paces.shown, Math.min(paces.hidden, Math.max(beforeMs, afterMs)));
}

/** Up to when all have told that have not fallen silent: the newest steps are of those whose samples came first. */
function toldToOf(series: readonly DrawnSeries[], stepMs: number): number {
  const newest = series.flatMap(({ times }) => times.at(-1) ?? []);
  const silentBefore = Math.max(...newest) - Math.max(holdMs(0, 0), stepMs);
  return Math.min(...newest.filter((atMs) => atMs >= silentBefore));
}

/** What each series told in each step, as one value; the newest that holds, where it told nothing. */
function slotsOf(series: readonly DrawnSeries[], fromMs: number, stepMs: number): Map<number, Told[]> {
  const slots = new Map<number, Told[]>();
  const put = (slot: number, told: Told): void => {
    const others = slots.get(slot);
    if (others) others.push(told);
    else slots.set(slot, [told]);
  };
  for (const [index, { times, least, mean, greatest }] of series.entries()) {
    let slot = Number.NaN;
    let [low, high, total, count] = [0, 0, 0, 0];
    const close = (next: number, heldMs: number): void => {
      if (count === 0) return;
      const told = { index, mean: total / count, least: low, greatest: high };
      put(slot, told);
      // Only up to the next that it told: what comes after its last is not known.
      if (next - slot - 1 <= Math.floor(heldMs / stepMs))
        for (let empty = slot + 1; empty < next; empty += 1) put(empty, told);
      [total, count] = [0, 0];
    };
    const known = times.flatMap((time, at) => (typeof mean[at] === 'number' ? { at, time } : []));
    const stepAt = (place: number): number =>
      (known[place]?.time ?? 0) - (known[place - 1]?.time ?? Number.POSITIVE_INFINITY);
    for (const [place, { at, time }] of known.entries()) {
      const value = mean[at] as number;
      const next = Math.floor((time - fromMs) / stepMs);
      if (next !== slot) close(next, holdMs(stepAt(place - 1), stepAt(place + 1)));
      slot = next;
      const [lower, upper] = [least[at] ?? value, greatest[at] ?? value];
      low = count === 0 ? lower : Math.min(low, lower);
      high = count === 0 ? upper : Math.max(high, upper);
      total += value;
      count += 1;
    }
    close(Number.NEGATIVE_INFINITY, 0);
  }
  return slots;
}

function add(spread: SpreadSeries, atMs: number, told: readonly Told[]): void {
  const sorted = told.map(({ mean }) => mean).sort((one, other) => one - other);
  let lowest = told[0];
  let highest = told[0];
  for (const each of told) {
    if (lowest && each.least < lowest.least) lowest = each;
    if (highest && each.greatest > highest.greatest) highest = each;
  }
  spread.times.push(Math.round(atMs));
  spread.least.push(lowest?.least ?? null);
  spread.p10.push(percentile(sorted, 0.1));
  spread.p50.push(percentile(sorted, 0.5));
  spread.p90.push(percentile(sorted, 0.9));
  spread.greatest.push(highest?.greatest ?? null);
  spread.leastOf.push(lowest?.index ?? -1);
  spread.greatestOf.push(highest?.index ?? -1);
  spread.counts.push(told.length);
}

/** Between the two nearest ranks, as Prometheus's `quantile` does. */
function percentile(sorted: readonly number[], share: number): number | null {
  const rank = (sorted.length - 1) * share;
  const low = sorted[Math.floor(rank)];
  const high = sorted[Math.ceil(rank)];
  return low === undefined || high === undefined ? null : low + (high - low) * (rank - Math.floor(rank));
}

/** Fewer have no middle to be away from. */
const FEWEST = 5;
/** Tukey's fences: so many times the spread of the middle half beyond it. */
const FENCE = 1.5;
/** Away in one step of ten or more; a single spike is what the greatest value is for. */
const AWAY_SHARE = 0.1;

/**
 * Which series stay away from the rest: beyond Tukey's fences in a tenth of the steps in which they told something. Values
 * that differ by less than a hundredth of the greatest do not count, or one watt would among boards that all idle alike.
 */
export function outliersOf(series: readonly DrawnSeries[], range: Range, atMost: number): number[] {
  const paceMs = Math.max(0, ...series.map((each) => each.paceMs));
  const stepMs = Math.max((range.toMs - range.fromMs) / range.points, paceMs, 1);
  const away = series.map(() => ({ steps: 0, of: 0, by: 0 }));
  const slots = [...slotsOf(series, range.fromMs, stepMs).values()].filter((told) => told.length >= FEWEST);
  let most = 0;
  for (const told of slots) for (const { mean } of told) most = Math.max(most, Math.abs(mean));
  for (const told of slots) {
    const sorted = told.map(({ mean }) => mean).sort((one, other) => one - other);
    const [low, high] = [percentile(sorted, 0.25) ?? 0, percentile(sorted, 0.75) ?? 0];
    const reach = Math.max(FENCE * (high - low), most / 100);
    for (const { index, mean } of told) {
      const by = Math.max(low - reach - mean, mean - high - reach, 0);
      const entry = away[index];
      if (!entry) continue;
      entry.of += 1;
      if (by > 0) entry.steps += 1;
      entry.by += by;
    }
  }
  return away
    .flatMap(({ steps, of, by }, index) => (steps > 0 && steps >= of * AWAY_SHARE ? [{ index, by }] : []))
    .sort((one, other) => other.by - one.by)
    .slice(0, atMost)
    .map(({ index }) => index);
}
