import type { Action } from './action';
import { declaredActions } from './declared/fix-library';
import { environmentSnippet } from './environment-snippet/environment-snippet';
import { generatedFile } from './generated-file/generated-file';
import { gpuClockCeiling } from './gpu-clock-ceiling/gpu-clock-ceiling';
import { gpuPersistenceMode } from './gpu-persistence-mode/gpu-persistence-mode';
import { gpuPowerLimit } from './gpu-power-limit/gpu-power-limit';
import { gpuProcessEnd } from './gpu-process-end/gpu-process-end';

/** Actions that need code of their own: a folder here, and their words in `shared/knowledge/actions`. */
export const codedActions: readonly Action[] = [
  gpuProcessEnd,
  gpuPersistenceMode,
  gpuPowerLimit,
  gpuClockCeiling,
  environmentSnippet,
  generatedFile,
];

/** Every action: those, and the ones that are declared in `shared/knowledge/fixes` and `setup`. */
export const allActions: readonly Action[] = [...codedActions, ...declaredActions];
