import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProbeResult } from '#shared/domain/probe';
import { dgxH100 } from '../sim/index';
import { nodeProfiles, workstationRtx6000Ada } from '../sim/profiles/index';
import { type KnownNode, type SimulatedNodes, startSimulatedNodes } from './testing/simulated-nodes';
import { problems, problemsOf, readForTrees, treeIds, walkTree } from './testing/simulated-trees';

/** Each breaks a DGX of its own: what a fault wrote into a log stays there when the fault is taken back. */
const areas = ['gpu', 'network', 'platform', 'software', 'job'] as const;

let nodes: SimulatedNodes;

beforeAll(async () => {
  nodes = await startSimulatedNodes([...nodeProfiles, ...areas.map(() => dgxH100)]);
});
afterAll(() => nodes.close());

const dgxFor = (area: (typeof areas)[number]): KnownNode => nodes.at(nodeProfiles.length + areas.indexOf(area));

const healthy = nodeProfiles.map(({ hostname }, position) => ({ hostname, position }));
it.each(healthy)('raise no alarm on a healthy $hostname, and ask nobody anything', async ({ position }) => {
  const results = await readForTrees(nodes, nodes.at(position));
  const walks = treeIds.map((treeId) => ({ treeId, walk: walkTree(treeId, results) }));
  const alarms = walks.flatMap(({ treeId, walk: { findings } }) =>
    problems(findings).map(({ code, title }) => `${treeId} ${code}: ${title.en}`),
  );
  const open = walks.filter(({ walk: { state } }) => state !== 'concluded').map(({ treeId }) => treeId);
  expect({ alarms, open }).toEqual({ alarms: [], open: [] });
});

it('miss a GPU that was pulled from a machine which is sold with any number of them', async () => {
  const { client } = nodes;
  const { node, hostId } = nodes.at(nodeProfiles.indexOf(workstationRtx6000Ada));
  await readForTrees(nodes, { node, hostId }, ['gpu-missing']);
  node.inject('part-pulled', { kind: 'gpu', which: 1 });
  const { id } = await client.diagnosis.start({ treeId: 'gpu-missing', hostId, isUnattended: true });
  let titles: string[] = [];
  for await (const run of await client.diagnosis.watch({ runId: id })) {
    titles = run.findings.map(({ code, title }) => `${code} ${title.en}`);
    if (run.state === 'concluded') break;
  }
  node.clear();
  expect(titles).toContain('F-D7 There should be 4 GPUs; on the bus: 3');
});

describe('on a simulated DGX, the trees', () => {
  it('about GPUs find heat, a lost GPU, memory errors and missing lanes', async () => {
    const dgx = dgxFor('gpu');
    const read = () => readForTrees(nodes, dgx, ['gpu-overheating', 'gpu-missing', 'ecc-errors', 'pcie-degraded']);
    /** Codes above `info`, with what they are about. */
    const found = (treeId: string, results: readonly ProbeResult[]): [string, string, string][] =>
      problems(walkTree(treeId, results).findings).map(({ code, severity, title }) => [code, severity, title.en]);

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
    expect(found('ecc-errors', broken)).toEqual([
      ['F-G3', 'fatal', expect.stringMatching(/^GPU \d must be reset now$/)],
    ]);
    expect(found('gpu-missing', broken)).toEqual([
      ['F-D3', 'fatal', '00000000:df:00.0 has fallen off the bus'],
      ['F-D7', 'fatal', '1 GPU is not on the bus of this DGXH100'],
    ]);
    expect(found('gpu-overheating', broken)).toEqual([
      ['F-C0', 'fatal', expect.stringContaining('must be recovered before heat is looked at')],
    ]);
  });

  it('about the network find a rail that goes down, and nothing before', async () => {
    const dgx = dgxFor('network');
    const ids = ['network-congestion', 'nccl-hang'];
    const read = () => readForTrees(nodes, dgx, ids);
    /** Codes above `info` that a tree comes to on two readings, with what they are about. */
    const found = (treeId: string, first: readonly ProbeResult[], second: readonly ProbeResult[]): string[] =>
      problems(walkTree(treeId, first, second).findings).map(({ code, subjects }) => `${code} ${subjects.join(' ')}`);

    const healthy = [await read(), await read()] as const;
    expect(ids.map((id) => found(id, ...healthy))).toEqual([[], []]);
    dgx.node.inject('link-down', { device: 'mlx5_4' });
    const broken = await read();
    expect(found('network-congestion', healthy[1], broken)).toEqual(['F-B3 mlx5_4/1']);
    const later = [broken, await read()] as const;
    expect(found('network-congestion', ...later)).toEqual(['F-B1 mlx5_4/1']);
    expect(found('nccl-hang', ...later)).toEqual(['F-J0 mlx5_4/1']);
  });

  it('about the platform find broken links, disk, room and supply', async () => {
    const dgx = dgxFor('platform');
    const ids = ['nvlink-fabric', 'slow-storage', 'host-memory', 'power'];
    dgx.node.inject('nvlink-down', {});
    dgx.node.inject('disk-failing', {});
    dgx.node.inject('full-disk', {});
    dgx.node.inject('psu-failed', {});
    expect(problemsOf(ids, await readForTrees(nodes, dgx, ids))).toEqual({
      'nvlink-fabric': ['F-I5 critical'],
      'slow-storage': ['F-K1 critical', 'F-K3 critical', 'F-K3 critical'],
      'host-memory': [],
      power: ['F-M2 critical', 'F-M3 critical'],
    });
  });

  it('about software find a driver that was not reloaded and a wrong clock', async () => {
    const dgx = dgxFor('software');
    const ids = ['driver-mismatch', 'container-gpu', 'clock-and-kernel', 'python-cuda'];
    dgx.node.inject('driver-library-mismatch', {});
    dgx.node.inject('clock-off', { offsetMs: 90_000 });
    expect(problemsOf(ids, await readForTrees(nodes, dgx, ids))).toEqual({
      'driver-mismatch': ['F-E1 critical'],
      'container-gpu': ['F-E1 critical'],
      'clock-and-kernel': ['F-P1 critical', 'F-P0 warn'],
      'python-cuda': ['F-Q0 warn'],
    });
  });

  it('about jobs find a starved job, busy servers, a drained node and what keeps Gantry from reading', async () => {
    const dgx = dgxFor('job');
    const ids = [
      'low-gpu-utilisation',
      'inference-slow',
      'tool-access',
      'confidential-computing',
      'scheduler-refuses',
      'vram-shortage',
    ];
    const found = async () => problemsOf(ids, await readForTrees(nodes, dgx, ids));
    const none = Object.fromEntries(ids.map((id) => [id, []]));
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
});
