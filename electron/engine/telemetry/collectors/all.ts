import type { Collector } from './collector';
import { nvidiaDmon } from './nvidia-dmon/nvidia-dmon';
import { nvidiaGpu } from './nvidia-gpu/nvidia-gpu';
import { system } from './system/system';

/** Where two give the same metric of a subject, the earlier one's is kept. */
export const allCollectors: readonly Collector[] = [nvidiaGpu, nvidiaDmon, system];
