import { afterAll, beforeAll, expect, it } from 'vitest';
import { dgxH100 } from '../sim/index';
import { type SimulatedNodes, startSimulatedNodes } from './testing/simulated-nodes';
import { problemsOf, readForTrees } from './testing/simulated-trees';

const treeIds = ['driver-mismatch', 'container-gpu', 'clock-and-kernel', 'python-cuda'];
let nodes: SimulatedNodes;

beforeAll(async () => {
  nodes = await startSimulatedNodes([dgxH100]);
});
afterAll(() => nodes.close());

it('finds a driver that was not reloaded and a wrong clock on a simulated DGX, and nothing on a healthy one', async () => {
  const dgx = nodes.at(0);
  const found = async () => problemsOf(treeIds, await readForTrees(nodes, dgx, treeIds));
  expect(await found()).toEqual({
    'driver-mismatch': [],
    'container-gpu': [],
    'clock-and-kernel': [],
    'python-cuda': [],
  });

  dgx.node.inject('driver-library-mismatch', {});
  dgx.node.inject('clock-off', { offsetMs: 90_000 });
  expect(await found()).toEqual({
    'driver-mismatch': ['F-E1 critical'],
    'container-gpu': ['F-E1 critical'],
    'clock-and-kernel': ['F-P1 critical', 'F-P0 warn'],
    'python-cuda': ['F-Q0 warn'],
  });
});
