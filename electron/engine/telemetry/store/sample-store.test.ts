import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { openStore } from '../../store/open-store';
import { type Store, StoreError } from '../../store/store';
import { unpackSamples } from './journal';
import { readSeries } from './read-series';
import { SampleStore } from './sample-store';
import { Summing } from './summing';
import { telemetrySchema } from './telemetry-schema';
import type { Tier } from './tiers';

const startMs = 1_700_000_000_000;
const layout: readonly MetricId[] = ['gpu.temperatureC', 'gpu.powerW', 'gpu.eccCorrected'];
const subject = { kind: 'gpu', id: 'GPU-1' } as const;
const frame = (atMs: number, ...values: number[]): Frame => ({ subject, layout, atMs, values });

let folder: string;
let nowMs: number;
let open: Store[];
const stores = new WeakMap<SampleStore, Store>();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-samples-'));
  nowMs = startMs;
  open = [];
});
afterEach(() => {
  for (const store of open) store.close();
  rmSync(folder, { recursive: true, force: true });
});

function openSamples(): SampleStore {
  const store = openStore(join(folder, 'telemetry.db'), () => nowMs, telemetrySchema);
  open.push(store);
  const samples = new SampleStore({ store, nowMs: () => nowMs });
  stores.set(samples, store);
  return samples;
}

function sumUpAll(samples: SampleStore): void {
  const store = stores.get(samples) as Store;
  const summing = new Summing(store, samples.repository, () => nowMs);
  while (summing.work(samples.tracks(), 50));
}

/** Samples once a second, each flushed as it comes, as the engine does. */
function sample(samples: SampleStore, seconds: number, valuesAt: (second: number) => number[], stepSeconds = 1): void {
  for (let second = 0; second < seconds; second += stepSeconds) {
    nowMs = startMs + second * 1000;
    samples.append('node', [frame(nowMs, ...valuesAt(second))]);
    // Of hours, not each second.
    if (seconds < 1000 || second % 20 === 0) samples.flush();
  }
}

function temperatures(samples: SampleStore, seconds: number, points = seconds) {
  const series = { hostId: 'node', subject: 'gpu GPU-1', metric: 'gpu.temperatureC' } as const;
  return readSeries(samples, series, { fromMs: startMs, toMs: startMs + seconds * 1000, points });
}

describe('samples', () => {
  it('are read back as they came, from blocks and from memory alike', () => {
    const samples = openSamples();
    sample(samples, 500, (second) => [60 + (second % 7), 300.25, 0]);
    const { times, mean } = temperatures(samples, 500);
    expect(times).toHaveLength(500);
    expect(mean).toEqual(Array.from({ length: 500 }, (_, second) => 60 + (second % 7)));
    expect(samples.repository.totals().samples).toBe(480 * 3);
  });

  it('that a killed engine had in memory are there after the next start, once', () => {
    const samples = openSamples();
    sample(samples, 200, (second) => [second, Number.NaN, 0]);
    const again = openSamples();
    expect(temperatures(again, 200).mean).toEqual(Array.from({ length: 200 }, (_, second) => second));
    again.append('node', [frame(startMs + 50_000, 50, 1, 0), frame(startMs + 199_000, 199, 1, 0)]);
    expect(again.counts).toMatchObject({ duplicates: 3, late: 3 });
    expect(temperatures(again, 200).mean).toEqual(Array.from({ length: 200 }, (_, second) => second));
  });

  it('are all in blocks after an orderly end, and the journal is empty', () => {
    const samples = openSamples();
    sample(samples, 90, (second) => [second, 1, 0]);
    samples.close();
    const again = openSamples();
    expect(again.repository.journal()).toEqual([]);
    expect(temperatures(again, 90).mean).toHaveLength(90);
    expect([0, 10_000].map((tier) => again.repository.oldestMs(tier as Tier))).toEqual([startMs, null]);
    expect(again.repository.file()).toBe(join(folder, 'telemetry.db'));
  });

  it('that come twice or out of order are kept once and in order', () => {
    const samples = openSamples();
    nowMs = startMs + 3000;
    const at = (second: number, value: number) => samples.append('node', [frame(startMs + second * 1000, value, 0, 0)]);
    at(0, 10);
    at(2, 12);
    at(1, 11);
    at(2, 99);
    expect(temperatures(samples, 3).mean).toEqual([10, 11, 12]);
    expect(samples.counts).toEqual({ samples: 9, duplicates: 3, late: 0 });
  });

  it('of an unknown value are unknown, not 0', () => {
    const samples = openSamples();
    sample(samples, 3, (second) => [second === 1 ? Number.NaN : 50, 1, 0]);
    expect(temperatures(samples, 3).mean).toEqual([50, null, 50]);
  });

  it('that are missing leave a gap in what is drawn', () => {
    const samples = openSamples();
    sample(samples, 10, () => [50, 1, 0]);
    nowMs = startMs + 60_000;
    samples.append('node', [frame(nowMs, 51, 1, 0), frame(nowMs + 1000, 52, 1, 0)]);
    expect(temperatures(samples, 70).mean).toEqual([...Array(10).fill(50), null, 51, 52]);
  });

  it('that come more seldom for a while, as when nobody looks, leave none', () => {
    const samples = openSamples();
    sample(samples, 40, () => [50, 1, 0], 10);
    for (let second = 40; second < 80; second += 1) {
      nowMs = startMs + second * 1000;
      samples.append('node', [frame(nowMs, 50, 1, 0)]);
    }
    expect(temperatures(samples, 90).mean).toEqual(Array(44).fill(50));
    expect(temperatures(samples, 90).paceMs).toBe(1000);
  });

  it('that were taken at a slower pace are no gap, and a silence within that pace still is', () => {
    const samples = openSamples();
    // A second apart, then thirty while nobody has the app before them, two of which are missing, then a second again.
    const seconds = [0, 1, 2, 3, 33, 63, 93, 213, 243, 250, 251, 252, 253, 254, 255, 256];
    for (const second of seconds) {
      nowMs = startMs + second * 1000;
      samples.append('node', [frame(nowMs, 50, 1, second)]);
    }
    const gaps = (metric: 'gpu.temperatureC' | 'gpu.eccCorrected') => {
      const range = { fromMs: startMs, toMs: startMs + 260_000, points: 260 };
      const { times, mean } = readSeries(samples, { hostId: 'node', subject: 'gpu GPU-1', metric }, range);
      return times.filter((_, at) => mean[at] === null).map((atMs) => (atMs - startMs) / 1000);
    };
    expect(gaps('gpu.temperatureC')).toEqual([153]);
    expect(gaps('gpu.eccCorrected')).toEqual([168]);
  });

  it('of hours are summed up with the least and greatest value, so that no spike is lost', () => {
    const samples = openSamples();
    sample(samples, 3 * 3600, (second) => [second === 1234 ? 95 : 60, 300, 0]);
    sumUpAll(samples);
    const tiers = [10_000, 60_000] as const;
    const [track] = [...samples.tracks()];
    for (const tier of tiers) expect(samples.repository.nextStart(track?.id ?? 0, tier, 0)).not.toBe(null);
    // Samples as they came are given up; what was summed up tells the same.
    samples.repository.deleteOldest(0, startMs + 2 * 3600 * 1000, 1000);
    const { times, mean, greatest, least } = temperatures(samples, 3 * 3600, 300);
    expect(times.length).toBeLessThanOrEqual(301);
    expect(Math.max(...greatest.map((value) => value ?? 0))).toBe(95);
    expect(Math.min(...least.map((value) => value ?? 0))).toBe(60);
    expect(mean.every((value) => value !== null && value >= 60 && value < 65)).toBe(true);
  });

  it('are summed up once: another start goes on where the last one ended', () => {
    const samples = openSamples();
    sample(samples, 4000, () => [60, 300, 0]);
    sumUpAll(samples);
    const [track] = [...samples.tracks()];
    const blocks = () => samples.repository.blocks(track?.id ?? 0, 10_000, 0, Number.MAX_SAFE_INTEGER);
    const before = blocks();
    const again = openSamples();
    sumUpAll(again);
    expect(blocks()).toEqual(before);
    const ends = before.map(({ endMs }) => endMs);
    expect(before.slice(1).every(({ startMs: next }, index) => next > (ends[index] ?? 0))).toBe(true);
  });

  it('of a counter are shown as how fast it grew, also where it started again', () => {
    const samples = openSamples();
    const values = [100, 110, 130, 5, 25];
    sample(samples, values.length, (second) => [1, 1, values[second] ?? 0]);
    const series = { hostId: 'node', subject: 'gpu GPU-1', metric: 'gpu.eccCorrected' } as const;
    const drawn = readSeries(samples, series, { fromMs: startMs, toMs: startMs + 5000, points: 5 });
    expect(drawn.mean).toEqual([10, 20, 5, 20]);
  });

  it('go on when the clock of this workstation is set back, each at the time that was believed', () => {
    const samples = openSamples();
    const counter = { hostId: 'node', subject: 'gpu GPU-1', metric: 'gpu.eccCorrected' } as const;
    sample(samples, 400, (second) => [50, 1, second]);
    // Two hours of samples at times that have been before, from 100 s on.
    for (let second = 100; second < 7300; second += 10) {
      nowMs = startMs + second * 1000;
      samples.append('node', [frame(nowMs, 70, 1, 400 + second)]);
      samples.flush();
    }
    expect(samples.counts).toEqual({ samples: 3 * (400 + 720), duplicates: 0, late: 0 });
    const read = (store: SampleStore, seconds: number) => temperatures(store, seconds, seconds / 10);
    expect(read(samples, 90).mean.every((value) => value === 50)).toBe(true);
    const twice = read(samples, 400);
    expect(twice.least.slice(12, 38).every((value) => value === 50)).toBe(true);
    expect(twice.greatest.slice(12, 38).every((value) => value === 70)).toBe(true);
    const rates = readSeries(samples, counter, { fromMs: startMs, toMs: startMs + 400_000, points: 40 });
    expect(new Set(rates.mean.filter((value) => value !== null))).toEqual(new Set([1]));
    sumUpAll(samples);
    expect(read(openSamples(), 7300).greatest.at(-1)).toBe(70);
  });

  it('of a slow track are kept through a killed engine, and do not hold the journal of the others up', () => {
    const samples = openSamples();
    const slow = { subject: { kind: 'disk', id: 'sda' } as const, layout: ['disk.reads'] as const };
    for (let second = 0; second < 420; second += 1) {
      nowMs = startMs + second * 1000;
      const slowFrame = second % 30 === 0 ? [{ ...slow, atMs: nowMs, values: [second] } satisfies Frame] : [];
      samples.append('node', [frame(nowMs, second, 1, 0), ...slowFrame]);
      samples.flush();
    }
    expect(samples.repository.journal().length).toBeLessThan(250);
    const disk = openSamples().subjectsOf('node').get('disk sda')?.[0];
    expect([...(disk?.head.column(0) ?? [])]).toEqual(Array.from({ length: 14 }, (_, index) => index * 30));
  });

  it('of a thousand GPUs are written in small pieces, and all are there after a kill at any of them', () => {
    const samples = openSamples();
    const wide = Array.from({ length: 30 }, () => 'gpu.temperatureC' as const);
    const gpus = Array.from({ length: 1000 }, (_, id) => ({ kind: 'gpu', id: `${id}` }) as const);
    const frames = (value: number) =>
      gpus.map((gpu) => ({ subject: gpu, layout: wide, atMs: nowMs, values: wide.map(() => value) }));
    samples.append('node', frames(1));
    let pieces = 1;
    while (samples.flush()) pieces += 1;
    expect(pieces).toBeGreaterThanOrEqual(10);
    nowMs += 1000;
    samples.append('node', frames(2));
    samples.flush();
    const rows = samples.repository.journal().map(({ data }) => [...unpackSamples(data)].length);
    expect(Math.max(...rows)).toBeLessThanOrEqual(267);
    // Some of the second is not written yet; it is with the next pieces.
    const countOf = (store: SampleStore) => [...store.tracks()].reduce((sum, { head }) => sum + head.count, 0);
    expect(countOf(openSamples())).toBe(1267);
    while (samples.flush());
    expect(countOf(openSamples())).toBe(2000);
  });

  it('that the disk refuses are held, the oldest given up in the end, and that is told', () => {
    const store = openStore(join(folder, 'telemetry.db'), () => nowMs, telemetrySchema);
    open.push(store);
    let isFull = false;
    let lost = 0;
    const samples = new SampleStore({
      store: {
        ...store,
        transactionSoon: (work) => {
          if (isFull) throw new StoreError({ reason: 'full', path: '/telemetry.db', disk: '/', detail: 'full' });
          return store.transactionSoon(work);
        },
      },
      nowMs: () => nowMs,
      onLost: (told) => {
        lost += told.samples;
      },
    });
    sample(samples, 130, (second) => [second, 1, 0]);
    isFull = true;
    for (let second = 130; second < 700; second += 1) {
      nowMs = startMs + second * 1000;
      samples.append('node', [frame(nowMs, second, 1, 0)]);
      expect(() => samples.flush()).toThrow(StoreError);
    }
    expect(lost).toBe(120 * 3);
    isFull = false;
    samples.flush();
    const kept = temperatures(openSamples(), 700).mean.filter((value) => value !== null);
    expect(kept).toEqual([...Array(120).keys(), ...Array.from({ length: 700 - 240 }, (_, index) => 240 + index)]);
  });

  it('of a block that is damaged are missing, and all others are there', () => {
    const samples = openSamples();
    sample(samples, 360, (second) => [second, 1, 0]);
    stores.get(samples)?.database.exec("UPDATE block SET data = x'00ff00' WHERE id = 2");
    const known = temperatures(samples, 360).mean.filter((value) => value !== null);
    expect(known).toEqual([...Array(120).keys(), ...Array.from({ length: 120 }, (_, index) => 240 + index)]);
  });

  it('that are all too old leave no subject behind', () => {
    const samples = openSamples();
    sample(samples, 300, () => [60, 1, 0]);
    samples.close();
    samples.repository.deleteOldest(0, nowMs + 1, 100);
    const again = openSamples();
    again.forgetEmpty();
    expect([...again.subjectsOf('node').keys()]).toEqual([]);
    expect(openSamples().tracks().size).toBe(0);
  });

  it('of a host that was removed are gone', () => {
    const samples = openSamples();
    sample(samples, 200, () => [60, 1, 0]);
    samples.forgetHost('node');
    expect(temperatures(samples, 200).times).toEqual([]);
    expect(temperatures(openSamples(), 200).times).toEqual([]);
    while (samples.repository.deleteForgotten(1));
    expect(samples.repository.totals().samples).toBe(0);
  });
});
