import { type MetricId, metricSpec } from './metrics';

/** Where a metric is read from: the first of them that a node has. */
export function metricSources(metric: MetricId): string {
  const { subject, sources } = metricSpec(metric);
  // Bare names are fields of nvidia-smi's query; the others say themselves where they stand.
  const isField = (source: string) => subject === 'gpu' && /^[a-zA-Z0-9_.]+$/.test(source) && source.includes('.');
  return sources.map((source) => (isField(source) ? `nvidia-smi --query-gpu=${source}` : source)).join(' · ') || '—';
}
