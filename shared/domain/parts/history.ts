import { z } from 'zod';
import { partKinds } from './part';
import { partsChangeSchema } from './parts-changes';

/** What a node was made of for a time. A new one begins when a look finds something different. */
export const partsVersionSchema = z.object({
  /** Counted from 1 for each node; numbers of old versions that were pruned are not used again. */
  number: z.number(),
  firstSeenMs: z.number(),
  lastSeenMs: z.number(),
  /** Against the version before; empty for the first one. */
  changes: z.array(partsChangeSchema),
  /** How much of it could not be read at that time and is as it was known before. */
  carriedCount: z.number(),
});
export type PartsVersion = z.infer<typeof partsVersionSchema>;

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Something that happened to a part. `log`: a line of the kernel log that names it, at null where the log has no clock. */
export const passportEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('log'), text: z.string(), xid: z.number().nullable() }),
  /** A counter that counts from the last reset on fell. `nodeStarted`: with the node; null: not known. */
  z.object({
    kind: z.literal('reset'),
    counter: z.string(),
    before: z.number(),
    after: z.number(),
    nodeStarted: z.boolean().nullable(),
  }),
  z.object({ kind: z.literal('changed'), attribute: z.string(), before: value, after: value }),
  /** `other`: what was in the slot before it, or is there now. */
  z.object({
    kind: z.literal('swapped'),
    direction: z.enum(['in', 'out']),
    slot: z.string(),
    other: z.string().nullable(),
  }),
]);
export type PassportEvent = z.infer<typeof passportEventSchema>;

/** A part that can be told from all others, in a list. */
export const passportSummarySchema = z.object({
  id: z.number(),
  kind: z.enum(partKinds),
  model: z.string().nullable(),
  identities: z.array(z.object({ name: z.string(), value: z.string() })),
  /** Where it was seen last; null hosts: never at a node that is known. */
  hostId: z.string().nullable(),
  slot: z.string().nullable(),
  /** False where the node was looked at again and it was gone. */
  isThere: z.boolean(),
  /** Nodes that tell of it at the same time: several for what is shared, and for two parts with one number. */
  nodesAtOnce: z.number(),
  hasNote: z.boolean(),
});
export type PassportSummary = z.infer<typeof passportSummarySchema>;

export const passportSchema = passportSummarySchema.extend({
  note: z.string(),
  /** `YYYY-MM-DD` */
  warrantyUntil: z.string().nullable(),
  /**
   * Newest first. `toMs` is when it was last seen there; `isOpen`: it still was at the last look; `isOutdated`: and that look
   * was before it was first seen at another node.
   */
  stays: z.array(
    z.object({
      hostId: z.string(),
      slot: z.string(),
      fromMs: z.number(),
      toMs: z.number(),
      isOpen: z.boolean(),
      isOutdated: z.boolean(),
    }),
  ),
  /** Oldest first, a point for each time they were different. */
  counters: z.array(z.object({ atMs: z.number(), values: z.record(z.string(), z.number().nullable()) })),
  /** Newest first. */
  events: z.array(z.object({ atMs: z.number().nullable(), hostId: z.string(), event: passportEventSchema })),
});
export type Passport = z.infer<typeof passportSchema>;
