import { describe, expect, it } from 'vitest';
import type { DrawnSeries } from './live';
import { outliersOf, spreadOf } from './spread';

const series = (values: ReadonlyArray<number | null>, stepMs = 1000, spike = 0): DrawnSeries => ({
  times: values.map((_, index) => index * stepMs),
  least: [...values],
  mean: [...values],
  greatest: values.map((value) => (value === null ? null : value + spike)),
  paceMs: stepMs,
  tierMs: 0,
});
const range = { fromMs: 0, toMs: 10_000, points: 10 };
const flat = (value: number) => series(Array.from({ length: 10 }, () => value));

describe('many series as one', () => {
  it('has the percentiles of each step, and says whose the extremes are', () => {
    const all = [10, 20, 30, 40, 50].map(flat);
    const spread = spreadOf(all, range);
    expect(spread).toMatchObject({ paceMs: 1000, tierMs: 0 });
    expect(spread.times).toHaveLength(10);
    const at = (values: readonly unknown[]) => values[3];
    expect([spread.least, spread.p10, spread.p50, spread.p90, spread.greatest].map(at)).toEqual([10, 14, 30, 46, 50]);
    expect([spread.leastOf, spread.greatestOf, spread.counts].map(at)).toEqual([0, 4, 5]);
  });

  it('keeps the spike that a summed-up point hides in its mean', () => {
    const spread = spreadOf([flat(10), series([10, 10, 10, 10, 10, 10, 10, 10, 10, 10], 1000, 75)], range);
    expect(spread.greatest[5]).toBe(85);
    expect(spread.greatestOf[5]).toBe(1);
    expect(spread.p90[5]).toBe(10);
  });

  it('breaks where none of them told anything, and counts only those that did', () => {
    const gap = [1, 1, ...Array.from({ length: 16 }, () => null), 1, 1];
    const long = { fromMs: 0, toMs: 20_000, points: 20 };
    const spread = spreadOf([series(gap), series(gap)], long);
    expect(spread.p50).toEqual([1, 1, null, 1, 1]);
    expect(spread.counts).toEqual([2, 2, 0, 2, 2]);
    const other = series(Array.from({ length: 20 }, () => 3));
    expect(spreadOf([series(gap), other], long).counts.slice(0, 4)).toEqual([2, 2, 1, 1]);
  });

  it('holds a value until the next of a host that is sampled slowly, not beyond its last', () => {
    const slow = { ...series([5, null, null, null, 6, null]), paceMs: 1000 };
    const other = series(Array.from({ length: 20 }, () => 1));
    const { counts, p50 } = spreadOf([other, slow], { fromMs: 0, toMs: 20_000, points: 20 });
    expect(counts).toEqual([...Array(5).fill(2), ...Array(15).fill(1)]);
    expect(p50.slice(3, 6)).toEqual([3, 3.5, 1]);
  });

  it('ends where the last of them told something, but does not wait for one that fell silent', () => {
    const late = series([5, 5, 5, 5]);
    expect(spreadOf([flat(1), flat(2), late], range).counts).toEqual([3, 3, 3, 3]);
    const long = series(Array.from({ length: 20 }, () => 1));
    expect(spreadOf([long, late], { fromMs: 0, toMs: 20_000, points: 20 }).counts).toHaveLength(20);
  });

  it('holds one of a host that was sampled at the slowest pace while another was looked at', () => {
    const slow = { ...series([5, 5, 5, 5], 30_000), paceMs: 1000 };
    const fast = series(Array.from({ length: 91 }, () => 1));
    const { counts } = spreadOf([fast, slow], { fromMs: 0, toMs: 91_000, points: 91 });
    expect(new Set(counts)).toEqual(new Set([2]));
  });

  it('steps no faster than the slowest of them, so that each is in every step', () => {
    const slow = series([5, 5], 5000);
    expect(spreadOf([flat(1), slow], range)).toMatchObject({ paceMs: 5000, counts: [2, 2] });
  });

  it('is empty where there is nothing', () => {
    expect(spreadOf([], range).times).toEqual([]);
    expect(spreadOf([series([])], range).times).toEqual([]);
  });
});

describe('series that stay away from the rest', () => {
  const alike = [60, 61, 62, 60, 61, 62, 61].map(flat);

  it('are named, the furthest first', () => {
    expect(outliersOf([...alike, flat(75), flat(90), flat(40)], range, 8)).toEqual([8, 9, 7]);
    expect(outliersOf([...alike, flat(75), flat(90)], range, 1)).toEqual([8]);
  });

  it('are none where all are alike, or too few', () => {
    expect(outliersOf(alike, range, 8)).toEqual([]);
    expect(outliersOf([...alike.map(() => flat(60)), flat(60.4)], range, 8)).toEqual([]);
    expect(outliersOf([flat(1), flat(1), flat(90)], range, 8)).toEqual([]);
  });

  it('are not those that spiked once in a long time', () => {
    const points = Array.from({ length: 20 }, (_, index) => (index === 7 ? 95 : 61));
    const long = { fromMs: 0, toMs: 20_000, points: 20 };
    const others = alike.map(({ mean }) => series(Array.from({ length: 20 }, () => mean[0] ?? null)));
    expect(outliersOf([...others, series(points)], long, 8)).toEqual([]);
  });
});
