import { beginnable, type Rollout, type RolloutItem } from '#shared/domain/rollout';
import { askNode, type DecideStep, rollNode } from './roll-node';
import { endOf } from './rollout-end';
import type { RollingActions } from './rollout-item';
import type { RolloutJournal } from './rollout-journal';

export interface Rolling {
  readonly journal: RolloutJournal;
  readonly actions: RollingActions;
  readonly decideStep: DecideStep;
  readonly nowMs: () => number;
  /** The engine is going down: nothing else is begun. */
  readonly stopping: AbortSignal;
}

/** Asks the nodes of which nobody knows, then takes the others in batches; returns what it came to, not yet written down. */
export async function rollOn(rolloutId: string, rolling: Rolling): Promise<Rollout> {
  const { journal, actions, nowMs, stopping } = rolling;
  const current = () => journal.written(rolloutId);
  /** Nodes of this go: one that failed before somebody let it go on stops nothing. */
  const begun = new Set<string>();
  const asked = current().items.filter(({ state }) => state === 'unknown');
  for (const { hostId } of asked) begun.add(hostId);
  await Promise.all(asked.map((item) => take(current(), item, askNode, rolling)));

  /** A node's items in their order, while each is as it should be. */
  const turn = async (hostId: string): Promise<void> => {
    const letGo = actions.keepLocked(hostId, current().actionId);
    try {
      for (let isFirst = true; ; isFirst = false) {
        const rollout = current();
        const item = beginnable(rollout).find((one) => one.hostId === hostId);
        if (item === undefined || !(isFirst || (rollout.state === 'running' && !stopping.aborted))) return;
        journal.changeItem(rolloutId, item, { state: 'running', startedAtMs: nowMs(), error: null, blockedBy: [] });
        await take(rollout, item, rollNode, rolling);
      }
    } finally {
      await letGo();
    }
  };
  while (isGoingOn(current(), begun, stopping)) {
    const rollout = current();
    const batch = [...new Set(beginnable(rollout).map(({ hostId }) => hostId))].slice(0, rollout.batchSize);
    if (batch.length === 0) break;
    for (const hostId of batch) begun.add(hostId);
    // A batch is let finish, also where one of it can't be saved.
    const ends = await Promise.allSettled(batch.map(turn));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }
  const rollout = current();
  return { ...rollout, state: endOf(rollout, stopping.aborted) };
}

async function take(
  { id, actionId, incidentId }: Rollout,
  item: RolloutItem,
  work: typeof rollNode,
  { journal, actions, decideStep, stopping, nowMs }: Rolling,
): Promise<void> {
  const { hostId, step, undecided } = item;
  await work({
    actionId: step?.actionId ?? actionId,
    decide:
      step && undecided
        ? () => decideStep({ ...undecided, playbookId: actionId, hostId, id: step.id }, { signal: stopping })
        : null,
    incidentId,
    item,
    actions,
    change: (changed) => journal.changeItem(id, item, changed),
    stopping,
    nowMs,
  });
}

function isGoingOn({ state, items }: Rollout, begun: ReadonlySet<string>, stopping: AbortSignal): boolean {
  const hasFailed = items.some(
    (item) => begun.has(item.hostId) && (item.state === 'failed' || item.state === 'unknown'),
  );
  return !stopping.aborted && state === 'running' && !hasFailed;
}
