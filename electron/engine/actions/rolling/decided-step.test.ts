import { expect, it } from 'vitest';
import type { ActionPlan, ActionRun } from '#shared/domain/action';
import type { RolloutItem } from '#shared/domain/rollout';
import { type DecidedStep, type NodeTurn, rollNode } from './roll-node';

/** The turn of a step that nobody could tell before; what was asked of actions, and what was written down. */
async function turnOf(decided: DecidedStep) {
  const asked: unknown[] = [];
  let item = {
    hostId: 'n1',
    step: { id: 'b', actionId: 'hugepages', title: { en: 'B' } },
    state: 'running',
    parameters: {},
    fingerprint: null,
    undecided: { given: {}, sha256: 'text' },
  } as unknown as RolloutItem;
  const run = { id: 'run', state: 'verified', error: null } as ActionRun;
  await rollNode({
    actionId: 'hugepages',
    decide: async () => decided,
    incidentId: null,
    item,
    stopping: new AbortController().signal,
    nowMs: () => 0,
    change(changed) {
      item = { ...item, ...changed };
    },
    actions: {
      async plan({ parameters }: { parameters: unknown }) {
        asked.push(parameters);
        return { id: 'plan', fingerprint: 'print', checks: [] } as unknown as ActionPlan;
      },
      apply: async () => run,
      async *watch() {
        yield run;
      },
    } as unknown as NodeTurn['actions'],
  });
  return { asked, item };
}

it('plans by the values that were told at the turn, and writes them down', async () => {
  const { asked, item } = await turnOf({ state: 'to-do', parameters: { pages: 4 } });
  expect(asked).toEqual([{ pages: 4 }]);
  expect(item).toMatchObject({ state: 'done', parameters: { pages: 4 }, runId: 'run' });
});

it('asks nothing of a node where the condition does not hold, the value stays untold, or the text was changed', async () => {
  const out = await turnOf({ state: 'left-out' });
  const untold = await turnOf({ state: 'untold', reason: { en: 'no card' } });
  const changed = await turnOf({ state: 'changed' });
  expect([out.asked, untold.asked, changed.asked]).toEqual([[], [], []]);
  expect(out.item.state).toBe('not-needed');
  expect(untold.item).toMatchObject({
    state: 'failed',
    error: { key: 'playbooks.undecided', params: { step: 'b' } },
    blockedBy: [{ en: 'no card' }],
  });
  expect(changed.item).toMatchObject({ state: 'failed', error: { key: 'actions.planOutdated' } });
});
