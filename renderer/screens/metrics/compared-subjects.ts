import { subjectOf } from '#shared/domain/telemetry/frame';
import type { SubjectKind } from '#shared/domain/telemetry/metric';
import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';
import type { NodeGpus } from '#shared/domain/telemetry/node-gpus';
import { type ChartSubject, subjectId } from '../../charts/chart-subject';

/** Something that is measured, with what is measured of it. */
export interface Compared extends ChartSubject {
  readonly kind: SubjectKind;
  readonly metrics: ReadonlySet<MetricId>;
}

interface Told {
  readonly hostId: string;
  readonly subject: string;
  readonly metrics: readonly MetricId[];
}

/** In the order of the nodes, GPUs by their index first. With several nodes each is named by its node as well. */
export function comparedSubjects(
  told: readonly Told[],
  hosts: ReadonlyArray<{ readonly id: string; readonly name: string }>,
  gpus: ReadonlyMap<string, NodeGpus>,
  gpuName: (index: number | string) => string,
): Compared[] {
  const byHost = new Map<string, Told[]>();
  for (const each of told) byHost.set(each.hostId, [...(byHost.get(each.hostId) ?? []), each]);
  return hosts.flatMap(({ id: hostId, name: host }) => {
    const indexes = new Map(gpus.get(hostId)?.gpus.map(({ subject, index }) => [subject, index]));
    const own = (byHost.get(hostId) ?? []).map(({ subject, metrics }) => {
      const { kind, id } = subjectOf(subject);
      const index = indexes.get(subject);
      const name = kind === 'gpu' ? gpuName(index ?? id.slice(0, 12)) : id;
      const label = name === '' ? host : hosts.length > 1 ? `${host} · ${name}` : name;
      const order = kind === 'node' ? -1 : (index ?? Number.MAX_SAFE_INTEGER);
      return { id: subjectId(hostId, subject), hostId, key: subject, kind, label, metrics: new Set(metrics), order };
    });
    own.sort((one, other) => one.order - other.order || one.label.localeCompare(other.label));
    return own.map(({ order: _, ...compared }) => compared);
  });
}

/** What is picked of each kind of which something is: the CPU of a node can stand beside one of its GPUs. */
export function shownOf(all: readonly Compared[], picked: ReadonlySet<string> | null): readonly Compared[] {
  if (!picked) return all;
  const kinds = new Set(all.filter(({ id }) => picked.has(id)).map(({ kind }) => kind));
  return all.filter(({ id, kind }) => !kinds.has(kind) || picked.has(id));
}

export function tellingOf(shown: readonly Compared[], metric: MetricId): Compared[] {
  const { subject } = metricSpec(metric);
  return shown.filter(({ kind, metrics }) => kind === subject && metrics.has(metric));
}
