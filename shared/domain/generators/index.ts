import { condaEnvironment } from './conda-environment/conda-environment';
import { deepspeed } from './deepspeed/deepspeed';
import type { Generator } from './generator';
import { tritonModel } from './triton-model/triton-model';

/** A new generator is a folder and a line here. */
export const generators: readonly Generator[] = [condaEnvironment, deepspeed, tritonModel];
