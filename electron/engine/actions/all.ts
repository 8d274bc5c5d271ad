import type { Action } from './action';
import { environmentSnippet } from './environment-snippet/environment-snippet';
import { gpuClockCeiling } from './gpu-clock-ceiling/gpu-clock-ceiling';
import { gpuPersistenceMode } from './gpu-persistence-mode/gpu-persistence-mode';
import { gpuPowerLimit } from './gpu-power-limit/gpu-power-limit';
import { gpuProcessEnd } from './gpu-process-end/gpu-process-end';

/** Every action. A new one is a folder here, a file in `shared/knowledge/actions`, and a line. */
export const allActions: readonly Action[] = [
  gpuProcessEnd,
  gpuPersistenceMode,
  gpuPowerLimit,
  gpuClockCeiling,
  environmentSnippet,
];
