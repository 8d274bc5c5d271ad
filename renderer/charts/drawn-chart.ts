import type { DrawnSeries } from '#shared/domain/telemetry/live';
import type { SpreadSeries } from '#shared/domain/telemetry/spread';
import { type ChartBand, type ChartLine, hasBand } from './chart-lines';
import type { ChartSubject } from './chart-subject';
import type { ReadSeries } from './use-series';

/** What a chart draws of what was read. */
export interface DrawnLines {
  readonly lines: readonly ChartLine[];
  readonly bands: readonly ChartBand[];
}

interface LineOptions {
  readonly hidden: ReadonlySet<string>;
  /** Position of a subject among all that could be shown, which is its look. */
  readonly lookOf: (subject: ChartSubject) => number;
  readonly medianLabel: (count: number) => string;
}

export const MEDIAN = 'median';

/** Lines with the range of the samples that each point stands for, or percentiles with who stays away from them. */
export function drawnLines({ subjects, lines, spread }: ReadSeries, options: LineOptions): DrawnLines {
  const { hidden, lookOf, medianLabel } = options;
  if (lines) {
    const shown = subjects.flatMap((subject): ChartLine[] => {
      const series = lines.get(subject.id);
      if (!series || hidden.has(subject.id)) return [];
      return [{ key: subject.id, label: subject.label, look: lookOf(subject), series }];
    });
    const kind = shown.length > 2 ? 'faint' : 'range';
    return {
      lines: shown,
      bands: shown.filter(({ series }) => hasBand(series)).map(({ key, series }) => ({ key, kind, series })),
    };
  }
  if (!spread) return { lines: [], bands: [] };
  const { spread: all, outliers } = spread;
  const median: ChartLine = {
    key: MEDIAN,
    label: medianLabel(subjects.length),
    look: 0,
    series: part(all, all.least, all.p50, all.greatest),
  };
  const away = outliers.flatMap(({ index, series }, position): ChartLine[] => {
    const subject = subjects[index];
    if (!subject || hidden.has(subject.id)) return [];
    return [{ key: subject.id, label: subject.label, look: position + 1, series }];
  });
  return {
    lines: [median, ...away],
    bands: [
      { key: 'all', kind: 'faint', series: median.series },
      { key: 'most', kind: 'range', series: part(all, all.p10, all.p50, all.p90) },
    ],
  };
}

type Values = DrawnSeries['mean'];

function part({ times, paceMs, tierMs }: SpreadSeries, least: Values, mean: Values, greatest: Values): DrawnSeries {
  return { times, least, mean, greatest, paceMs, tierMs };
}
