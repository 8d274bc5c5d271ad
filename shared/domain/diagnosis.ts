import { z } from 'zod';
import { evidenceRefSchema, findingSchema } from './finding';
import { logEvidenceSchema } from './kernel-log/log-evidence';
import { localizedTextSchema, messageSchema } from './text-schema';

/** A field of a question or of an action's parameters, enough to draw a form and check an answer. */
export const formFieldSchema = z.object({
  name: z.string(),
  label: localizedTextSchema,
  help: localizedTextSchema.nullable(),
  /** `gpus`: UUIDs of GPUs of the node with commas between; drawn as a list to choose from. */
  kind: z.enum(['text', 'multiline', 'integer', 'number', 'boolean', 'choice', 'gpus']),
  unit: z.string().nullable(),
  isRequired: z.boolean(),
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
  choices: z.array(z.object({ value: z.string(), label: localizedTextSchema })),
  /** Filled in before the user touches it; from the tree or from facts. */
  initial: z.union([z.string(), z.number(), z.boolean()]).nullable(),
});
export type FormField = z.infer<typeof formFieldSchema>;
export const answersSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
/** Answer values by field name. Null means "I don't know" and leads down the step's unknown branch. */
export type Answers = z.infer<typeof answersSchema>;

/** A tree as drawn: nodes are steps, edges are branches. */
export const treeGraphSchema = z.object({
  id: z.string(),
  title: localizedTextSchema,
  symptoms: z.array(localizedTextSchema),
  introduction: localizedTextSchema.nullable(),
  probes: z.array(z.string()),
  /** Codes that it can come to, to find it by. */
  findingCodes: z.array(z.string()).optional(),
  sources: z.array(z.string()),
  isBuiltIn: z.boolean(),
  /** Of one's own: where it is read from. */
  file: z.string().optional(),
  start: z.string(),
  steps: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['probe', 'ask', 'branch', 'finding', 'goto']),
      title: localizedTextSchema,
      explanation: localizedTextSchema.nullable(),
      severity: z.string().nullable(),
      /** What an `ask` step can ask, to show its answers by; a catalogue's choices are not among `choices`. */
      fields: z.array(formFieldSchema.pick({ name: true, label: true, unit: true, choices: true })),
      branches: z.array(
        z.object({ id: z.string(), to: z.string(), label: localizedTextSchema, condition: z.string().nullable() }),
      ),
    }),
  ),
});
export type TreeGraph = z.infer<typeof treeGraphSchema>;

/**
 * Numbers that a condition, or a named value it stands on, held against a limit. `rule` is that named value; null: the
 * condition itself. `sources` back the limit: those of the finding the branch leads to, else the tree's.
 */
export const comparisonSchema = z.object({
  /** As written, e.g. `g.freePercent`; its last name tells the unit. */
  expression: z.string(),
  operator: z.enum(['<', '<=', '>', '>=']),
  limitExpression: z.string(),
  rule: z.string().nullable(),
  note: z.string().nullable(),
  sources: z.array(z.string()),
  /** One, or one for each item of a list, those that hold first and not all of many. Null: not known. */
  items: z.array(
    z.object({
      name: z.string().nullable(),
      value: z.number().nullable(),
      limit: z.number().nullable(),
      holds: z.boolean().nullable(),
    }),
  ),
  itemCount: z.number(),
  evidence: evidenceRefSchema.nullable(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** One branch of a step as it was judged: the expression, what came out, and the values it looked at. */
export const branchEvaluationSchema = z.object({
  branchId: z.string(),
  to: z.string(),
  label: localizedTextSchema,
  condition: z.string().nullable(),
  result: z.enum(['true', 'false', 'unknown', 'not-judged']),
  reason: localizedTextSchema.nullable(),
  values: z.array(
    z.object({
      expression: z.string(),
      /** Short JSON of the value, `null` when it is not known. */
      value: z.string(),
      evidence: evidenceRefSchema.nullable(),
    }),
  ),
  /** Absent in older runs. */
  comparisons: z.array(comparisonSchema).optional(),
});
export type BranchEvaluation = z.infer<typeof branchEvaluationSchema>;

export const stepVisitSchema = z.object({
  stepId: z.string(),
  atMs: z.number(),
  evaluations: z.array(branchEvaluationSchema),
  /** Branch taken; null on a leaf or while waiting. */
  chosenBranchId: z.string().nullable(),
  /** The user chose this branch, or its answers, to see what would follow; everything after it is hypothetical. */
  isForced: z.boolean(),
  answers: answersSchema.nullable(),
  evidence: z.array(evidenceRefSchema),
});
export type StepVisit = z.infer<typeof stepVisitSchema>;

const scalarSchema = z.union([z.string(), z.number(), z.boolean()]);

/** What a what-if takes for true. A fact's path may leave indexes away: then it is so of every item of the list. */
export const assumptionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('branch'), stepId: z.string(), branchId: z.string() }),
  z.object({ kind: z.literal('answers'), stepId: z.string(), answers: answersSchema }),
  z.object({ kind: z.literal('fact'), probeId: z.string(), path: z.string(), value: scalarSchema }),
]);
export type Assumption = z.infer<typeof assumptionSchema>;

/** How a run came out after answers were changed or probes read again, against how it stood before. */
export const runChangeSchema = z.object({
  kind: z.enum(['answers', 'read']),
  /** Null: everything was read again. */
  stepId: z.string().nullable(),
  atMs: z.number(),
  /** Steps that left the path, joined it or go on by another branch. */
  steps: z.array(
    z.object({
      stepId: z.string(),
      kind: z.enum(['left', 'joined', 'turned']),
      before: localizedTextSchema.nullable(),
      after: localizedTextSchema.nullable(),
    }),
  ),
  values: z.array(z.object({ stepId: z.string(), expression: z.string(), before: z.string(), after: z.string() })),
  findings: z.array(z.object({ kind: z.enum(['gone', 'new']), code: z.string(), title: localizedTextSchema })),
});
export type RunChange = z.infer<typeof runChangeSchema>;

/** Why the facts of a run are to be taken with care. */
export const doubtSchema = z.object({
  kind: z.enum(['rebooted', 'contradiction']),
  message: messageSchema,
  evidence: z.array(evidenceRefSchema),
});
export type Doubt = z.infer<typeof doubtSchema>;

export const diagnosisStates = ['collecting', 'waiting', 'concluded', 'failed', 'cancelled'] as const;

/** One walk of a tree on one host: a transcript that can be saved, stepped back and replayed on its probe results. */
export const diagnosisRunSchema = z.object({
  id: z.string(),
  treeId: z.string(),
  hostId: z.string(),
  state: z.enum(diagnosisStates),
  startedAtMs: z.number(),
  updatedAtMs: z.number(),
  isWhatIf: z.boolean(),
  /** Of a what-if: the run by the facts that it was made from. */
  whatIfOf: z.string().nullable().optional(),
  /** Walked together with the same tree on other nodes. */
  strandsId: z.string().nullable().optional(),
  /** The line of the kernel log that it was started for. */
  logLine: logEvidenceSchema.nullable().optional(),
  /** The incident on whose timeline it goes once it is over. */
  incidentId: z.string().nullable().optional(),
  /** Of a what-if: facts that it takes for something else than was read. With any, the whole path is hypothetical. */
  assumedFacts: z.array(z.object({ probeId: z.string(), path: z.string(), value: scalarSchema })).optional(),
  /** What the last change did to it; null or nothing when there was none. */
  change: runChangeSchema.nullable().optional(),
  doubts: z.array(doubtSchema).optional(),
  /** While collecting: probes done and wanted. */
  progress: z.object({ done: z.number(), total: z.number(), running: z.array(z.string()) }),
  /** While collecting, once the walk has begun: the step whose probes are read again, and how often they were. */
  reading: z
    .object({ stepId: z.string(), done: z.number(), times: z.number(), everyMs: z.number() })
    .nullable()
    .optional(),
  probes: z.array(
    z.object({
      probeId: z.string(),
      state: z.string(),
      reason: messageSchema.nullable(),
      /** Absent in older runs. */
      observedAtMs: z.number().optional(),
    }),
  ),
  path: z.array(stepVisitSchema),
  /** The step that waits for an answer, with its form. */
  question: z.object({ stepId: z.string(), prompt: localizedTextSchema, fields: z.array(formFieldSchema) }).nullable(),
  findings: z.array(findingSchema),
  error: messageSchema.nullable(),
});
export type DiagnosisRun = z.infer<typeof diagnosisRunSchema>;

/** The first place of the path that holds only by assumption; the path's length when none does. */
export function hypotheticalFrom({ path, assumedFacts = [] }: Pick<DiagnosisRun, 'path' | 'assumedFacts'>): number {
  if (assumedFacts.length > 0) return 0;
  const forced = path.findIndex(({ isForced }) => isForced);
  return forced < 0 ? path.length : forced + 1;
}
