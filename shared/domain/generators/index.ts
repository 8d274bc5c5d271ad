import { condaEnvironment } from './conda-environment/conda-environment';
import { deepspeed } from './deepspeed/deepspeed';
import type { Generator } from './generator';

/** A new generator is a folder and a line here. */
export const generators: readonly Generator[] = [condaEnvironment, deepspeed];
