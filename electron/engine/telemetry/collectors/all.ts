import { amdGpu } from './amd-gpu/amd-gpu';
import { amdSysfs } from './amd-gpu/amd-sysfs';
import type { Collector } from './collector';
import { dcgm } from './dcgm/dcgm';
import { nvidiaDmon } from './nvidia-dmon/nvidia-dmon';
import { nvidiaGpu } from './nvidia-gpu/nvidia-gpu';
import { nvidiaNvlink } from './nvidia-nvlink/nvidia-nvlink';
import { system } from './system/system';

/** No two of them give the same metric of a subject on one node. */
export const allCollectors: readonly Collector[] = [
  nvidiaGpu,
  dcgm,
  nvidiaDmon,
  nvidiaNvlink,
  amdGpu,
  amdSysfs,
  system,
];
