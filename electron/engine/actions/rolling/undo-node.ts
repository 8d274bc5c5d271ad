import type { ActionRun } from '#shared/domain/action';
import type { RolloutItem } from '#shared/domain/rollout';
import { StoreError } from '../../store/store';
import { messageOf, takenBack } from './roll-node';
import { notBegun, outcomeOf, type RollingActions } from './rollout-item';

export interface WayBack {
  readonly actions: RollingActions;
  /** Writes it down. */
  change(item: RolloutItem, changed: Partial<RolloutItem>): void;
  readonly stopping: AbortSignal;
}

/** Takes back what was done on one node, the last step first; ends at what was not taken back though it could be. Throws only what saving throws. */
export async function undoNode(items: readonly RolloutItem[], { actions, change, stopping }: WayBack): Promise<void> {
  for (const item of [...items].reverse()) {
    if (stopping.aborted) return;
    if (item.runId === null && item.state === 'unknown') change(item, notBegun);
    if (item.runId === null || item.state === 'undone') continue;
    try {
      const known = actions.get(item.runId);
      const run = known.state === 'interrupted' ? await actions.recheck(item.runId) : known;
      const isOver = run.state === 'undone' || hasChangedNothing(run);
      if (run.state === 'undone' || (isOver && item.state === 'unknown')) change(item, outcomeOf(run));
      if (isOver) continue;
      if (!run.canUndo) {
        change(item, { error: { key: 'actions.undoImpossible' } });
        // What knows no way back (a restart) stays as it is; a way back that there should be is needed first.
        if (run.plan.undo === null) continue;
        return;
      }
      change(item, { state: 'undoing', error: null, blockedBy: [] });
      const last = await takenBack(run, actions);
      change(item, outcomeOf(last));
      if (last.state !== 'undone') return;
    } catch (error) {
      if (error instanceof StoreError) throw error;
      change(item, { state: 'unknown', error: messageOf(error) });
      return;
    }
  }
}

/** A proof only reads; and of what ended before its first step was done nothing is to be put back. */
function hasChangedNothing({ plan, state, canUndo, steps }: ActionRun): boolean {
  if (canUndo) return false;
  const isOver = state === 'failed' || state === 'cancelled';
  return plan.risk === 'read-only' || (isOver && !steps.some((step) => step.state === 'done'));
}
