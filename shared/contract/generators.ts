import { z } from 'zod';
import { procedure } from './errors';

/**
 * What is at a path: no file (or no folder for it), the same text, another one, or what can't be compared with a text. `unread`:
 * this login may not, or the node did not tell.
 */
export const nodeFileStates = [
  'absent',
  'no-folder',
  'same',
  'differs',
  'unread',
  'no-text',
  'too-big',
  'symlink',
  'directory',
  'special',
] as const;

const nodeFileSchema = z.object({
  /** With the home folder filled in. */
  path: z.string(),
  state: z.enum(nodeFileStates),
  /** The text that is there; null: none that could be read. `read` of the generator makes values of it. */
  before: z.string().nullable(),
  /** Unified diff from what is there to the text that was given; empty where they are the same or nothing could be read. */
  diff: z.string(),
  /** With which rights it was read. */
  readAs: z.enum(['user', 'root']),
  /** The output that it was read from. */
  evidenceId: z.string(),
});
export type NodeFile = z.infer<typeof nodeFileSchema>;

/**
 * Configuration files of `domain/generators`: their fields, problems, texts and `read` are pure and are called where they are needed;
 * only the node is asked here. The action `generated-file` writes one, with plan, confirmation, verification and undo.
 */
export const generators = {
  /** Reads one file of a node, as root where the login may, and compares. Changes nothing. `path`: absolute, or `~/…`. */
  diff: procedure
    .input(z.object({ hostId: z.string(), path: z.string().regex(/^(\/|~\/)[^\0]*[^/\0]$/), text: z.string() }))
    .output(nodeFileSchema),
};
