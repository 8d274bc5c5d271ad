import type { AmdGpu } from '#shared/domain/facts/amd-gpu';
import { subjectKey } from '#shared/domain/telemetry/frame';
import type { NodeGpus } from '#shared/domain/telemetry/node-gpus';
import type { Inventory } from '../inventory/inventory';

/** The GPUs of each node as the inventory last saw them; a node of whose GPUs nothing is known is left out. */
export function listGpus(hostIds: readonly string[], inventory: Pick<Inventory, 'facts'>): NodeGpus[] {
  return hostIds.flatMap((hostId) => {
    const { 'gpu-list': list, 'amd-gpu': amd } = inventory.facts(hostId, ['gpu-list', 'amd-gpu']);
    if (!list && !amd) return [];
    return {
      hostId,
      gpus: [
        ...(list?.gpus ?? []).map(({ index, name, uuid }) => ({
          subject: subjectKey({ kind: 'gpu', id: uuid }),
          index,
          model: name,
        })),
        ...(amd?.gpus ?? []).map(({ index, name, uniqueId, pciBusId }) => ({
          subject: subjectKey({ kind: 'gpu', id: amdGpuId({ index, uniqueId, pciBusId }) }),
          index,
          model: name ?? 'AMD',
        })),
      ],
      lost: (list?.lost ?? []).map(({ pciBusId }) => pciBusId),
    };
  });
}

/** What an AMD GPU is known by: the number of its chip, else where it is. */
export function amdGpuId({ index, uniqueId, pciBusId }: Pick<AmdGpu, 'index' | 'uniqueId' | 'pciBusId'>): string {
  return uniqueId ?? pciBusId ?? `#${index}`;
}
