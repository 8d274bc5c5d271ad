import { z } from 'zod';
import { formFieldSchema } from './diagnosis';
import { broughtKinds } from './playbook/package-set';
import { localizedTextSchema, messageSchema } from './text-schema';

/** R0 to R3 of the fix register, in this order. */
export const risks = ['read-only', 'reversible', 'disruptive', 'destructive'] as const;
export type Risk = (typeof risks)[number];

/** R0 no change, R1 one process or setting, R2 a GPU or service, R3 the whole node. R4, hands in the data centre, is no command. */
export function riskCode(risk: Risk): string {
  return `R${risks.indexOf(risk)}`;
}

export const actionInfoSchema = z.object({
  id: z.string(),
  title: localizedTextSchema,
  description: localizedTextSchema,
  risk: z.enum(risks),
  needsRoot: z.boolean(),
  interruptsJobs: z.boolean(),
  /** What has to be free of work before. Missing: not told closer than by `interruptsJobs`. */
  interrupts: z.enum(['none', 'process', 'gpu', 'node']).optional(),
  /** Services that it restarts. Missing: none are told. */
  restarts: z.array(z.string()).optional(),
  /** Of the container image that its steps pull, as it is downloaded; unpacked it takes about twice that. */
  image: z.object({ fromBytes: z.number(), toBytes: z.number() }).optional(),
  /** What its steps take from the internet. Missing: nothing that is told. */
  brings: z.array(z.enum(broughtKinds)).optional(),
  canUndo: z.boolean(),
  parameters: z.array(formFieldSchema),
  /** The file of an action that the user wrote; missing of one that comes with Gantry. */
  ownFile: z.string().optional(),
});
export type ActionInfo = z.infer<typeof actionInfoSchema>;

/** One thing that steps take from the internet: the name of an image, the URL of a file with what it has to be, the command of pip. */
export const broughtSchema = z.object({
  kind: z.enum(broughtKinds),
  /** Null: it can't be told yet. */
  name: z.string().nullable(),
  sha256: z.string().nullable().optional(),
  /** Of a key file instead. */
  fingerprints: z.array(z.string()).optional(),
});
export type Brought = z.infer<typeof broughtSchema>;

/** One thing an action will do, exactly as it will run. */
export const plannedStepSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('command'),
    id: z.string(),
    title: localizedTextSchema,
    argv: z.array(z.string()),
    /** The line as a shell would take it, quoted; what the user can copy. */
    commandLine: z.string(),
    privilege: z.enum(['user', 'root']),
    /** Runs only if needed, said in words ("only if it is still alive after 10 s"). */
    onlyIf: localizedTextSchema.nullable(),
    /** What a shell script has to do for the same, where the line alone does less. */
    script: z.string().optional(),
  }),
  z.object({
    kind: z.literal('file'),
    id: z.string(),
    title: localizedTextSchema,
    path: z.string(),
    before: z.string().nullable(),
    after: z.string(),
    /** Unified diff. */
    diff: z.string(),
    /** The command that writes it, given the new content on its standard input. */
    argv: z.array(z.string()).optional(),
    commandLine: z.string().optional(),
    privilege: z.enum(['user', 'root']),
  }),
]);
export type PlannedStep = z.infer<typeof plannedStepSchema>;

/** What package steps would change, by the package manager's own simulation. Sizes null: it does not say. */
export const packageChangesSchema = z.object({
  /** `before` null: not there; `after` null: it goes. */
  changes: z.array(z.object({ name: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  downloadBytes: z.number().nullable(),
  diskBytes: z.number().nullable(),
});
export type PackageChanges = z.infer<typeof packageChangesSchema>;

/** What would happen, read live from the node. Nothing has changed yet. `fingerprint` must come back to apply it. */
export const actionPlanSchema = z.object({
  id: z.string(),
  actionId: z.string(),
  hostId: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  createdAtMs: z.number(),
  expiresAtMs: z.number(),
  risk: z.enum(risks),
  needsRoot: z.boolean(),
  interruptsJobs: z.boolean(),
  /** Preconditions and what is there now; a failed one blocks. */
  checks: z.array(
    z.object({
      title: localizedTextSchema,
      outcome: z.enum(['pass', 'fail', 'warn', 'unknown']),
      detail: localizedTextSchema,
      /** The output it was read from. */
      evidenceId: z.string().nullable().optional(),
    }),
  ),
  /** What is there now and what is to be, read live. */
  values: z
    .array(z.object({ title: localizedTextSchema, current: localizedTextSchema, wanted: localizedTextSchema }))
    .optional(),
  packages: packageChangesSchema.optional(),
  /** Beside packages. Missing: nothing, or nothing that is told. */
  brings: z.array(broughtSchema).optional(),
  steps: z.array(plannedStepSchema),
  verification: localizedTextSchema,
  undo: localizedTextSchema.nullable(),
  isAlreadyDone: z.boolean(),
  /** Of one that is done already: what was read to tell it. */
  evidence: z.array(z.object({ commandLine: z.string(), evidenceId: z.string() })).optional(),
  isBlocked: z.boolean(),
  fingerprint: z.string(),
});
export type ActionPlan = z.infer<typeof actionPlanSchema>;

export const actionRunStates = [
  'applying',
  'verifying',
  'verified',
  'verify-failed',
  'failed',
  'cancelled',
  'interrupted',
  'undoing',
  'undone',
] as const;

/** An applied plan. `interrupted`: the connection or the engine went; the node has to be asked what happened. */
export const actionRunSchema = z.object({
  id: z.string(),
  plan: actionPlanSchema,
  incidentId: z.string().nullable(),
  state: z.enum(actionRunStates),
  startedAtMs: z.number(),
  finishedAtMs: z.number().nullable(),
  steps: z.array(
    z.object({
      id: z.string(),
      state: z.enum(['pending', 'running', 'done', 'skipped', 'failed', 'unknown']),
      evidenceId: z.string().nullable(),
      detail: localizedTextSchema.nullable(),
    }),
  ),
  /** The verifying condition with what was read before and after. */
  verification: z
    .object({
      outcome: z.enum(['pass', 'fail', 'unknown']),
      /** False: part of what it asks for could not be measured, and the rest is as wanted. */
      isSure: z.boolean().optional(),
      detail: localizedTextSchema,
      /** The values of the plan as the node told them when it was verified. */
      values: z.array(z.object({ title: localizedTextSchema, now: localizedTextSchema })).optional(),
      /** What was run to tell it, with the kept output. Missing in older results. */
      evidence: z.array(z.object({ commandLine: z.string(), evidenceId: z.string() })).optional(),
    })
    .nullable(),
  error: messageSchema.nullable(),
  canUndo: z.boolean(),
});
export type ActionRun = z.infer<typeof actionRunSchema>;

/** A piece of what a step prints while it is done. */
export const stepOutputSchema = z.object({ stepId: z.string(), text: z.string() });
export type StepOutput = z.infer<typeof stepOutputSchema>;
