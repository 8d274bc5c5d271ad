import { z } from 'zod';
import { rolloutItemSchema, rolloutStates } from '../rollout';
import { localizedTextSchema } from '../text-schema';

/** A step on a node: one action with its run. `left-out`: its condition did not hold at its turn. */
export const playbookStepRunSchema = rolloutItemSchema.omit({ hostId: true, fingerprint: true, state: true }).extend({
  id: z.string(),
  actionId: z.string(),
  title: localizedTextSchema,
  state: z.enum([...rolloutItemSchema.shape.state.options, 'left-out']),
  /** Of the plan that was confirmed; null where it could not be told before its turn, and only the playbook was. */
  fingerprint: z.string().nullable(),
});
export type PlaybookStepRun = z.infer<typeof playbookStepRunSchema>;

export const playbookNodeRunSchema = z.object({
  hostId: z.string(),
  /** As of a rollout: `waiting`, `running`, then how it ended. */
  state: rolloutItemSchema.shape.state,
  steps: z.array(playbookStepRunSchema),
  startedAtMs: z.number().nullable(),
  finishedAtMs: z.number().nullable(),
});
export type PlaybookNodeRun = z.infer<typeof playbookNodeRunSchema>;

/** A playbook on several nodes, `batchSize` of them at a time, up to the first that fails. */
export const playbookRunSchema = z.object({
  id: z.string(),
  playbookId: z.string(),
  title: localizedTextSchema,
  /** With which it was confirmed, by host. */
  parameters: z.record(z.string(), z.record(z.string(), z.unknown())),
  /** `undoing` takes back in turn what it did, last step first. */
  direction: z.enum(['applying', 'undoing']),
  batchSize: z.number().int().min(1),
  state: z.enum(rolloutStates),
  startedAtMs: z.number(),
  finishedAtMs: z.number().nullable(),
  nodes: z.array(playbookNodeRunSchema),
});
export type PlaybookRun = z.infer<typeof playbookRunSchema>;
