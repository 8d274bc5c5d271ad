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
