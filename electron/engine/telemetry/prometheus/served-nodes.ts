import type { HostView } from '#shared/contract/hosts';
import { subjectOf } from '#shared/domain/telemetry/frame';
import { printable } from '#shared/domain/text';
import type { Inventory } from '../../inventory/inventory';
import { amdGpuId } from '../list-gpus';

/** A node as the labels of its samples tell it. */
export interface ServedNode {
  readonly hostId: string;
  /** Its name here, which no other node has. */
  readonly instance: string;
  /** What it calls itself; null where nobody has asked it. */
  readonly hostname: string | null;
  readonly isConnected: boolean;
  /** By UUID. */
  readonly gpus: ReadonlyMap<string, ServedGpu>;
}

export interface ServedGpu {
  readonly index: number;
  readonly model: string | null;
  /** Its file in /dev, where it has one. */
  readonly device: string | null;
}

export type Labels = Readonly<Record<string, string>>;

export function servedNodes(views: readonly HostView[], inventory: Pick<Inventory, 'facts'>): ServedNode[] {
  const counts = new Map<string, number>();
  for (const { spec } of views) counts.set(spec.name, (counts.get(spec.name) ?? 0) + 1);
  return views.map(({ spec, status }) => {
    const { os, 'gpu-list': nvidia, 'amd-gpu': amd } = inventory.facts(spec.id, ['os', 'gpu-list', 'amd-gpu']);
    return {
      hostId: spec.id,
      instance: counts.get(spec.name) === 1 ? spec.name : `${spec.name} (${spec.id})`,
      hostname: os?.hostname ?? null,
      isConnected: status.connection === 'connected',
      gpus: new Map<string, ServedGpu>([
        ...(nvidia?.gpus ?? []).map(({ uuid, index, name }): [string, ServedGpu] => [
          uuid,
          { index, model: name, device: `nvidia${index}` },
        ]),
        ...(amd?.gpus ?? []).map(({ uniqueId, pciBusId, index, name }): [string, ServedGpu] => [
          amdGpuId({ index, uniqueId, pciBusId }),
          { index, model: name, device: null },
        ]),
      ]),
    };
  });
}

const MAX_LABEL = 200;

/** What is empty or unknown is left out. A node's words come out as one line of text. */
export function labelsOf(pairs: Readonly<Record<string, string | null>>): Labels {
  return Object.fromEntries(
    Object.entries(pairs).flatMap(([name, value]) => (value ? [[name, printable(value.slice(0, MAX_LABEL))]] : [])),
  );
}

/** As dcgm-exporter and node_exporter name them; `instance` is the node, since Gantry speaks for all of them. */
export function seriesLabels({ instance, hostname, gpus }: ServedNode, subject: string): Labels {
  const own = subjectLabels(subject);
  if (subjectOf(subject).kind !== 'gpu') return { ...own, instance: labelsOf({ instance }).instance ?? '' };
  const gpu = gpus.get(subjectOf(subject).id);
  return labelsOf({
    gpu: gpu ? String(gpu.index) : null,
    UUID: own.UUID ?? null,
    device: gpu?.device ?? null,
    modelName: gpu?.model ?? null,
    hostname: hostname ?? instance,
    instance,
  });
}

/** The labels that tell one subject of a node from the others of its kind. */
export function subjectLabels(subject: string): Labels {
  const { kind, id } = subjectOf(subject);
  switch (kind) {
    case 'node':
      return {};
    case 'gpu':
      return labelsOf({ UUID: id });
    case 'disk':
    case 'network':
      return labelsOf({ device: id });
    case 'rdma': {
      const [device = '', port = ''] = id.split('/');
      return labelsOf({ device, port });
    }
    case 'fileSystem':
      return labelsOf({ mountpoint: id });
    case 'ups':
      return labelsOf({ ups: id });
    case 'service':
      return labelsOf({ service: id });
  }
}
