import { afterAll, beforeAll, expect, it } from 'vitest';
import { dgxH100 } from '../sim/index';
import { type SimulatedNodes, startSimulatedNodes } from './testing/simulated-nodes';
import { problemsOf, readForTrees } from './testing/simulated-trees';

const treeIds = ['nvlink-fabric', 'slow-storage', 'host-memory', 'power'];
let nodes: SimulatedNodes;

beforeAll(async () => {
  nodes = await startSimulatedNodes([dgxH100]);
});
afterAll(() => nodes.close());

it('finds broken links, disk, room and supply on a simulated DGX, and nothing on a healthy one', async () => {
  const dgx = nodes.at(0);
  const found = async () => problemsOf(treeIds, await readForTrees(nodes, dgx, treeIds));
  expect(await found()).toEqual({ 'nvlink-fabric': [], 'slow-storage': [], 'host-memory': [], power: [] });

  dgx.node.inject('nvlink-down', {});
  dgx.node.inject('disk-failing', {});
  dgx.node.inject('full-disk', {});
  dgx.node.inject('psu-failed', {});
  expect(await found()).toEqual({
    'nvlink-fabric': ['F-I5 critical'],
    'slow-storage': ['F-K1 critical', 'F-K3 critical'],
    'host-memory': [],
    power: ['F-M2 critical', 'F-M3 critical'],
  });
});
