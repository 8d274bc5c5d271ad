import { z } from 'zod';
import { actionPlanSchema, packageChangesSchema } from '../action';
import { gpuUserSchema } from '../gpu-memory';
import { localizedTextSchema } from '../text-schema';
import { durationSchema } from './playbook';

/**
 * `done`: the node is as wanted already. `ready`: as planned. `later`: it stands on a step that is not done yet, so its checks can't
 * be told today, or may come out otherwise then; it is planned anew at its turn. `left-out`: its condition does not hold here. `blocked`: a check says no.
 */
export const plannedStepStates = ['done', 'ready', 'later', 'left-out', 'blocked'] as const;

/** What a playbook asks of a node before anything is planned. `detail` null: it is met. Unknown is not met. */
export const requirementSchema = z.object({
  id: z.string(),
  title: localizedTextSchema,
  outcome: z.enum(['pass', 'fail', 'unknown']),
  detail: localizedTextSchema.nullable(),
});
export type Requirement = z.infer<typeof requirementSchema>;

export const playbookStepPlanSchema = z.object({
  id: z.string(),
  actionId: z.string(),
  title: localizedTextSchema,
  needs: z.array(z.string()),
  state: z.enum(plannedStepStates),
  /** Why it is left out, blocked or later. */
  reason: localizedTextSchema.nullable(),
  /** Of a `later` step as far as it can be told today; null where nothing can: its values are told anew at its turn. */
  plan: actionPlanSchema.nullable(),
  duration: durationSchema.nullable(),
  /** Verified runs of the action whose median `duration` is; 0: it is what the playbook says. */
  earlierRuns: z.number(),
  restartsNode: z.boolean(),
  /** Steps whose conditions held for it, its own among them: not asked again at its turn. */
  held: z.array(z.string()).optional(),
});
export type PlaybookStepPlan = z.infer<typeof playbookStepPlanSchema>;

/** What a plan means for who works on the node now. Null where the node did not tell. */
export const planEffectsSchema = z.object({
  restartCount: z.number(),
  services: z.array(z.object({ name: z.string(), steps: z.array(z.string()) })),
  /** Processes on GPUs that steps interrupt: all of them, or those in the containers that end. */
  jobs: z.array(gpuUserSchema).nullable(),
  /** Running containers of Docker that end, or are started anew, with their service or the node. */
  containers: z.array(z.string()).nullable(),
  /** Images that steps pull, as they are downloaded: how large they usually are. Missing in older results. */
  images: z.array(z.object({ step: z.string(), fromBytes: z.number(), toBytes: z.number() })).optional(),
  /** What packages and images take at least, by file system. */
  space: z.array(z.object({ mountPoint: z.string(), neededBytes: z.number(), freeBytes: z.number().nullable() })),
});
export type PlanEffects = z.infer<typeof planEffectsSchema>;

/** What a playbook would do on one node, read live. Nothing has changed yet. `fingerprint` must come back to carry it out. */
export const playbookPlanSchema = z.object({
  id: z.string(),
  playbookId: z.string(),
  hostId: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  createdAtMs: z.number(),
  expiresAtMs: z.number(),
  requirements: z.array(requirementSchema),
  steps: z.array(playbookStepPlanSchema),
  /** Of all steps that can be told today, from the package manager's own simulation. */
  packages: packageChangesSchema.shape.changes,
  /** Null: no step says, or one could not tell. */
  downloadBytes: z.number().nullable(),
  diskBytes: z.number().nullable(),
  effects: planEffectsSchema,
  /** All of that in words, a line each. */
  summary: z.array(localizedTextSchema),
  /** Steps that are `later` may add to all of it. */
  isComplete: z.boolean(),
  restartsNode: z.boolean(),
  duration: durationSchema,
  /** Why it can't be carried out on this node at all: the platform, what the playbook requires, who holds the node. */
  refusal: localizedTextSchema.nullable(),
  isBlocked: z.boolean(),
  isAlreadyDone: z.boolean(),
  fingerprint: z.string(),
});
export type PlaybookPlan = z.infer<typeof playbookPlanSchema>;
