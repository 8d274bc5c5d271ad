import { z } from 'zod';
import { versionChoiceSchema } from '../compatibility/version-choice';
import { messageSchema } from '../text-schema';

/** A package that an action brought to a version (null: took away) and that has another one now (null: it is gone). */
export const packageDriftSchema = z.object({
  package: z.string(),
  applied: z.string().nullable(),
  now: z.string().nullable(),
  actionId: z.string(),
  runId: z.string(),
  appliedAtMs: z.number(),
});
export type PackageDrift = z.infer<typeof packageDriftSchema>;

/** What versions a node should have of what setup installs, and what is no longer as it was applied. */
export const nodeVersionsSchema = z.object({
  choices: z.array(versionChoiceSchema),
  /** Why there is nothing for GPUs among them; null where there is. */
  absence: messageSchema.nullable(),
  /** Null: the packages could not be read. */
  drift: z.array(packageDriftSchema).nullable(),
  /** Of the tables. */
  asOf: z.string(),
});
export type NodeVersions = z.infer<typeof nodeVersionsSchema>;
