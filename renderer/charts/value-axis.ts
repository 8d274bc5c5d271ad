import type { ShownUnit } from './metric-format';

export interface ValueAxis {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
}

/** Units whose values are never near 0: their axis begins below the least of them. */
const withoutZero: ReadonlySet<ShownUnit> = new Set(['celsius', 'megahertz']);

/** An axis with round numbers that holds everything from the least to the greatest value. */
export function valueAxis(least: number, greatest: number, unit: ShownUnit): ValueAxis {
  if (unit === 'percent' && least >= 0 && greatest <= 100) return { domain: [0, 100], ticks: [0, 25, 50, 75, 100] };
  const from = withoutZero.has(unit) ? least : Math.min(0, least);
  const span = greatest - from || Math.abs(greatest) || 1;
  const step = roundStep(span / 4, unit);
  const low = Math.floor(from / step);
  const high = Math.max(low + 1, Math.ceil(greatest / step));
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => (low + index) * step);
  return { domain: [low * step, high * step], ticks };
}

/** 1, 2 or 5 times a power of ten; of bytes in the unit that they are shown in, of which 1024 make the next. */
function roundStep(about: number, unit: ShownUnit): number {
  if ((unit === 'bytes' || unit === 'bytesPerSecond') && about >= 1) {
    const base = 1024 ** Math.floor(Math.log(about) / Math.log(1024));
    return ([1, 2, 5, 10, 20, 50, 100, 256, 512].find((factor) => factor * base >= about) ?? 1024) * base;
  }
  const power = 10 ** Math.floor(Math.log10(about));
  return ([1, 2, 5].find((factor) => factor * power >= about * 0.999) ?? 10) * power;
}
