import { amdGpuProbe } from '../../../probes/amd-gpu/amd-gpu-probe';
import { amdLayout, amdValues } from '../amd-gpu/amd-values';
import { only, type SlowCollector } from './slow-collector';

/** AMD's GPUs where only the older tool is there, which starts Python anew each time. */
export const rocmGpu: SlowCollector = {
  id: 'rocm-gpu',
  everyMs: 30_000,
  probes: [only(amdGpuProbe, 'rocm-smi')],
  isFor: ({ amdTool }) => amdTool === 'rocm-smi',
  read: ({ facts, node }) =>
    (facts['amd-gpu']?.gpus ?? []).flatMap((gpu) => {
      const id = node.amdGpus.get(gpu.index);
      return id === undefined
        ? []
        : [{ subject: { kind: 'gpu' as const, id }, layout: amdLayout, values: amdValues(gpu) }];
    }),
};
