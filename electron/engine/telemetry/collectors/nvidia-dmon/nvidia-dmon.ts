import type { Collector } from '../collector';
import { isDmonNeeded } from '../dcgm/dcgm';
import { dmonReader } from './dmon-reader';

/** dmon takes whole seconds, and 16 GPUs at most. */
const MAX_GPUS = 16;

/** PCIe throughput and replays, which the query of fields does not have. */
export const nvidiaDmon: Collector = {
  id: 'nvidia-dmon',
  plan(node, intervalMs) {
    if (node.nvidiaGpus.length === 0 || node.nvidiaGpus.length > MAX_GPUS || !isDmonNeeded(node)) return null;
    const seconds = Math.max(1, Math.round(intervalMs / 1000));
    return { argv: ['nvidia-smi', 'dmon', '-s', 'te', '-d', String(seconds)], reader: dmonReader(node.nvidiaGpus) };
  },
};
