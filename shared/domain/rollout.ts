import { z } from 'zod';
import { messageSchema } from './text-schema';

/**
 * One action on several nodes, one after the other. `done`: verified. `not-needed`: the node was as wanted already.
 * `not-started`: a node before it failed, or somebody stopped it.
 */
export const rolloutItemStates = ['waiting', 'running', 'done', 'not-needed', 'failed', 'not-started'] as const;

export const rolloutSchema = z.object({
  id: z.string(),
  actionId: z.string(),
  startedAtMs: z.number(),
  finishedAtMs: z.number().nullable(),
  /** `stopped`: at the first node that failed, or by a person. */
  state: z.enum(['running', 'done', 'stopped']),
  items: z.array(
    z.object({
      hostId: z.string(),
      state: z.enum(rolloutItemStates),
      /** The run on this node, as in the list of runs. */
      runId: z.string().nullable(),
      error: messageSchema.nullable(),
    }),
  ),
});
export type Rollout = z.infer<typeof rolloutSchema>;
