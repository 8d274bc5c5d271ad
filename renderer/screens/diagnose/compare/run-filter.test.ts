import { expect, it } from 'vitest';
import { matchesRun, noFilter, type RunFilter } from './run-filter';

const run = {
  hostId: 'a',
  treeId: 'gpu-lost',
  startedAtMs: new Date(2026, 4, 3, 12).getTime(),
  findings: [{ code: 'F-D3', severity: 'fatal', title: { en: 'PCIe link loss' } }],
};

it.each<[Partial<RunFilter>, boolean]>([
  [{}, true],
  [{ text: 'pcie dgx01' }, true],
  [{ text: 'pcie dgx02' }, false],
  [{ text: 'f-d3' }, true],
  [{ hostId: 'b' }, false],
  [{ treeId: 'gpu-lost', code: 'F-D3' }, true],
  [{ code: 'F-D2' }, false],
  [{ from: '2026-05-03', to: '2026-05-03' }, true],
  [{ from: '2026-05-04' }, false],
  [{ to: '2026-05-02' }, false],
])('finds a run by %j: %s', (filter, isFound) => {
  expect(matchesRun(run, { ...noFilter, ...filter }, ['dgx01', 'PCIe link loss'])).toBe(isFound);
});
