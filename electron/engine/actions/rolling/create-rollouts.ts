import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { EventPublisher } from '@orpc/server';
import type { ActionPlan } from '#shared/domain/action';
import { beginnable, canContinue, isRolling, type Rollout, type RolloutItem } from '#shared/domain/rollout';
import type { LocalizedText } from '#shared/domain/text';
import type { AuditLog } from '../../audit/audit-log';
import { ConflictError, NotFoundError } from '../../errors';
import { LateSaves } from '../../store/late-saves';
import { isOwnedElsewhere } from '../../store/run-owner';
import type { Store } from '../../store/store';
import { type RunChanges, watchRun } from '../../store/watch-run';
import type { PlanBook } from '../runs/plan-book';
import { askNode, type DecideStep, foundItem, outcomeOf, type RollingActions, rollNode, undoRun } from './roll-node';
import { createRolloutRepository, type SavedRollout } from './rollout-repository';

export interface RolloutsDeps {
  readonly store: Store;
  readonly actions: RollingActions;
  /** The plans that were shown. Taking one throws when it is not to be applied, or was. */
  readonly plans: Pick<PlanBook, 'take' | 'putBack'>;
  readonly audit: AuditLog;
  readonly nowMs: () => number;
}

export interface RolloutRequest {
  readonly plans: readonly { readonly planId: string; readonly fingerprint: string }[];
  readonly batchSize?: number;
  readonly incidentId?: string | undefined;
}

/** A playbook as it was confirmed: the steps of each node in their order. */
export interface PlaybookRequest {
  readonly playbook: { readonly id: string; readonly title: LocalizedText };
  readonly nodes: readonly {
    readonly hostId: string;
    readonly steps: readonly (Required<Pick<RolloutItem, 'step'>> &
      Pick<RolloutItem, 'parameters' | 'fingerprint' | 'undecided'>)[];
  }[];
  readonly batchSize: number;
  readonly incidentId: string | null;
}

export interface Rollouts {
  start(request: RolloutRequest): Rollout;
  startPlaybook(request: PlaybookRequest): Rollout;
  /** Who tells at its turn what a step of a playbook is to do that could not be told before. */
  decideWith(decide: DecideStep): void;
  /**
   * Takes back what was done on these nodes (all without a list), the last step first; ends at the first of a node that can't be.
   * Done again it goes on where it ended.
   */
  undo(rolloutId: string, hostIds?: readonly string[]): Promise<Rollout>;
  /** The nodes that are being done are finished; no other is begun until it goes on. */
  pause(rolloutId: string): Rollout;
  /** Asks the nodes of which nobody knows, and goes on with those that were not begun. */
  continue(rolloutId: string): Rollout;
  /** The nodes that are being done are finished; no other is begun, ever. */
  cancel(rolloutId: string): Rollout;
  list(): Rollout[];
  /** With the nodes that were taken back since. */
  get(rolloutId: string): Rollout;
  watch(rolloutId: string, options?: { signal?: AbortSignal }): AsyncGenerator<Rollout>;
  /** Begins no other node; waits until those at work have ended. */
  close(): Promise<void>;
}

const closeWithinMs = 5000;

/**
 * Takes nodes in batches and goes on while each is verified. All of it is written down before it happens: after the end of the
 * engine a rollout is interrupted, and says which nodes are done, which were not begun and which have to be asked.
 */
export function createRollouts({ store, actions, plans, audit, nowMs }: RolloutsDeps): Rollouts {
  const repository = createRolloutRepository(store);
  const changes: RunChanges<Rollout> = new EventPublisher();
  /** Of this engine. */
  const active = new Map<string, Promise<void>>();
  const unsaved = new LateSaves<SavedRollout>(store, (saved) => repository.update(saved));
  const stopping = new AbortController();
  let isClosed = false;
  let decideStep: DecideStep = async () => ({ state: 'changed' });

  const owned = (rollout: Rollout): SavedRollout => ({ rollout, ownerPid: process.pid, touchedAtMs: nowMs() });
  const isElsewhere = ({ ownerPid, touchedAtMs }: SavedRollout): boolean =>
    isOwnedElsewhere({ ownerPid, startedAtMs: touchedAtMs }, nowMs());

  /** As it stands: one that nobody carries out was interrupted. */
  function asItStands(saved: SavedRollout): Rollout {
    const { rollout } = saved;
    if (!isRolling(rollout) || active.has(rollout.id) || isElsewhere(saved)) return rollout;
    const items = rollout.items.map((item) => foundItem(item, actions));
    return { ...rollout, items, state: 'interrupted', finishedAtMs: saved.touchedAtMs };
  }

  function saved(rolloutId: string): SavedRollout {
    unsaved.tryNow();
    const found = unsaved.get(rolloutId) ?? repository.find(rolloutId);
    if (!found) throw new NotFoundError('rollout', rolloutId);
    return found;
  }

  const get = (rolloutId: string): Rollout => asItStands(saved(rolloutId));

  function write(rollout: Rollout): void {
    // Nothing may be asked of a database that is closed.
    if (isClosed) throw new Error('the engine has ended');
    repository.update(owned(rollout));
    unsaved.forget(rollout.id);
    changes.publish(rollout.id, rollout);
  }

  /** What somebody asks for while it goes on; from another process it can't be heard. */
  function ask(rolloutId: string, wish: 'pausing' | 'cancelling'): Rollout {
    const one = saved(rolloutId);
    const rollout = asItStands(one);
    if (isRolling(rollout) && !active.has(rolloutId)) throw new ConflictError('actions.rolloutElsewhere');
    if (isRolling(rollout)) {
      const next: Rollout = { ...rollout, state: wish };
      store.transaction(() => {
        audit.append({ event: `rollout.${wish === 'pausing' ? 'pause' : 'cancel'}`, detail: { rolloutId } });
        write(next);
      });
      return next;
    }
    if (wish === 'pausing' || !canContinue(rollout)) throw new ConflictError('actions.notRunning');
    const next: Rollout = { ...rollout, state: 'cancelled', finishedAtMs: nowMs() };
    store.transaction(() => {
      audit.append({ event: 'rollout.cancel', detail: { rolloutId } });
      write(next);
    });
    return next;
  }

  function changeItem(rolloutId: string, one: RolloutItem, changed: Partial<RolloutItem>): void {
    const rollout = saved(rolloutId).rollout;
    const items = rollout.items.map((item) => {
      if (item.hostId !== one.hostId || item.step?.id !== one.step?.id) return item;
      const next = { ...item, ...changed };
      const isOver = next.state !== 'running' && next.state !== 'waiting';
      return { ...next, finishedAtMs: isOver ? (item.finishedAtMs ?? nowMs()) : null };
    });
    write({ ...rollout, items });
  }

  async function take(rolloutId: string, item: RolloutItem, work: typeof rollNode): Promise<void> {
    const { actionId, incidentId } = saved(rolloutId).rollout;
    const change = (changed: Partial<RolloutItem>) => changeItem(rolloutId, item, changed);
    const { hostId, step, undecided } = item;
    await work({
      actionId: step?.actionId ?? actionId,
      decide:
        step && undecided
          ? () => decideStep({ ...undecided, playbookId: actionId, hostId, id: step.id }, { signal: stopping.signal })
          : null,
      incidentId,
      item,
      actions,
      change,
      stopping: stopping.signal,
    });
  }

  const isGoingOn = ({ state, items }: Rollout, begun: ReadonlySet<string>): boolean =>
    !stopping.signal.aborted &&
    state === 'running' &&
    !items.some((item) => begun.has(item.hostId) && (item.state === 'failed' || item.state === 'unknown'));

  async function roll(rolloutId: string): Promise<void> {
    /** Nodes of this go: one that failed before somebody let it go on stops nothing. */
    const begun = new Set<string>();
    const current = () => saved(rolloutId).rollout;
    const asked = current().items.filter(({ state }) => state === 'unknown');
    for (const { hostId } of asked) begun.add(hostId);
    await Promise.all(asked.map((item) => take(rolloutId, item, askNode)));
    /** A node's items in their order, while each is as it should be. */
    const turn = async (hostId: string): Promise<void> => {
      for (let isFirst = true; ; isFirst = false) {
        const rollout = current();
        const item = beginnable(rollout).find((one) => one.hostId === hostId);
        if (item === undefined || !(isFirst || (rollout.state === 'running' && !stopping.signal.aborted))) return;
        changeItem(rolloutId, item, { state: 'running', startedAtMs: nowMs(), error: null });
        await take(rolloutId, item, rollNode);
      }
    };
    while (isGoingOn(current(), begun)) {
      const batch = [...new Set(beginnable(current()).map(({ hostId }) => hostId))].slice(0, current().batchSize);
      if (batch.length === 0) break;
      for (const hostId of batch) begun.add(hostId);
      // A batch is let finish, also where one of it can't be saved.
      const ends = await Promise.allSettled(batch.map(turn));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    }
    const rollout = current();
    const state = endOf(rollout, stopping.signal.aborted);
    store.transaction(() => {
      audit.append({ event: 'rollout.settle', detail: { rolloutId, state, ...countsOf(rollout) } });
      write({ ...rollout, state, finishedAtMs: nowMs() });
    });
  }

  function run(rolloutId: string): void {
    // Begun in a later turn, so that who started it is told of the first state first.
    const done = Promise.resolve()
      .then(() => roll(rolloutId))
      // Only saving can fail here: it is as if the engine had gone.
      .catch(() => {
        active.delete(rolloutId);
        const one = isClosed ? null : repository.find(rolloutId);
        if (one) unsaved.add(rolloutId, owned(asItStands({ ...one, ownerPid: 0 })));
      })
      .finally(() => {
        active.delete(rolloutId);
        changes.publish(rolloutId, null);
      });
    active.set(rolloutId, done);
  }

  function begin({
    items,
    ...of
  }: Pick<Rollout, 'actionId' | 'playbook' | 'incidentId' | 'batchSize'> & {
    items: readonly Pick<RolloutItem, 'hostId' | 'step' | 'parameters' | 'fingerprint' | 'undecided'>[];
  }): Rollout {
    const hostIds = new Set(items.map(({ hostId }) => hostId));
    const others = repository.unfinished().map(asItStands).filter(isRolling);
    if (others.some((other) => other.items.some(({ hostId, state }) => hostIds.has(hostId) && isAhead(state)))) {
      throw new ConflictError('actions.rolloutOverlaps');
    }
    const rollout: Rollout = {
      ...of,
      id: randomUUID(),
      startedAtMs: nowMs(),
      finishedAtMs: null,
      state: 'running',
      items: items.map((item) => ({
        ...item,
        state: 'waiting',
        planId: null,
        runId: null,
        error: null,
        startedAtMs: null,
        finishedAtMs: null,
      })),
    };
    const { actionId, batchSize } = of;
    const detail = { rolloutId: rollout.id, actionId, batchSize, hostIds: [...hostIds] };
    store.transaction(() => {
      audit.append({ event: 'rollout.start', detail });
      repository.insert(owned(rollout));
    });
    run(rollout.id);
    return rollout;
  }

  /** Says once and for all what an engine left behind. */
  try {
    for (const one of repository.unfinished()) if (!isElsewhere(one)) repository.update(owned(asItStands(one)));
  } catch {
    // They are told as interrupted all the same.
  }

  return {
    start({ plans: wanted, batchSize = 1, incidentId }) {
      const taken: ActionPlan[] = [];
      try {
        for (const { planId, fingerprint } of wanted) taken.push(plans.take(planId, fingerprint));
        const [first] = taken;
        const hostIds = new Set(taken.map(({ hostId }) => hostId));
        if (!first || hostIds.size !== taken.length || taken.some(({ actionId }) => actionId !== first.actionId)) {
          throw new ConflictError('actions.rolloutMixed');
        }
        return begin({
          actionId: first.actionId,
          incidentId: incidentId ?? null,
          batchSize,
          items: taken.map(({ hostId, parameters, fingerprint }) => ({ hostId, parameters, fingerprint })),
        });
      } catch (error) {
        for (const { id } of taken) plans.putBack(id);
        throw error;
      }
    },

    startPlaybook: ({ playbook: { id, title }, nodes, batchSize, incidentId }) =>
      begin({
        actionId: id,
        playbook: { title },
        incidentId,
        batchSize,
        items: nodes.flatMap(({ hostId, steps }) => steps.map((step) => ({ ...step, hostId }))),
      }),

    decideWith(decide) {
      decideStep = decide;
    },

    async undo(rolloutId, hostIds) {
      const rollout = get(rolloutId);
      if (isRolling(rollout)) throw new ConflictError('actions.rolloutRuns');
      const done = rollout.items.filter(({ hostId }) => hostIds?.includes(hostId) ?? true).reverse();
      const hosts = [...new Set(done.map(({ hostId }) => hostId))];
      audit.append({ event: 'rollout.undo', detail: { rolloutId, hostIds: hosts } });
      await Promise.all(
        hosts.map(async (hostId) => {
          for (const { runId } of done.filter((item) => item.hostId === hostId)) {
            if (stopping.signal.aborted || !(await undoRun(runId, actions))) return;
            changes.publish(rolloutId, get(rolloutId));
          }
        }),
      );
      return this.get(rolloutId);
    },

    pause: (rolloutId) => ask(rolloutId, 'pausing'),
    cancel: (rolloutId) => ask(rolloutId, 'cancelling'),

    continue(rolloutId) {
      const rollout = get(rolloutId);
      if (!canContinue(rollout)) throw new ConflictError('actions.rolloutNotStanding');
      const next: Rollout = { ...rollout, state: 'running', finishedAtMs: null };
      store.transaction(() => {
        audit.append({ event: 'rollout.continue', detail: { rolloutId, ...countsOf(rollout) } });
        write(next);
      });
      run(rolloutId);
      return next;
    },

    list: () => {
      unsaved.tryNow();
      return repository.list().map((one) => asItStands(unsaved.get(one.rollout.id) ?? one));
    },
    get(rolloutId) {
      const rollout = get(rolloutId);
      const items = rollout.items.map((item) => withUndone(item, actions));
      return { ...rollout, items };
    },
    watch: (rolloutId, { signal } = {}) =>
      watchRun({
        store,
        changes,
        runId: rolloutId,
        read: () => get(rolloutId),
        isElsewhere: () => !active.has(rolloutId),
        isLast: (rollout) => !isRolling(rollout),
        signal,
      }),

    async close() {
      stopping.abort();
      // A node that does not answer keeps nobody from leaving: what it was about is in the journal.
      await Promise.race([Promise.all(active.values()), delay(closeWithinMs, undefined, { ref: false })]);
      isClosed = true;
    },
  };
}

const isAhead = (state: RolloutItem['state']): boolean => state === 'waiting' || state === 'running';

/** A node that was done may have been taken back by hand since. */
function withUndone(item: RolloutItem, actions: RollingActions): RolloutItem {
  if (item.state !== 'done' || item.runId === null) return item;
  try {
    return outcomeOf(actions.get(item.runId)).state === 'undone' ? { ...item, state: 'undone' } : item;
  } catch {
    // The run was pruned: what is written here is the last that is known.
    return item;
  }
}

function endOf({ state, items }: Rollout, isStopping: boolean): Rollout['state'] {
  const has = (...states: RolloutItem['state'][]) => items.some((item) => states.includes(item.state));
  if (isStopping && has('waiting', 'unknown')) return 'interrupted';
  if (state === 'cancelling') return 'cancelled';
  if (has('failed', 'unknown')) return 'stopped';
  return has('waiting') ? 'paused' : 'done';
}

function countsOf({ items }: Rollout): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of items) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
