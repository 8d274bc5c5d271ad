import { subjectKey } from '#shared/domain/telemetry/frame';
import type { NodeGpus } from '#shared/domain/telemetry/node-gpus';
import type { Inventory } from '../inventory/inventory';

/** The GPUs of each node as the inventory last saw them; a node of whose GPUs nothing is known is left out. */
export function listGpus(hostIds: readonly string[], inventory: Pick<Inventory, 'facts'>): NodeGpus[] {
  return hostIds.flatMap((hostId) => {
    const { 'gpu-list': list, 'amd-gpu': amd } = inventory.facts(hostId);
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
          subject: subjectKey({ kind: 'gpu', id: uniqueId ?? pciBusId ?? `#${index}` }),
          index,
          model: name ?? 'AMD',
        })),
      ],
      lost: (list?.lost ?? []).map(({ pciBusId }) => pciBusId),
    };
  });
}
