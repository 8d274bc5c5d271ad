import type { ActionRun } from '#shared/domain/action';
import type { RolloutItem } from '#shared/domain/rollout';
import type { LocalizedText } from '#shared/domain/text';
import type { Actions } from '../actions';

export type RollingActions = Pick<
  Actions,
  'plan' | 'apply' | 'undo' | 'watch' | 'recheck' | 'runs' | 'get' | 'keepLocked'
>;

/** As before its turn: it is planned anew. */
export const notBegun = { state: 'waiting', planId: null, runId: null, startedAtMs: null, error: null } as const;

/** What is known of a node whose turn was cut off: by its run, which is looked for by the plan where it was not noted yet. */
export function foundItem(item: RolloutItem, actions: RollingActions): RolloutItem {
  if (item.state !== 'running' && item.state !== 'undoing') return item;
  const isOurs = ({ id, plan }: ActionRun) => id === item.runId || (item.planId !== null && plan.id === item.planId);
  const run = actions.runs(item.hostId).find(isOurs);
  // Half done, it was being taken back to be done anew.
  if (!run || (run.state === 'undone' && item.state === 'running')) return { ...item, ...notBegun };
  const outcome = outcomeOf(run);
  const finishedAtMs = outcome.state === 'unknown' || item.state === 'undoing' ? null : run.finishedAtMs;
  return { ...item, runId: run.id, ...outcome, finishedAtMs };
}

/** A node that was done may have been taken back by hand since. */
export function withUndone(item: RolloutItem, actions: RollingActions): RolloutItem {
  if (item.state !== 'done' || item.runId === null) return item;
  try {
    return outcomeOf(actions.get(item.runId)).state === 'undone' ? { ...item, state: 'undone' } : item;
  } catch {
    // The run was pruned: what is written here is the last that is known.
    return item;
  }
}

export function outcomeOf(run: ActionRun): Pick<RolloutItem, 'state' | 'error' | 'blockedBy'> {
  switch (run.state) {
    case 'verified':
      return { state: 'done', error: null, blockedBy: [] };
    case 'undone':
      return { state: 'undone', error: null, blockedBy: [] };
    case 'interrupted':
    case 'applying':
    case 'verifying':
    case 'undoing':
      return { state: 'unknown', error: run.error, blockedBy: reasonsOf(run) };
    default:
      return {
        state: 'failed',
        error: run.error ?? { key: 'actions.rolloutNotVerified' },
        blockedBy: reasonsOf(run),
      };
  }
}

/** What the step that ended it said, else what the verification did. */
function reasonsOf({ steps, verification }: ActionRun): LocalizedText[] {
  const ended = steps.findLast(({ state, detail }) => (state === 'failed' || state === 'unknown') && detail !== null);
  const said = [ended?.detail, verification?.outcome === 'pass' ? null : verification?.detail];
  return said.flatMap((text) => (text ? [shortened(text)] : []));
}

/** A package manager prints thousands of lines; what went wrong, and what to do, stands at the end. */
function shortened({ en, 'zh-CN': chinese }: LocalizedText): LocalizedText {
  const short = (text: string) => (text.length > 2000 ? `${text.slice(0, 300)}\n…\n${text.slice(-1600)}` : text);
  return { en: short(en), ...(chinese === undefined ? {} : { 'zh-CN': short(chinese) }) } as LocalizedText;
}
