import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { openStore } from '../../store/open-store';
import type { Store } from '../../store/store';
import { exportSamples } from './export-samples';
import { SampleStore } from './sample-store';
import { telemetrySchema } from './telemetry-schema';

const startMs = Date.UTC(2026, 10, 22, 10);
const layout: readonly MetricId[] = ['gpu.temperatureC', 'gpu.powerW'];

let store: Store;
let samples: SampleStore;
let nowMs = startMs;
beforeEach(() => {
  store = openStore(':memory:', () => nowMs, telemetrySchema);
  samples = new SampleStore({ store, nowMs: () => nowMs });
});
afterEach(() => store.close());

function take(second: number, ...values: number[]): void {
  nowMs = startMs + second * 1000;
  const frame: Frame = { subject: { kind: 'gpu', id: '=GPU,1' }, layout, atMs: nowMs, values };
  samples.append('a', [frame]);
  samples.flush();
}

async function exported(wanted: Partial<Parameters<typeof exportSamples>[1]>): Promise<string> {
  const range = { hostIds: ['a'], fromMs: startMs, toMs: startMs + 1e9, format: 'csv' as const };
  let text = '';
  for await (const piece of exportSamples(samples, { ...range, ...wanted }, { nameOf: () => '=node' })) text += piece;
  return text;
}

it('gives samples as they were measured: unknown is empty, a gap has no lines, no text is taken for a formula', async () => {
  take(0, 61.5, Number.NaN);
  take(30, -3, 300.25);
  expect(await exported({})).toBe(
    [
      'time,host,subject,metric,unit,value',
      `2026-11-22T10:00:00.000Z,'=node,"gpu =GPU,1",gpu.temperatureC,celsius,61.5`,
      `2026-11-22T10:00:00.000Z,'=node,"gpu =GPU,1",gpu.powerW,watts,`,
      `2026-11-22T10:00:30.000Z,'=node,"gpu =GPU,1",gpu.temperatureC,celsius,-3`,
      `2026-11-22T10:00:30.000Z,'=node,"gpu =GPU,1",gpu.powerW,watts,300.25`,
      '',
    ].join('\r\n'),
  );
  const lines = (await exported({ format: 'json', metrics: ['gpu.powerW'] })).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ host: '=node', subject: 'gpu =GPU,1', metric: 'gpu.powerW', unit: 'watts', value: null }),
    expect.objectContaining({ time: '2026-11-22T10:00:30.000Z', value: 300.25 }),
  ]);
  expect(await exported({ subjects: ['node'] })).toBe('time,host,subject,metric,unit,value\r\n');
});

it('gives every sample of the range once, from blocks and from memory, also those that are written meanwhile', async () => {
  for (let second = 0; second < 1500; second += 1) take(second, second, 0.1 * second);
  const wanted = { fromMs: startMs + 100_000, toMs: startMs + 1_490_000, metrics: ['gpu.powerW'] as MetricId[] };
  const range = { hostIds: ['a'], format: 'json' as const, ...wanted };
  let text = '';
  for await (const piece of exportSamples(samples, range, { nameOf: () => 'a' })) {
    text += piece;
    samples.flush(true);
  }
  const values = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).value as number);
  expect(values).toEqual(Array.from({ length: 1391 }, (_, index) => 0.1 * (100 + index)));
});
