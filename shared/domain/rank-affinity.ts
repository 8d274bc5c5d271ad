import { z } from 'zod';
import type { GpuFacts, GpuProcessEnvironmentFacts, GpuTopologyFacts } from './facts/gpu';

export const misplacedRankSchema = z.object({
  pid: z.number(),
  gpuIndex: z.number(),
  cpusAllowed: z.string(),
  cpusNearGpu: z.string(),
});
export type MisplacedRank = z.infer<typeof misplacedRankSchema>;

/** Processes that may run on no core near the GPU they use. Null: the cores of no process on a GPU are known. */
export function misplacedRanks(
  environment: GpuProcessEnvironmentFacts,
  gpu: GpuFacts,
  topology: GpuTopologyFacts,
): MisplacedRank[] | null {
  const near = new Map(topology.devices.map(({ gpuIndex, cpuAffinity }) => [gpuIndex, cpuAffinity]));
  let isAnyKnown = false;
  const found = environment.processes.flatMap(({ pid, cpusAllowed }) =>
    gpu.gpus.flatMap(({ index, processes }): MisplacedRank[] => {
      const cpusNearGpu = near.get(index) ?? null;
      if (!processes.some((one) => one.pid === pid) || cpusNearGpu === null || (cpusAllowed ?? null) === null)
        return [];
      const [allowed, wanted] = [rangesOf(cpusAllowed ?? ''), rangesOf(cpusNearGpu)];
      if (allowed.length === 0 || wanted.length === 0) return [];
      isAnyKnown = true;
      const isNear = allowed.some(([from, to]) => wanted.some(([first, last]) => from <= last && first <= to));
      return isNear ? [] : [{ pid, gpuIndex: index, cpusAllowed: cpusAllowed ?? '', cpusNearGpu }];
    }),
  );
  return isAnyKnown ? found : null;
}

/** `0-31,64-95` -> pairs; nothing where a part of it is something else. */
function rangesOf(text: string): [number, number][] {
  const parts = text.split(',').map((part) => /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part.trim()));
  return parts.includes(null) ? [] : parts.map((part) => [Number(part?.[1]), Number(part?.[2] ?? part?.[1])]);
}
