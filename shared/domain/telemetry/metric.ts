/** What a sample is of. `node` is the whole node; the rest are named by their `id` (a GPU's UUID, a disk's device). */
export const subjectKinds = ['node', 'gpu', 'disk', 'fileSystem', 'network', 'rdma', 'service'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

export const metricUnits = [
  'percent',
  'bytes',
  'bytesPerSecond',
  'watts',
  'joules',
  'celsius',
  'megahertz',
  'seconds',
  'count',
  'bits',
  'tokensPerSecond',
] as const;
export type MetricUnit = (typeof metricUnits)[number];

/** A limit that has a meaning for every board; one of the board's own is another metric. */
export interface MetricThresholds {
  readonly bad: 'above' | 'below';
  readonly warn: number | null;
  readonly critical: number | null;
}

export interface MetricSpec {
  readonly subject: SubjectKind;
  readonly unit: MetricUnit;
  /** A counter only grows until it starts again from 0 (driver load, reboot); what is shown is how fast. */
  readonly kind: 'gauge' | 'counter';
  /** What a node is asked for, as its tools name it; the first that answers. */
  readonly sources: readonly string[];
  readonly thresholds?: MetricThresholds;
  /** The name that dcgm-exporter, node_exporter or the service itself gives it, and what a value is multiplied with. */
  readonly prometheus?: { readonly name: string; readonly scale: number };
}
