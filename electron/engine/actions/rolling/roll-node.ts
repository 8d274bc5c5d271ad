import type { ActionRun } from '#shared/domain/action';
import type { RolloutItem } from '#shared/domain/rollout';
import type { LocalizedText, Message } from '#shared/domain/text';
import { ConflictError, InvalidError, NotFoundError } from '../../errors';
import { HostUnavailableError } from '../../hosts/host';
import { StoreError } from '../../store/store';
import type { Actions } from '../actions';

export type RollingActions = Pick<Actions, 'plan' | 'apply' | 'undo' | 'watch' | 'recheck' | 'runs' | 'get'>;

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
}

/**
 * Plans a node anew, since those before it took their time, and carries the plan out if it is the one that was confirmed. Each
 * border is written down first: a plan without its run was never begun. Throws only what saving throws.
 */
export async function rollNode(turn: NodeTurn): Promise<void> {
  const { actionId, decide, incidentId, item, actions, change, stopping } = turn;
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
    const fresh = await actions.plan({ actionId, hostId, parameters }, { signal: stopping });
    stopping.throwIfAborted();
    if (fresh.isAlreadyDone) return change({ state: 'not-needed', error: null });
    if (fresh.isBlocked) {
      const failed = fresh.checks.filter(({ outcome }) => outcome === 'fail' || outcome === 'unknown');
      const blockedBy = failed.map(({ detail }) => detail);
      return change({ state: 'failed', error: { key: 'actions.planBlocked' }, blockedBy });
    }
    if (fingerprint !== null && fresh.fingerprint !== fingerprint)
      return change({ state: 'failed', error: { key: 'actions.planOutdated' } });
    isBegun = true;
    change({ planId: fresh.id });
    const started = await actions.apply({
      planId: fresh.id,
      fingerprint: fresh.fingerprint,
      ...(incidentId === null ? {} : { incidentId }),
    });
    change({ runId: started.id });
    let last = started;
    for await (const run of actions.watch(started.id)) last = run;
    change(outcomeOf(last));
  } catch (error) {
    if (error instanceof StoreError) throw error;
    if (stopping.aborted && !isBegun) change({ state: 'waiting', planId: null, startedAtMs: null });
    else change({ state: 'failed', error: messageOf(error) });
  }
}

/**
 * Asks a node what became of what was begun on it. What the node says was not applied at all waits to be planned anew; what can't
 * be told stays unknown.
 */
export async function askNode({ item, actions, change }: NodeTurn): Promise<void> {
  if (item.runId === null) return change({ state: 'waiting', planId: null, error: null });
  try {
    const known = actions.get(item.runId);
    const run = known.state === 'interrupted' ? await actions.recheck(item.runId) : known;
    const isNotApplied = run.state === 'failed' && run.error?.key === 'actions.notApplied';
    if (isNotApplied) change({ state: 'waiting', planId: null, runId: null, error: null });
    else change(outcomeOf(run));
  } catch (error) {
    if (error instanceof StoreError) throw error;
    change({ state: 'unknown', error: messageOf(error) });
  }
}

/** Whether it is as before: it was taken back, or never changed anything. What can't be taken back ends the way back. */
export async function undoRun(runId: string | null, actions: RollingActions): Promise<boolean> {
  if (runId === null) return true;
  const run = actions.get(runId);
  if (run.state === 'undone') return true;
  if (!run.canUndo) return false;
  let last = await actions.undo(runId);
  for await (const change of actions.watch(runId)) last = change;
  return last.state === 'undone';
}

/** What is known of a node whose turn was cut off: by its run, which is looked for by the plan where it was not noted yet. */
export function foundItem(item: RolloutItem, actions: RollingActions): RolloutItem {
  if (item.state !== 'running') return item;
  const isOurs = ({ id, plan }: ActionRun) => id === item.runId || (item.planId !== null && plan.id === item.planId);
  const run = actions.runs(item.hostId).find(isOurs);
  if (!run) return { ...item, state: 'waiting', planId: null, runId: null, startedAtMs: null };
  return { ...item, runId: run.id, ...outcomeOf(run) };
}

export function outcomeOf(run: ActionRun): Pick<RolloutItem, 'state' | 'error'> {
  switch (run.state) {
    case 'verified':
      return { state: 'done', error: null };
    case 'undone':
      return { state: 'undone', error: null };
    case 'interrupted':
    case 'applying':
    case 'verifying':
    case 'undoing':
      return { state: 'unknown', error: run.error };
    default:
      return { state: 'failed', error: run.error ?? { key: 'actions.rolloutNotVerified' } };
  }
}

function messageOf(error: unknown): Message {
  if (error instanceof ConflictError || error instanceof InvalidError) return { key: error.key, params: error.params };
  if (error instanceof NotFoundError) return { key: 'actions.rolloutNodeGone' };
  if (error instanceof HostUnavailableError) return { key: 'actions.rolloutNoHost' };
  return { key: 'actions.unexpected', params: { detail: error instanceof Error ? error.message : String(error) } };
}
