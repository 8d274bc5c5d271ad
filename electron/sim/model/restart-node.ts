import { clearFault } from './apply-fault';
import type { NodeModel } from './node-model';

/** Faults that a fresh start mends. */
const mendedByRestart = [
  'xid-79-gpu-lost',
  'driver-library-mismatch',
  'hung-nvidia-smi',
  'remounted-read-only',
] as const;

export function restartNode(model: NodeModel): void {
  // The driver that loads is the one on disk, so it has to be known which before the mismatch is over.
  model.restart();
  for (const fault of mendedByRestart) clearFault(model, fault);
}
