import { paces } from './pace';

/** What a sample is of. `node` is the whole node; the rest are named by their `id` (a GPU's UUID, a disk's device). */
export const subjectKinds = ['node', 'gpu', 'disk', 'fileSystem', 'network', 'rdma', 'ups', 'service'] as const;
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
] as const;
export type MetricUnit = (typeof metricUnits)[number];

/** After so many periods without it a value is not known any more. */
const MISSED_PERIODS = 3;

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
  /** How far apart its samples are where nobody looks; not given: as far as its host is sampled. */
  readonly periodMs?: number;
  /** A counter that stops there: what it counts after that nobody knows. */
  readonly fullAt?: number;
  /** The name that dcgm-exporter, node_exporter or the service itself gives it, and what a value is multiplied with. */
  readonly prometheus?: { readonly name: string; readonly scale: number };
}

/**
 * For how long its newest value counts as known; half a period may pass on the way. What has no period of its own has that of
 * its host, which changes: then `stepMs` is how far the newest sample was from the one before.
 */
export function staleAfterMs({ periodMs }: Pick<MetricSpec, 'periodMs'>, stepMs = 0): number {
  return (MISSED_PERIODS + 0.5) * (periodMs ?? Math.min(paces.hidden, Math.max(paces.shown, stepMs)));
}
