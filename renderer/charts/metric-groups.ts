import type { SubjectKind } from '#shared/domain/telemetry/metric';
import { type MetricId, metricIds, metricSpec } from '#shared/domain/telemetry/metrics';

/** Metrics in the order of their charts. */
export const groups = [
  'gpu',
  'service',
  'node',
  'disk',
  'network',
  'rdma',
  'fileSystem',
  'ups',
] as const satisfies SubjectKind[];
export type Group = (typeof groups)[number];

export const usualMetrics: readonly MetricId[] = [
  'gpu.temperatureC',
  'gpu.powerW',
  'gpu.utilizationPercent',
  'gpu.memoryUsedBytes',
  'gpu.pcieReceivedBytesPerSecond',
  'gpu.pcieSentBytesPerSecond',
  'service.requestsRunning',
  'service.requestsWaiting',
  'service.kvCachePercent',
  'service.generatedTokens',
  'service.requests',
  'service.queueMeanSeconds',
  'service.firstTokenP95Seconds',
  'service.requestMeanSeconds',
  'node.cpuBusyPercent',
  'node.memoryAvailableBytes',
  'disk.readBytes',
  'disk.writtenBytes',
  'network.receivedBytes',
  'network.sentBytes',
  'rdma.receivedBytes',
  'rdma.sentBytes',
];

/** The usual ones first, then the others as the catalogue has them. */
export function metricsOfGroup(group: Group): MetricId[] {
  return [...new Set([...usualMetrics, ...metricIds])].filter((id) => metricSpec(id).subject === group);
}

/** The metric that holds what this one can't pass on this board or node. */
export const limitOf: Readonly<Partial<Record<MetricId, MetricId>>> = {
  'gpu.powerW': 'gpu.powerLimitW',
  'gpu.memoryUsedBytes': 'gpu.memoryTotalBytes',
  'gpu.smClockMhz': 'gpu.smClockMaxMhz',
  'node.memoryAvailableBytes': 'node.memoryTotalBytes',
};

/** Passing a threshold is a state; being at it is not yet. */
export function toneOf(metric: MetricId, value: number): 'warn' | 'bad' | null {
  const { thresholds } = metricSpec(metric);
  if (!thresholds) return null;
  const passes = (limit: number | null) =>
    limit !== null && (thresholds.bad === 'above' ? value > limit : value < limit);
  return passes(thresholds.critical) ? 'bad' : passes(thresholds.warn) ? 'warn' : null;
}
