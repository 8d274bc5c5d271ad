import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProbeResult } from '#shared/domain/probe';
import { dgxH100 } from '../sim/index';
import { type SimulatedNodes, startSimulatedNodes } from './testing/simulated-nodes';
import { problems, readForTrees, walkTree } from './testing/simulated-trees';

const treeIds = ['network-congestion', 'nccl-hang'];
let nodes: SimulatedNodes;

beforeAll(async () => {
  nodes = await startSimulatedNodes([dgxH100]);
});
afterAll(() => nodes.close());

/** Codes above `info` that a tree comes to on two readings, with what they are about. */
function found(treeId: string, first: readonly ProbeResult[], second: readonly ProbeResult[]): string[] {
  return problems(walkTree(treeId, first, second).findings).map(
    ({ code, subjects }) => `${code} ${subjects.join(' ')}`,
  );
}

it('finds a rail that goes down on a simulated DGX, and nothing on a healthy one', async () => {
  const dgx = nodes.at(0);
  const read = (): Promise<ProbeResult[]> => readForTrees(nodes, dgx, treeIds);
  const healthy = [await read(), await read()] as const;
  expect(treeIds.map((id) => found(id, ...healthy))).toEqual([[], []]);

  dgx.node.inject('link-down', { device: 'mlx5_4' });
  const broken = await read();
  expect(found('network-congestion', healthy[1], broken)).toEqual(['F-B3 mlx5_4/1']);
  const later = [broken, await read()] as const;
  expect(found('network-congestion', ...later)).toEqual(['F-B1 mlx5_4/1']);
  expect(found('nccl-hang', ...later)).toEqual(['F-J0 mlx5_4/1']);
});
