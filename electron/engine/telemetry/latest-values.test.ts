import { expect, it } from 'vitest';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { LatestValues } from './latest-values';

const subject = { kind: 'gpu', id: 'GPU-1' } as const;
const query: readonly MetricId[] = ['gpu.temperatureC', 'gpu.powerW'];
const dmon: readonly MetricId[] = ['gpu.pcieSentBytesPerSecond'];
const frame = (layout: readonly MetricId[], atMs: number, values: number[]): Frame => ({
  subject,
  layout,
  atMs,
  values,
});
const asked: readonly MetricId[] = ['gpu.temperatureC', 'gpu.pcieSentBytesPerSecond'];

it('gives first everything and then what is new, each with the time of what was asked for', () => {
  const latest = new LatestValues();
  latest.take('a', [frame(query, 1000, [60, 300]), frame(dmon, 1400, [5])]);
  const first = latest.since(0, ['gpu.temperatureC'], null);
  expect(first.rows).toEqual([{ hostId: 'a', subject: 'gpu GPU-1', atMs: 1000, values: [60] }]);
  latest.take('a', [frame(dmon, 2400, [6])]);
  expect(latest.since(first.revision, ['gpu.temperatureC'], null).rows).toEqual([]);
  expect(latest.since(first.revision, asked, null).rows).toMatchObject([{ atMs: 2400, values: [60, 6] }]);
  expect(latest.since(first.revision, asked, new Set(['b'])).rows).toEqual([]);
});

it('no longer knows a value that was left behind by the others of its subject', () => {
  const latest = new LatestValues();
  for (let atMs = 1000; atMs <= 3000; atMs += 1000) latest.take('a', [frame(query, atMs, [60, 300])]);
  const valuesAt = (atMs: number) => {
    latest.take('a', [frame(dmon, atMs, [5])]);
    return latest.since(0, asked, null).rows[0]?.values;
  };
  expect(valuesAt(8000)).toEqual([60, 5]);
  expect(valuesAt(8001)).toEqual([null, 5]);
});

it('waits longer for what is measured seldom', () => {
  const latest = new LatestValues();
  for (const atMs of [10_000, 20_000]) latest.take('a', [frame(query, atMs, [60, 300])]);
  latest.take('a', [frame(dmon, 50_000, [5])]);
  expect(latest.since(0, asked, null).rows[0]?.values).toEqual([60, 5]);
  latest.take('a', [frame(dmon, 50_001, [5])]);
  expect(latest.since(0, asked, null).rows[0]?.values).toEqual([null, 5]);
});

it('says how fast a counter grows from two values that are known, also where it starts again, and keeps how far it is', () => {
  const latest = new LatestValues();
  const counters: readonly MetricId[] = ['gpu.eccCorrected'];
  const rates = [100, 110, Number.NaN, 500, 530, 5].map((value, second) => {
    latest.take('a', [frame(counters, second * 1000, [value])]);
    return latest.since(0, counters, null).rows[0]?.values[0];
  });
  expect(rates).toEqual([null, 10, null, null, 30, 5]);
  expect([...latest.measured()]).toMatchObject([{ values: [{ metric: 'gpu.eccCorrected', value: 5, atMs: 5000 }] }]);
  latest.forgetHost('a');
  expect([...latest.measured()]).toEqual([]);
});
