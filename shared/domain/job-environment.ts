import { z } from 'zod';
import type { GpuProcessEnvironmentFacts } from './facts/gpu';
import type { GpuMemoryView } from './gpu-memory';
import { readVisibleDevices, visibleDevicesSchema } from './visible-devices';

/** A compute process that runs on GPUs, with what its environment says of them. Null: the variable is not set. */
export const jobEnvironmentSchema = z.object({
  pid: z.number(),
  name: z.string().nullable(),
  /** Where it is, as the driver says. */
  gpuIndexes: z.array(z.number()),
  visibleDevices: z.string().nullable(),
  deviceOrder: z.string().nullable(),
  containerDevices: z.string().nullable(),
  allocatorConf: z.string().nullable(),
  /** What it sees by its environment. Free memory counts what it holds itself: that is its own. */
  visible: visibleDevicesSchema,
  /** It holds memory on a GPU that its numbers, counted as nvidia-smi does, do not name. */
  isElsewhere: z.boolean(),
});
export type JobEnvironment = z.infer<typeof jobEnvironmentSchema>;

/**
 * Joins the processes that the driver lists with their environments. Left out: MIG slices, which are chosen by other names,
 * and containers whose devices are chosen by something that is not in the environment (`NVIDIA_VISIBLE_DEVICES=void`).
 */
export function jobEnvironments(
  gpus: readonly GpuMemoryView[],
  environment: GpuProcessEnvironmentFacts | null,
): JobEnvironment[] {
  return (environment?.processes ?? []).flatMap(({ pid, variables }): JobEnvironment[] => {
    const value = (name: string): string | null => variables[name] ?? null;
    const mine = gpus.filter(({ users }) =>
      users.some((user) => user.pid === pid && user.isListedByDriver && user.kind !== 'G' && !user.isMps),
    );
    const containerDevices = value('NVIDIA_VISIBLE_DEVICES');
    if (mine.length === 0 || mine.some(({ isMigOn }) => isMigOn) || containerDevices === 'void') return [];
    const [visibleDevices, deviceOrder] = [value('CUDA_VISIBLE_DEVICES'), value('CUDA_DEVICE_ORDER')];
    const gpuIndexes = mine.map(({ index }) => index);
    const visible = readVisibleDevices({
      gpus: gpus.map((gpu) => withOwnMemory(gpu, pid)),
      text: visibleDevices,
      order: deviceOrder,
      container: containerDevices,
    });
    if (visible === null) return [];
    return [
      {
        pid,
        name: mine.flatMap(({ users }) => users).find((user) => user.pid === pid)?.name ?? null,
        gpuIndexes,
        visibleDevices,
        deviceOrder,
        containerDevices,
        allocatorConf: value('PYTORCH_ALLOC_CONF') ?? value('PYTORCH_CUDA_ALLOC_CONF'),
        visible,
        isElsewhere: visibleDevices !== null && gpuIndexes.some((index) => !visible.indexes.includes(index)),
      },
    ];
  });
}

function withOwnMemory(gpu: GpuMemoryView, pid: number): GpuMemoryView {
  const own = gpu.users.find((user) => user.pid === pid)?.usedMemoryBytes ?? 0;
  return gpu.freeBytes === null ? gpu : { ...gpu, freeBytes: gpu.freeBytes + own };
}
