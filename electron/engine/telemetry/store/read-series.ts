import type { SeriesRef } from '#shared/contract/telemetry';
import type { DrawnSeries } from '#shared/domain/telemetry/live';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { decodedBlocks } from './decoded-blocks';
import type { SampleStore } from './sample-store';
import { coarseTiers, columnsOf, isCounter, type Tier } from './tiers';

/** Times in ms; a gauge has three values a time, a counter the one that it had then. NaN is unknown. */
export interface RawSeries {
  readonly times: number[];
  readonly least: number[];
  readonly mean: number[];
  readonly greatest: number[];
  /** The coarsest tier that something came from. */
  tierMs: number;
}

export interface SeriesRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
}

export function readSeries(store: SampleStore, series: SeriesRef, range: SeriesRange): DrawnSeries {
  return drawSeries(series.metric, collectSeries(store, series, range), range);
}

/** A metric of a subject from the coarsest tier that is fine enough, and what is newer from the finer ones. */
export function collectSeries(
  store: SampleStore,
  { hostId, subject, metric }: SeriesRef,
  { fromMs, toMs, points }: SeriesRange,
): RawSeries {
  const step = (toMs - fromMs) / Math.max(1, points);
  const series: RawSeries = { times: [], least: [], mean: [], greatest: [], tierMs: 0 };
  for (const track of store.subjectsOf(hostId).get(subject) ?? []) {
    const index = track.layout.indexOf(metric);
    if (index < 0) continue;
    let readToMs = fromMs;
    if (track.id !== null) {
      const { id, layout } = track;
      for (const tier of [...coarseTiers.filter((each) => each <= step)].reverse()) {
        readToMs = readBlocks(store, id, tier, index, layout, readToMs, toMs, series);
      }
      readToMs = readBlocks(store, id, 0, index, layout, readToMs, toMs, series);
    }
    const { times } = track.head;
    const values = track.head.column(index);
    for (const [at, time] of times.entries()) {
      if (time < readToMs || time > toMs) continue;
      push(series, time, values[at] as number, values[at] as number, values[at] as number);
    }
  }
  return series;
}

export function drawSeries(metric: MetricId, series: RawSeries, range: SeriesRange): DrawnSeries {
  return isCounter(metric) ? drawCounter(series, range) : drawGauge(inOrder(series), range);
}

/** The points of one source, and of the other at the times that it has beside those. */
export function joinSeries(one: RawSeries, other: RawSeries): RawSeries {
  const known = new Set(one.times);
  const more = other.times.flatMap((atMs, at) => (known.has(atMs) ? [] : [at]));
  if (more.length === 0) return one;
  const and = (mine: readonly number[], theirs: readonly number[]): number[] => [
    ...mine,
    ...more.map((at) => theirs[at] as number),
  ];
  return inOrder({
    times: and(one.times, other.times),
    least: and(one.least, other.least),
    mean: and(one.mean, other.mean),
    greatest: and(one.greatest, other.greatest),
    tierMs: Math.max(one.tierMs, other.tierMs),
  });
}

/** Returns from where on the rest is to be read. */
function readBlocks(
  store: SampleStore,
  trackId: number,
  tier: Tier,
  index: number,
  layout: readonly MetricId[],
  fromMs: number,
  toMs: number,
  into: RawSeries,
): number {
  let readToMs = fromMs;
  const { at, isBucket } = columnsOf(layout, index, tier);
  // A gauge's bucket stands where it begins; what a counter has of a bucket is how far it was at the end.
  const offsetMs = isBucket || tier === 0 ? 0 : tier - 1;
  const wanted = new Set(isBucket ? [at, at + 1, at + 2] : [at]);
  for (const block of decodedBlocks(store.repository.blocks(trackId, tier, fromMs, toMs), wanted)) {
    const least = block.columns[at];
    const mean = isBucket ? block.columns[at + 1] : least;
    const greatest = isBucket ? block.columns[at + 2] : least;
    if (!least || !mean || !greatest) continue;
    for (let position = 0; position < block.times.length; position += 1) {
      const time = block.times[position] as number;
      if (time < fromMs || time > toMs) continue;
      push(into, time + offsetMs, least[position] as number, mean[position] as number, greatest[position] as number);
    }
    readToMs = Math.max(readToMs, block.endMs + 1);
    into.tierMs = Math.max(into.tierMs, tier);
  }
  return readToMs;
}

function push(series: RawSeries, time: number, least: number, mean: number, greatest: number): void {
  series.times.push(time);
  series.least.push(least);
  series.mean.push(mean);
  series.greatest.push(greatest);
}

/** Tracks of one subject follow one another, unless this workstation's clock was set back. */
function inOrder(series: RawSeries): RawSeries {
  const { times } = series;
  if (times.every((time, index) => index === 0 || time >= (times[index - 1] as number))) return series;
  const order = times.map((_, index) => index).sort((one, other) => (times[one] as number) - (times[other] as number));
  const pick = (values: readonly number[]): number[] => order.map((index) => values[index] as number);
  return {
    times: pick(times),
    least: pick(series.least),
    mean: pick(series.mean),
    greatest: pick(series.greatest),
    tierMs: series.tierMs,
  };
}

/** Silence of more than so many paces is a gap. */
const GAP_PACES = 3;

function drawGauge(series: RawSeries, { fromMs, toMs, points }: SeriesRange): DrawnSeries {
  const paceMs = paceOf(series.times);
  const width = Math.max((toMs - fromMs) / Math.max(1, points), 1);
  const drawn: DrawnSeries = { times: [], least: [], mean: [], greatest: [], paceMs, tierMs: series.tierMs };
  let at = 0;
  const { times } = series;
  while (at < times.length) {
    const slot = Math.floor(((times[at] as number) - fromMs) / width);
    const endMs = fromMs + (slot + 1) * width;
    if (isGapBefore(times, at, paceMs)) {
      add(drawn, Math.round(((times[at - 1] as number) + (times[at] as number)) / 2), null);
    }
    let least = Number.NaN;
    let greatest = Number.NaN;
    let total = 0;
    let count = 0;
    const startMs = times[at] as number;
    for (; at < times.length && (times[at] as number) < endMs; at += 1) {
      const [low, middle, high] = [series.least[at], series.mean[at], series.greatest[at]] as [number, number, number];
      if (Number.isNaN(middle)) continue;
      least = count === 0 ? low : Math.min(least, low);
      greatest = count === 0 ? high : Math.max(greatest, high);
      total += middle;
      count += 1;
    }
    add(drawn, startMs, count === 0 ? null : [least, total / count, greatest]);
  }
  return drawn;
}

/**
 * How fast a counter grew, a second. It starts again from 0 where it goes down; over a gap, or where this workstation's clock
 * was set back, nothing is known.
 */
function drawCounter(series: RawSeries, { fromMs, toMs, points }: SeriesRange): DrawnSeries {
  const paceMs = paceOf(series.times);
  const times: number[] = [];
  const rates: number[] = [];
  let before = Number.NaN;
  for (const [index, time] of series.times.entries()) {
    const value = series.mean[index] as number;
    if (Number.isNaN(value)) {
      times.push(time);
      rates.push(Number.NaN);
      before = Number.NaN;
      continue;
    }
    const beforeMs = series.times[index - 1] ?? Number.NaN;
    if (!Number.isNaN(before) && time > beforeMs && !isGapBefore(series.times, index, paceMs)) {
      times.push(time);
      rates.push(((value >= before ? value - before : value) / (time - beforeMs)) * 1000);
    }
    before = value;
  }
  const drawn = drawGauge(inOrder({ times, least: rates, mean: rates, greatest: rates, tierMs: series.tierMs }), {
    fromMs,
    toMs,
    points,
  });
  return { ...drawn, paceMs };
}

/** As many distances on a side tell the pace of that side. */
const NEAR_STEPS = 3;

/** Whether samples are missing before this one. The pace changes, as someone looks or not: a distance like those beside it is none. */
function isGapBefore(times: readonly number[], index: number, paceMs: number): boolean {
  const stepMs = (times[index] as number) - (times[index - 1] ?? Number.NaN);
  if (!(paceMs > 0 && stepMs > GAP_PACES * paceMs)) return false;
  const before = paceOf(times.slice(Math.max(0, index - 1 - NEAR_STEPS), index));
  const after = paceOf(times.slice(index, index + 1 + NEAR_STEPS));
  return stepMs > GAP_PACES * Math.max(before, after);
}

function add(drawn: DrawnSeries, time: number, values: readonly [number, number, number] | null): void {
  drawn.times.push(time);
  drawn.least.push(values?.[0] ?? null);
  drawn.mean.push(values?.[1] ?? null);
  drawn.greatest.push(values?.[2] ?? null);
}

/** The median distance. */
function paceOf(times: readonly number[]): number {
  const steps = new Float64Array(Math.max(0, times.length - 1));
  for (let index = 0; index < steps.length; index += 1)
    steps[index] = (times[index + 1] as number) - (times[index] as number);
  steps.sort();
  return steps[Math.floor(steps.length / 2)] ?? 0;
}
