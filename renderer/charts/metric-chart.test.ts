import { describe, expect, it } from 'vitest';
import type { ListedRule } from '#shared/contract/rules';
import type { Severity } from '#shared/domain/finding';
import type { Annotation } from '#shared/domain/telemetry/annotation';
import type { DrawnSeries } from '#shared/domain/telemetry/live';
import { spreadOf } from '#shared/domain/telemetry/spread';
import { lanesOf, toneOfItem } from './annotation-lanes';
import { levelsOf, limitsOf } from './chart-levels';
import { chartPicture } from './chart-picture';
import { type ChartSubject, subjectId, subjectsKey } from './chart-subject';
import { drawnLines, MEDIAN } from './drawn-chart';
import { localTimeText, readLocalTime } from './local-time';
import { isSpreadShown } from './metric-chart';
import { statsOf } from './series-stats';
import { extremesAt } from './spread-extremes';
import type { ReadSeries } from './use-series';
import { valueAxis } from './value-axis';

const series = (values: ReadonlyArray<number | null>): DrawnSeries => ({
  times: values.map((_, index) => index * 1000),
  least: values.map((value) => (value === null ? null : value - 1)),
  mean: [...values],
  greatest: values.map((value) => (value === null ? null : value + 5)),
  paceMs: 1000,
  tierMs: 0,
});
const subject = (index: number): ChartSubject => ({
  id: subjectId('node', `gpu GPU-${index}`),
  hostId: 'node',
  key: `gpu GPU-${index}`,
  label: `GPU ${index}`,
});
const window = { fromMs: 0, toMs: 4000 };
const options = { hidden: new Set<string>(), lookOf: () => 0, medianLabel: (count: number) => `Median of ${count}` };

describe('what a chart draws', () => {
  const subjects = [0, 1, 2].map(subject);
  const read: ReadSeries = {
    window,
    subjects,
    lines: new Map(subjects.map(({ id }, index) => [id, series([index, null, index])])),
    spread: null,
  };

  it('is a line for each subject that is not hidden, with the range of what its points stand for', () => {
    const { lines, bands } = drawnLines(read, { ...options, hidden: new Set([subject(1).id]) });
    expect(lines.map(({ label }) => label)).toEqual(['GPU 0', 'GPU 2']);
    expect(bands.map(({ kind }) => kind)).toEqual(['range', 'range']);
    expect(drawnLines(read, options).bands.map(({ kind }) => kind)).toEqual(['faint', 'faint', 'faint']);
  });

  it('is the median in two bands, and who stays away by name', () => {
    const all = subjects.map((_, index) => series([index, index, index]));
    const spread = { spread: spreadOf(all, { ...window, points: 4 }), outliers: [{ index: 2, series: series([9]) }] };
    const { lines, bands } = drawnLines({ ...read, lines: null, spread }, options);
    expect(lines.map(({ key, label }) => [key, label])).toEqual([
      [MEDIAN, 'Median of 3'],
      [subject(2).id, 'GPU 2'],
    ]);
    expect(bands.map(({ key }) => key)).toEqual(['all', 'most']);
    expect(bands[0]?.series.greatest[0]).toBe(7);
    expect(extremesAt(spread.spread, null)).toEqual({ least: -1, leastOf: 0, greatest: 7, greatestOf: 2, count: 3 });
    expect(extremesAt(spread.spread, 900_000)).toBeNull();
  });

  it('is percentiles where lines could not be told apart, unless lines are wanted and can be drawn', () => {
    const forms = (['auto', 'lines', 'percentiles'] as const).map((form) =>
      [2, 16, 17, 257].map((count) => isSpreadShown(form, count)),
    );
    expect(forms).toEqual([
      [false, false, true, true],
      [false, false, false, true],
      [false, true, true, true],
    ]);
  });

  it('says what a line comes to, without what is not known', () => {
    expect(statsOf(series([10, null, 20]))).toEqual({ now: 20, least: 9, mean: 15, greatest: 25 });
    expect(statsOf(series([10, null]))).toMatchObject({ now: null, mean: 10 });
    expect(statsOf(series([null]))).toEqual({ now: null, least: null, mean: null, greatest: null });
  });

  it('is read again when other subjects are wanted, also as many', () => {
    expect(subjectsKey([subject(1), subject(2)])).toBe(subjectsKey([subject(1), subject(2)]));
    expect(subjectsKey([subject(1), subject(2)])).not.toBe(subjectsKey([subject(2), subject(1)]));
    expect(subjectsKey([subject(1)])).not.toBe(subjectsKey([subject(3)]));
  });
});

describe('what a value should not pass', () => {
  const rule = (part: Partial<ListedRule>, reading: Partial<ListedRule['reading']> = {}) =>
    ({
      id: 'hot',
      when: 'gpu.temperatureC >= 85 && !known(gpu.hotspotTemperatureC)',
      title: { en: 'Too hot' },
      severity: 'critical',
      isOn: true,
      reading: { metrics: ['gpu.temperatureC'], unit: 'celsius', comparison: '>=', threshold: 85, ...reading },
      ...part,
    }) as ListedRule;

  it('is drawn once, by the name of the rule that looks at it', () => {
    expect(levelsOf('gpu.temperatureC', [rule({})])).toEqual([
      { value: 80, tone: 'warn', rule: null },
      { value: 85, tone: 'bad', rule: { id: 'hot', title: { en: 'Too hot' } } },
    ]);
  });

  it('is nothing that another metric, a rate or a switched-off rule is compared with', () => {
    const others = [
      rule({ isOn: false }),
      rule({ severity: 'info' }),
      rule({ when: 'greatest(gpu.temperatureC, "1h") >= 85' }),
      rule({ when: 'gpu.temperatureC - gpu.edgeTemperatureC >= 85' }),
      rule({}, { comparison: '<' }),
      rule({}, { threshold: null }),
    ];
    expect(levelsOf('gpu.temperatureC', others).map(({ rule: by }) => by)).toEqual([null, null]);
    expect(levelsOf('gpu.powerW', [rule({})])).toEqual([]);
  });

  it('has the limits of the boards, each once, and none of too many', () => {
    expect(limitsOf([700, 700.2, null, 600])).toEqual([600, 700]);
    expect(limitsOf([1, 2, 3, 4])).toEqual([]);
    expect(limitsOf([null])).toEqual([]);
  });
});

describe('what happened, on the time axis', () => {
  const event = (id: number, atMs: number, untilMs: number | null = null): Annotation => ({
    kind: 'event',
    id,
    hostId: 'node',
    subject: 'node',
    atMs,
    untilMs,
    body: { kind: 'connection-lost' },
  });
  const incident = (openedAtMs: number, untilMs: number | null): Annotation => ({
    kind: 'incident',
    atMs: openedAtMs,
    untilMs,
    incidentId: String(openedAtMs),
    number: 1,
    title: 'x',
    hostIds: [],
    severity: null,
  });
  const range = { fromMs: 0, toMs: 10_000 };

  it('has a lane for each kind of which there is something, and gathers what can not be hit apart', () => {
    const lanes = lanesOf([event(1, 1000), event(2, 1010), event(3, 5000), event(4, 99_000)], range);
    expect(lanes).toHaveLength(1);
    expect(lanes[0]?.items.map(({ annotations, from }) => [annotations.length, from])).toEqual([
      [2, 0.1],
      [1, 0.5],
    ]);
  });

  it('draws spans as far as they are seen, and what goes on to the edge', () => {
    const lanes = lanesOf([event(1, -5000, 2000), incident(-1, null), incident(-20, -10)], range);
    expect(lanes.map(({ kind, items }) => [kind, items.map(({ from, to }) => [from, to])])).toEqual([
      ['event', [[0, 0.2]]],
      ['incident', [[0, 1]]],
    ]);
  });

  it('shows what goes on at the same time below each other, so that none hides another; what is too much is told by one', () => {
    const three = [event(1, 0, 9000), event(2, 1000, 3000), event(3, 5000, 9000)];
    const rowsOf = (all: Parameters<typeof lanesOf>[0]) =>
      lanesOf(all, range)[0]?.items.map(({ row, annotations }) => [row, annotations.length]);
    expect(rowsOf(three)).toEqual([
      [0, 1],
      [1, 1],
      [1, 1],
    ]);
    expect(rowsOf([1, 2, 3, 4, 5, 6].map((id) => event(id, id * 1000, 9000)))?.at(-1)).toEqual([3, 3]);
  });

  it('have the worst severity of what stands in one place', () => {
    const of = (severity: Severity | null) => ({ ...incident(0, null), severity }) as Annotation;
    const item = { annotations: [of('warn'), of('fatal'), of(null)], from: 0, to: 1, isSpan: true, row: 0 };
    expect(toneOfItem(item)).toBe('fatal');
    expect(toneOfItem({ ...item, annotations: [of(null)] })).toBeUndefined();
  });
});

it('reads a time as it wrote it, and nothing that is none', () => {
  const atMs = new Date(2026, 10, 23, 4, 5, 6).getTime();
  expect(readLocalTime(localTimeText(atMs))).toBe(atMs);
  expect(['', 'soon', '2026-99-01T00:00'].map(readLocalTime)).toEqual([null, null, null]);
});

it('a picture of charts has their lines, legends and marks, and no markup of a node', () => {
  const picture = chartPicture(
    [
      {
        title: 'Temperature',
        window,
        axis: valueAxis(0, 100, 'celsius'),
        levels: [{ value: 85, tone: 'bad', label: 'critical' }],
        formatValue: (value) => `${value} °C`,
        lines: [{ key: 'a', label: '<script>"&\u0000', look: 0, series: series([60, null, 62]) }],
        bands: [],
      },
    ],
    {
      title: 'Metrics',
      about: 'from – to',
      marks: [{ id: 'x', atMs: 1000, untilMs: null, words: 'a & b' }],
      words: { newest: 'Newest', least: 'Min', mean: 'Avg', greatest: 'Max' },
      more: (count) => `${count} more`,
      colours: { page: '#fff', pane: '', line: '', lineStrong: '', text: '', textDim: '', bad: '', warn: '' },
    },
  );
  const document = new DOMParser().parseFromString(picture, 'image/svg+xml');
  expect(document.querySelector('parsererror')).toBeNull();
  expect(document.querySelector('script')).toBeNull();
  const words = [...document.querySelectorAll('text')].map(({ textContent }) => textContent);
  expect(words).toEqual(
    expect.arrayContaining(['Temperature', '<script>"&\ufffd', '61 °C', '67 °C', 'critical', 'Avg']),
  );
  expect([...document.querySelectorAll('title')].map(({ textContent }) => textContent)).toContain('a & b');
});
