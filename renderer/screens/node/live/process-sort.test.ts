import { expect, it } from 'vitest';
import type { ProcessShare } from '#shared/domain/telemetry/gpu-process-sums';
import { sorted, toggledSort } from './process-sort';

const row = (pid: number, part: Partial<ProcessShare>) =>
  ({ pid, user: null, memoryBytes: null, smPercent: null, startedMs: null, sinceMs: 0, ...part }) as ProcessShare;
const rows = [row(1, { memoryBytes: 5, user: 'b' }), row(2, {}), row(3, { memoryBytes: 9, user: 'a', startedMs: -50 })];
const pids = (list: readonly ProcessShare[]) => list.map(({ pid }) => pid);

it('what is not known stands last, whichever way', () => {
  expect(pids(sorted(rows, { by: 'memory', isDescending: true }))).toEqual([3, 1, 2]);
  expect(pids(sorted(rows, { by: 'memory', isDescending: false }))).toEqual([1, 3, 2]);
  expect(pids(sorted(rows, { by: 'user', isDescending: false }))).toEqual([3, 1, 2]);
});

it('figures begin with the greatest, names with A, and what runs longest first', () => {
  expect(toggledSort({ by: 'pid', isDescending: false }, 'memory')).toEqual({ by: 'memory', isDescending: true });
  expect(toggledSort({ by: 'memory', isDescending: true }, 'user')).toEqual({ by: 'user', isDescending: false });
  expect(toggledSort({ by: 'user', isDescending: false }, 'user')).toEqual({ by: 'user', isDescending: true });
  expect(pids(sorted(rows, { by: 'since', isDescending: true }))).toEqual([3, 1, 2]);
});
