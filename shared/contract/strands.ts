import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { answersSchema } from '../domain/diagnosis';
import { strandsSchema, strandsSummarySchema } from '../domain/strands/strands';
import { procedure } from './errors';

const strandsId = z.object({ strandsId: z.string() });

/** One tree on many nodes at once. The walk of each node is a run of `diagnosis`, by its run id. */
export const strands = {
  /** Returns at once; follow it with `watch`. `answers` by step id are used on every node without asking. */
  start: procedure
    .input(
      z.object({
        treeId: z.string(),
        hostIds: z.array(z.string()).max(5000),
        answers: z.record(z.string(), answersSchema).optional(),
        /** Nobody is there: a question without an answer is passed where its tree says, else it waits all the same. */
        isUnattended: z.boolean().optional(),
      }),
    )
    .output(strandsSchema),
  get: procedure.input(strandsId).output(strandsSchema),
  /** Newest first. */
  list: procedure.output(z.array(strandsSummarySchema)),
  /** Answers a question on these of the nodes that wait for it; on all of them without `hostIds`. */
  answer: procedure
    .input(
      strandsId.extend({
        stepId: z.string(),
        answers: answersSchema,
        hostIds: z.array(z.string()).max(5000).optional(),
      }),
    )
    .output(strandsSchema),
  /** Ends what is being read; nodes that are done stay as they are. */
  cancel: procedure.input(strandsId).output(strandsSchema),
  /** As it is, then as it goes on, a few times a second. */
  watch: procedure.input(strandsId).output(eventIterator(strandsSchema)),
};
