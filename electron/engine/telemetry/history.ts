import { setImmediate as rest } from 'node:timers/promises';
import type { SeriesRef } from '#shared/contract/telemetry';
import type { DrawnSeries } from '#shared/domain/telemetry/live';
import type { SeriesRange } from './store/read-series';

/** Where series are read from: the store of this workstation, or a server. */
export interface SeriesReader {
  readSeries(series: readonly SeriesRef[], range: SeriesRange): Promise<DrawnSeries[]>;
}

/** A stretch of time of which the samples are kept elsewhere. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Everything else waits so long at most while hundreds of series are read. */
const WORK_MS = 8;

/** Reads from the store of this workstation, one series after the other. */
export function storeReader(read: (series: SeriesRef, range: SeriesRange) => DrawnSeries): SeriesReader {
  return {
    async readSeries(series, range) {
      const drawn: DrawnSeries[] = [];
      let sinceMs = performance.now();
      for (const each of series) {
        drawn.push(read(each, range));
        if (performance.now() - sinceMs < WORK_MS) continue;
        await rest();
        sinceMs = performance.now();
      }
      return drawn;
    },
  };
}

/** Reads each part of a range from where it is kept, as one. */
export function joinHistory(here: SeriesReader, server: SeriesReader, onServer: () => Stretch | null): SeriesReader {
  return {
    async readSeries(series, range) {
      const stretch = onServer();
      const fromMs = Math.max(range.fromMs, stretch?.fromMs ?? 0);
      const toMs = Math.min(range.toMs, stretch?.toMs ?? 0);
      if (!stretch || fromMs >= toMs) return here.readSeries(series, range);
      const share = (part: Stretch): SeriesRange => ({
        ...part,
        points: Math.max(2, Math.round((range.points * (part.toMs - part.fromMs)) / (range.toMs - range.fromMs))),
      });
      const parts: DrawnSeries[][] = [];
      if (range.fromMs < fromMs)
        parts.push(await here.readSeries(series, share({ fromMs: range.fromMs, toMs: fromMs - 1 })));
      parts.push(await server.readSeries(series, share({ fromMs, toMs })));
      if (toMs < range.toMs) parts.push(await here.readSeries(series, share({ fromMs: toMs + 1, toMs: range.toMs })));
      return series.map((_, at) => parts.map((part) => part[at]).reduce(joined) as DrawnSeries);
    },
  };
}

function joined(one: DrawnSeries | undefined, other: DrawnSeries | undefined): DrawnSeries | undefined {
  if (!one || !other) return one ?? other;
  return {
    times: [...one.times, ...other.times],
    least: [...one.least, ...other.least],
    mean: [...one.mean, ...other.mean],
    greatest: [...one.greatest, ...other.greatest],
    paceMs: Math.max(one.paceMs, other.paceMs),
    tierMs: Math.max(one.tierMs, other.tierMs),
  };
}
