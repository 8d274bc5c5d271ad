import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProbeResult } from '#shared/domain/probe';
import { dgxH100 } from '../sim/index';
import { type KnownNode, type SimulatedNodes, startSimulatedNodes } from './testing/simulated-nodes';
import { builtInTrees, compileTrees } from './trees/compile/tree-library';
import { walk } from './trees/walk/walk';

const { trees } = compileTrees(builtInTrees());
const treeIds = ['network-congestion', 'nccl-hang'];
const probeIds = [...new Set(treeIds.flatMap((id) => trees.get(id)?.probeIds ?? []))];
let nodes: SimulatedNodes;

beforeAll(async () => {
  nodes = await startSimulatedNodes([dgxH100]);
});
afterAll(() => nodes.close());

async function read({ hostId }: KnownNode): Promise<ProbeResult[]> {
  await nodes.client.inventory.refresh({ hostId, probeIds });
  const { results } = await nodes.client.inventory.get({ hostId });
  return [...results];
}

/** Codes above `info` that a tree comes to on two readings, and the last step it gets to. */
function found(treeId: string, first: readonly ProbeResult[], second: readonly ProbeResult[]) {
  const tree = trees.get(treeId);
  if (!tree) throw new Error(`no tree ${treeId}`);
  const steps = [...tree.steps.values()].filter(({ definition }) => definition.kind === 'probe');
  const again = Object.fromEntries(steps.map(({ id }) => [id, second]));
  const basis = { hostId: 'dgx', runId: 'run', results: first, again, answers: {}, forced: {}, nowMs: 0 };
  const { findings, path } = walk(tree, basis, { treeById: (id) => trees.get(id), probeInfo: [] });
  const told = findings.filter(({ severity }) => severity !== 'info');
  return { told: told.map(({ code, subjects }) => `${code} ${subjects.join(' ')}`), last: path.at(-1)?.stepId };
}

it('finds a rail that goes down on a simulated DGX, and nothing on a healthy one', async () => {
  const dgx = nodes.at(0);
  const healthy = [await read(dgx), await read(dgx)] as const;
  expect(treeIds.map((id) => found(id, ...healthy))).toEqual([
    { told: [], last: 'ask-symptoms' },
    { told: [], last: 'ask-hang' },
  ]);

  dgx.node.inject('link-down', { device: 'mlx5_4' });
  const broken = await read(dgx);
  expect(found('network-congestion', healthy[1], broken).told).toEqual(['F-B3 mlx5_4/1']);
  const later = [broken, await read(dgx)] as const;
  expect(found('network-congestion', ...later).told).toEqual(['F-B1 mlx5_4/1']);
  expect(found('nccl-hang', ...later).told).toEqual(['F-J0 mlx5_4/1']);
});
