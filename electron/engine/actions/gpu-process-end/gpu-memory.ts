import { z } from 'zod';
import type { FactsOf } from '#shared/domain/facts/index';
import type { ActionContext } from '../action';

/** What one process holds of one GPU; `heldBytes` null: it has the device open and the driver names no amount. */
export const holdSchema = z.object({
  gpuUuid: z.string(),
  gpuIndex: z.number().nullable(),
  heldBytes: z.number().nullable(),
  gpuUsedBytes: z.number().nullable(),
});
export type Hold = z.infer<typeof holdSchema>;

export interface GpuMemory {
  readonly holds: readonly Hold[];
  /** Other processes on the same GPUs, each as text. */
  readonly others: readonly string[];
  /** Probes that did not come back; what is above may lack something then. */
  readonly unread: readonly string[];
}

/** Reads who holds the memory of which GPU, from the driver's lists and from the open device files. */
export async function readGpuMemory(context: ActionContext, pid: number): Promise<GpuMemory> {
  const [gpu, processes] = [await context.probe('gpu'), await context.probe('gpu-processes')];
  const listed = holdsOf(pid, gpu, processes);
  // Needs root, so it is asked only when the driver does not name the process.
  const holders = listed.holds.length > 0 ? null : await context.probe('gpu-holders');
  const unread = [
    ...(gpu ? [] : ['gpu']),
    ...(processes ? [] : ['gpu-processes']),
    ...(listed.holds.length > 0 || holders ? [] : ['gpu-holders']),
  ];
  if (!holders) return { ...listed, unread };
  const holds = (gpu?.gpus ?? []).filter((one) =>
    holders.holders.some(
      (holder) => holder.pid === pid && holder.device === `/dev/nvidia${one.minorNumber ?? one.index}`,
    ),
  );
  return {
    holds: holds.map((one) => ({
      gpuUuid: one.uuid ?? one.pciBusId,
      gpuIndex: one.index,
      heldBytes: null,
      gpuUsedBytes: one.memory.usedBytes,
    })),
    others: holds.flatMap((one) => othersOn(one, pid)),
    unread,
  };
}

function holdsOf(
  pid: number,
  gpu: FactsOf<'gpu'> | null,
  processes: FactsOf<'gpu-processes'> | null,
): Pick<GpuMemory, 'holds' | 'others'> {
  const holds: Hold[] = [];
  const others: string[] = [];
  for (const one of gpu?.gpus ?? []) {
    // Under MIG a process is listed under the slice's UUID in one tool and under the GPU in the other.
    const uuids = new Set([one.uuid, ...one.migDevices.map((device) => device.uuid)]);
    const queried = (processes?.processes ?? []).filter((row) => row.pid === pid && uuids.has(row.gpuUuid));
    const own = one.processes.filter((row) => row.pid === pid);
    if (queried.length + own.length === 0) continue;
    holds.push({
      gpuUuid: one.uuid ?? one.pciBusId,
      gpuIndex: one.index,
      heldBytes: sum(own.map((row) => row.usedMemoryBytes)) ?? sum(queried.map((row) => row.usedMemoryBytes)),
      gpuUsedBytes: one.memory.usedBytes,
    });
    others.push(...othersOn(one, pid));
  }
  if (!gpu) {
    // The long listing failed (a GPU is lost, say) and the short one did not: the amounts are known, the totals are not.
    for (const row of processes?.processes ?? []) {
      if (row.pid !== pid) continue;
      holds.push({ gpuUuid: row.gpuUuid, gpuIndex: null, heldBytes: row.usedMemoryBytes, gpuUsedBytes: null });
    }
  }
  return { holds, others };
}

function othersOn(gpu: FactsOf<'gpu'>['gpus'][number], pid: number): string[] {
  return gpu.processes
    .filter((row) => row.pid !== pid)
    .map((row) => `GPU ${gpu.index}: ${row.pid} ${row.name ?? ''} (${mebibytes(row.usedMemoryBytes)})`);
}

/** Null unless at least one amount is known. */
function sum(amounts: ReadonlyArray<number | null>): number | null {
  const known = amounts.filter((amount) => amount !== null);
  return known.length === 0 ? null : known.reduce((total, amount) => total + amount, 0);
}

/** Whole MiB, the unit nvidia-smi prints. */
export function mebibytes(bytes: number | null): string {
  return bytes === null ? '? MiB' : `${Math.round(bytes / 2 ** 20)} MiB`;
}

export function describeHolds(holds: readonly Hold[]): string {
  return holds.map((hold) => `GPU ${hold.gpuIndex ?? hold.gpuUuid}: ${mebibytes(hold.heldBytes)}`).join(', ');
}
