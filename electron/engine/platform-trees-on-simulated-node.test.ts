import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProbeResult } from '#shared/domain/probe';
import { dgxH100 } from '../sim/index';
import { type KnownNode, type SimulatedNodes, startSimulatedNodes } from './testing/simulated-nodes';
import { builtInTrees, compileTrees } from './trees/compile/tree-library';
import { walk } from './trees/walk/walk';

const { trees } = compileTrees(builtInTrees());
const treeIds = ['nvlink-fabric', 'slow-storage', 'host-memory', 'power'];
const probeIds = [
  ...['os', 'gpu', 'nvlink', 'gpu-devices', 'services', 'packages', 'gpu-topology', 'gpu-kernel-log', 'pci', 'memory'],
  ...[
    'pressure',
    'file-systems',
    'block-devices',
    'nvme',
    'disk-health',
    'raid',
    'nfs',
    'ceph',
    'tape',
    'numa',
    'edac',
  ],
  ...['cpu', 'bmc', 'bmc-sensors', 'redfish', 'ups'],
];
/** Second readings are tried in table tests: here there is one each. */
const again = Object.fromEntries(
  ['errors-again', 'disk-again', 'nfs-again', 'disks-again', 'cpu-again', 'brake-again'].map((step) => [step, []]),
);
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
      const basis = { hostId: 'dgx', runId: 'run', results, again, answers: {}, forced: {}, nowMs: 0 };
      const { findings } = walk(tree, basis, options);
      return [id, findings.flatMap(({ code, severity }) => (severity === 'info' ? [] : [`${code} ${severity}`]))];
    }),
  );
}

it('finds broken links, disk, room and supply on a simulated DGX, and nothing on a healthy one', async () => {
  const dgx = nodes.at(0);
  expect(found(await read(dgx))).toEqual({ 'nvlink-fabric': [], 'slow-storage': [], 'host-memory': [], power: [] });

  dgx.node.inject('nvlink-down', {});
  dgx.node.inject('disk-failing', {});
  dgx.node.inject('full-disk', {});
  dgx.node.inject('psu-failed', {});
  expect(found(await read(dgx))).toEqual({
    'nvlink-fabric': ['F-I5 critical'],
    'slow-storage': ['F-K1 critical', 'F-K3 critical'],
    'host-memory': [],
    power: ['F-M2 critical', 'F-M3 critical'],
  });
});
