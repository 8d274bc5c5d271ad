import type { MetricThresholds } from '#shared/domain/telemetry/metric';
import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';

type Values = ReadonlyArray<number | null>;

/** Something that cells can be coloured by. */
export interface HeatMetric {
  /** Its words: those of the metric itself, or of what is worked out of several. */
  readonly id: MetricId | DerivedId;
  readonly needs: readonly MetricId[];
  /** From the values of `needs`, in the unit it is shown in; null: not known. */
  readonly read: (values: Values) => number | null;
  readonly unit: '%' | '°C' | 'W' | 'MHz' | 'GB/s' | 'GiB' | '/min';
  readonly digits: number;
  /** What the ends of the scale stand for; null: from 0 to a round number above the most that there is. */
  readonly range: readonly [from: number, to: number] | null;
  readonly thresholds: MetricThresholds | null;
}

const derivedIds = ['memoryShare', 'powerShare', 'clockShare'] as const;
export type DerivedId = (typeof derivedIds)[number];

export function isDerived(id: HeatMetric['id']): id is DerivedId {
  return (derivedIds as readonly string[]).includes(id);
}

interface Shown extends Partial<Pick<HeatMetric, 'digits' | 'range' | 'thresholds'>> {
  /** What a value is multiplied with to be shown. */
  readonly factor?: number;
}

function plain(
  id: MetricId,
  unit: HeatMetric['unit'],
  { factor = 1, digits = 0, range = null, thresholds = metricSpec(id).thresholds ?? null }: Shown = {},
): HeatMetric {
  const read = ([value]: Values) => (value === null || value === undefined ? null : value * factor);
  return { id, needs: [id], read, unit, digits, range, thresholds };
}

function share(id: DerivedId, of: MetricId, all: MetricId): HeatMetric {
  const read = ([part, whole]: Values) =>
    typeof part === 'number' && typeof whole === 'number' && whole > 0 ? (100 * part) / whole : null;
  return { id, needs: [of, all], read, unit: '%', digits: 0, range: [0, 100], thresholds: null };
}

const percent: Shown = { range: [0, 100] };
/** Buses and links are rated in powers of ten. */
const gigabytes: Shown = { factor: 1e-9, digits: 1 };
/** Share of time, from seconds a second. Held back by heat, it matters from 1 % on (table of metrics, row 12). */
const heldBack: Shown = { factor: 100, digits: 1, range: [0, 100] };

/** In the order in which they are offered. */
export const heatMetrics: readonly HeatMetric[] = [
  plain('gpu.utilizationPercent', '%', percent),
  plain('gpu.temperatureC', '°C', { range: [20, 100] }),
  plain('gpu.temperatureMarginC', '°C', { range: [60, 0] }),
  plain('gpu.memoryTemperatureC', '°C', { range: [20, 110] }),
  share('memoryShare', 'gpu.memoryUsedBytes', 'gpu.memoryTotalBytes'),
  plain('gpu.memoryUsedBytes', 'GiB', { factor: 1 / 1024 ** 3 }),
  plain('gpu.memoryBusyPercent', '%', percent),
  share('powerShare', 'gpu.powerW', 'gpu.powerLimitW'),
  plain('gpu.powerW', 'W'),
  share('clockShare', 'gpu.smClockMhz', 'gpu.smClockMaxMhz'),
  plain('gpu.thermalThrottleSeconds', '%', { ...heldBack, thresholds: { bad: 'above', warn: 1, critical: 10 } }),
  plain('gpu.powerThrottleSeconds', '%', heldBack),
  plain('gpu.pcieReceivedBytesPerSecond', 'GB/s', gigabytes),
  plain('gpu.pcieSentBytesPerSecond', 'GB/s', gigabytes),
  plain('gpu.pcieReplays', '/min', { factor: 60, digits: 1, thresholds: { bad: 'above', warn: 8, critical: null } }),
  plain('gpu.nvlinkReceivedBytesPerSecond', 'GB/s', gigabytes),
  plain('gpu.nvlinkSentBytesPerSecond', 'GB/s', gigabytes),
  plain('gpu.smActivePercent', '%', percent),
  plain('gpu.tensorActivePercent', '%', percent),
  plain('gpu.dramActivePercent', '%', percent),
  plain('gpu.fanPercent', '%', percent),
];

const first = heatMetrics[0] as HeatMetric;

export function heatMetric(id: string): HeatMetric {
  return heatMetrics.find((metric) => metric.id === id) ?? first;
}

/** What the state of a cell takes, whatever it is coloured by. */
const stateMetrics = ['gpu.temperatureC', 'gpu.memoryUsedBytes', 'gpu.throttleReasons'] as const;

/** What is asked for to show a metric: its own needs first. */
export function metricsFor({ needs }: HeatMetric): readonly MetricId[] {
  return [...new Set<MetricId>([...needs, ...stateMetrics])];
}

/** NVML: held back by hardware (0x8), heat (0x20, 0x40) or the power brake (0x80); its own power limit (0x4) is no fault. */
const heldBackBits = 0x8 | 0x20 | 0x40 | 0x80;

export function isThrottled(reasons: number | null | undefined): boolean {
  return typeof reasons === 'number' && (reasons & heldBackBits) !== 0;
}

export type Judged = 'ok' | 'warn' | 'critical';

/** A threshold is passed above or below it; ones that mean a count of none are passed by any. */
export function judge(value: number, thresholds: MetricThresholds | null): Judged {
  if (!thresholds) return 'ok';
  const { bad, warn, critical } = thresholds;
  const isPast = (limit: number | null) =>
    limit !== null && (bad === 'below' ? value <= limit : limit === 0 ? value > 0 : value >= limit);
  return isPast(critical) ? 'critical' : isPast(warn) ? 'warn' : 'ok';
}

/** The smallest of 1, 2, 3, 4, 5, 6, 8 times a power of ten that is no less. */
export function roundAbove(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}
