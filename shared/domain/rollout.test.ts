import { expect, it } from 'vitest';
import { type RolloutItem, undoable } from './rollout';

const item = (state: RolloutItem['state'], runId: string | null): RolloutItem => ({
  hostId: 'h',
  parameters: {},
  fingerprint: null,
  state,
  planId: null,
  runId,
  error: null,
  startedAtMs: null,
  finishedAtMs: null,
});

it('counts for the way back what is done and what failed once it had begun, not what was refused before', () => {
  const done = item('done', 'a');
  const failed = item('failed', 'b');
  const others = [item('failed', null), item('waiting', null), item('undone', 'c'), item('not-needed', null)];
  expect(undoable([...others, done, failed])).toEqual([done, failed]);
});
