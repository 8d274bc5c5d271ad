import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ActionPlan } from '#shared/domain/action';
import { canContinue, isRolling, type Rollout, type RolloutItem } from '#shared/domain/rollout';
import type { AuditLog } from '../../audit/audit-log';
import { ConflictError } from '../../errors';
import type { Store } from '../../store/store';
import type { PlanBook } from '../runs/plan-book';
import type { DecideStep } from './roll-node';
import { rollOn } from './roll-on';
import { notTakenBack, stateAfterUndo } from './rollout-end';
import type { RollingActions } from './rollout-item';
import { RolloutJournal } from './rollout-journal';
import { undoNode } from './undo-node';

export interface RolloutsDeps {
  readonly store: Store;
  readonly actions: RollingActions;
  /** The plans that were shown. Taking one throws when it is not to be applied, or was. */
  readonly plans: Pick<PlanBook, 'take' | 'putBack'>;
  readonly audit: AuditLog;
  readonly nowMs: () => number;
  /** Who signs. */
  readonly operator: string;
}

export interface RolloutRequest {
  readonly plans: readonly { readonly planId: string; readonly fingerprint: string }[];
  readonly batchSize?: number;
  readonly incidentId?: string | undefined;
}

/** A playbook as it was confirmed: the steps of each node in their order. */
export interface PlaybookRequest {
  readonly playbook: { readonly id: string } & NonNullable<Rollout['playbook']>;
  readonly nodes: readonly {
    readonly hostId: string;
    readonly steps: readonly (Required<Pick<RolloutItem, 'step'>> &
      Pick<RolloutItem, 'parameters' | 'fingerprint' | 'undecided'>)[];
  }[];
  readonly batchSize: number;
  readonly incidentId: string | null;
}

type SignOff = NonNullable<Rollout['signOffs']>[number];

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
  /** Asks the nodes of which nobody knows, and goes on with those that were not begun; with a way back that was cut off, where there is one. */
  continue(rolloutId: string): Rollout;
  /** The nodes that are being done are finished; no other is begun, ever. */
  cancel(rolloutId: string): Rollout;
  list(): Rollout[];
  /** With the nodes that were taken back since. */
  get(rolloutId: string): Rollout;
  watch(rolloutId: string, options?: { signal?: AbortSignal }): AsyncGenerator<Rollout>;
  /** Somebody carries one out, here or elsewhere, that is about this node too. */
  isAt(hostId: string): boolean;
  /** Writes down who accepted a node as what. Throws NotFoundError. */
  signOff(rolloutId: string, what: Pick<SignOff, 'hostId' | 'note' | 'outcome' | 'digest'>): void;
  /** Begins no other node; waits until those at work have ended. */
  close(): Promise<void>;
}

const closeWithinMs = 5000;

/** Takes nodes in batches and goes on while each is verified. */
export function createRollouts({ store, actions, plans, audit, nowMs, operator }: RolloutsDeps): Rollouts {
  const journal = new RolloutJournal({ store, actions, nowMs });
  const stopping = new AbortController();
  let decideStep: DecideStep = async () => ({ state: 'changed' });

  /** Writes it down together with who asked for it. */
  function record(event: string, rollout: Rollout, detail: Record<string, unknown> = {}): Rollout {
    store.transaction(() => {
      audit.append({ event: `rollout.${event}`, detail: { rolloutId: rollout.id, ...detail } });
      journal.write(rollout);
    });
    return rollout;
  }

  function carryOut(rolloutId: string): void {
    void journal.carryOut(rolloutId, async () => {
      const rollout = await rollOn(rolloutId, {
        journal,
        actions,
        decideStep: (step, options) => decideStep(step, options),
        nowMs,
        stopping: stopping.signal,
      });
      record('settle', { ...rollout, finishedAtMs: nowMs() }, { state: rollout.state, ...countsOf(rollout) });
    });
  }

  /** What somebody asks for while it goes on; from another process it can't be heard. */
  function ask(rolloutId: string, wish: 'pausing' | 'cancelling'): Rollout {
    const rollout = journal.get(rolloutId);
    if (rollout.state === 'undoing') throw new ConflictError('actions.rolloutUndoing');
    if (isRolling(rollout)) {
      if (!journal.isActive(rolloutId)) throw new ConflictError('actions.rolloutElsewhere');
      return record(wish === 'pausing' ? 'pause' : 'cancel', { ...rollout, state: wish });
    }
    if (wish === 'pausing' || !canContinue(rollout)) throw new ConflictError('actions.notRunning');
    return record('cancel', { ...rollout, state: 'cancelled', finishedAtMs: nowMs() });
  }

  /** Throws ConflictError when another rollout is about to change one of the nodes, or does. */
  function refuseOverlap(hostIds: ReadonlySet<string>): void {
    const isTaken = journal
      .rolling()
      .some(({ items }) => items.some(({ hostId, state }) => hostIds.has(hostId) && isAhead(state)));
    if (isTaken) throw new ConflictError('actions.rolloutOverlaps');
  }

  function begin({
    items,
    ...of
  }: Pick<Rollout, 'actionId' | 'playbook' | 'incidentId' | 'batchSize'> & {
    items: readonly Pick<RolloutItem, 'hostId' | 'step' | 'parameters' | 'fingerprint' | 'undecided'>[];
  }): Rollout {
    const hostIds = new Set(items.map(({ hostId }) => hostId));
    refuseOverlap(hostIds);
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
      journal.insert(rollout);
    });
    carryOut(rollout.id);
    return rollout;
  }

  /** Resolves when it is over; throws at once what keeps it from being begun. */
  function takeBack(rolloutId: string, hostIds?: readonly string[]): Promise<void> {
    const rollout = journal.withUndone(rolloutId);
    const before = rollout.wayBack?.before ?? rollout.state;
    if (rollout.state === 'undoing') throw new ConflictError('actions.rolloutUndoing');
    if (isRolling(rollout)) throw new ConflictError('actions.rolloutRuns');
    const done = rollout.items.filter(({ hostId }) => hostIds?.includes(hostId) ?? true);
    const hosts = new Set(done.map(({ hostId }) => hostId));
    refuseOverlap(hosts);
    const wayBack = { hostIds: [...new Set([...(rollout.wayBack?.hostIds ?? []), ...hosts])], before };
    record('undo', { ...rollout, state: 'undoing', finishedAtMs: null, wayBack }, { hostIds: [...hosts] });
    const change = (item: RolloutItem, changed: Partial<RolloutItem>) => journal.changeItem(rolloutId, item, changed);
    return journal.carryOut(rolloutId, async () => {
      const ends = await Promise.allSettled(
        [...hosts].map(async (host) => {
          const letGo = actions.keepLocked(host, rollout.actionId);
          const items = done.filter(({ hostId }) => hostId === host);
          await undoNode(items, { actions, change, stopping: stopping.signal }).finally(letGo);
        }),
      );
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
      const { wayBack: _, ...last } = journal.written(rolloutId);
      const isCut = stopping.signal.aborted;
      const left = notTakenBack(last, wayBack.hostIds, (hostId) => !isCut && hosts.has(hostId));
      const state = isCut ? 'interrupted' : stateAfterUndo(last, before);
      const settled = { ...last, ...(left.length > 0 ? { wayBack: { hostIds: left, before } } : {}) };
      record('settle', { ...settled, state, finishedAtMs: nowMs() }, { state, ...countsOf(last) });
    });
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

    startPlaybook: ({ playbook: { id, ...playbook }, nodes, batchSize, incidentId }) =>
      begin({
        actionId: id,
        playbook,
        incidentId,
        batchSize,
        items: nodes.flatMap(({ hostId, steps }) => steps.map((step) => ({ ...step, hostId }))),
      }),

    decideWith(decide) {
      decideStep = decide;
    },

    async undo(rolloutId, hostIds) {
      await takeBack(rolloutId, hostIds);
      return journal.withUndone(rolloutId);
    },

    pause: (rolloutId) => ask(rolloutId, 'pausing'),
    cancel: (rolloutId) => ask(rolloutId, 'cancelling'),

    continue(rolloutId) {
      const rollout = journal.withUndone(rolloutId);
      if (!canContinue(rollout)) throw new ConflictError('actions.rolloutNotStanding');
      if (rollout.wayBack) {
        void takeBack(rolloutId, rollout.wayBack.hostIds);
        return journal.get(rolloutId);
      }
      const next = record('continue', { ...rollout, state: 'running', finishedAtMs: null }, countsOf(rollout));
      carryOut(rolloutId);
      return next;
    },

    list: () => journal.list(),
    get: (rolloutId) => journal.withUndone(rolloutId),
    watch: (rolloutId, { signal } = {}) => journal.watch(rolloutId, signal),

    isAt: (hostId) => journal.rolling().some(({ items }) => items.some((item) => item.hostId === hostId)),

    signOff(rolloutId, what) {
      const rollout = journal.get(rolloutId);
      const signOff: SignOff = { ...what, operator, atMs: nowMs() };
      record('sign-off', { ...rollout, signOffs: [...(rollout.signOffs ?? []), signOff] }, what);
    },

    async close() {
      stopping.abort();
      // A node that does not answer keeps nobody from leaving: what it was about is in the journal.
      await Promise.race([journal.idle(), delay(closeWithinMs, undefined, { ref: false })]);
      journal.close();
    },
  };
}

const isAhead = (state: RolloutItem['state']): boolean =>
  state === 'waiting' || state === 'running' || state === 'undoing';

function countsOf({ items }: Rollout): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of items) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
