import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { factsSchemas, type NodeFacts, type ProbeId } from '#shared/domain/facts/index';
import { modelServersOf } from '#shared/domain/software/model-servers';
import { a100Mig, amdMi300x, cpuOnly, dgxH100, l4Single, workstationRtx6000Ada } from '../sim/profiles';
import { type SimulatedNodes, startSimulatedNodes } from './testing/simulated-nodes';

const probeIds: ProbeId[] = [
  'os',
  'gpu',
  'amd-gpu',
  'processes',
  'gpu-driver',
  'cuda',
  'docker',
  'nvidia-container-toolkit',
  'kernel-modules',
  'packages',
  'services',
  'time-sync',
  'python-environments',
  'containers',
  'cluster',
  'pending-changes',
  'recent-changes',
];

let nodes: SimulatedNodes;

beforeAll(async () => {
  nodes = await startSimulatedNodes([dgxH100, workstationRtx6000Ada, a100Mig, l4Single, cpuOnly, amdMi300x]);
});
afterAll(() => nodes.close());

async function read(position: number) {
  const { client } = nodes;
  const { hostId } = nodes.at(position);
  await client.inventory.refresh({ hostId, probeIds });
  const { results } = await client.inventory.get({ hostId });
  for (const { probeId, state, facts } of results) {
    if (state === 'ok') factsSchemas[probeId as ProbeId].parse(facts);
  }
  const facts = Object.fromEntries(results.map(({ probeId, facts: one }) => [probeId, one ?? undefined])) as NodeFacts;
  const states = Object.fromEntries(results.map(({ probeId, state }) => [probeId, state]));
  const { rows, ...report } = await client.compatibility.judge({ hostId });
  const verdicts = Object.fromEntries(rows.map(({ id, verdict, reason }) => [id, [verdict, reason.key.split('.')[1]]]));
  return { facts, states, verdicts, report };
}

describe('the software of simulated nodes', () => {
  it('of a DGX: environments, services, cluster, and the one PyTorch that the driver is too old for', async () => {
    const { facts, verdicts, report } = await read(0);
    const environments = facts['python-environments']?.environments ?? [];
    expect(environments.map(({ prefix, kind, torch }) => [prefix, kind, torch?.version])).toEqual([
      ['/usr', 'system', undefined],
      ['/home/alice/miniconda3', 'conda', undefined],
      ['/home/alice/miniconda3/envs/nightly', 'conda', '2.9.1+cu130'],
      ['/home/alice/miniconda3/envs/train', 'conda', '2.5.1+cu124'],
      ['/opt/vllm', 'venv', '2.6.0+cu124'],
    ]);
    expect(facts.services).toMatchObject({ fabricManagerVersion: '550.127.08', dcgmVersion: '3.3.8', failedUnits: [] });
    expect(facts.cluster?.slurm?.nodes).toMatchObject([
      { state: 'mixed', partitions: ['train', 'debug'], allocatedGres: '7' },
    ]);
    expect(facts.packages).toMatchObject({ held: ['nvidia-driver-550', 'nvidia-fabricmanager-550'] });
    expect(facts['time-sync']).toMatchObject({ service: 'chrony', isSynchronized: true });
    expect(facts.cuda?.libraries.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'cudnn 9.1.0',
      'nccl 2.21.5',
    ]);
    expect(modelServersOf(facts).map(({ kind, name, ports }) => [kind, name, ports])).toEqual([
      ['triton', 'triton', '0.0.0.0:8010->8000/tcp'],
      ['vllm', expect.stringMatching(/^PID \d+$/), null],
    ]);
    expect(verdicts).toMatchObject({
      'driver-gpu:NVIDIA H100 80GB HBM3': ['fits', 'gpuSupported'],
      'driver-libraries': ['fits', 'librariesSame'],
      'fabric-manager': ['fits', 'fabricManagerSame'],
      'cuda:12.4.1': ['fits', 'cudaFits'],
      'torch:/opt/vllm': ['fits', 'torchFits'],
      'torch:/home/alice/miniconda3/envs/nightly': ['does-not-fit', 'cudaTooOldCompat'],
      'container-toolkit': ['limits', 'toolkitUnsafe'],
      'cdi:/var/run/cdi/nvidia.yaml': ['fits', 'cdiSame'],
      'image:nvcr.io/nvidia/tritonserver:25.02-vllm-python-py3': ['fits', 'cudaFits'],
    });
    expect(report.withoutReboot.cudaToolkit?.version).toBe('12.4.1');
  });

  it('of a workstation that would start without a GPU, with an environment that can not import PyTorch', async () => {
    const { facts, verdicts } = await read(1);
    expect(facts['pending-changes']).toMatchObject({
      isRebootRequired: true,
      rebootPackages: ['linux-base', 'linux-image-6.8.0-101-generic'],
      installedKernels: [
        { release: '6.8.0-101-generic', hasNvidiaModule: false },
        { release: '6.8.0-57-generic', hasNvidiaModule: true },
      ],
      upgradable: [{ name: 'linux-generic', from: '6.8.0-57.59', to: '6.8.0-101.101' }],
    });
    const changed = facts['recent-changes'];
    const bootedAtMs = changed?.boots?.[0]?.atMs ?? 0;
    expect(changed?.packages?.some(({ change, name }) => change === 'install' && name === 'openssh-server')).toBe(true);
    // Nothing of it was changed since the node was started last.
    expect(changed?.packages?.every(({ atMs }) => atMs < bootedAtMs)).toBe(true);
    expect(changed?.files?.map(({ modifiedAtMs }) => modifiedAtMs < bootedAtMs)).not.toContain(false);
    expect(verdicts).toMatchObject({
      'kernel-next': ['does-not-fit', 'nextKernelWithoutModule'],
      'torch:/home/jonas/miniforge3/envs/llm-env': ['does-not-fit', 'torchConflict'],
      'torch:/home/mei/.venvs/torch': ['fits', 'torchFits'],
    });
  });

  it('of a node with Podman and Kubernetes on rpm, and of one whose Docker has no GPUs', async () => {
    const rocky = await read(2);
    expect(rocky.facts.packages).toMatchObject({ manager: 'rpm' });
    expect(rocky.facts.cluster?.kubernetes).toEqual({
      distribution: 'kubelet',
      version: '1.30.2',
      clusterDomain: 'cluster.local',
      cgroupDriver: 'systemd',
    });
    expect(rocky.facts.containers).toMatchObject({
      podmanVersion: '5.2.2',
      containers: [{ name: 'notebook', ports: '0.0.0.0:8888->8888/tcp' }],
    });
    expect(rocky.facts.services?.failedUnits).toEqual(['dcgm-exporter.service']);
    expect(rocky.facts['pending-changes']).toMatchObject({ isRebootRequired: false, upgradableCount: 1 });
    expect(rocky.facts['recent-changes']).toMatchObject({
      packages: expect.arrayContaining([expect.objectContaining({ change: 'written', from: null })]),
      boots: [{ isAfterShutdown: true }, { isAfterShutdown: null }],
    });
    const l4 = await read(3);
    expect(l4.verdicts).toMatchObject({
      docker: ['does-not-fit', 'dockerWithoutGpus'],
      'torch:/srv/rag/venv': ['limits', 'torchCpuOnly'],
    });
  });

  it('of a node whose driver was updated under it: libraries, next boot and CDI file no longer fit', async () => {
    nodes.at(1).node.inject('driver-library-mismatch');
    const { verdicts, facts } = await read(1);
    nodes.at(1).node.clear();
    expect(facts.gpu).toBeUndefined();
    expect(verdicts).toMatchObject({
      'driver-libraries': ['does-not-fit', 'librariesDiffer'],
      'driver-pending': ['limits', 'driverPending'],
      'cdi:/var/run/cdi/nvidia.yaml': ['does-not-fit', 'cdiStale'],
    });
  });

  it('of an AMD node: ROCm, and a wheel that was built for the other maker', async () => {
    const { facts, verdicts } = await read(5);
    expect(facts.cuda?.libraries).toMatchObject([{ name: 'rocm', version: '6.3.1' }]);
    expect(verdicts).toMatchObject({
      'torch:/opt/venv': ['unknown', 'torchAmdUntold'],
      'torch:/srv/eval/venv': ['does-not-fit', 'torchForNvidia'],
    });
  });

  it('of a node without GPUs: nothing to judge, and why', async () => {
    const { report, verdicts, states } = await read(4);
    expect(verdicts).toEqual({});
    expect(report.absence).toEqual({ key: 'compatibility.absentNoDriver' });
    expect([states.packages, states.cluster, states.containers]).toEqual(['ok', 'ok', 'missing-tool']);
  });
});
