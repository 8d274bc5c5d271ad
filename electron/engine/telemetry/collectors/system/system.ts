import type { Collector } from '../collector';
import { systemReader } from './system-reader';
import { systemScript } from './system-script';

/** Processors, memory, disks, network and RDMA ports of any Linux node. */
export const system: Collector = {
  id: 'system',
  plan: (_node, intervalMs) => ({
    argv: ['sh', '-c', systemScript, 'sh', String(intervalMs / 1000)],
    reader: systemReader(),
  }),
};
