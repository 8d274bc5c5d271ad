import type { unmappedReasons } from '#shared/contract/prometheus';
import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';
import { metricsByName, prometheusName } from '#shared/domain/telemetry/prometheus-name';
import { subjectOfLabels } from '#shared/domain/telemetry/subject-of-labels';
import type { Labels } from '../served-nodes';

/** A node with all that a server may call it. */
export interface NamedNode {
  readonly hostId: string;
  readonly names: readonly string[];
  readonly gpus: ReadonlySet<string>;
}

type UnmappedReason = (typeof unmappedReasons)[number];

/** Series of one scrape: their samples have the same times. */
export interface SeriesGroup {
  readonly hostId: string;
  readonly job: string;
  readonly instance: string;
  /** By `seriesKey` of its labels. */
  readonly targets: Map<string, SeriesTarget>;
}

export interface SeriesTarget {
  readonly name: string;
  readonly subject: string;
  readonly metric: MetricId;
  readonly scale: number;
}

export interface Unmapped {
  readonly reason: UnmappedReason;
  readonly job: string;
  readonly instance: string;
  readonly metrics: string[];
  series: number;
}

/** Whose samples they are, by what dcgm-exporter, node_exporter and Gantry itself put to them. Nothing is left out unsaid. */
export function mapSeries(
  found: readonly Labels[],
  nodes: readonly NamedNode[],
): { groups: SeriesGroup[]; unmapped: Unmapped[] } {
  const groups = new Map<string, SeriesGroup>();
  const unmapped = new Map<string, Unmapped>();
  const nodeOf = createFinder(nodes);
  for (const labels of found) {
    const { __name__: name = '', job = '', instance = '' } = labels;
    const metric = metricsByName().get(name);
    if (!metric) continue;
    const subject = subjectOfLabels(metricSpec(metric).subject, labels);
    const node = nodeOf(labels);
    const reason = 'reason' in subject ? subject.reason : typeof node === 'string' ? node : null;
    if (reason !== null || 'reason' in subject || typeof node === 'string') {
      const key = JSON.stringify([reason, job, instance]);
      const known = unmapped.get(key) ?? { reason: reason ?? 'unknown-subject', job, instance, metrics: [], series: 0 };
      unmapped.set(key, known);
      known.series += 1;
      if (!known.metrics.includes(name)) known.metrics.push(name);
      continue;
    }
    const key = JSON.stringify([node.hostId, job, instance]);
    const group = groups.get(key) ?? { hostId: node.hostId, job, instance, targets: new Map() };
    groups.set(key, group);
    const { scale } = prometheusName(metric);
    group.targets.set(seriesKey(labels), { name, subject: subject.key, metric, scale });
  }
  // What Gantry itself sent comes first: it is the finest, and where it is nothing else is taken.
  const isOwn = ({ job }: SeriesGroup): number => (job === 'gantry' ? 0 : 1);
  return {
    groups: [...groups.values()].sort((one, other) => isOwn(one) - isOwn(other)),
    unmapped: [...unmapped.values()],
  };
}

export function seriesKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)));
}

const NAMING = [
  'hostname',
  'Hostname',
  'nodename',
  'node',
  'kubernetes_node',
  'instance',
  'exported_instance',
] as const;

function createFinder(nodes: readonly NamedNode[]): (labels: Labels) => NamedNode | UnmappedReason {
  const byId = new Map(nodes.map((node) => [node.hostId, node]));
  const byName = new Map<string, Set<NamedNode>>();
  const byGpu = new Map<string, Set<NamedNode>>();
  const add = (into: Map<string, Set<NamedNode>>, key: string, node: NamedNode): void => {
    into.set(key, (into.get(key) ?? new Set()).add(node));
  };
  for (const node of nodes) {
    for (const name of node.names) for (const each of writings(name)) add(byName, each, node);
    for (const gpu of node.gpus) add(byGpu, gpu, node);
  }
  return (labels) => {
    const own = byId.get(labels.gantry_host ?? '');
    if (own) return own;
    let isAmbiguous = false;
    const only = (found: ReadonlySet<NamedNode> | undefined): NamedNode | null => {
      isAmbiguous ||= (found?.size ?? 0) > 1;
      return found?.size === 1 ? ([...found][0] ?? null) : null;
    };
    // A GPU may have moved: by name first, by its UUID where the exporter's name says nothing.
    for (const label of NAMING) {
      for (const name of writings(labels[label] ?? '')) {
        const node = only(byName.get(name));
        if (node) return node;
      }
    }
    return only(byGpu.get(labels.UUID ?? '')) ?? (isAmbiguous ? 'several-nodes' : 'unknown-node');
  };
}

/** A name as it stands, without the port, and without the domain. */
function writings(name: string): string[] {
  const whole = name.trim().toLowerCase();
  if (whole === '') return [];
  const host = whole.replace(/^\[(.*)\](:\d{1,5})?$/, '$1').replace(/^([^:]+):\d{1,5}$/, '$1');
  const isAddress = /^[\d.]+$|:/.test(host);
  return [...new Set([whole, host, ...(isAddress ? [] : [host.split('.')[0] ?? host])])];
}
