import { z } from 'zod';
import { messageSchema } from '../text-schema';

export const setupParts = [
  'driver',
  'kernel-module',
  'fabric-manager',
  'cuda-toolkit',
  'cuda-image',
  'docker',
  'container-toolkit',
  'python',
  'pytorch',
  'deepspeed',
  'triton',
  'vllm',
] as const;

/**
 * `adopt`: what is installed fits and stays. `install`: it is not there. `replace`: what is there does not fit. `none`: nothing
 * does. `unknown`: what it depends on was not read, or is not in the tables.
 */
export const versionChoiceStates = ['adopt', 'install', 'replace', 'none', 'unknown'] as const;

/** What to have of one thing on a node, and why. */
export const versionChoiceSchema = z.object({
  part: z.enum(setupParts),
  state: z.enum(versionChoiceStates),
  /** A driver branch (`580`), a version, an image with its tag. Null: none. */
  wanted: z.string().nullable(),
  /** `wanted` or newer will do. */
  isMinimum: z.boolean(),
  installed: z.string().nullable(),
  reason: messageSchema,
  source: z.string(),
});
export type VersionChoice = z.infer<typeof versionChoiceSchema>;
