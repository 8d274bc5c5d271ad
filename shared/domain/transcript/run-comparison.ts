import { z } from 'zod';
import { partKinds } from '../parts/part';
import { partsChangeSchema } from '../parts/parts-changes';
import { factsComparisonSchema } from './compare-facts';
import { walkComparisonSchema } from './compare-walks';
import { loggedChangesSchema } from './logged-changes';
import { runHeadSchema } from './transcript';

/** Two runs of one tree, the older one `before`. */
export const runComparisonSchema = z.object({
  before: runHeadSchema,
  after: runHeadSchema,
  isSameNode: z.boolean(),
  /** The tree's text was another; null where that is not known. */
  isTreeChanged: z.boolean().nullable(),
  walk: walkComparisonSchema,
  /**
   * What is different at the node itself. `versions`: everything that is known of it, each change between the two looks that it was
   * found by. `readings`: only what the runs themselves read.
   */
  node: z.object({
    from: z.enum(['versions', 'readings']),
    changes: z.array(
      z.object({
        /** Between these times; null: told by the runs themselves. */
        afterMs: z.number().nullable(),
        byMs: z.number().nullable(),
        changes: z.array(partsChangeSchema),
      }),
    ),
    /** Parts that one of the two could not read. */
    unread: z.array(z.enum(partKinds)),
  }),
  /** What the node itself logged between the two; null: of two nodes, or nothing that was read since. */
  logged: loggedChangesSchema.nullable(),
  /** Everything that both read and that is another, also what is no part. */
  facts: factsComparisonSchema,
  /** Counters of parts that moved between the two: errors, resets, hours. */
  counters: z.array(
    z.object({ kind: z.enum(partKinds), slot: z.string(), name: z.string(), before: z.number(), after: z.number() }),
  ),
});
export type RunComparison = z.infer<typeof runComparisonSchema>;
