import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { ActionPlan, ActionRun } from '#shared/domain/action';
import type { PlaybookPlan } from '#shared/domain/playbook/playbook-plan';
import type { Rollout } from '#shared/domain/rollout';
import { bareNode, type SimNode } from '../../sim/index';
import { loadAtBoot } from '../../sim/model/kernel-modules';
import { changePackage } from '../../sim/model/package-effects';
import { holdPackageLock } from '../../sim/model/package-lock';
import { base } from '../../sim/model/processes';
import { probeFacts, type SimulatedNodes, startSimulatedNodes } from '../testing/simulated-nodes';

// What an action waits between its looks is for real hardware; a simulated node is back after two seconds.
vi.mock('node:timers/promises', async (original) => {
  const real = await original<typeof import('node:timers/promises')>();
  const setTimeout: typeof real.setTimeout = (ms, value, options) =>
    real.setTimeout(Math.min(ms ?? 0, 300), value, options);
  return { ...real, setTimeout };
});

let nodes: SimulatedNodes;
let client: EngineClient;
beforeAll(async () => {
  nodes = await startSimulatedNodes([
    bareNode('ubuntu-24.04'),
    bareNode('ubuntu-22.04', { isSecureBootOn: true }),
    bareNode('ubuntu-24.04'),
  ]);
  ({ client } = nodes);
});
afterAll(() => nodes.close());

const planOf = (playbookId: string, at: number, parameters: Record<string, unknown> = {}) =>
  client.playbooks.plan({ playbookId, hostId: nodes.at(at).hostId, parameters });
const statesOf = ({ steps }: PlaybookPlan) => Object.fromEntries(steps.map(({ id, state }) => [id, state]));
const saidBy = ({ checks }: ActionPlan) => checks.map(({ outcome, detail }) => `[${outcome}] ${detail.en}`).join('\n');
const actionAt = (at: number, actionId: string, parameters: Record<string, unknown> = {}) =>
  client.actions.plan({ actionId, hostId: nodes.at(at).hostId, parameters });

async function runOf({ id, fingerprint }: ActionPlan): Promise<ActionRun> {
  let last: ActionRun = await client.actions.apply({ planId: id, fingerprint });
  for await (const run of await client.actions.watch({ runId: last.id })) last = run;
  return last;
}
async function settled(rolloutId: string): Promise<Rollout> {
  let last: Rollout | null = null;
  for await (const rollout of await client.actions.watchRollout({ rolloutId })) last = rollout;
  if (!last) throw new Error('the rollout was not seen');
  return last;
}
async function carriedOut({ id, fingerprint }: PlaybookPlan): Promise<Rollout> {
  return settled((await client.playbooks.start({ plans: [{ planId: id, fingerprint }], batchSize: 1 })).id);
}
const endsOf = ({ items }: Rollout) =>
  Object.fromEntries(
    items.map(({ step, state, error, blockedBy }) => [
      step?.id,
      state === 'failed' ? `${state} ${JSON.stringify(error)} ${JSON.stringify(blockedBy)}` : state,
    ]),
  );

/** What is installed and kept on a node, and what the next boot brings; the order of installing is nobody's business. */
function stateOf({ model, files }: SimNode) {
  const { packages, held, auto, unconfigured, blacklisted, driverOnDisk } = model.software;
  const folders = ['/etc/modprobe.d', '/etc/profile.d', '/etc/apt/preferences.d', '/etc/apt/sources.list.d'];
  return {
    packages: [...packages].sort(),
    marks: [[...held].sort(), [...auto].sort(), [...unconfigured].sort(), [...blacklisted].sort()],
    driverOnDisk,
    files: folders.flatMap((folder) => files.list(folder)).filter((path) => path.includes('gantry')),
    toolkits: model.profile.cudaToolkits,
  };
}

/** Puts a driver of Ubuntu's archive on a node, held and loaded, as somebody did two years ago. */
function withDriver({ model }: SimNode, upstream: string): void {
  const [branch] = upstream.split('.');
  const version = `${upstream}-0ubuntu0.${model.profile.osVersionId}.1`;
  const names = ['libnvidia-compute', 'nvidia-compute-utils', 'nvidia-kernel-common', 'nvidia-utils'];
  for (const name of names) changePackage(model, `${name}-${branch}-server`, version);
  changePackage(model, `nvidia-headless-no-dkms-${branch}-server-open`, version);
  const kernel = model.profile.kernelRelease;
  changePackage(model, `linux-modules-nvidia-${branch}-server-open-${kernel}`, kernel.replace('-generic', '.1'));
  model.software.held.add(`nvidia-headless-no-dkms-${branch}-server-open`);
  loadAtBoot(model);
}

describe('a bare server', () => {
  it.concurrent('is led to GPUs that answer and a compiler, needs nothing a second time, and is taken back', async () => {
    const { node, hostId } = nodes.at(0);
    const before = stateOf(node);
    const boot = node.model.bootId;
    const plan = await planOf('cuda-development', 0);
    expect(statesOf(plan)).toMatchObject({
      'driver.headers': 'ready',
      'driver.nouveau': 'ready',
      'driver.driver': 'later',
      'driver.hold': 'later',
      'driver.restart': 'later',
      'driver.fabric-manager': 'left-out',
      toolkit: 'later',
    });
    expect(plan).toMatchObject({ isBlocked: false, restartsNode: true, downloadBytes: expect.any(Number) });
    expect([stateOf(node), node.model.bootId]).toEqual([before, boot]);

    const development = await carriedOut(plan);
    const ends = endsOf(development);
    expect([development.state, ends]).toEqual([
      'done',
      expect.objectContaining({ 'driver.driver': 'done', 'driver.hold': 'done', toolkit: 'done' }),
    ]);
    expect(await probeFacts(client, hostId, 'gpu-driver')).toMatchObject({
      kernelModuleVersion: '580.95.05',
      isOpenKernelModule: true,
    });
    expect([...node.model.software.held]).toContain('nvidia-dkms-580-server-open');
    expect((await planOf('cuda-development', 0)).isAlreadyDone).toBe(true);

    await client.actions.undoRollout({ rolloutId: development.id });
    expect((await settled(development.id)).state).toBe('undone');
    expect(stateOf(node)).toEqual(before);
  }, 600_000);

  it.concurrent('says what is in the way, waits for who installs, and stops where the module can not be built', async () => {
    const { node } = nodes.at(2);
    const { software } = node.model;
    software.withdrawn.add('linux-headers-6.8.0-57-generic');
    node.inject('full-disk');
    const refused = saidBy(await actionAt(2, 'kernel-headers'));
    expect(refused).toMatch(/\[fail\].*restart into it/);
    software.withdrawn.clear();
    expect(saidBy(await actionAt(2, 'kernel-headers'))).toMatch(/\[fail\].*A file system of the node is full/s);
    node.clear('full-disk');

    const letGo = holdPackageLock(node.model);
    const headers = await actionAt(2, 'kernel-headers');
    expect(saidBy(headers)).toMatch(/\[warn\].*\d+ .*unattended-upgrade/s);
    const { id: runId } = await client.actions.apply({ planId: headers.id, fingerprint: headers.fingerprint });
    const installing = async () => {
      const [run] = await client.actions.runs({ hostId: nodes.at(2).hostId });
      return run?.steps.some(({ id, state }) => id === 'install' && state === 'running');
    };
    await expect.poll(installing).toBe(true);
    expect(software.packages.has('dkms')).toBe(false);
    letGo();
    let waited: ActionRun | null = null;
    for await (const run of await client.actions.watch({ runId })) waited = run;
    expect(waited).toMatchObject({ state: 'verified' });

    software.buildFails = true;
    const failed = await runOf(await actionAt(2, 'nvidia-driver'));
    expect(failed.state).toBe('failed');
    expect(failed.steps.map(({ detail }) => detail?.en ?? '').join('\n')).toContain(
      'Bad return status for module build',
    );
    expect(saidBy(await actionAt(2, 'nvidia-driver'))).toContain('not yet configured');
  }, 600_000);
});

describe('a server with an older branch and Secure Boot', () => {
  it.concurrent('keeps its driver while a job runs, and changes to modules that Ubuntu signs', async () => {
    const { hostId, node } = nodes.at(1);
    withDriver(node, '570.195.03');
    const before = stateOf(node);
    const job = node.model.spawn({
      ...base(),
      user: 'alice',
      uid: 1001,
      executable: '/usr/bin/python3',
      args: ['train.py'],
      startedAtMs: node.model.nowMs() - 60_000,
      cgroup: '/user.slice/user-1001.slice/session-4.scope',
      gpus: [{ gpuIndex: 0, memoryMib: 4000, gpuInstanceId: null }],
    });
    const busy = await actionAt(1, 'nvidia-driver', { branch: '580' });
    expect([busy.isBlocked, saidBy(busy)]).toEqual([
      true,
      expect.stringMatching(/\[fail\].*python3 train\.py \(user alice,.* on GPU 0\)/s),
    ]);
    expect(stateOf(node)).toEqual(before);
    node.model.forget(job.pid);

    const plan = await planOf('nvidia-driver', 1, { branch: '580' });
    expect(statesOf(plan)).toMatchObject({ driver: 'later', hold: 'later', restart: 'later' });
    const changed = await carriedOut(plan);
    expect([changed.state, endsOf(changed)]).toEqual([
      'done',
      expect.objectContaining({ driver: 'done', hold: 'done', restart: 'done' }),
    ]);
    expect(await probeFacts(client, hostId, 'gpu-driver')).toMatchObject({
      kernelModuleVersion: '580.95.05',
      moduleBuild: { isSigned: true },
    });
    const { packages, held } = node.model.software;
    expect([...packages.keys()].filter((name) => /-570-/.test(name))).toEqual([]);
    expect(packages.has('linux-modules-nvidia-580-server-open-5.15.0-140-generic')).toBe(true);
    expect([...held]).toContain('nvidia-headless-no-dkms-580-server-open');
  }, 600_000);
});
