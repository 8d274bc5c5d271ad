import { z } from 'zod';
import { lanes } from '#shared/domain/command';
import { editFormats } from './edit-file';
import { packageOperations } from './package-steps';

/**
 * The form of a declared action, as written in YAML: rows of the fix register. Conditions and values are CEL over facts, as in
 * trees; commands are argv, a `{{ expression }}` fills in a word or a part of one and never makes two of it. What the schema
 * can't say `compile-fix.ts` checks.
 */
export const expression = z.string().min(1).describe('A CEL expression');
export const text = z
  .strictObject({ en: z.string().min(1), 'zh-CN': z.string().min(1).optional() })
  .describe('Words, in Chinese too for those that come with Gantry; {{ expression }} is filled in');
export const id = z.string().regex(/^[a-z][a-z0-9-]*$/, 'an id is lower case letters, digits and hyphens');
export const identifier = z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'a name is camelCase');

const argv = z
  .array(z.union([z.string().min(1), z.strictObject({ all: expression.describe('A list: each item becomes a word') })]))
  .min(1)
  .describe('The words of a command; there is no shell');

export const parameterKinds = [
  'gpus',
  'integer',
  'number',
  'boolean',
  'choice',
  'interface',
  'packages',
  'path',
  'pci-address',
  'node-name',
  'text',
] as const;

export const parameter = z.strictObject({
  name: identifier,
  label: text,
  help: text.optional(),
  kind: z.enum(parameterKinds),
  unit: z.string().optional(),
  required: z.boolean().default(true),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  pattern: z.string().optional().describe('What a text must match whole; a text needs one'),
  choices: z.array(z.strictObject({ value: z.string().min(1), label: text })).default([]),
  initial: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

const read = z.strictObject({
  name: identifier.describe('`read.NAME` in expressions'),
  argv,
  root: z.boolean().default(false),
  kind: z.enum(['text', 'number']).default('text'),
  pattern: z.string().optional().describe('Its first group is the value; without it all that was printed is'),
  absent: z
    .union([z.string(), z.number()])
    .optional()
    .describe('The value where the command ended well and the pattern is nowhere in what it printed'),
  exitCodes: z.array(z.int()).default([0]),
  errors: z.boolean().default(false).describe('What it writes to its standard error counts too, after the rest'),
  timeoutSeconds: z.number().min(1).max(3600).default(15),
  at: z
    .enum(['always', 'after'])
    .default('always')
    .describe('after: a proof that only verifying runs, never planning or undo; it may take long'),
  over: expression
    .optional()
    .describe('Seconds: a number is read again after them, and the value is by how much it grew'),
});

const common = { id, title: text, when: expression.optional(), root: z.boolean().default(true) };
const each = z.strictObject({ as: identifier, in: expression });
const step = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('command'),
    ...common,
    argv,
    saves: z.string().optional().describe('A file that the command rewrites; undo can restore it'),
    stdin: z.string().optional().describe('Given to the command; may hold {{ }}'),
    each: each.optional().describe('Once for every item of a list'),
    timeoutSeconds: z.number().min(1).max(14_400).default(30),
    lane: z.enum(lanes).optional(),
    exitCodes: z.array(z.int()).default([0]).describe('Ends that count as done'),
    waitSeconds: z.number().min(0).max(120).default(0).describe('Before the next step'),
  }),
  z.strictObject({
    kind: z.literal('file'),
    ...common,
    path: z.string().min(1),
    content: z.string().describe('The whole file; may hold {{ }}'),
  }),
  z.strictObject({
    kind: z.literal('edit'),
    ...common,
    path: z.string().min(1),
    format: z.enum(editFormats),
    section: z.string().min(1).optional().describe('Of an ini file'),
    key: z
      .string()
      .min(1)
      .optional()
      .describe('A setting at the top of the file, without blanks; may hold {{ }}. Of json none: the value is merged'),
    value: z.string().min(1).describe('What it is set to; may hold {{ }}. Of json a value in JSON, objects are merged'),
    create: z.boolean().default(false).describe('Make the file where there is none'),
  }),
  z.strictObject({
    kind: z.literal('download'),
    ...common,
    url: z.string().min(1).describe('http or https, without a password; may hold {{ }}'),
    path: z.string().min(1).describe('Gets its name when the content is the right one'),
    sha256: z.string().min(1).optional().describe('What the content must have; may hold {{ }}'),
    fingerprint: z
      .string()
      .min(1)
      .optional()
      .describe('Of a key file instead: that of each primary key in it (several with commas); may hold {{ }}'),
    mode: z
      .string()
      .regex(/^0?[0-7]{3}$/)
      .default('0644'),
    timeoutSeconds: z.number().min(1).max(14_400).default(3600),
  }),
  z.strictObject({
    kind: z.literal('package-lists'),
    ...common,
    source: z
      .string()
      .min(1)
      .optional()
      .describe('Only this file of /etc/apt/sources.list.d; of dnf the id of a repository'),
    timeoutSeconds: z.number().min(1).max(3600).default(600),
  }),
  z.strictObject({
    kind: z.literal('packages'),
    ...common,
    operation: z.enum(packageOperations),
    packages: expression.describe('A list of `name=version` (of a removal: names)'),
    removes: expression.optional().describe('A list of names that go for it in the same transaction (dpkg)'),
    changesHeld: z.boolean().default(false).describe('Also what is held may change or go; undo holds it again (dpkg)'),
    timeoutSeconds: z.number().min(1).max(14_400).default(1800),
  }),
  z.strictObject({
    kind: z.literal('off'),
    ...common,
    argv,
    withinMinutes: z.number().min(1).max(60).default(10).describe('How long to wait until the node is gone'),
  }),
  z.strictObject({
    kind: z.literal('restore'),
    ...common,
    of: id.describe('A step that writes, saves or fetches a file, or has packages: they become what they were'),
  }),
  z.strictObject({
    kind: z.literal('boot'),
    ...common,
    argv,
    withinMinutes: z.number().min(1).max(60).default(20).describe('How long to wait for the node'),
  }),
]);

const outcome = {
  pass: expression.describe('Over facts and `read` as they are then; lets are what they were before'),
  passed: text,
  failed: text,
};

export const fixSchema = z.strictObject({
  id,
  register: z.array(z.string().min(1)).default([]).describe('Rows of the fix register'),
  title: text,
  description: text,
  risk: z.enum(['R0', 'R1', 'R2', 'R3']),
  drain: z.enum(['none', 'process', 'gpu', 'node']).describe('What must be free of work before'),
  parameters: z.array(parameter).default([]),
  probes: z.array(z.string()).default([]).describe('Facts it reads, before and after'),
  reads: z.array(read).default([]).describe('Values that no probe has'),
  let: z
    .array(z.strictObject({ name: identifier, value: expression, note: z.string().optional() }))
    .default([])
    .describe('Values of before, kept for verify and undo'),
  restarts: z
    .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9@_.-]*$/))
    .default([])
    .describe('Services that its steps, or packages in them, restart'),
  image: z
    .tuple([z.number().positive(), z.number().positive()])
    .optional()
    .describe(
      'GB, from and to, that the image takes which its steps pull, as it is downloaded; unpacked about twice that',
    ),
  gpus: expression.optional().describe('The GPUs it affects; all without it'),
  inUse: z.enum(['refuse', 'warn']).optional().describe('What it means that a process is on an affected GPU'),
  interface: expression.optional().describe('The interface it touches: refused where it carries our own connection'),
  checks: z
    .array(
      z.strictObject({
        id,
        title: text,
        when: expression.optional(),
        pass: expression,
        passed: text,
        failed: text,
        otherwise: z.enum(['fail', 'warn']).default('fail'),
        unknown: z.enum(['block', 'warn']).default('block'),
      }),
    )
    .default([]),
  values: z.array(z.strictObject({ title: text, current: text, wanted: text })).default([]),
  done: expression.optional().describe('True: the node is as wanted, and nothing is run'),
  dryRun: z
    .array(
      z.strictObject({
        argv,
        when: expression.optional(),
        stdin: z.string().optional().describe('Given to the command; may hold {{ }}'),
        root: z.boolean().default(false),
        exitCodes: z.array(z.int()).default([0]),
        otherwise: z.enum(['fail', 'warn']).default('fail'),
        timeoutSeconds: z.number().min(1).max(120).default(30),
      }),
    )
    .default([])
    .describe('The tool’s own dry run'),
  steps: z.array(step).min(1),
  verify: z.strictObject({
    text,
    ...outcome,
    sure: expression
      .optional()
      .describe(
        'Where that is not so, `pass` stands on what was not measured: the run goes on, an acceptance sheet says unknown',
      ),
    waitSeconds: z.number().min(0).max(300).default(0).describe('Before each look'),
    tries: z.int().min(1).max(60).default(1),
  }),
  undo: z
    .strictObject({ text, steps: z.array(step).min(1), ...outcome })
    .nullable()
    .describe('null: it can not be undone'),
  sources: z.array(z.string().min(1)).default([]).describe('Where it is written; a built-in one has to say'),
});
export type FixDefinition = z.infer<typeof fixSchema>;
export type FixParameter = FixDefinition['parameters'][number];
export type FixStep = FixDefinition['steps'][number];
export type ArgvDefinition = z.infer<typeof argv>;

const values = z.record(z.string(), z.unknown());
/** What a node says at one time: facts by probe id, `read` values by name. What is not named did not answer. */
const moment = { facts: values.default({}), read: values.default({}) };

/** Table tests of a declared action (`<id>.cases.yaml`). */
export const fixCasesSchema = z.strictObject({
  fix: id,
  blocks: z.unknown().optional().describe('Named building blocks for YAML anchors; not read otherwise'),
  cases: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        parameters: values.default({}),
        host: z.enum(['ssh', 'local']).default('ssh'),
        site: z.record(z.string(), z.unknown()).optional().describe('Settings of the site other than the vendors’'),
        ...moment,
        plan: z.enum(['ready', 'blocked', 'done']),
        commands: z.array(z.string()).optional().describe('The command lines in order'),
        undo: z.array(z.string()).optional().describe('Those of undo'),
        says: z.array(z.string()).default([]).describe('Words of the checks and values (English)'),
        after: z
          .strictObject({
            ...moment,
            verify: z.enum(['pass', 'fail', 'unknown']),
            sure: z.boolean().optional().describe('Whether it passes by what was measured'),
            undone: z.enum(['pass', 'fail', 'unknown']).optional(),
            says: z.array(z.string()).default([]),
          })
          .optional()
          .describe('What the node says afterwards, and what that is taken for'),
      }),
    )
    .min(1),
});
export type FixCases = z.infer<typeof fixCasesSchema>;
