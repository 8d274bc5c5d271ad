import type { z } from 'zod';
// The schema lives apart, so that a window that shows samples need not load the validator.
import type { frozenTrackSchema } from './frozen-samples-schema';

export type FrozenTrack = z.infer<typeof frozenTrackSchema>;

/** What of a range there is, and what it came to: `last` and the extremes of what is known. */
export interface SeriesSummary {
  readonly least: number;
  readonly greatest: number;
  readonly last: number;
}

/** Null where nothing is known. */
export function seriesSummary(values: ReadonlyArray<number | null>): SeriesSummary | null {
  const known = values.filter((value) => value !== null);
  const last = known.at(-1);
  if (last === undefined) return null;
  return { least: Math.min(...known), greatest: Math.max(...known), last };
}

const bars = '▁▂▃▄▅▆▇█';

/** A line as a picture in text, wherever a report is read; a gap is a blank. */
export function sparkline(values: ReadonlyArray<number | null>): string {
  const summary = seriesSummary(values);
  if (!summary) return '';
  const { least, greatest } = summary;
  return values
    .map((value) => {
      if (value === null) return ' ';
      const share = greatest === least ? 0 : (value - least) / (greatest - least);
      return bars[Math.min(bars.length - 1, Math.floor(share * bars.length))];
    })
    .join('');
}
