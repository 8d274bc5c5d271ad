import type { Action } from './action';
import { environmentSnippet } from './environment-snippet/index';
import { gpuPersistenceMode } from './gpu-persistence-mode/index';
import { gpuProcessEnd } from './gpu-process-end/index';

/** Every action. A new one is a folder here, a file in `shared/knowledge/actions`, and a line. */
export const allActions: readonly Action[] = [gpuProcessEnd, gpuPersistenceMode, environmentSnippet];
