import { z } from 'zod';
import { rolloutItemSchema } from '../rollout';
import { localizedTextSchema } from '../text-schema';

/** `unknown` is never as good as met. */
export const acceptanceOutcomes = ['met', 'not-met', 'unknown'] as const;
export type AcceptanceOutcome = (typeof acceptanceOutcomes)[number];

/** One thing that was wanted, with what was measured. `evidenceIds`: the outputs it was read from. */
const acceptanceLineSchema = z.object({
  title: localizedTextSchema,
  expected: localizedTextSchema.nullable(),
  measured: localizedTextSchema.nullable(),
  outcome: z.enum(acceptanceOutcomes),
  evidenceIds: z.array(z.string()),
});
export type AcceptanceLine = z.infer<typeof acceptanceLineSchema>;

/** What a playbook came to on one node: done, measured, and whether it is as wanted. */
export const acceptanceSheetSchema = z.object({
  rolloutId: z.string(),
  playbookId: z.string(),
  title: localizedTextSchema,
  hostId: z.string(),
  hostName: z.string(),
  madeAtMs: z.number(),
  /** Not met if anything is not; else unknown if anything is. */
  outcome: z.enum(acceptanceOutcomes),
  steps: z.array(
    acceptanceLineSchema.extend({
      stepId: z.string(),
      state: rolloutItemSchema.shape.state,
      runId: z.string().nullable(),
      startedAtMs: z.number().nullable(),
      finishedAtMs: z.number().nullable(),
      /** What the verification measured: of proof steps, the results. */
      values: z.array(acceptanceLineSchema),
    }),
  ),
  /** As the node said at `observedAtMs`; null: it does not say, or has none. */
  versions: z.array(
    z.object({
      id: z.enum(['system', 'kernel', 'driver', 'cuda', 'docker', 'toolkit']),
      value: z.string().nullable(),
      observedAtMs: z.number().nullable(),
      evidenceIds: z.array(z.string()),
    }),
  ),
  /** What `nvidia-smi -L` printed; null: it is not there, or did not answer. */
  gpuListing: z.object({ text: z.string(), observedAtMs: z.number(), evidenceId: z.string() }).nullable(),
  /** Who accepted it; `outcome` is what it was when he did. */
  signedOff: z
    .object({ operator: z.string(), atMs: z.number(), note: z.string(), outcome: z.enum(acceptanceOutcomes) })
    .nullable(),
});
export type AcceptanceSheet = z.infer<typeof acceptanceSheetSchema>;
