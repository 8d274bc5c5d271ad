import { a100Mig } from './a100-mig';
import { amdMi300x } from './amd-mi300x';
import { bareNode } from './bare-node';
import { cpuOnly } from './cpu-only';
import { dgxH100 } from './dgx-h100';
import { l4Single } from './l4-single';
import type { NodeProfile } from './profile';
import { storageNode } from './storage-node';
import { workstationRtx6000Ada } from './workstation-rtx6000ada';

/** The machines that `gantry sim --nodes N` cycles through; one of each makes the demo fleet. */
export const nodeProfiles: readonly NodeProfile[] = [
  dgxH100,
  workstationRtx6000Ada,
  a100Mig,
  l4Single,
  cpuOnly,
  storageNode,
  amdMi300x,
];

export { a100Mig, amdMi300x, bareNode, cpuOnly, dgxH100, l4Single, storageNode, workstationRtx6000Ada };
