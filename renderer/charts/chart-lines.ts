import type { DrawnSeries } from '#shared/domain/telemetry/live';
import type { TimeWindow } from './time-axis';

/** One line of a chart. The key is the same in every chart that shows the same thing. */
export interface ChartLine {
  readonly key: string;
  readonly label: string;
  /** Which of the looks it has; the same in every chart. */
  readonly look: number;
  readonly series: DrawnSeries;
}

/** What lies between the least and the greatest value. `range`: one is looked at; `faint`: many lie over each other. */
export interface ChartBand {
  readonly key: string;
  readonly kind: 'range' | 'faint';
  readonly series: DrawnSeries;
}

export const bandOpacity = { range: 0.25, faint: 0.12 } as const;

export interface PointAt {
  readonly atMs: number;
  readonly mean: number;
  readonly least: number;
  readonly greatest: number;
}

/** How a line looks: shade and dashes, as colours are for states. */
export function lineLook(index: number): { stroke: string; dash: string | undefined } {
  const dashes = [undefined, '7 3', '2 2', '9 3 2 3'];
  const stroke = index % 2 === 0 ? 'var(--text)' : 'var(--text-dim)';
  return { stroke, dash: dashes[Math.floor(index / 2) % dashes.length] };
}

/** Where the point nearest to a time is; -1 where none is near. */
export function indexAt({ times, paceMs }: Pick<DrawnSeries, 'times' | 'paceMs'>, atMs: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < atMs) low = middle + 1;
    else high = middle;
  }
  const before = times[low - 1];
  const index = before !== undefined && atMs - before < (times[low] as number) - atMs ? low - 1 : low;
  const time = times[index];
  if (time === undefined) return -1;
  const reach = Math.max(paceMs, stepOf(times, index)) * 1.5;
  return Math.abs(time - atMs) > reach ? -1 : index;
}

/** The point nearest to a time; null where nothing is known about then. */
export function pointAt(series: DrawnSeries, atMs: number): PointAt | null {
  const index = indexAt(series, atMs);
  const value = series.mean[index];
  if (typeof value !== 'number') return null;
  return {
    atMs: series.times[index] as number,
    mean: value,
    least: series.least[index] ?? value,
    greatest: series.greatest[index] ?? value,
  };
}

/** The newest value that is known, or null when the series ends with something unknown. */
export function lastPoint({ times, least, mean, greatest }: DrawnSeries): PointAt | null {
  const index = times.length - 1;
  const value = mean[index];
  if (typeof value !== 'number') return null;
  return {
    atMs: times[index] as number,
    mean: value,
    least: least[index] ?? value,
    greatest: greatest[index] ?? value,
  };
}

/** A host that nobody looks at is sampled so seldom that its newest value is this old. */
const REST_MS = 12_000;

/** When it told its last, where that is long before the end of what is shown: its newest value is none of then. */
export function fellSilentAt({ times, paceMs, tierMs }: DrawnSeries, { fromMs, toMs }: TimeWindow): number | null {
  const lastMs = times.at(-1);
  if (lastMs === undefined) return null;
  return toMs - lastMs > REST_MS + 3 * Math.max(paceMs, tierMs, (toMs - fromMs) / 300) ? lastMs : null;
}

/** Points drawn further apart than they were sampled are sums of several. */
function stepOf(times: readonly number[], index: number): number {
  const after = times[index + 1];
  const before = times[index - 1];
  const at = times[index] as number;
  return Math.min(
    after === undefined ? Infinity : after - at,
    before === undefined ? Infinity : at - before,
    3_600_000,
  );
}

/** From the least to the greatest value of all lines, null when nothing is known. */
export function extentOf(lines: readonly ChartLine[]): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const { series } of lines) {
    for (const value of series.least) if (value !== null && value < low) low = value;
    for (const value of series.greatest) if (value !== null && value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}

/** Some of its points are sums of samples that differ. */
export function hasBand({ least, greatest }: DrawnSeries): boolean {
  return least.some((value, index) => value !== greatest[index]);
}

export interface PlotBox {
  readonly width: number;
  readonly height: number;
}

export function xOf(atMs: number, { fromMs, toMs }: TimeWindow, { width }: PlotBox): number {
  return ((atMs - fromMs) / (toMs - fromMs)) * width;
}

export function yOf(value: number, [low, high]: readonly [number, number], { height }: PlotBox): number {
  return (1 - (value - low) / (high - low)) * height;
}

/** What draws: a canvas, or the path of an SVG. */
interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  /** An area ends where it began. */
  closePath(): void;
}

interface Plot {
  readonly window: TimeWindow;
  readonly domain: readonly [number, number];
  readonly box: PlotBox;
}

/** Draws a line, broken where nothing is known. */
export function traceLine(pen: Pen, { times, mean }: DrawnSeries, { window, domain, box }: Plot): void {
  let isOn = false;
  for (const [index, time] of times.entries()) {
    const value = mean[index];
    if (typeof value !== 'number') {
      isOn = false;
      continue;
    }
    const [x, y] = [xOf(time, window, box), yOf(value, domain, box)];
    if (!isOn) pen.moveTo(x, y);
    // A value between two unknown ones is a line of no length: a dot.
    if (isOn || typeof mean[index + 1] !== 'number') pen.lineTo(x, y);
    isOn = true;
  }
}

/** Draws from the least to the greatest value: an area for each stretch in which something is known. */
export function traceBand(pen: Pen, { times, least, greatest }: DrawnSeries, { window, domain, box }: Plot): void {
  const close = (from: number, to: number) => {
    if (to - from < 2) return;
    for (let at = from; at < to; at += 1) {
      const [x, y] = [xOf(times[at] as number, window, box), yOf(greatest[at] as number, domain, box)];
      if (at === from) pen.moveTo(x, y);
      else pen.lineTo(x, y);
    }
    for (let at = to - 1; at >= from; at -= 1) {
      pen.lineTo(xOf(times[at] as number, window, box), yOf(least[at] as number, domain, box));
    }
    pen.closePath();
  };
  let from = 0;
  for (let at = 0; at <= times.length; at += 1) {
    if (at < times.length && typeof least[at] === 'number' && typeof greatest[at] === 'number') continue;
    close(from, at);
    from = at + 1;
  }
}

/** A line as the path of an SVG. */
export function pathOf(series: DrawnSeries, window: TimeWindow, domain: Plot['domain'], box: PlotBox): string {
  return svgPath((pen) => traceLine(pen, series, { window, domain, box }));
}

/** A band as the path of an SVG. */
export function bandPathOf(series: DrawnSeries, window: TimeWindow, domain: Plot['domain'], box: PlotBox): string {
  return svgPath((pen) => traceBand(pen, series, { window, domain, box }));
}

function svgPath(trace: (pen: Pen) => void): string {
  const parts: string[] = [];
  trace({
    moveTo: (x, y) => void parts.push(`M${x.toFixed(1)} ${y.toFixed(1)}`),
    lineTo: (x, y) => void parts.push(`L${x.toFixed(1)} ${y.toFixed(1)}`),
    closePath: () => void parts.push('Z'),
  });
  return parts.join('');
}
