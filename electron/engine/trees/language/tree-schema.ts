import { z } from 'zod';
import { expectedGpusSchema } from '#shared/domain/expected-gpus';
import { findingNatures, healthStates, severities } from '#shared/domain/finding';
import type { ProblemCode } from '../../knowledge/problem-words';

/**
 * The tree format, as written in YAML. Conditions are CEL over facts, `let` values and answers; texts may hold
 * `{{ expression }}`. What the schema can't say (reachability, types, loops) `compile-tree.ts` checks.
 */
/** No drawing of more is of use to anybody; the largest built-in tree has under a hundred. */
export const maxSteps = 1000;

const expression = z.string().min(1).describe('A CEL expression');
const text = z
  .strictObject({ en: z.string().min(1), 'zh-CN': z.string().min(1).optional() })
  .describe('Words per language; {{ expression }} is filled in');
const stepId = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'idForm' satisfies ProblemCode)
  .describe('Id of a step');
const identifier = z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'nameForm' satisfies ProblemCode);

const edge = z.strictObject({ to: stepId, label: text.optional() });
const condition = z.strictObject({
  id: stepId,
  when: expression,
  to: stepId,
  label: text,
  because: text.optional().describe('Why this branch was taken, in words with the values in it'),
  limits: z
    .array(expression)
    .optional()
    .describe('What a function in the condition holds against limits, written out: shown with the values, not judged'),
});
const common = { title: text, explanation: text.optional() };

const each = z.strictObject({ as: identifier, in: expression }).describe('Repeat for every item of a list');
const action = z.strictObject({
  action: z.string().min(1),
  when: expression.optional(),
  each: each.optional(),
  parameters: z.record(z.string(), expression),
  why: text.optional(),
});
const finding = z.strictObject({
  code: z.string().min(1),
  state: z.enum(healthStates),
  severity: z.enum(severities),
  title: text,
  explanation: text,
  advice: z.array(z.strictObject({ when: expression.optional(), each: each.optional(), text })).optional(),
  subjects: expression.optional().describe('A list of strings'),
  evidence: z.array(expression).optional().describe('Facts that back this, beside those the path looked at'),
  actions: z.array(action).optional(),
  cautions: z.array(text).optional().describe('When this finding would be a false positive'),
  sources: z.array(z.string()).optional(),
  nature: z.enum(findingNatures).optional().describe('What kind of trouble it is; hardware outranks performance'),
  since: expression.optional().describe('When it was first seen, in milliseconds of the node clock'),
  explains: z.array(z.string()).optional().describe('Codes of findings that would be consequences of this one'),
  trees: z.array(stepId).optional().describe('Trees to go on with'),
});

const field = z.strictObject({
  name: identifier,
  label: text,
  help: text.optional(),
  kind: z.enum(['text', 'multiline', 'integer', 'number', 'boolean', 'choice']),
  unit: z.string().optional(),
  required: z.boolean().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  choices: z.array(z.strictObject({ value: z.string(), label: text })).optional(),
  choicesFrom: z.enum(['models', 'weight-formats']).optional().describe('Choices of a catalogue, before `choices`'),
  initial: z.union([z.string(), z.number(), z.boolean()]).optional(),
  initialFrom: expression.optional(),
  when: expression.optional().describe('Asked only when this holds or can not be told'),
});

export const stepSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('probe'),
    ...common,
    probes: z.array(z.string()).min(1).describe('All of these must be ok for `next`'),
    optional: z.array(z.string()).optional().describe('Fetched as well; may be missing'),
    again: z
      .strictObject({
        times: z.int().min(1).max(12).optional().describe('How many more times; 1 without it'),
        everySeconds: z.number().min(1).max(120),
        probes: z.array(z.string()).min(1).optional().describe('Which of `probes`; all without it'),
      })
      .optional()
      .describe('Reads them again, for what only a difference tells: `readings.<name>` has all readings'),
    next: edge,
    unknown: edge,
  }),
  z.strictObject({
    kind: z.literal('ask'),
    ...common,
    prompt: text,
    fields: z.array(field).min(1),
    branches: z.array(condition).optional(),
    otherwise: edge,
    unknown: edge,
    unattended: stepId.optional().describe('Where a walk goes on when nobody is there to answer, as in a scan'),
  }),
  z.strictObject({
    kind: z.literal('branch'),
    ...common,
    branches: z.array(condition).min(1),
    otherwise: edge,
    unknown: edge,
  }),
  z.strictObject({
    kind: z.literal('finding'),
    title: text.optional(),
    finding,
    next: edge.optional().describe('Go on looking: the finding is kept and the walk continues'),
  }),
  z.strictObject({ kind: z.literal('goto'), ...common, tree: stepId }),
]);

export const treeSchema = z.strictObject({
  id: stepId,
  title: text,
  symptoms: z.array(text).min(1),
  introduction: text.optional(),
  sources: z.array(z.string()).optional(),
  let: z
    .array(z.strictObject({ name: identifier, value: expression, note: z.string().optional() }))
    .optional()
    .describe('Named values, computed in order from facts, answers and the ones before'),
  start: stepId,
  steps: z
    .record(stepId, stepSchema)
    .refine((steps) => Object.keys(steps).length <= maxSteps, 'tooManySteps' satisfies ProblemCode),
});
export type TreeDefinition = z.infer<typeof treeSchema>;
export type StepDefinition = z.infer<typeof stepSchema>;
export type FindingDefinition = z.infer<typeof finding>;
export type ConditionDefinition = z.infer<typeof condition>;
export type FieldDefinition = z.infer<typeof field>;
export type TextDefinition = z.infer<typeof text>;

/** Parts of the table tests of a tree (`<tree>.cases.yaml`): facts -> path -> findings. */
const partialFacts = z.record(z.string(), z.unknown());
export const treeCasesSchema = z.strictObject({
  tree: stepId,
  /** Named building blocks for YAML anchors; not read otherwise. */
  blocks: z.unknown().optional(),
  cases: z.array(
    z.strictObject({
      name: z.string().min(1),
      facts: partialFacts.describe('Facts by probe id; a probe that is not named, or null, did not answer'),
      states: z.record(z.string(), z.string()).optional().describe('State of probes without facts, by probe id'),
      reasons: z
        .record(z.string(), z.string())
        .optional()
        .describe('Why, by probe id: a key of the catalogue of probes'),
      expected: expectedGpusSchema.optional().describe('How many GPUs the node should have by what is kept of it'),
      answers: z
        .record(stepId, z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])))
        .optional(),
      force: z.record(stepId, z.string()).optional(),
      unattended: z
        .boolean()
        .optional()
        .describe('Nobody is there to answer: questions are passed where the tree says'),
      again: z
        .record(z.string(), z.array(partialFacts))
        .optional()
        .describe('Facts of later readings by probe id; without them none came'),
      path: z.array(z.string()).optional().describe('Every step in order'),
      through: z.array(z.string()).optional().describe('Steps that must be on the path'),
      waitsAt: z.string().optional(),
      findings: z.array(z.string()).describe('Codes in order'),
      says: z.array(z.string()).optional().describe('Texts that the findings must contain (English)'),
      actions: z.array(z.strictObject({ action: z.string(), parameters: partialFacts.optional() })).optional(),
    }),
  ),
});
export type TreeCases = z.infer<typeof treeCasesSchema>;
