import type { ActionRun } from '#shared/domain/action';
import type { RolloutItem } from '#shared/domain/rollout';
import type { LocalizedText, Message } from '#shared/domain/text';
import { ConflictError, InvalidError, NotFoundError } from '../../errors';
import { HostUnavailableError } from '../../hosts/host';
import { StoreError } from '../../store/store';
import { notBegun, outcomeOf, type RollingActions } from './rollout-item';

/** What a step of a playbook comes to at its turn, by what the node says then. */
export type DecidedStep =
  | { readonly state: 'to-do'; readonly parameters: Record<string, unknown> }
  | { readonly state: 'left-out' }
  | { readonly state: 'untold'; readonly reason: LocalizedText }
  /** The text of the playbook is not the one that was confirmed. */
  | { readonly state: 'changed' };

export type DecideStep = (
  step: NonNullable<RolloutItem['undecided']> & {
    readonly playbookId: string;
    readonly hostId: string;
    readonly id: string;
  },
  options: { signal: AbortSignal },
) => Promise<DecidedStep>;

/** What becomes of one node: `change` writes it down before anything goes on. */
export interface NodeTurn {
  readonly actionId: string;
  /** Of a step whose values could not be told when it was confirmed. */
  readonly decide: (() => Promise<DecidedStep>) | null;
  readonly incidentId: string | null;
  readonly item: RolloutItem;
  readonly actions: RollingActions;
  change(changed: Partial<RolloutItem>): void;
  /** The engine is going down: what is only planned is not begun. */
  readonly stopping: AbortSignal;
  readonly nowMs: () => number;
}

/**
 * Plans a node anew, since those before it took their time, and carries the plan out if it is the one that was confirmed. Each
 * border is written down first: a plan without its run was never begun. Throws only what saving throws.
 */
export async function rollNode(turn: NodeTurn): Promise<void> {
  const { actionId, decide, incidentId, item, actions, change, stopping, nowMs } = turn;
  const { hostId, fingerprint } = item;
  let { parameters } = item;
  let isBegun = false;
  try {
    const decided = await decide?.();
    stopping.throwIfAborted();
    if (decided?.state === 'left-out') return change({ state: 'not-needed', error: null });
    if (decided?.state === 'changed') return change({ state: 'failed', error: { key: 'actions.planOutdated' } });
    if (decided?.state === 'untold') {
      const error = { key: 'playbooks.undecided', params: { step: item.step?.id ?? '' } };
      return change({ state: 'failed', error, blockedBy: [decided.reason] });
    }
    if (decided?.state === 'to-do') {
      parameters = decided.parameters;
      change({ parameters });
    }
    // Planned and begun in one go: what was read for the one serves for the other.
    const readSinceMs = nowMs();
    const fresh = await actions.plan({ actionId, hostId, parameters }, { signal: stopping });
    stopping.throwIfAborted();
    if (fresh.isAlreadyDone) return change({ state: 'not-needed', error: null, evidence: fresh.evidence ?? [] });
    if (fresh.isBlocked) {
      const failed = fresh.checks.filter(({ outcome }) => outcome === 'fail' || outcome === 'unknown');
      const blockedBy = failed.map(({ detail }) => detail);
      return change({ state: 'failed', error: { key: 'actions.planBlocked' }, blockedBy });
    }
    if (fingerprint !== null && fresh.fingerprint !== fingerprint)
      return change({ state: 'failed', error: { key: 'actions.planOutdated' } });
    isBegun = true;
    change({ planId: fresh.id });
    const started = await actions.apply(
      { planId: fresh.id, fingerprint: fresh.fingerprint, ...(incidentId === null ? {} : { incidentId }) },
      { readSinceMs },
    );
    change({ runId: started.id });
    let last = started;
    for await (const run of actions.watch(started.id)) last = run;
    change(outcomeOf(last));
  } catch (error) {
    if (error instanceof StoreError) throw error;
    if (stopping.aborted && !isBegun) change({ state: 'waiting', planId: null, startedAtMs: null });
    // It may be there again when somebody lets it go on: it is asked, and planned anew.
    else if (error instanceof HostUnavailableError) change({ state: 'unknown', error: messageOf(error) });
    else change({ state: 'failed', error: messageOf(error) });
  }
}

/**
 * Asks a node what became of what was begun on it. What the node says was not applied at all waits to be planned anew, and so does what
 * was half done, once it is taken back; what can't be told stays unknown.
 */
export async function askNode({ item, actions, change }: NodeTurn): Promise<void> {
  if (item.runId === null) return change(notBegun);
  try {
    const known = actions.get(item.runId);
    const asked = known.state === 'interrupted' ? await actions.recheck(item.runId) : known;
    const run = isHalfDone(asked) ? await takenBack(asked, actions) : asked;
    const isNotApplied = run.state === 'failed' && run.error?.key === 'actions.notApplied';
    change(isNotApplied || run.state === 'undone' ? notBegun : outcomeOf(run));
  } catch (error) {
    if (error instanceof StoreError) throw error;
    change({ state: 'unknown', error: messageOf(error) });
  }
}

/** It was cut off in the middle, or on its way back from there. */
function isHalfDone({ state, canUndo, error }: ActionRun): boolean {
  const isHalf = error?.key === 'actions.partlyApplied' || error?.key === 'actions.undoFailed';
  return state === 'failed' && canUndo && isHalf;
}

/** Runs the way back of a run. Throws what starting it throws. */
export async function takenBack({ id }: ActionRun, actions: RollingActions): Promise<ActionRun> {
  let last = await actions.undo(id);
  for await (const change of actions.watch(id)) last = change;
  return last;
}

export function messageOf(error: unknown): Message {
  if (error instanceof ConflictError || error instanceof InvalidError) return { key: error.key, params: error.params };
  if (error instanceof NotFoundError) return { key: 'actions.rolloutNodeGone' };
  if (error instanceof HostUnavailableError) return { key: 'actions.rolloutNoHost' };
  return { key: 'actions.unexpected', params: { detail: error instanceof Error ? error.message : String(error) } };
}
