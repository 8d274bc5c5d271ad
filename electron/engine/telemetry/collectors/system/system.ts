import type { Collector } from '../collector';
import { systemReader } from './system-reader';
import { systemScript } from './system-script';

/** Every tenth round, at a slow pace after `periodMs` of these metrics at the latest. */
const SLOW_ROUNDS = 10;
const SLOW_AT_LEAST_MS = 100_000;

function slowEvery(intervalMs: number): number {
  return Math.max(1, Math.min(SLOW_ROUNDS, Math.floor(SLOW_AT_LEAST_MS / intervalMs)));
}

/** Processors, memory, disks, network and RDMA ports of any Linux node. */
export const system: Collector = {
  id: 'system',
  plan: (_node, intervalMs) => ({
    argv: ['sh', '-c', systemScript, 'sh', String(intervalMs / 1000), String(slowEvery(intervalMs))],
    reader: systemReader(),
  }),
};
