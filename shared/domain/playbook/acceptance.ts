import { z } from 'zod';
import { rolloutItemSchema } from '../rollout';
import { localizedTextSchema, messageSchema } from '../text-schema';

/** `unknown` is never as good as met. */
export const acceptanceOutcomes = ['met', 'not-met', 'unknown'] as const;
export type AcceptanceOutcome = (typeof acceptanceOutcomes)[number];

/** One thing that was wanted, with what was measured. */
const acceptanceLineSchema = z.object({
  title: localizedTextSchema,
  expected: localizedTextSchema.nullable(),
  measured: localizedTextSchema.nullable(),
  outcome: z.enum(acceptanceOutcomes),
  /** The commands that it was read from, with their kept output. */
  evidence: z.array(z.object({ commandLine: z.string(), evidenceId: z.string() })),
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
  /** Not met if a step, a version or a package is not; else unknown if a step or a package is. */
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
  /** As the node said at `observedAtMs`, judged by the tables of versions that fit together. `measured` null: it does not say, or has none. */
  versions: z.array(
    acceptanceLineSchema.omit({ title: true }).extend({
      id: z.enum(['system', 'kernel', 'driver', 'cuda', 'docker', 'toolkit']),
      /** Null: nothing is asked of it here. */
      outcome: z.enum(acceptanceOutcomes).nullable(),
      reason: messageSchema.nullable(),
      source: z.string().nullable(),
      observedAtMs: z.number().nullable(),
    }),
  ),
  /** Packages that its steps were confirmed to bring (null: to take away), with what is there now. */
  packages: z.array(
    z.object({
      name: z.string(),
      chosen: z.string().nullable(),
      now: z.string().nullable(),
      outcome: z.enum(acceptanceOutcomes),
    }),
  ),
  /** What `nvidia-smi -L` printed; null: it is not there, or did not answer. */
  gpuListing: z.object({ text: z.string(), observedAtMs: z.number(), evidenceId: z.string() }).nullable(),
  /** SHA-256 of all that is judged above, times left out: what is signed. */
  digest: z.string(),
  /** Who accepted it; `outcome` is what it was when he did. `isSame`: what is shown is still what he signed; null: signed before there were digests. */
  signedOff: z
    .object({
      operator: z.string(),
      atMs: z.number(),
      note: z.string(),
      outcome: z.enum(acceptanceOutcomes),
      isSame: z.boolean().nullable(),
    })
    .nullable(),
});
export type AcceptanceSheet = z.infer<typeof acceptanceSheetSchema>;
