import { actionFunctions } from './action-functions';
import type { TreeFunction } from './define-function';
import { formatFunctions } from './format-functions';
import { gpuFunctions } from './gpu-functions';
import { memoryFunctions } from './memory-functions';
import { networkFunctions } from './network-functions';
import { platformFunctions } from './platform-functions';
import { serverFunctions } from './server-functions';
import { servingFunctions } from './serving-functions';
import { setupFunctions } from './setup-functions';
import { softwareFunctions } from './software-functions';

/** The functions of tree expressions, by area. */
export const treeFunctions: readonly TreeFunction[] = [
  ...actionFunctions,
  ...formatFunctions,
  ...gpuFunctions,
  ...memoryFunctions,
  ...networkFunctions,
  ...platformFunctions,
  ...serverFunctions,
  ...servingFunctions,
  ...setupFunctions,
  ...softwareFunctions,
];
