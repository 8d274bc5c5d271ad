import { sysfsAddress } from '../../model/gpu';
import type { NodeModel } from '../../model/node-model';
import type { Entry } from './entry';
import { healthEntries, memoryEntries, stateEntries } from './health-entries';
import { identityEntries, pciEntries } from './identity-entries';
import { clockEntries, heatAndPowerEntries } from './power-entries';
import { driverBranch, type GpuReading } from './reading';

/**
 * The report of one GPU in the order in which the driver prints it. Branch 560 split power draw into average and
 * instant; 590 moved to version 13 of the document type.
 */
export function gpuEntries(model: NodeModel, reading: GpuReading): Entry[] {
  const branch = driverBranch(model);
  return [
    ...identityEntries(model, reading, branch),
    ...pciEntries(reading),
    ...stateEntries(reading, branch),
    ...memoryEntries(reading),
    ...healthEntries(reading, branch),
    ...heatAndPowerEntries(reading, branch),
    ...clockEntries(model, reading, branch),
  ];
}

/** `GPU0000:C3:00.0`, as nvidia-smi names a device that it can't open. */
export function handleName(reading: GpuReading): string {
  return `GPU${sysfsAddress(reading.gpu).toUpperCase()}`;
}
