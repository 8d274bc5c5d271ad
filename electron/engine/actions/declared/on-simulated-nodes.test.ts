import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { ActionPlan, ActionRun } from '#shared/domain/action';
import { dgxH100, type SimNode } from '../../../sim/index';
import { probeFacts, type SimulatedNodes, startSimulatedNodes } from '../../testing/simulated-nodes';

let nodes: SimulatedNodes;
let client: EngineClient;
let node: SimNode;
let hostId: string;

beforeAll(async () => {
  nodes = await startSimulatedNodes([dgxH100]);
  ({ client } = nodes);
  ({ node, hostId } = nodes.at(0));
});
afterAll(() => nodes.close());

const planOf = (actionId: string, parameters: Record<string, unknown> = {}) =>
  client.actions.plan({ actionId, hostId, parameters });

async function applied(plan: ActionPlan): Promise<ActionRun> {
  const { id } = await client.actions.apply({ planId: plan.id, fingerprint: plan.fingerprint });
  return settled(id);
}

async function undone({ id }: ActionRun): Promise<ActionRun> {
  return settled((await client.actions.undo({ runId: id })).id);
}

async function settled(runId: string): Promise<ActionRun> {
  let last: ActionRun | null = null;
  for await (const run of await client.actions.watch({ runId })) last = run;
  if (!last) throw new Error('the run was not seen');
  return last;
}

const said = (plan: ActionPlan) => plan.checks.map(({ outcome, detail }) => `[${outcome}] ${detail.en}`).join('\n');

describe('declared actions on a simulated node', () => {
  it('names who uses a GPU and does not reset it', async () => {
    const plan = await planOf('gpu-reset', { gpus: '0' });
    expect([plan.isBlocked, plan.risk]).toEqual([true, 'disruptive']);
    expect(said(plan)).toMatch(/\[fail\] In use just now:\nPID \d+ /);
  });

  it('resets a GPU that nobody uses, and looks at it afterwards', async () => {
    const plan = await planOf('gpu-reset', { gpus: '7' });
    expect([plan.isBlocked, said(plan)]).toEqual([false, expect.stringContaining('No process is on them')]);
    expect(plan.steps.map((step) => step.commandLine)).toEqual([
      expect.stringMatching(/^sudo nvidia-smi --gpu-reset -i GPU-[0-9a-f-]{36}$/),
    ]);
    expect(await applied(plan)).toMatchObject({ state: 'verified', canUndo: false });
  });

  it('says the sudoers line that is missing', async () => {
    node.inject('no-sudo');
    const plan = await planOf('gpu-reset', { gpus: '7' });
    node.clear('no-sudo');
    expect(plan.isBlocked).toBe(true);
    expect(said(plan)).toMatch(/ALL=\(root\) NOPASSWD: \/usr\/bin\/nvidia-smi --gpu-reset -i GPU-/);
  });

  it('steps a clock that is off', async () => {
    node.inject('clock-off', { offsetMs: -90_000 });
    const plan = await planOf('clock-step');
    expect(await applied(plan)).toMatchObject({ state: 'verified' });
    expect(await planOf('clock-step')).toMatchObject({ isAlreadyDone: true, steps: [] });
  });

  it('restarts the node, waits until it is back, and knows it by its boot', async () => {
    await client.inventory.refresh({ hostId, probeIds: ['os'] });
    const before = (await probeFacts(client, hostId, 'os')).bootId;
    const plan = await planOf('node-reboot');
    expect([plan.risk, plan.isBlocked, said(plan)]).toEqual([
      'destructive',
      false,
      expect.stringMatching(/\[warn\] In use just now:\nPID/),
    ]);
    const run = await applied(plan);
    expect([run.state, run.verification?.detail.en]).toEqual([
      'verified',
      expect.stringMatching(/^The node restarted/),
    ]);
    expect((await probeFacts(client, hostId, 'os')).bootId).not.toBe(before);
  });

  it('sets the MTU of a port and puts it back', async () => {
    const mtu = await applied(await planOf('interface-mtu', { interface: 'eno3', mtu: 9000 }));
    expect(mtu).toMatchObject({ state: 'verified', canUndo: true });
    expect(await undone(mtu)).toMatchObject({ state: 'undone' });
  });

  it('starts services that stand still, and stops them again', async () => {
    node.inject('fabric-manager-stopped');
    expect(await applied(await planOf('fabric-manager-restart'))).toMatchObject({ state: 'verified' });
    node.model.stoppedUnits.add('nvidia-persistenced');
    node.model.disabledUnits.add('nvidia-persistenced');
    const daemon = await applied(await planOf('persistence-daemon'));
    expect(daemon).toMatchObject({ state: 'verified', canUndo: true });
    expect(await undone(daemon)).toMatchObject({ state: 'undone' });
  });

  it('turns the node off, waits until it is gone, and does not say that its power is', async () => {
    const run = await applied(await planOf('node-poweroff'));
    expect([run.state, run.verification?.detail.en]).toEqual([
      'verified',
      'The node does not answer any more. Whether its power is off only its BMC can tell.',
    ]);
    node.powerOn();
  });
});
