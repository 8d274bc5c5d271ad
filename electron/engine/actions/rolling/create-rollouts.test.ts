import { expect, it } from 'vitest';
import type { ActionPlan, ActionRun } from '#shared/domain/action';
import type { Rollout } from '#shared/domain/rollout';
import { createRollouts } from './create-rollouts';

interface Fleet {
  /** By host: how a run there ends. */
  readonly ends?: Readonly<Record<string, ActionRun['state']>>;
  /** Hosts whose plan is another one at their turn. */
  readonly changed?: readonly string[];
  readonly alreadyDone?: readonly string[];
  readonly unreachable?: readonly string[];
  onApply?: (hostId: string) => void;
}

function rolling(fleet: Fleet) {
  const applied: string[] = [];
  const plan = (hostId: string, fingerprint = 'print') =>
    ({ id: `plan-${hostId}`, actionId: 'x', hostId, parameters: {}, fingerprint }) as ActionPlan;
  const runOf = (hostId: string, state: ActionRun['state']) =>
    ({ id: `run-${hostId}`, plan: plan(hostId), state, error: null }) as ActionRun;
  const rollouts = createRollouts({
    nowMs: () => 1,
    confirmed: (planId) => plan(planId),
    actions: {
      async plan({ hostId }) {
        if (fleet.unreachable?.includes(hostId)) throw new Error('gone');
        return {
          ...plan(hostId, fleet.changed?.includes(hostId) ? 'other' : 'print'),
          isAlreadyDone: fleet.alreadyDone?.includes(hostId) ?? false,
          isBlocked: false,
        };
      },
      async apply({ planId }) {
        const hostId = planId.slice('plan-'.length);
        applied.push(hostId);
        fleet.onApply?.(hostId);
        return runOf(hostId, 'applying');
      },
      async *watch(runId) {
        const hostId = runId.slice('run-'.length);
        yield runOf(hostId, 'applying');
        yield runOf(hostId, fleet.ends?.[hostId] ?? 'verified');
      },
    },
  });
  const start = (...hosts: string[]) =>
    rollouts.start({ plans: hosts.map((planId) => ({ planId, fingerprint: 'print' })) });
  const ended = async ({ id }: Rollout) => {
    let last: Rollout | null = null;
    for await (const rollout of rollouts.watch(id)) last = rollout;
    return [last?.state, ...(last?.items.map(({ state }) => state) ?? [])];
  };
  return { rollouts, start, ended, applied };
}

it('does one node after the other', async () => {
  const { start, ended, applied } = rolling({ alreadyDone: ['b'] });
  expect(await ended(start('a', 'b', 'c'))).toEqual(['done', 'done', 'not-needed', 'done']);
  expect(applied).toEqual(['a', 'c']);
});

it.each<[string, Fleet]>([
  ['is not verified', { ends: { b: 'verify-failed' } }],
  ['fails', { ends: { b: 'failed' } }],
  ['is left interrupted', { ends: { b: 'interrupted' } }],
  ['would be done something else to than was confirmed', { changed: ['b'] }],
  ['can not be reached', { unreachable: ['b'] }],
])('stops at the first node that %s', async (_, fleet) => {
  const { start, ended, applied } = rolling(fleet);
  expect(await ended(start('a', 'b', 'c'))).toEqual(['stopped', 'done', 'failed', 'not-started']);
  expect(applied).not.toContain('c');
});

it('finishes the node it is at when somebody stops it', async () => {
  let stop = () => {};
  const { rollouts, start, ended, applied } = rolling({ onApply: () => stop() });
  const rollout = start('a', 'b');
  stop = () => void rollouts.stop(rollout.id);
  expect(await ended(rollout)).toEqual(['stopped', 'done', 'not-started']);
  expect(applied).toEqual(['a']);
});

it('takes no node twice', () => {
  const { start } = rolling({});
  expect(() => start('a', 'a')).toThrow('actions.rolloutMixed');
  expect(() => start()).toThrow('actions.rolloutMixed');
});
