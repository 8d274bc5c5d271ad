import { z } from 'zod';
import { messageSchema } from '../text-schema';

export const verdicts = ['fits', 'limits', 'does-not-fit', 'unknown'] as const;
/** `limits`: works, and not with everything. `unknown`: a fact or a row of the tables is missing; never the same as `fits`. */
export type Verdict = (typeof verdicts)[number];

export const compatibilityGroups = ['driver', 'cuda', 'python', 'containers', 'kernel'] as const;

export const compatibilityRowSchema = z.object({
  /** The same for the same two things at another time. */
  id: z.string(),
  group: z.enum(compatibilityGroups),
  subject: messageSchema,
  verdict: z.enum(verdicts),
  /** The two values that were compared, of one kind, as tools print them. Null: not known or not there, as `reason` says. */
  found: z.string().nullable(),
  needed: z.string().nullable(),
  reason: messageSchema,
  /** A rule of the catalogue. Null: the tables alone decide. */
  ruleId: z.string().nullable(),
  source: z.string(),
  /** Where `found` was read. */
  evidence: z.object({ probeId: z.string(), factPath: z.string() }).nullable(),
});
export type CompatibilityRow = z.infer<typeof compatibilityRowSchema>;

const choiceSchema = z.object({ version: z.string(), reason: messageSchema, source: z.string() }).nullable();

/** The newest of each that this node can have. Null: not known, or none. */
export const newestSchema = z.object({
  driver: choiceSchema,
  cudaToolkit: choiceSchema,
  pytorch: choiceSchema,
  triton: choiceSchema,
});
export type Newest = z.infer<typeof newestSchema>;

export const compatibilityReportSchema = z.object({
  rows: z.array(compatibilityRowSchema),
  /** User-space software alone: the driver stays. */
  withoutReboot: newestSchema,
  /** With the newest driver that all GPUs and the system support. */
  withReboot: newestSchema,
  /** Why there is nothing to judge; null where there is. */
  absence: messageSchema.nullable(),
  /** Of the tables. */
  asOf: z.string(),
});
export type CompatibilityReport = z.infer<typeof compatibilityReportSchema>;
