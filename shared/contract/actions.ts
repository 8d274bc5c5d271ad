import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { actionInfoSchema, actionPlanSchema, actionRunSchema, stepOutputSchema } from '../domain/action';
import { auditEntrySchema } from '../domain/audit';
import { foundLockSchema } from '../domain/node-lock';
import { rolloutSchema } from '../domain/rollout';
import { procedure } from './errors';

const rolloutId = z.object({ rolloutId: z.string() });
const runId = z.object({ runId: z.string() });

export const actions = {
  list: procedure.output(z.array(actionInfoSchema)),
  /** Reads the node and says exactly what would be done. Changes nothing. */
  plan: procedure
    .input(z.object({ actionId: z.string(), hostId: z.string(), parameters: z.record(z.string(), z.unknown()) }))
    .output(actionPlanSchema),
  /** Carries out a plan the user confirmed by its fingerprint. Returns when started; follow it with `watch`. */
  apply: procedure
    .input(z.object({ planId: z.string(), fingerprint: z.string(), incidentId: z.string().optional() }))
    .output(actionRunSchema),
  cancel: procedure.input(runId).output(actionRunSchema),
  undo: procedure.input(runId).output(actionRunSchema),
  /** Asks the node what became of an interrupted run. */
  recheck: procedure.input(runId).output(actionRunSchema),
  /** Carries out confirmed plans of one action on several nodes, so many at a time; stops at the first that fails. */
  roll: procedure
    .input(
      z.object({
        plans: z
          .array(z.object({ planId: z.string(), fingerprint: z.string() }))
          .min(1)
          .max(500),
        batchSize: z.number().int().min(1).max(100).default(1),
        incidentId: z.string().optional(),
      }),
    )
    .output(rolloutSchema),
  rollouts: procedure.output(z.array(rolloutSchema)),
  rollout: procedure.input(rolloutId).output(rolloutSchema),
  /** Finishes the nodes that are being done, and waits. */
  pauseRollout: procedure.input(rolloutId).output(rolloutSchema),
  /** Asks the nodes of which nobody knows what became of them, then goes on with those that were not begun. */
  continueRollout: procedure.input(rolloutId).output(rolloutSchema),
  /** Finishes the nodes that are being done, and ends. */
  cancelRollout: procedure.input(rolloutId).output(rolloutSchema),
  /** Takes back what was done on these nodes (all without a list), the last step first. Returns when it has come to an end. */
  undoRollout: procedure.input(rolloutId.extend({ hostIds: z.array(z.string()).optional() })).output(rolloutSchema),
  watchRollout: procedure.input(rolloutId).output(eventIterator(rolloutSchema)),
  runs: procedure.input(z.object({ hostId: z.string().optional() })).output(z.array(actionRunSchema)),
  watch: procedure.input(runId).output(eventIterator(actionRunSchema)),
  /** What the steps of a run print as they do, from lately on; ends with the run. Nothing where another process carries it out. */
  watchOutput: procedure.input(runId).output(eventIterator(stepOutputSchema)),
  /** Who is changing the node, or was when it was left alone; null: nobody says so. */
  lock: procedure.input(z.object({ hostId: z.string() })).output(foundLockSchema.nullable()),
  /** Removes the lock that was seen, by its token, whoever holds it: what that one does goes on no further. */
  takeOverLock: procedure.input(z.object({ hostId: z.string(), token: z.string() })).output(foundLockSchema),
};

export const audit = {
  list: procedure
    .input(z.object({ limit: z.number().int().min(1).max(1000), beforeSeq: z.number().optional() }))
    .output(z.object({ entries: z.array(auditEntrySchema), isChainIntact: z.boolean() })),
};
