import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProbeResult } from '#shared/domain/probe';
import { dgxH100 } from '../sim/index';
import { type SimulatedNodes, startSimulatedNodes } from './testing/simulated-nodes';
import { problems, problemsOf, readForTrees, walkTree } from './testing/simulated-trees';

const treeIds = ['gpu-overheating', 'gpu-missing', 'ecc-errors', 'pcie-degraded'];
let nodes: SimulatedNodes;

beforeAll(async () => {
  nodes = await startSimulatedNodes([dgxH100]);
});
afterAll(() => nodes.close());

/** Codes above `info`, with what they are about. */
function found(treeId: string, results: readonly ProbeResult[]): [string, string, string][] {
  return problems(walkTree(treeId, results).findings).map(({ code, severity, title }) => [code, severity, title.en]);
}

it('finds heat, a lost GPU, memory errors and missing lanes on a simulated DGX, and nothing on a healthy one', async () => {
  const dgx = nodes.at(0);
  const read = (): Promise<ProbeResult[]> => readForTrees(nodes, dgx, treeIds);
  const none = Object.fromEntries(treeIds.map((id) => [id, []]));
  expect(problemsOf(treeIds, await read())).toEqual(none);

  dgx.node.inject('overheat', { gpu: 3 });
  dgx.node.inject('link-degraded', { device: 5, width: 8 });
  const faulty = await read();
  expect(found('gpu-overheating', faulty).map(([code, severity]) => `${code} ${severity}`)).toEqual([
    'F-C1 critical',
    'F-C2 critical',
    'F-C3 critical',
    'F-C5 critical',
  ]);
  expect(found('gpu-overheating', faulty)[3]?.[2]).toBe('GPU 3 is much hotter than its neighbours at the same power');
  expect(found('pcie-degraded', faulty)).toEqual([['F-H1', 'critical', 'GPU 5 runs at x8 of x16']]);

  dgx.node.clear();
  dgx.node.inject('ecc-errors', { gpu: 2 });
  dgx.node.inject('xid-79-gpu-lost', { gpu: 7 });
  dgx.node.inject('part-pulled', { kind: 'gpu', which: 0 });
  const broken = await read();
  expect(found('ecc-errors', broken)).toEqual([['F-G3', 'fatal', expect.stringMatching(/^GPU \d must be reset now$/)]]);
  expect(found('gpu-missing', broken)).toEqual([
    ['F-D3', 'fatal', '00000000:df:00.0 has fallen off the bus'],
    ['F-D7', 'fatal', '1 GPU is not on the bus of this DGXH100'],
  ]);
  expect(found('gpu-overheating', broken)).toEqual([
    ['F-C0', 'fatal', expect.stringContaining('must be recovered before heat is looked at')],
  ]);
});
