import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SamplesWanted } from '#shared/contract/telemetry';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { InvalidError } from '../errors';
import { openStore } from '../store/open-store';
import type { Store } from '../store/store';
import { createHistory, type History } from './history';
import { readSpread } from './read-spread';
import { SampleStore } from './store/sample-store';
import type { ServerHistory, Stretch } from './store/samples-elsewhere';
import { telemetrySchema } from './store/telemetry-schema';

const START = 1_700_000_000_000;
const layout = ['node.load', 'node.memoryTotalBytes'] as const satisfies readonly MetricId[];

let store: Store;
let samples: SampleStore;
/** What the server has, as `[seconds, load]`. */
let there: Array<readonly [number, number]>;
let isAway: boolean;
let asked: string[];
beforeEach(() => {
  store = openStore(':memory:', () => START, telemetrySchema);
  samples = new SampleStore({ store, nowMs: () => START });
  [there, isAway, asked] = [[], false, []];
});
afterEach(() => store.close());

function here(...found: ReadonlyArray<readonly [seconds: number, load: number]>): void {
  for (const [seconds, load] of found) {
    const frame = {
      subject: { kind: 'node', id: '' },
      layout,
      atMs: START + seconds * 1000,
      values: [load, 2],
    } as const;
    samples.append('h1', [frame]);
  }
}

function history(kept: Stretch | null): History {
  const points = ({ fromMs, toMs }: Stretch) => {
    if (isAway) throw new InvalidError('prometheus.serverUnreachable', { url: '', detail: '' });
    asked.push(`${(fromMs - START) / 1000}-${(toMs - START) / 1000}`);
    return there
      .map(([seconds, load]) => [START + seconds * 1000, load] as const)
      .filter(([atMs]) => atMs >= fromMs && atMs <= toMs);
  };
  const columnsOf = (wanted: Stretch) => {
    const found = points(wanted);
    return { times: found.map(([atMs]) => atMs), values: found.map(([, load]) => load) };
  };
  const server: ServerHistory = {
    kept: () => kept,
    async collect(series, part) {
      const { times, values } = columnsOf(part);
      return series.map(() => ({ times, least: values, mean: values, greatest: values, tierMs: 0 }));
    },
    async columns(wanted) {
      if (wanted.subject === 'gpu GPU-gone') return [];
      return wanted.hostIds.map((hostId) => ({ hostId, subject: 'node', metric: 'node.load', ...columnsOf(wanted) }));
    },
    async subjects(_hostIds, _metrics, part) {
      points(part);
      return [
        { hostId: 'h1', subject: 'node', metrics: ['node.load'] },
        { hostId: 'h1', subject: 'gpu GPU-gone', metrics: ['gpu.powerW'] },
      ];
    },
  };
  return createHistory({
    telemetry: { inSamples: (work) => work(samples), events: () => [] },
    hosts: { list: () => [] },
    server,
  });
}

const load = { hostId: 'h1', subject: 'node', metric: 'node.load' } as const;
const seconds = (from: number, to: number): Stretch => ({ fromMs: START + from * 1000, toMs: START + to * 1000 });
const whole: SamplesWanted = { hostIds: ['h1'], metrics: ['node.load'], format: 'json', ...seconds(0, 8) };

async function textOf(pieces: AsyncGenerator<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

it('what is here and what a server has are one: each sample once, also what it never took', async () => {
  here([0, 10], [1, 11], [4, 14], [6, 16], [7, 17]);
  there = [
    [2, 12],
    [3, 13],
    [4, 14],
    [5, 15],
    [6, 16],
  ];
  const both = history(seconds(2, 5));
  const expected = [10, 11, 12, 13, 14, 15, 16, 17];
  const [drawn] = await both.readSeries([load], { ...seconds(0, 8), points: 8 });
  expect(drawn?.mean).toEqual(expected);
  expect(drawn?.times.map((atMs) => (atMs - START) / 1000)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  const lines = (await textOf(both.exportSamples(whole)))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ value }) => value).sort()).toEqual(expected);
  const frames = await both.replayed().frames('h1', START, START + 8000);
  expect(frames.map(({ values: [value] }) => value)).toEqual(expected);
  const values = async (atSeconds: number) =>
    (await both.at({ atMs: START + atSeconds * 1000, stepMs: 0, metrics: ['node.load'] })).rows;
  expect(await values(3)).toEqual([]);
  const wanted = { atMs: START + 3000, stepMs: 0, metrics: ['node.load' as const], hostIds: ['h1'] };
  expect((await both.at(wanted)).rows).toMatchObject([{ subject: 'node', atMs: START + 3000, values: [13] }]);
  expect((await both.at({ ...wanted, atMs: START + 7000 })).rows).toMatchObject([{ values: [17] }]);
  expect(asked).not.toContain('0-8');
});

it('a server is not asked for a time that is here, nor where there is none', async () => {
  here([6, 16], [7, 17]);
  await history(seconds(2, 5)).readSeries([load], { ...seconds(6, 8), points: 2 });
  await history(null).readSeries([load], { ...seconds(0, 8), points: 8 });
  await textOf(history(null).exportSamples(whole));
  expect(asked).toEqual([]);
});

it('subjects of which all is on the server are listed; while it is away, those that are here', async () => {
  here([7, 17]);
  const both = history(seconds(0, 5));
  const list = async () =>
    (await both.subjects({ hostIds: ['h1'] })).map(({ subject, metrics }) => [subject, ...metrics]);
  expect(await list()).toEqual([
    ['node', 'node.load', 'node.memoryTotalBytes'],
    ['gpu GPU-gone', 'gpu.powerW'],
  ]);
  isAway = true;
  expect(await list()).toEqual([['node', 'node.load', 'node.memoryTotalBytes']]);
});

it('nothing is told as if it were all while the server is away', async () => {
  here([7, 17]);
  isAway = true;
  const both = history(seconds(0, 5));
  await expect(both.readSeries([load], { ...seconds(0, 8), points: 8 })).rejects.toThrow(InvalidError);
  await expect(textOf(both.exportSamples(whole))).rejects.toThrow(InvalidError);
  const wanted = { atMs: START + 3000, stepMs: 0, metrics: ['node.load' as const], hostIds: ['h1'] };
  await expect(both.at(wanted)).rejects.toThrow(InvalidError);
  isAway = false;
  there = [[2, 12]];
  expect((await both.at(wanted)).rows).toMatchObject([{ values: [12] }]);
});

it('percentiles are of what is here and of what is on the server', async () => {
  there = [[1, 9]];
  here([7, 1]);
  const subjects = [{ hostId: 'h1', subject: 'node' }];
  const range = { ...seconds(0, 8), points: 2 };
  const { spread } = await readSpread(history(seconds(0, 5)), { metric: 'node.load', subjects, outliers: 0, ...range });
  expect([spread.p50[0], spread.p50.at(-1)]).toEqual([9, 1]);
});
