import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import {
  answersSchema,
  assumptionSchema,
  diagnosisRunSchema,
  formFieldSchema,
  treeGraphSchema,
} from '../domain/diagnosis';
import { logSuspicionSchema } from '../domain/kernel-log/log-evidence';
import { treeProblemSchema } from '../domain/own-trees';
import { localizedTextSchema } from '../domain/text-schema';
import { procedure } from './errors';

const runId = z.object({ runId: z.string() });

const textFileSchema = z.object({ file: z.string(), text: z.string() });

export const trees = {
  list: procedure.output(
    z.object({
      trees: z.array(
        treeGraphSchema.pick({
          id: true,
          title: true,
          symptoms: true,
          introduction: true,
          probes: true,
          findingCodes: true,
          isBuiltIn: true,
          file: true,
        }),
      ),
      problems: z.array(treeProblemSchema),
    }),
  ),
  get: procedure.input(z.object({ treeId: z.string() })).output(treeGraphSchema),
  /** Validates a tree's YAML text; an empty list means it would load. */
  check: procedure.input(textFileSchema).output(z.array(treeProblemSchema)),
  /**
   * Runs the table tests of a tree (the text of a `*.cases.yaml`): facts -> path -> findings. With `tree` it is that text
   * that is tested, and not what is loaded under its id.
   */
  test: procedure.input(textFileSchema.extend({ tree: textFileSchema.optional() })).output(
    z.object({
      cases: z.array(
        z.object({
          name: z.string(),
          path: z.array(z.string()),
          findings: z.array(z.string()),
          problems: z.array(treeProblemSchema),
        }),
      ),
      /** Everything that is wrong: of the file itself, of its cases, and steps of the tree that no case reaches. */
      problems: z.array(treeProblemSchema),
    }),
  ),
};

export const diagnosis = {
  list: procedure.input(z.object({ hostId: z.string().optional() })).output(
    z.array(
      diagnosisRunSchema
        .pick({
          id: true,
          treeId: true,
          hostId: true,
          state: true,
          startedAtMs: true,
          updatedAtMs: true,
          isWhatIf: true,
          strandsId: true,
        })
        .extend({
          findings: z.array(z.object({ code: z.string(), severity: z.string(), title: localizedTextSchema })),
        }),
    ),
  ),
  get: procedure.input(runId).output(diagnosisRunSchema),
  /**
   * Fetches every probe the tree can reach in one batch, then walks. Returns at once; follow it with `watch`. `answers` by
   * step id are used without asking.
   */
  start: procedure
    .input(
      z.object({
        treeId: z.string(),
        hostId: z.string(),
        answers: z.record(z.string(), answersSchema).optional(),
        /** Nobody is there: a question without an answer is passed where its tree says, else it waits all the same. */
        isUnattended: z.boolean().optional(),
        /** The line of the kernel log it is started for: kept with it, and with an incident that an alert opened for the node. */
        evidence: logSuspicionSchema.optional(),
      }),
    )
    .output(diagnosisRunSchema),
  /**
   * Answers the step that waits, or changes what an earlier one was answered: later answers stay, what follows is judged
   * again, and `change` tells the difference.
   */
  answer: procedure.input(runId.extend({ stepId: z.string(), answers: answersSchema })).output(diagnosisRunSchema),
  /** Forgets the path from `stepId` on and judges again from there (an ask-step asks again). */
  back: procedure.input(runId.extend({ stepId: z.string() })).output(diagnosisRunSchema),
  /** The form of a question on the path, filled in as it was answered. */
  question: procedure
    .input(runId.extend({ stepId: z.string() }))
    .output(z.object({ stepId: z.string(), prompt: localizedTextSchema, fields: z.array(formFieldSchema) })),
  /** Reads the probes of one step again, of all without one, and judges again; `change` tells the difference. */
  readAgain: procedure.input(runId.extend({ stepId: z.string().nullable() })).output(diagnosisRunSchema),
  /** Goes on with a run that was interrupted, cancelled or failed: what was read stays, what is missing is read. */
  resume: procedure.input(runId).output(diagnosisRunSchema),
  /** A copy of the run that takes something for true, marked hypothetical from there on. The run itself stays. */
  whatIf: procedure.input(runId.extend({ assumption: assumptionSchema })).output(diagnosisRunSchema),
  /** Stops reading; what was read again for nothing leaves the run as it was. */
  cancel: procedure.input(runId).output(diagnosisRunSchema),
  watch: procedure.input(runId).output(eventIterator(diagnosisRunSchema)),
};
