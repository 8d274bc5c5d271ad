import { expect, it } from 'vitest';
import type { DrawnSeries } from '#shared/domain/telemetry/live';
import { joinHistory, type SeriesReader } from './history';
import { readSpread } from './read-spread';

const asked: string[] = [];

/** Draws one point at each end of what it is asked for. */
function reader(name: string, value: number): SeriesReader {
  return {
    async readSeries(series, { fromMs, toMs }) {
      asked.push(`${name} ${fromMs}-${toMs}`);
      const drawn: DrawnSeries = {
        times: [fromMs, toMs],
        least: [value, value],
        mean: [value, value],
        greatest: [value, value],
        paceMs: 1,
        tierMs: 0,
      };
      return series.map(() => drawn);
    },
  };
}

it('each part of a range is read from where it is kept, and drawn as one series', async () => {
  const series = [{ hostId: 'h1', subject: 'node', metric: 'node.load' as const }];
  let onServer: { fromMs: number; toMs: number } | null = { fromMs: 100, toMs: 200 };
  const history = joinHistory(reader('here', 1), reader('server', 2), () => onServer);
  const [drawn] = await history.readSeries(series, { fromMs: 0, toMs: 300, points: 30 });
  expect(asked).toEqual(['here 0-99', 'server 100-200', 'here 201-300']);
  expect(drawn?.times).toEqual([0, 99, 100, 200, 201, 300]);
  expect(drawn?.mean).toEqual([1, 1, 2, 2, 1, 1]);
  asked.length = 0;
  await history.readSeries(series, { fromMs: 200, toMs: 300, points: 30 });
  await history.readSeries(series, { fromMs: 120, toMs: 150, points: 30 });
  onServer = null;
  await history.readSeries(series, { fromMs: 0, toMs: 300, points: 30 });
  expect(asked).toEqual(['here 200-300', 'server 120-150', 'here 0-300']);
});

it('percentiles are of what is here and of what is on the server', async () => {
  const history = joinHistory(reader('here', 1), reader('server', 9), () => ({ fromMs: 0, toMs: 100 }));
  const subjects = Array.from({ length: 20 }, (_, at) => ({ hostId: `h${at}`, subject: 'node' }));
  const range = { fromMs: 0, toMs: 200, points: 2 };
  const { spread } = await readSpread(history, { metric: 'node.load', subjects, outliers: 0, ...range });
  const [first = null, last = null] = [spread.p50[0], spread.p50.at(-1)];
  expect([first, last]).toEqual([9, 1]);
});
