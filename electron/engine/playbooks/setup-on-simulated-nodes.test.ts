import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { ActionPlan, ActionRun } from '#shared/domain/action';
import type { PlaybookPlan } from '#shared/domain/playbook/playbook-plan';
import type { Rollout } from '#shared/domain/rollout';
import { bareUbuntu, type SimNode } from '../../sim/index';
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
    bareUbuntu('24.04'),
    bareUbuntu('22.04', { isSecureBootOn: true }),
    bareUbuntu('24.04'),
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

describe('a bare server', () => {
  it.concurrent('is led to GPUs that answer and a compiler, needs nothing a second time, and is taken back', async () => {
    const { node, hostId } = nodes.at(0);
    const before = stateOf(node);
    const boot = node.model.bootId;
    const plan = await planOf('nvidia-driver', 0);
    expect(statesOf(plan)).toEqual({
      headers: 'ready',
      nouveau: 'ready',
      repository: 'left-out',
      driver: 'later',
      hold: 'later',
      restart: 'later',
      persistence: 'later',
      'fabric-manager': 'left-out',
    });
    expect(plan).toMatchObject({ isBlocked: false, restartsNode: true, downloadBytes: expect.any(Number) });
    expect([stateOf(node), node.model.bootId]).toEqual([before, boot]);

    const driver = await carriedOut(plan);
    expect([driver.state, endsOf(driver)]).toEqual([
      'done',
      expect.objectContaining({ headers: 'done', nouveau: 'done', driver: 'done', hold: 'done', restart: 'done' }),
    ]);
    expect(await probeFacts(client, hostId, 'gpu-driver')).toMatchObject({
      kernelModuleVersion: '580.95.05',
      isOpenKernelModule: true,
    });
    expect([...node.model.software.held]).toContain('nvidia-dkms-580-server-open');

    // The driver's playbook is among its steps.
    const development = await planOf('cuda-development', 0);
    const { toolkit: open, ...rest } = statesOf(development);
    expect([open, new Set(Object.values(rest))]).toEqual(['ready', new Set(['done', 'left-out'])]);
    const toolkit = await carriedOut(development);
    expect([toolkit.state, endsOf(toolkit)]).toEqual(['done', { toolkit: 'done' }]);
    expect((await planOf('cuda-development', 0)).isAlreadyDone).toBe(true);

    for (const { id } of [toolkit, driver]) {
      await client.actions.undoRollout({ rolloutId: id });
      expect([id, (await settled(id)).state]).toEqual([id, 'undone']);
    }
    expect(stateOf(node)).toEqual(before);
  }, 600_000);

  it.concurrent('takes modules that are signed where Secure Boot is on and no key of the machine is enrolled', async () => {
    const { hostId, node } = nodes.at(1);
    for (const action of ['nouveau-off', 'nvidia-driver', 'driver-restart']) {
      expect([action, (await runOf(await actionAt(1, action))).state]).toEqual([action, 'verified']);
    }
    expect(await probeFacts(client, hostId, 'gpu-driver')).toMatchObject({ moduleBuild: { isSigned: true } });
    expect([...node.model.software.packages.keys()]).toEqual(
      expect.arrayContaining([
        'linux-modules-nvidia-580-server-open-5.15.0-140-generic',
        'linux-modules-nvidia-580-server-open-generic',
      ]),
    );
  }, 600_000);

  it.concurrent('says what is in the way, and stops where the module can not be built', async () => {
    const { node } = nodes.at(2);
    const { software } = node.model;
    software.withdrawn.add('linux-headers-6.8.0-57-generic');
    expect(saidBy(await actionAt(2, 'kernel-headers'))).toMatch(/\[fail\].*restart into it/);
    software.withdrawn.clear();

    node.inject('full-disk');
    expect(saidBy(await actionAt(2, 'kernel-headers'))).toMatch(/\[fail\].*A file system of the node is full/s);
    node.clear('full-disk');

    expect(await runOf(await actionAt(2, 'kernel-headers'))).toMatchObject({ state: 'verified' });
    software.buildFails = true;
    const failed = await runOf(await actionAt(2, 'nvidia-driver'));
    expect(failed.state).toBe('failed');
    expect(failed.steps.map(({ detail }) => detail?.en ?? '').join('\n')).toContain(
      'Bad return status for module build',
    );
    expect(saidBy(await actionAt(2, 'nvidia-driver'))).toContain('not yet configured');
  }, 600_000);
});
