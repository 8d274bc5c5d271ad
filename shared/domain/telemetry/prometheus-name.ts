import type { MetricSpec, MetricUnit } from './metric';
import { type MetricId, metricIds, metricSpec } from './metrics';

/** How an id ends for a unit, and what Prometheus' own rules (base units, whole words) make of it. */
const endings: Readonly<Record<MetricUnit, { id: RegExp; name: string; scale: number }>> = {
  percent: { id: /Percent$/, name: '_ratio', scale: 0.01 },
  bytesPerSecond: { id: /BytesPerSecond$/, name: '_bytes_per_second', scale: 1 },
  bytes: { id: /Bytes$/, name: '_bytes', scale: 1 },
  watts: { id: /W$/, name: '_watts', scale: 1 },
  joules: { id: /J$/, name: '_joules', scale: 1 },
  celsius: { id: /C$/, name: '_celsius', scale: 1 },
  megahertz: { id: /Mhz$/, name: '_hertz', scale: 1e6 },
  seconds: { id: /Seconds$/, name: '_seconds', scale: 1 },
  count: { id: /$/, name: '', scale: 1 },
  bits: { id: /$/, name: '', scale: 1 },
};

export interface PrometheusName {
  readonly name: string;
  readonly type: MetricSpec['kind'];
  /** What a value of ours is multiplied with. */
  readonly scale: number;
}

/**
 * What a metric is called where Prometheus reads it: as dcgm-exporter, node_exporter or the service itself calls it, and
 * `gantry_…` in base units where none of them has it.
 */
export function prometheusName(id: MetricId): PrometheusName {
  const { kind: type, unit, prometheus } = metricSpec(id);
  if (prometheus) return { ...prometheus, type };
  const { id: end, name, scale } = endings[unit];
  const words = id
    .replace(end, '')
    .replace('.', '_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();
  return { name: `gantry_${words}${name}${type === 'counter' ? '_total' : ''}`, type, scale };
}

/** A value in the unit that Prometheus has it in, without the dust of the conversion. */
export function servedValue(value: number, scale: number): number {
  return isExact(scale) ? value * scale : withoutDust(value * scale);
}

/** And back. */
export function measuredValue(served: number, scale: number): number {
  return isExact(scale) ? served / scale : withoutDust(served / scale);
}

function isExact(scale: number): boolean {
  return Number.isInteger(Math.log2(scale));
}

/** Fifteen digits are what a float has for certain. */
function withoutDust(value: number): number {
  return Number.isSafeInteger(value) ? value : Number(value.toPrecision(15));
}

/** Names of the same things in other releases of the exporters. */
const otherNames: Readonly<Record<string, MetricId>> = {
  DCGM_FI_DEV_CLOCK_THROTTLE_REASONS: 'gpu.throttleReasons',
  DCGM_FI_DEV_GPU_TEMP_CELSIUS: 'gpu.temperatureC',
  DCGM_FI_DEV_XID_ERROR: 'gpu.xid',
  'vllm:gpu_cache_usage_perc': 'service.kvCachePercent',
};

let byName: ReadonlyMap<string, MetricId> | null = null;

/** All names that metrics have in Prometheus. */
export function metricsByName(): ReadonlyMap<string, MetricId> {
  byName ??= new Map([
    ...Object.entries(otherNames),
    ...metricIds.map((id): [string, MetricId] => [prometheusName(id).name, id]),
  ]);
  return byName;
}

/** The metric that has a name in Prometheus; null where none does. */
export function metricNamed(name: string): MetricId | null {
  return metricsByName().get(name) ?? null;
}
