import { z } from 'zod';
import { partKinds } from '#shared/domain/parts/part';

/** The form of a manual procedure, as written in YAML: the R4 rows of the fix register. Conditions are CEL, as in declared actions. */
const expression = z.string().min(1).describe('A CEL expression over facts, `target`, `serials.NAME` and every let');
const text = z.strictObject({ en: z.string().min(1), 'zh-CN': z.string().min(1) }).describe('Words in both languages');
const id = z.string().regex(/^[a-z][a-z0-9-]*$/, 'an id is lower case letters, digits and hyphens');
const identifier = z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'a name is camelCase');

const step = z.strictObject({
  id,
  title: text.describe('One thing to do, as a person ticks it'),
  detail: text.optional(),
  caution: text.optional().describe('What goes wrong or hurts'),
});

const outcome = {
  pass: expression,
  passed: text.describe('{{ expression }} is filled in'),
  failed: text.describe('{{ expression }} is filled in'),
};

/** The steps that all procedures share, by whether the node is without power. */
export const commonStepsSchema = z.strictObject({
  off: z.strictObject({ before: z.array(step).min(1), after: z.array(step).min(1) }),
  on: z.strictObject({ before: z.array(step).min(1), after: z.array(step) }),
  twoPersons: step,
});

export const manualSchema = z.strictObject({
  id,
  register: z.array(z.string().min(1)).min(1).describe('Rows of the fix register, or fixes of the trees'),
  title: text,
  description: text,
  power: z.enum(['off', 'on']).describe('Whether the node has to be without power; chooses the common steps'),
  persons: z.int().min(1).max(4).default(1),
  part: z.enum(partKinds).optional().describe('The kind of part: those known of the node are offered'),
  tools: z.array(text).default([]).describe('What to bring'),
  before: z.array(step).default([]).describe('Behind the common steps'),
  steps: z.array(step).min(1),
  after: z.array(step).default([]).describe('Ahead of the common steps'),
  photos: z.array(z.strictObject({ id, label: text, required: z.boolean().default(false) })).default([]),
  serials: z
    .array(
      z.strictObject({
        id: identifier,
        label: text,
        role: z.enum(['old', 'new']),
        required: z.boolean().default(true),
      }),
    )
    .default([]),
  probes: z.array(z.string()).min(1).describe('Facts it reads, before and after'),
  let: z
    .array(z.strictObject({ name: identifier, value: expression, note: z.string().optional() }))
    .default([])
    .describe('Values of before, kept for the verification'),
  checks: z
    .array(z.strictObject({ id, title: text, ...outcome, otherwise: z.enum(['fail', 'warn']).default('warn') }))
    .default([])
    .describe('How the node is before; what can not be told is a warning: broken nodes do not answer'),
  verify: z.strictObject({ text, ...outcome }),
  sources: z.array(z.string().min(1)).min(1),
});
export type ManualDefinition = z.infer<typeof manualSchema>;

const values = z.record(z.string(), z.unknown());
/** Table tests of a manual procedure (`<id>.cases.yaml`). */
export const manualCasesSchema = z.strictObject({
  manual: id,
  blocks: z.unknown().optional().describe('Named building blocks for YAML anchors; not read otherwise'),
  cases: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        target: z.string().default(''),
        serials: z.record(z.string(), z.string()).default({}),
        before: values.default({}).describe('Facts by probe id; what is not named did not answer'),
        says: z.array(z.string()).default([]).describe('Words of the checks (English)'),
        after: values.default({}),
        verify: z.enum(['pass', 'fail', 'unknown']),
        told: z.array(z.string()).default([]).describe('Words of the verification (English)'),
      }),
    )
    .min(1),
});
