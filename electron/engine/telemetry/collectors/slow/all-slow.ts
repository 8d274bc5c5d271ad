import { cardDiscards } from './card-discards';
import { diskHealth } from './disk-health';
import { fileSystems } from './file-systems';
import { bmcPower, cephHealth, clock, memoryErrors } from './node-sources';
import { rocmGpu } from './rocm-gpu';
import type { SlowCollector } from './slow-collector';
import { ups } from './ups';

/** In no need of an order: those whose time has come are asked together. */
export const allSlowCollectors: readonly SlowCollector[] = [
  fileSystems,
  clock,
  memoryErrors,
  cardDiscards,
  ups,
  cephHealth,
  bmcPower,
  diskHealth,
  rocmGpu,
];
