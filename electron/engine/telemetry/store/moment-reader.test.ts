import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { LiveRow } from '#shared/domain/telemetry/live';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { openStore } from '../../store/open-store';
import type { Store } from '../../store/store';
import { LatestValues } from '../latest-values';
import { MomentReader } from './moment-reader';
import { SampleStore } from './sample-store';
import { Summing } from './summing';
import { telemetrySchema } from './telemetry-schema';

const startMs = 1_700_000_000_000;
const metrics: readonly MetricId[] = [
  'gpu.temperatureC',
  'gpu.powerW',
  'gpu.pcieReplays',
  'gpu.throttleReasons',
  'gpu.pcieReceivedBytesPerSecond',
];
const layouts: ReadonlyArray<readonly MetricId[]> = [
  ['gpu.temperatureC', 'gpu.powerW', 'gpu.pcieReplays'],
  ['gpu.powerW', 'gpu.temperatureC'],
  ['gpu.pcieReceivedBytesPerSecond', 'gpu.throttleReasons'],
];

let folder: string;
let store: Store;
let samples: SampleStore;
let nowMs: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-moment-'));
  nowMs = startMs;
  store = openStore(join(folder, 'telemetry.db'), () => nowMs, telemetrySchema);
  samples = new SampleStore({ store, nowMs: () => nowMs });
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The same numbers each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const sorted = (rows: readonly LiveRow[]) =>
  [...rows].sort((one, other) => one.subject.localeCompare(other.subject) || one.atMs - other.atMs);
const nowhere = { kept: () => null, columns: async () => [] };
const gpu = (id: string) => ({ kind: 'gpu', id }) as const;
const moment = (reader: MomentReader, atMs: number, stepMs = 0) =>
  reader.at({ atMs, stepMs, metrics: [...metrics] }, ['node']);

describe('what was known at a time', () => {
  it('is what was shown live then, while it was not older than a minute', async () => {
    const next = random(7);
    const live = new LatestValues();
    const shown: Array<{ atMs: number; rows: LiveRow[] }> = [];
    for (let second = 0; second < 900; second += 1) {
      nowMs = startMs + second * 1000;
      // GPU-2 falls silent for two minutes; all of them are slow for a while.
      const isSlow = second > 500 && second < 700;
      const frames = ['GPU-1', 'GPU-2'].flatMap((id): Frame[] => {
        if (id === 'GPU-2' && second > 300 && second < 420) return [];
        if (isSlow && second % 10 !== 0) return [];
        return layouts.flatMap((layout, index) => {
          // The second layout is another collector's that took over.
          if ((index === 0 && second >= 200) || (index === 1 && second < 200) || next() < 0.05) return [];
          const values = layout.map(() => (next() < 0.05 ? Number.NaN : Math.round(next() * 1000)));
          return [{ subject: gpu(id), layout, atMs: nowMs + index * 7, values }];
        });
      });
      live.take('node', frames);
      samples.append('node', frames);
      samples.flush();
      if (second % 13 === 0) shown.push({ atMs: nowMs + 20, rows: live.since(0, metrics, null).rows });
    }
    const reader = new MomentReader((work) => work(samples), nowhere);
    let compared = 0;
    // Forwards as a replay goes, and back as one that is sought.
    for (const { atMs, rows } of [...shown, ...shown.toReversed()]) {
      const then = await moment(reader, atMs);
      expect(then.tierMs).toBe(0);
      const fresh = rows.filter((row) => atMs - row.atMs <= 60_000);
      const told = then.rows.filter((row) => atMs - row.atMs <= 60_000).map(({ stepMs: _, ...row }) => row);
      expect(sorted(told)).toEqual(sorted(fresh));
      compared += fresh.length;
    }
    expect(compared).toBeGreaterThan(200);
    // What pace they were sampled at then is told beside: one in twenty samples is missing.
    const stepAt = async (second: number) =>
      Math.min(...(await moment(reader, startMs + second * 1000)).rows.map(({ stepMs = 0 }) => stepMs));
    expect(await stepAt(450)).toBe(1000);
    expect(await stepAt(650)).toBe(10_000);
  });

  it('goes on with what came into memory or a block since it was read', async () => {
    const reader = new MomentReader((work) => work(samples), nowhere);
    for (let second = 0; second < 300; second += 1) {
      nowMs = startMs + second * 1000;
      samples.append('node', [{ subject: gpu('GPU-1'), layout: ['gpu.temperatureC'], atMs: nowMs, values: [second] }]);
      samples.flush();
      const { rows } = await moment(reader, nowMs);
      expect(rows.map(({ values }) => values[0])).toEqual([second]);
    }
  });

  it('leaves out what was not sampled by then, and what had stopped long before', async () => {
    for (let second = 0; second < 100; second += 1) {
      nowMs = startMs + second * 1000;
      samples.append('node', [{ subject: gpu('GPU-1'), layout: ['gpu.temperatureC'], atMs: nowMs, values: [60] }]);
    }
    samples.flush();
    const reader = new MomentReader((work) => work(samples), nowhere);
    expect((await moment(reader, startMs - 1)).rows).toEqual([]);
    expect((await moment(reader, startMs + 120_000)).rows.map(({ atMs }) => atMs)).toEqual([startMs + 99_000]);
    expect((await moment(reader, startMs + 600_000)).rows).toEqual([]);
  });

  it('reads sums where they are fine enough, and where nothing finer is left', async () => {
    for (let second = 0; second < 3 * 3600; second += 10) {
      nowMs = startMs + second * 1000;
      const values = [second < 3600 ? 50 : 80, second % 20 === 0 ? 4 : 1];
      const layout: readonly MetricId[] = ['gpu.temperatureC', 'gpu.throttleReasons'];
      samples.append('node', [{ subject: gpu('GPU-1'), layout, atMs: nowMs, values }]);
      if (second % 100 === 0) samples.flush();
    }
    samples.flush();
    const summing = new Summing(store, samples.repository, () => nowMs);
    while (summing.work(samples.tracks(), 1000));
    const reader = new MomentReader((work) => work(samples), nowhere);
    const early = startMs + 1_800_000;
    const quick = await moment(reader, early, 300_000);
    // A mean of bits would be no state that there was.
    expect([quick.tierMs, quick.rows[0]?.values]).toEqual([60_000, [50, null, null, 4, null]]);
    expect(quick.rows[0]?.atMs).toBeLessThanOrEqual(early);
    expect((await moment(reader, early, 1000)).tierMs).toBe(0);
    samples.repository.deleteOldest(0, nowMs, 1000);
    const left = await moment(new MomentReader((work) => work(samples), nowhere), early, 1000);
    expect([left.tierMs, left.rows[0]?.values[0]]).toEqual([10_000, 50]);
  });
});
