import { gpuMetrics } from './gpu-metrics';
import { hostMetrics } from './host-metrics';
import type { MetricSpec } from './metric';
import { servingMetrics } from './serving-metrics';

/** Everything that is sampled, by its id: `subject.nameUnit`. */
export const metrics = { ...gpuMetrics, ...hostMetrics, ...servingMetrics };

export type MetricId = keyof typeof metrics;

export const metricIds = Object.keys(metrics) as MetricId[];

export function isMetricId(text: string): text is MetricId {
  return Object.hasOwn(metrics, text);
}

export function metricSpec(id: MetricId): MetricSpec {
  return metrics[id];
}
