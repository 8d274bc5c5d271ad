import { expect, it } from 'vitest';
import type { RolloutItem, RolloutItemState } from '#shared/domain/rollout';
import { minutesOf } from './duration-words';
import { minutesLeft } from './rollout-progress';

function item(hostId: string, state: RolloutItemState, duration?: [number, number]): RolloutItem {
  const [fromMinutes = 0, toMinutes = 0] = duration ?? [];
  return {
    ...{ hostId, state, parameters: {}, fingerprint: null, planId: null, runId: null, error: null },
    ...{ startedAtMs: null, finishedAtMs: null },
    step: {
      ...{ id: 'step', actionId: 'action', title: { en: 'Step' } },
      ...(duration ? { duration: { fromMinutes, toMinutes } } : {}),
    },
  };
}

it('adds what is left of each node, and of nodes side by side takes the longest', () => {
  const items = [
    item('a', 'done', [10, 10]),
    item('a', 'running', [1, 2]),
    item('b', 'waiting', [3, 8]),
    item('c', 'waiting', [0, 1]),
  ];
  expect(minutesLeft({ items, batchSize: 1 })).toEqual({ fromMinutes: 4, toMinutes: 11 });
  expect(minutesLeft({ items, batchSize: 3 })).toEqual({ fromMinutes: 3, toMinutes: 8 });
});

it('counts nothing that stands behind a failure, and knows nothing where a step that is left tells nothing', () => {
  const failed = [item('a', 'failed', [1, 2]), item('a', 'waiting', [20, 30]), item('b', 'running', [1, 2])];
  expect(minutesLeft({ items: failed, batchSize: 1 })).toEqual({ fromMinutes: 1, toMinutes: 2 });
  expect(minutesLeft({ items: [item('a', 'running', [1, 2]), item('a', 'waiting')], batchSize: 1 })).toBeNull();
});

it('says of what may take no time that it takes at most so long', () => {
  expect([minutesOf({ fromMinutes: 0, toMinutes: 1 }), minutesOf({ fromMinutes: 2, toMinutes: 5 })]).toEqual([
    { minutes: '≤ 1' },
    { minutes: '2–5' },
  ]);
});

it('tells measured times in whole minutes', () => {
  const words = [
    { fromMinutes: 2.3499999999999996, toMinutes: 12.35 },
    { fromMinutes: 0.1, toMinutes: 0.1 },
    { fromMinutes: 3, toMinutes: 3 },
  ].map((took) => minutesOf(took).minutes);
  expect(words).toEqual(['2–13', '≤ 1', '3']);
});
