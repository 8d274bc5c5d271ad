import { z } from 'zod';
import { partsChangeSchema } from '../parts/parts-changes';

/** What was changed at a node lately, by its history and by what it says itself. */
export const scanChangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('parts'), atMs: z.number(), change: partsChangeSchema }),
  /** `isAfterShutdown` false: the boot before it ended in a crash, a reset or a loss of power. */
  z.object({
    kind: z.literal('boot'),
    atMs: z.number(),
    kernel: z.string().nullable().optional(),
    isAfterShutdown: z.boolean().nullable().optional(),
  }),
  /** What its package manager did within a few minutes; `names` are some of the `count`, those that matter most here first. */
  z.object({ kind: z.literal('packages'), atMs: z.number(), count: z.number(), names: z.array(z.string()) }),
  /** A file of settings was written. */
  z.object({ kind: z.literal('file'), atMs: z.number(), path: z.string() }),
  /** Waits for a reboot since packages were changed. */
  z.object({ kind: z.literal('reboot-required'), packages: z.array(z.string()) }),
]);
export type ScanChange = z.infer<typeof scanChangeSchema>;

/** A change that may be behind a finding, and how long before it: before it began, or, where that is not known, before it was seen. */
export const fittingChangeSchema = z.object({
  change: scanChangeSchema,
  /** Null: the change has no time. */
  beforeMs: z.number().nullable(),
  before: z.enum(['began', 'seen']),
});
export type FittingChange = z.infer<typeof fittingChangeSchema>;
