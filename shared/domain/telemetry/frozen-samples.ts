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

/** What was measured when. */
export interface Course {
  readonly times: readonly number[];
  readonly values: ReadonlyArray<number | null>;
}

/** The line of a course as the `d` of an SVG path; where a value is not known there is none. */
export function coursePath({ times, values }: Course, width: number, height: number): string {
  const { least, greatest } = seriesSummary(values) ?? { least: 0, greatest: 0 };
  const [from, to] = [times[0] ?? 0, times.at(-1) ?? 0];
  let isDrawing = false;
  return values
    .map((value, index) => {
      if (value === null) {
        isDrawing = false;
        return '';
      }
      const x = to === from ? width / 2 : (((times[index] ?? from) - from) / (to - from)) * width;
      const y = greatest === least ? height / 2 : height - 1 - ((value - least) / (greatest - least)) * (height - 2);
      // A value alone is a dot.
      const [command, dot] = isDrawing ? ['L', ''] : ['M', 'h0'];
      isDrawing = true;
      return `${command}${x.toFixed(1)} ${y.toFixed(1)}${dot}`;
    })
    .join('');
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
