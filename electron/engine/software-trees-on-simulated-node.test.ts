import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProbeResult } from '#shared/domain/probe';
import { dgxH100 } from '../sim/index';
import { type KnownNode, type SimulatedNodes, startSimulatedNodes } from './testing/simulated-nodes';
import { builtInTrees, compileTrees } from './trees/compile/tree-library';
import { walk } from './trees/walk/walk';

const { trees } = compileTrees(builtInTrees());
const treeIds = ['driver-mismatch', 'container-gpu', 'clock-and-kernel', 'python-cuda'];
const probeIds = [
  ...['os', 'gpu', 'gpu-driver', 'gpu-devices', 'gpu-kernel-log', 'time-sync', 'pending-changes', 'platform-security'],
  ...['docker', 'containers', 'nvidia-container-toolkit', 'packages', 'services', 'python-environments'],
  'gpu-process-environment',
];
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

/** Codes above `info` of each tree, as far as it gets without a question. */
function found(results: readonly ProbeResult[]): Record<string, string[]> {
  const options = { treeById: (id: string) => trees.get(id), probeInfo: [] };
  return Object.fromEntries(
    treeIds.map((id) => {
      const tree = trees.get(id);
      if (!tree) throw new Error(`no tree ${id}`);
      const basis = { hostId: 'dgx', runId: 'run', results, again: {}, answers: {}, forced: {}, nowMs: 0 };
      const { findings } = walk(tree, basis, options);
      return [id, findings.flatMap(({ code, severity }) => (severity === 'info' ? [] : [`${code} ${severity}`]))];
    }),
  );
}

it('finds a driver that was not reloaded and a wrong clock on a simulated DGX, and nothing on a healthy one', async () => {
  const dgx = nodes.at(0);
  expect(found(await read(dgx))).toEqual({
    'driver-mismatch': [],
    'container-gpu': [],
    'clock-and-kernel': [],
    'python-cuda': [],
  });

  dgx.node.inject('driver-library-mismatch', {});
  dgx.node.inject('clock-off', { offsetMs: 90_000 });
  expect(found(await read(dgx))).toEqual({
    'driver-mismatch': ['F-E1 critical'],
    'container-gpu': ['F-E1 critical'],
    'clock-and-kernel': ['F-P1 critical', 'F-P0 warn'],
    'python-cuda': ['F-Q0 warn'],
  });
});
