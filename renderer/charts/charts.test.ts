import { describe, expect, it } from 'vitest';
import type { DrawnSeries } from '#shared/domain/telemetry/live';
import { metricSpec } from '#shared/domain/telemetry/metrics';
import { formatters } from '../components/format';
import { bandPathOf, type ChartLine, extentOf, hasBand, lastPoint, pathOf, pointAt } from './chart-lines';
import { formatMetric, shownUnit } from './metric-format';
import { timeTicks, timeTickWords } from './time-axis';
import { valueAxis } from './value-axis';

const series = (values: ReadonlyArray<number | null>, stepMs = 1000): DrawnSeries => ({
  times: values.map((_, index) => index * stepMs),
  least: [...values],
  mean: [...values],
  greatest: [...values],
  paceMs: stepMs,
  tierMs: 0,
});
const line = (values: ReadonlyArray<number | null>, key = 'a'): ChartLine => ({
  key,
  label: key,
  look: 0,
  series: series(values),
});

describe('a line of a chart', () => {
  it('is broken where nothing is known, and never joined over a gap', () => {
    const box = { width: 40, height: 10 };
    expect(pathOf(series([0, 10, null, 10, 0]), { fromMs: 0, toMs: 4000 }, [0, 10], box)).toBe(
      'M0.0 10.0L10.0 0.0M30.0 0.0L40.0 10.0',
    );
  });

  it('shows a value between two unknown ones, and its band in stretches', () => {
    const box = { width: 40, height: 10 };
    const window = { fromMs: 0, toMs: 4000 };
    expect(pathOf(series([null, 10, null]), window, [0, 10], box)).toBe('M10.0 0.0L10.0 0.0');
    const drawn = { ...series([5, 5, null, 5, 5]), least: [0, 0, null, 4, 4] };
    expect(bandPathOf(drawn, window, [0, 10], box)).toBe(
      'M0.0 5.0L10.0 5.0L10.0 10.0L0.0 10.0ZM30.0 5.0L40.0 5.0L40.0 6.0L30.0 6.0Z',
    );
  });

  it('reads the point nearest to a time, and nothing in a gap or beyond its ends', () => {
    const known = series([5, 6, null, 8]);
    expect(pointAt(known, 1400)?.mean).toBe(6);
    expect(pointAt(known, 2100)).toBeNull();
    expect(pointAt(known, 3200)?.mean).toBe(8);
    expect(pointAt(known, 9000)).toBeNull();
    expect(pointAt(series([]), 0)).toBeNull();
  });

  it('does not pass an old value off as the newest when it ends unknown', () => {
    expect(lastPoint(series([1, 2]))?.mean).toBe(2);
    expect(lastPoint(series([1, null]))).toBeNull();
  });

  it('has a band only where points are sums of samples that differ', () => {
    expect(hasBand(series([1, 2, null]))).toBe(false);
    expect(hasBand({ ...series([1, 2]), least: [0, 2] })).toBe(true);
  });

  it('has no extent when nothing is known, rather than one around 0', () => {
    expect(extentOf([line([null, null])])).toBeNull();
    expect(extentOf([line([3, null]), line([9, 4])])).toEqual([3, 9]);
  });
});

describe('axes', () => {
  it.each([
    [0, 97, 'percent', [0, 25, 50, 75, 100]],
    [41, 85, 'celsius', [40, 60, 80, 100]],
    [0, 700, 'watts', [0, 200, 400, 600, 800]],
    [0, 0, 'bytesPerSecond', [0, 0.5]],
    [0, 3 * 1024 ** 3, 'bytes', [0, 1, 2, 3].map((count) => count * 1024 ** 3)],
  ] as const)('from %d to %d %s has round numbers that hold it', (least, greatest, unit, ticks) => {
    const axis = valueAxis(least, greatest, unit);
    expect(axis.ticks).toEqual(ticks);
    expect(axis.domain).toEqual([ticks[0], ticks.at(-1)]);
  });

  it('holds every value and never has more than a dozen ticks', () => {
    for (const greatest of [0.0003, 0.7, 1, 3, 12, 99, 1025, 5e6, 7.7e9, 3e12, 1e18]) {
      for (const unit of ['bytes', 'bytesPerSecond', 'count', 'perSecond', 'watts', 'megahertz', 'share'] as const) {
        const { domain, ticks } = valueAxis(greatest / 3, greatest, unit);
        expect(domain[0]).toBeLessThanOrEqual(greatest / 3);
        expect(domain[1]).toBeGreaterThanOrEqual(greatest * 0.999);
        expect(ticks.length).toBeLessThanOrEqual(12);
        expect(ticks.length).toBeGreaterThan(1);
      }
    }
  });

  it('puts times on round minutes, as many as fit', () => {
    const from = new Date(2026, 10, 23, 12, 3, 20).getTime();
    const window = { fromMs: from, toMs: from + 15 * 60_000 };
    expect(timeTicks(window, 6).map((at) => timeTickWords(at, window, 6))).toEqual(['12:05', '12:10', '12:15']);
    const short = { fromMs: from, toMs: from + 60_000 };
    expect(timeTickWords(timeTicks(short, 6)[0] ?? 0, short, 6)).toBe('12:03:20');
  });

  it('shows a midnight as its date', () => {
    const window = { fromMs: new Date(2026, 10, 22, 20).getTime(), toMs: new Date(2026, 10, 23, 4).getTime() };
    expect(timeTicks(window, 4).map((at) => timeTickWords(at, window, 4))).toEqual([
      '20:00',
      '22:00',
      '11-23',
      '02:00',
      '04:00',
    ]);
  });
});

it('shows a counter as how fast it grows, in the unit of that', () => {
  const words = (id: Parameters<typeof metricSpec>[0], value: number) =>
    formatMetric(value, shownUnit(metricSpec(id)), formatters('en')).replaceAll('\u00a0', ' ');
  expect(words('disk.readBytes', 2048)).toBe('2 KiB/s');
  expect(words('disk.busySeconds', 0.25)).toBe('25%');
  expect(words('gpu.energyJ', 650)).toBe('650 W');
  expect(words('gpu.pcieReplays', 0.5)).toBe('0.5/s');
  expect(words('gpu.temperatureC', 61)).toBe('61 °C');
  expect(words('gpu.throttleReasons', 4)).toBe('0x4');
});
