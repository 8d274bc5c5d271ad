import { expect, it } from 'vitest';
import { notWalked, type ScanWalk } from './scan';

const walk = (treeId: string, values: Partial<ScanWalk> = {}): ScanWalk => ({
  treeId,
  runId: `scan:0:${treeId}`,
  state: 'not-walked',
  reason: { key: 'scan.notRead' },
  question: null,
  findings: [],
  ...values,
});

it('trees that were not walked stand together by their reason, unless it is that of the whole node', () => {
  const failed = { key: 'scan.walkFailed', params: { detail: 'x' } };
  const walks = [walk('a'), walk('b', { reason: failed }), walk('c'), walk('d', { state: 'concluded', reason: null })];
  expect(notWalked({ walks, error: null, state: 'cut' })).toEqual([
    { reason: { key: 'scan.notRead' }, treeIds: ['a', 'c'] },
    { reason: failed, treeIds: ['b'] },
  ]);
  expect(notWalked({ walks, error: { key: 'scan.interrupted' }, state: 'failed' })).toEqual([]);
  const none = [walk('a'), walk('b')];
  expect(notWalked({ walks: none, error: null, state: 'cancelled' })).toEqual([]);
  expect(notWalked({ walks: none, error: null, state: 'done' })).toHaveLength(1);
});
