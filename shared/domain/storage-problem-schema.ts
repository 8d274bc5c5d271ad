import { z } from 'zod';

export const storageProblemSchema = z.object({
  reason: z.enum([
    'full',
    'locked',
    'readOnly',
    'notAllowed',
    'missing',
    'notAFolder',
    'isAFolder',
    'damaged',
    'newerVersion',
    'diskError',
    'other',
  ]),
  /** The file or folder that is in the way, absolute. */
  path: z.string(),
  /** Where the disk that holds it is mounted. */
  disk: z.string(),
  /** What the system or the database itself said. */
  detail: z.string(),
});
