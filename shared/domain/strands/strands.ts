import { z } from 'zod';
import { diagnosisRunSchema } from '../diagnosis';
import { findingSchema } from '../finding';
import { localizedTextSchema } from '../text-schema';

/** One node's walk of the tree: a diagnosis run like any other, as far as it is. */
export const strandSchema = diagnosisRunSchema
  .pick({ hostId: true, state: true, updatedAtMs: true, progress: true, reading: true, error: true })
  .extend({
    runId: z.string(),
    /** The group that it is in; null while it has no whole path, or where it never came to one. */
    groupId: z.string().nullable(),
  });

/** Nodes whose walks took the same branches and stand at the same end. */
export const strandGroupSchema = z.object({
  /** A letter, as it is named in the drawing: `A`, `B`, … `AA`. */
  id: z.string(),
  hostIds: z.array(z.string()),
  /** A branch is null at the end: at a leaf, or where an answer is waited for. */
  path: z.array(z.object({ stepId: z.string(), branchId: z.string().nullable() })),
  isWaiting: z.boolean(),
  /** As the first node of the group has them; the others come to the same codes with their own values. */
  findings: z.array(findingSchema.pick({ code: true, state: true, severity: true, title: true })),
});
export type StrandGroup = z.infer<typeof strandGroupSchema>;

/** Something that was said or read, and of which nodes. */
const sharedBy = { hostIds: z.array(z.string()) };

/** A way on from a step where walks part, and who went it. */
export const partingWaySchema = z.object({
  /** Null: an answer is waited for here. */
  branchId: z.string().nullable(),
  label: localizedTextSchema,
  ...sharedBy,
  groupIds: z.array(z.string()),
  /** Why it was taken, in words with the values in them. */
  reasons: z.array(z.object({ text: localizedTextSchema, ...sharedBy })),
});
export type PartingWay = z.infer<typeof partingWaySchema>;

/** A value that is not the same on all ways, the way being that of its place in `ways`. */
export const partingValueSchema = z.object({
  expression: z.string(),
  /** No value is on two ways: it alone tells them apart. */
  isDeciding: z.boolean(),
  /** Short JSON of each value, `null` when it is not known; the one of most nodes first. */
  ways: z.array(z.array(z.object({ value: z.string(), ...sharedBy }))),
});
export type PartingValue = z.infer<typeof partingValueSchema>;

/** A step at which walks went different ways. */
export const partingSchema = z.object({
  stepId: z.string(),
  /** The way of the fewest first. */
  ways: z.array(partingWaySchema),
  /** Those that tell the ways apart first. */
  values: z.array(partingValueSchema),
});
export type Parting = z.infer<typeof partingSchema>;

/** Nodes that wait for the same answer. */
export const sharedQuestionSchema = z.object({
  stepId: z.string(),
  ...sharedBy,
  /** As the first of them asks it; a prompt can tell of the node. */
  question: diagnosisRunSchema.shape.question.unwrap(),
});

export const mergedStrandsSchema = z.object({
  strands: z.array(strandSchema),
  /** The odd ones out first. */
  groups: z.array(strandGroupSchema),
  /** In the order of the walk. */
  partings: z.array(partingSchema),
  questions: z.array(sharedQuestionSchema),
});
export type MergedStrands = z.infer<typeof mergedStrandsSchema>;

export const strandsSummarySchema = z.object({
  id: z.string(),
  treeId: z.string(),
  startedAtMs: z.number(),
  hostIds: z.array(z.string()),
});
export type StrandsSummary = z.infer<typeof strandsSummarySchema>;

/** One tree on many nodes at once: each node's path a strand, and where they part is where the difference is. */
export const strandsSchema = strandsSummarySchema.extend(mergedStrandsSchema.shape);
export type Strands = z.infer<typeof strandsSchema>;

/** How far they are, over all nodes: probes that were read, and readings that were made again of those that a step wants. */
export function progressOf({ strands }: Pick<Strands, 'strands'>): { done: number; total: number } {
  return strands.reduce(
    ({ done, total }, { progress, reading }) => ({
      done: done + progress.done + (reading?.done ?? 0),
      total: total + progress.total + (reading?.times ?? 0),
    }),
    { done: 0, total: 0 },
  );
}

/** Being read. */
export function isRunning({ strands }: Pick<Strands, 'strands'>): boolean {
  return strands.some(({ state }) => state === 'collecting');
}
