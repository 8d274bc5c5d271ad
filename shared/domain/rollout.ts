import { z } from 'zod';
import { durationSchema } from './playbook/playbook';
import { localizedTextSchema, messageSchema } from './text-schema';

/**
 * A node of a rollout. `waiting`: not begun. `done`: verified. `not-needed`: it was as wanted already. `failed`: it said no, or its
 * verification did. `unknown`: nobody knows what became of it before the node is asked, which may not have been reached at all. `undoing`: being taken
 * back. `undone`: taken back since.
 */
export const rolloutItemStates = [
  'waiting',
  'running',
  'done',
  'not-needed',
  'failed',
  'unknown',
  'undoing',
  'undone',
] as const;
export type RolloutItemState = (typeof rolloutItemStates)[number];

/**
 * `pausing` and `cancelling` finish the nodes that are being done. `undoing`: nodes are being taken back. `stopped`: at a node that
 * failed. `interrupted`: the engine went. `cancelled`, `done` and `undone` (nothing of it is left) are final.
 */
export const rolloutStates = [
  'running',
  'pausing',
  'cancelling',
  'undoing',
  'paused',
  'stopped',
  'interrupted',
  'cancelled',
  'done',
  'undone',
] as const;
export type RolloutState = (typeof rolloutStates)[number];

const evidenceSchema = z.array(z.object({ commandLine: z.string(), evidenceId: z.string() }));

export const rolloutItemSchema = z.object({
  hostId: z.string(),
  /** Of a playbook: a node has an item for each step, in their order. */
  step: z
    .object({
      id: z.string(),
      actionId: z.string(),
      title: localizedTextSchema,
      /** How long it usually takes; missing where the playbook does not say. */
      duration: durationSchema.optional(),
    })
    .optional(),
  state: z.enum(rolloutItemStates),
  /** As they were confirmed for this node, with what the plan of then would do. */
  parameters: z.record(z.string(), z.unknown()),
  /** Null: a step that can only be planned when the one before is done; it was confirmed by its playbook. */
  fingerprint: z.string().nullable(),
  /**
   * Of a step whose values only steps before it can tell: what its playbook was given, the SHA-256 of the text that was
   * confirmed, and the steps whose conditions held then. `parameters` are told by it at its turn.
   */
  undecided: z
    .object({
      given: z.record(z.string(), z.unknown()),
      sha256: z.string(),
      held: z.array(z.string()).optional(),
    })
    .optional(),
  /** The plan made at its turn, written down before it is applied: by it the run is found after a crash. */
  planId: z.string().nullable(),
  /** The run on this node, as in the list of runs. */
  runId: z.string().nullable(),
  error: messageSchema.nullable(),
  /** What the checks, the step that failed or the verification said of it. */
  blockedBy: z.array(localizedTextSchema).optional(),
  /** Of one that was as wanted already: what was read to tell it. Missing in older ones. */
  evidence: evidenceSchema.optional(),
  startedAtMs: z.number().nullable(),
  finishedAtMs: z.number().nullable(),
});
export type RolloutItem = z.infer<typeof rolloutItemSchema>;

/** One action, or the steps of one playbook, on several nodes, `batchSize` of them at a time, up to the first that fails. */
export const rolloutSchema = z.object({
  id: z.string(),
  /** Of a playbook its id. */
  actionId: z.string(),
  playbook: z
    .object({
      title: localizedTextSchema,
      /** Steps that were as wanted when it was planned: they are no items, and belong to what the node came to. */
      asWanted: z
        .array(
          z.object({
            hostId: z.string(),
            id: z.string(),
            title: localizedTextSchema,
            evidence: evidenceSchema.optional(),
          }),
        )
        .optional(),
    })
    .optional(),
  incidentId: z.string().nullable(),
  batchSize: z.number().int().min(1),
  startedAtMs: z.number(),
  finishedAtMs: z.number().nullable(),
  state: z.enum(rolloutStates),
  /** These nodes were begun to be taken back, and that has not come to its end: going on does it. `before`: what the rollout was. */
  wayBack: z.object({ hostIds: z.array(z.string()), before: z.enum(rolloutStates) }).optional(),
  items: z.array(rolloutItemSchema),
  /** Who accepted what became of a node, and as what he saw it. */
  signOffs: z
    .array(
      z.object({
        hostId: z.string(),
        operator: z.string(),
        atMs: z.number(),
        note: z.string(),
        outcome: z.enum(['met', 'not-met', 'unknown']),
        /** SHA-256 of the sheet that he saw; missing in older ones. */
        digest: z.string().optional(),
      }),
    )
    .optional(),
});
export type Rollout = z.infer<typeof rolloutSchema>;

/** Somebody works on it: nodes may be changing. */
export function isRolling({ state }: Pick<Rollout, 'state'>): boolean {
  return state === 'running' || state === 'pausing' || state === 'cancelling' || state === 'undoing';
}

/** Nothing is begun behind such a step of the same node: what stands on it would not. */
const stuckStates: ReadonlySet<RolloutItemState> = new Set(['failed', 'unknown', 'undoing', 'undone']);

/** What can be begun: nothing behind a step of the same node that failed, was taken back, or of which nobody knows. */
export function beginnable({ items }: Pick<Rollout, 'items'>): RolloutItem[] {
  const stuck = new Set(items.filter(({ state }) => stuckStates.has(state)).map(({ hostId }) => hostId));
  return items.filter(({ state, hostId }) => state === 'waiting' && !stuck.has(hostId));
}

/** What a way back would look at: what is done, and what failed, or was lost, once it had begun and may have changed something. */
export function undoable(items: readonly RolloutItem[]): RolloutItem[] {
  const mayHaveChanged: ReadonlySet<RolloutItemState> = new Set(['failed', 'unknown']);
  return items.filter(({ state, runId }) => state === 'done' || (mayHaveChanged.has(state) && runId !== null));
}

/** It stands, and there are nodes left to begin, to ask or to take back. */
export function canContinue({ state, items, wayBack }: Pick<Rollout, 'state' | 'items' | 'wayBack'>): boolean {
  const isStanding = state === 'paused' || state === 'stopped' || state === 'interrupted';
  const isLeft = wayBack !== undefined || items.some((item) => item.state === 'unknown');
  return isStanding && (isLeft || beginnable({ items }).length > 0);
}
