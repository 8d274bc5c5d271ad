import { cardCounters } from './card-counters';
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
  cardCounters,
  ups,
  cephHealth,
  bmcPower,
  diskHealth,
  rocmGpu,
];
