import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';

/** Lengths of the buckets that samples are summed up in, ms; 0 is samples as they came. Each is made of the one before. */
export const tiers = [0, 10_000, 60_000] as const;
export type Tier = (typeof tiers)[number];
export const coarseTiers = [10_000, 60_000] as const;
export type CoarseTier = (typeof coarseTiers)[number];

/** What a tier is made of. */
export function finerThan(tier: CoarseTier): Tier {
  return tier === 10_000 ? 0 : 10_000;
}

/**
 * Columns of a summed-up track. A gauge keeps its least, mean and greatest value, since a mean hides a spike; a counter
 * keeps its last. In front of all stands how many samples a bucket is made of.
 */
export const BUCKET_COUNT = 0;

export interface Buckets {
  /** When each bucket begins. */
  readonly times: number[];
  readonly columns: number[][];
}

/** Where the columns of a metric start in a track of a tier, and how many they are. */
export function columnsOf(layout: readonly MetricId[], index: number, tier: Tier): { at: number; isBucket: boolean } {
  if (tier === 0) return { at: index, isBucket: false };
  let at = 1;
  for (let before = 0; before < index; before += 1) at += isCounter(layout[before]) ? 1 : 3;
  return { at, isBucket: !isCounter(layout[index]) };
}

export function isCounter(metric: MetricId | undefined): boolean {
  return metric !== undefined && metricSpec(metric).kind === 'counter';
}

/** Decimals beyond what a tool prints would only take room. */
const MEAN_DECIMALS = 1000;

/**
 * Sums up samples, or buckets of a finer tier, in buckets of `tier` ms. All that fall in one bucket must be given at
 * once; unknown values are left out, and a bucket of nothing but them is unknown.
 */
export function sumUp(
  layout: readonly MetricId[],
  from: Tier,
  tier: CoarseTier,
  times: ArrayLike<number>,
  columns: ReadonlyArray<ArrayLike<number>>,
): Buckets {
  const starts: number[] = [];
  const ranges: Array<readonly [from: number, to: number]> = [];
  for (let at = 0; at < times.length; ) {
    const start = Math.floor((times[at] as number) / tier) * tier;
    let end = at;
    while (end < times.length && (times[end] as number) < start + tier) end += 1;
    starts.push(start);
    ranges.push([at, end]);
    at = end;
  }
  const result: number[][] = [
    ranges.map(([first, end]) => (from === 0 ? end - first : sum(columns[BUCKET_COUNT] ?? [], first, end))),
  ];
  for (const [index, metric] of layout.entries()) {
    const { at } = columnsOf(layout, index, from);
    if (isCounter(metric)) {
      result.push(ranges.map(([first, end]) => last(columns[at] ?? [], first, end)));
      continue;
    }
    const [least, mean, greatest] = from === 0 ? [at, at, at] : [at, at + 1, at + 2];
    const counts = from === 0 ? null : (columns[BUCKET_COUNT] ?? []);
    result.push(ranges.map(([first, end]) => extreme(columns[least] ?? [], first, end, Math.min)));
    result.push(ranges.map(([first, end]) => meanOf(columns[mean] ?? [], counts, first, end)));
    result.push(ranges.map(([first, end]) => extreme(columns[greatest] ?? [], first, end, Math.max)));
  }
  return { times: starts, columns: result };
}

function sum(values: ArrayLike<number>, from: number, to: number): number {
  let total = 0;
  for (let index = from; index < to; index += 1) total += values[index] as number;
  return total;
}

function last(values: ArrayLike<number>, from: number, to: number): number {
  for (let index = to - 1; index >= from; index -= 1) {
    const value = values[index] as number;
    if (!Number.isNaN(value)) return value;
  }
  return Number.NaN;
}

function extreme(
  values: ArrayLike<number>,
  from: number,
  to: number,
  pick: (one: number, other: number) => number,
): number {
  let found = Number.NaN;
  for (let index = from; index < to; index += 1) {
    const value = values[index] as number;
    if (!Number.isNaN(value)) found = Number.isNaN(found) ? value : pick(found, value);
  }
  return found;
}

function meanOf(values: ArrayLike<number>, counts: ArrayLike<number> | null, from: number, to: number): number {
  let total = 0;
  let weight = 0;
  for (let index = from; index < to; index += 1) {
    const value = values[index] as number;
    if (Number.isNaN(value)) continue;
    const count = counts ? (counts[index] as number) : 1;
    total += value * count;
    weight += count;
  }
  return weight === 0 ? Number.NaN : Math.round((total / weight) * MEAN_DECIMALS) / MEAN_DECIMALS;
}
