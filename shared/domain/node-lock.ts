import { z } from 'zod';

/**
 * What lies on a node while a Gantry changes it: who does, and since when by that one's clock. Written by whoever holds it, so
 * nothing in it is more than a claim.
 */
export const nodeLockSchema = z.object({
  /** Of the installation: its data folder. */
  installation: z.string().min(1).max(100),
  operator: z.string().max(100),
  machine: z.string().max(255),
  sinceMs: z.number(),
  /** The action or the playbook. */
  what: z.string().max(200),
});
export type NodeLock = z.infer<typeof nodeLockSchema>;

/** Who is changing a node, and by what. */
export type NodeChanger = Pick<NodeLock, 'operator' | 'machine' | 'what'>;

/** A lock as it was found. */
export const foundLockSchema = nodeLockSchema.extend({
  /** Null: what lies there says nothing that can be read. */
  sinceMs: z.number().nullable(),
  /** Names exactly this one: by it somebody takes over what he has seen, and nothing else. */
  token: z.string(),
  /** This very installation left or holds it. */
  isOurs: z.boolean(),
});
export type FoundLock = z.infer<typeof foundLockSchema>;
