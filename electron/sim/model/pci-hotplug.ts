import { clearFault } from './apply-fault';
import { sysfsAddress } from './gpu';
import type { NodeModel } from './node-model';

/** What a write to `remove` or `rescan` below /sys/bus/pci does: a GPU that fell off the bus may answer when it is found anew. */
export function writePci(model: NodeModel, path: string): void {
  const removed = /\/devices\/(?:.*\/)?([0-9a-f:]+\.\d)\/remove$/.exec(path)?.[1];
  if (removed !== undefined) {
    const gpu = model.gpus.find((one) => sysfsAddress(one) === removed);
    if (gpu) model.removedFromBus.add(gpu.slot);
  } else if (path.endsWith('/rescan')) {
    for (const slot of model.removedFromBus) {
      model.removedFromBus.delete(slot);
      if (model.gpus.some((gpu) => gpu.slot === slot && gpu.isLost)) clearFault(model, 'xid-79-gpu-lost');
    }
  }
  model.revision += 1;
}
