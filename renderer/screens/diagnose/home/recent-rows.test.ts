import { expect, it } from 'vitest';
import type { RunSummary } from '../../../findings/use-trees';
import { rowsOf } from './recent-rows';

const run = (id: string, part: Partial<RunSummary> = {}): RunSummary => ({
  id,
  treeId: 'power',
  hostId: `host-${id}`,
  state: 'concluded',
  startedAtMs: 0,
  updatedAtMs: 0,
  isWhatIf: false,
  strandsId: null,
  findings: [],
  ...part,
});

it('shows nodes that were walked together as one row, told by what still goes on, each finding once', () => {
  const found = { code: 'F-1', severity: 'warn', title: { en: 'Heat' } };
  const rows = rowsOf([
    run('1', { startedAtMs: 10 }),
    run('2', { startedAtMs: 20, strandsId: 's', findings: [found] }),
    run('3', { startedAtMs: 20, strandsId: 's', findings: [found], state: 'waiting' }),
    run('4', { startedAtMs: 30, strandsId: 's', isWhatIf: true }),
  ]);
  expect(rows).toMatchObject([
    { id: '2', strandsId: 's', hostIds: ['host-2', 'host-3'], state: 'waiting', findings: [found] },
    { id: '1', strandsId: null, hostIds: ['host-1'] },
  ]);
  expect(rows).toHaveLength(2);
});
