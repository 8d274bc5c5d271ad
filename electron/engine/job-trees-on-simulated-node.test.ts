import { afterAll, beforeAll, expect, it } from 'vitest';
import { dgxH100 } from '../sim/index';
import { type SimulatedNodes, startSimulatedNodes } from './testing/simulated-nodes';
import { problemsOf, readForTrees } from './testing/simulated-trees';

const treeIds = [
  'low-gpu-utilisation',
  'inference-slow',
  'tool-access',
  'confidential-computing',
  'scheduler-refuses',
  'vram-shortage',
];
let nodes: SimulatedNodes;

beforeAll(async () => {
  nodes = await startSimulatedNodes([dgxH100]);
});
afterAll(() => nodes.close());

it('finds a starved job, busy servers, a drained node and what keeps Gantry from reading on a simulated DGX', async () => {
  const dgx = nodes.at(0);
  const found = async () => problemsOf(treeIds, await readForTrees(nodes, dgx, treeIds));
  const none = Object.fromEntries(treeIds.map((id) => [id, []]));
  expect(await found()).toEqual(none);

  dgx.node.inject('starved-job', {});
  dgx.node.inject('kv-cache-full', {});
  dgx.node.inject('confidential-not-ready', {});
  dgx.node.inject('node-drained', { reason: 'NHC: check_fs_mount' });
  expect(await found()).toEqual({
    ...none,
    'low-gpu-utilisation': ['F-N1 warn'],
    'inference-slow': ['F-O2 warn'],
    'confidential-computing': ['F-S3 fatal'],
    'scheduler-refuses': ['F-T1 warn'],
  });

  dgx.node.clear();
  expect(await found()).toEqual(none);

  dgx.node.inject('hung-nvidia-smi', {});
  expect((await found())['tool-access']).toEqual(['F-R5 critical']);
});
