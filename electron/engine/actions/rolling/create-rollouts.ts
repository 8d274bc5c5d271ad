import { randomUUID } from 'node:crypto';
import { EventPublisher } from '@orpc/server';
import type { ActionPlan } from '#shared/domain/action';
import type { Rollout } from '#shared/domain/rollout';
import type { Message } from '#shared/domain/text';
import { ConflictError, NotFoundError } from '../../errors';
import type { Actions } from '../actions';

export interface RolloutsDeps {
  readonly actions: Pick<Actions, 'plan' | 'apply' | 'watch'>;
  /** A plan that was shown, by its id. Throws what taking it would throw. */
  readonly confirmed: (planId: string, fingerprint: string) => ActionPlan;
  readonly nowMs: () => number;
}

export interface Rollouts {
  start(request: { plans: readonly { planId: string; fingerprint: string }[]; incidentId?: string }): Rollout;
  /** The node that is being done is finished; no other is begun. */
  stop(rolloutId: string): Rollout;
  list(): Rollout[];
  watch(rolloutId: string, options?: { signal?: AbortSignal }): AsyncGenerator<Rollout>;
}

/** So many are remembered; the runs themselves are in the store. */
const maxKept = 50;

/**
 * Takes nodes one by one: plans anew at a node's turn, since the nodes before took their time, and goes on only when that
 * plan is the one that was confirmed and its verification passed. What the engine's end leaves over is not begun.
 */
export function createRollouts({ actions, confirmed, nowMs }: RolloutsDeps): Rollouts {
  const rollouts = new Map<string, Rollout>();
  const stopping = new Set<string>();
  const changes = new EventPublisher<Record<string, Rollout>>();

  function find(rolloutId: string): Rollout {
    const rollout = rollouts.get(rolloutId);
    if (!rollout) throw new NotFoundError('rollout', rolloutId);
    return rollout;
  }

  function change(rolloutId: string, changed: Partial<Rollout>): void {
    const next = { ...find(rolloutId), ...changed };
    rollouts.set(rolloutId, next);
    changes.publish(rolloutId, next);
  }

  function changeItem(rolloutId: string, at: number, changed: Partial<Rollout['items'][number]>): void {
    change(rolloutId, {
      items: find(rolloutId).items.map((item, index) => (index === at ? { ...item, ...changed } : item)),
    });
  }

  /** Whether the next node may be begun. */
  async function takeTurn(rolloutId: string, at: number, plan: ActionPlan, incidentId?: string): Promise<boolean> {
    const { actionId, hostId, parameters, fingerprint } = plan;
    const failed = (error: Message | null): boolean => {
      changeItem(rolloutId, at, { state: 'failed', error });
      return false;
    };
    changeItem(rolloutId, at, { state: 'running' });
    const fresh = await actions.plan({ actionId, hostId, parameters });
    if (fresh.isAlreadyDone) {
      changeItem(rolloutId, at, { state: 'not-needed' });
      return true;
    }
    if (fresh.isBlocked) return failed({ key: 'actions.planBlocked' });
    if (fresh.fingerprint !== fingerprint) return failed({ key: 'actions.planOutdated' });
    const started = await actions.apply({
      planId: fresh.id,
      fingerprint,
      ...(incidentId === undefined ? {} : { incidentId }),
    });
    changeItem(rolloutId, at, { runId: started.id });
    let last = started;
    for await (const run of actions.watch(started.id)) last = run;
    if (last.state !== 'verified') return failed(last.error ?? { key: 'actions.rolloutNotVerified' });
    changeItem(rolloutId, at, { state: 'done' });
    return true;
  }

  async function roll(rolloutId: string, plans: readonly ActionPlan[], incidentId?: string): Promise<void> {
    let isGoingOn = true;
    for (const [at, plan] of plans.entries()) {
      if (!isGoingOn || stopping.has(rolloutId)) {
        changeItem(rolloutId, at, { state: 'not-started' });
        isGoingOn = false;
        continue;
      }
      try {
        isGoingOn = await takeTurn(rolloutId, at, plan, incidentId);
      } catch (error) {
        const key = error instanceof ConflictError ? error.key : 'actions.unexpected';
        const detail = error instanceof Error ? error.message : String(error);
        changeItem(rolloutId, at, { state: 'failed', error: { key, params: { detail } } });
        isGoingOn = false;
      }
    }
    stopping.delete(rolloutId);
    change(rolloutId, { state: isGoingOn ? 'done' : 'stopped', finishedAtMs: nowMs() });
  }

  return {
    start({ plans: wanted, incidentId }) {
      const plans = wanted.map(({ planId, fingerprint }) => confirmed(planId, fingerprint));
      const [first] = plans;
      const hostIds = new Set(plans.map(({ hostId }) => hostId));
      if (!first || hostIds.size !== plans.length || plans.some(({ actionId }) => actionId !== first.actionId)) {
        throw new ConflictError('actions.rolloutMixed');
      }
      const rollout: Rollout = {
        id: randomUUID(),
        actionId: first.actionId,
        startedAtMs: nowMs(),
        finishedAtMs: null,
        state: 'running',
        items: plans.map(({ hostId }) => ({ hostId, state: 'waiting', runId: null, error: null })),
      };
      rollouts.set(rollout.id, rollout);
      for (const [id, { state }] of rollouts) {
        if (rollouts.size > maxKept && state !== 'running') rollouts.delete(id);
      }
      void roll(rollout.id, plans, incidentId);
      return find(rollout.id);
    },
    stop(rolloutId) {
      if (find(rolloutId).state !== 'running') throw new ConflictError('actions.notRunning');
      stopping.add(rolloutId);
      return find(rolloutId);
    },
    list: () => [...rollouts.values()].reverse(),
    async *watch(rolloutId, { signal } = {}) {
      const told = changes.subscribe(rolloutId, { signal });
      try {
        let rollout = find(rolloutId);
        yield rollout;
        while (rollout.state === 'running') {
          const { value, done } = await told.next();
          if (done) return;
          rollout = value;
          yield rollout;
        }
      } finally {
        await told.return(undefined);
      }
    },
  };
}
