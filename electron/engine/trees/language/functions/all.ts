import { actionFunctions } from './action-functions';
import type { TreeFunction } from './define-function';
import { formatFunctions } from './format-functions';
import { memoryFunctions } from './memory-functions';

/** The functions of tree expressions, by area. */
export const treeFunctions: readonly TreeFunction[] = [...actionFunctions, ...formatFunctions, ...memoryFunctions];
