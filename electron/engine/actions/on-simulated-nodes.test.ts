import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { ActionRun } from '#shared/domain/action';
import type { ProbeId } from '#shared/domain/facts/index';
import { dgxH100, type FaultOptions, type SimNode } from '../../sim/index';
import { probeFacts, type SimulatedNodes, startSimulatedNodes } from '../testing/simulated-nodes';

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

async function settled(runId: string): Promise<ActionRun> {
  let last: ActionRun | null = null;
  for await (const run of await client.actions.watch({ runId })) last = run;
  if (!last) throw new Error('the run was not seen');
  return last;
}

const factsOf = <Id extends ProbeId>(probeId: Id) => probeFacts(client, hostId, probeId);

/** Makes an orphan that holds memory and gives its pid. */
async function orphan(options: FaultOptions['memory-held-by-orphan']): Promise<number> {
  node.clear();
  node.inject('memory-held-by-orphan', options);
  await client.inventory.refresh({ hostId, probeIds: ['gpu-processes', 'processes'] });
  const { processes } = await factsOf('processes');
  const found = processes.find((process) => process.commandLine?.includes('train_old.py'));
  if (!found) throw new Error('no orphan');
  return found.pid;
}

const planEnd = (pid: number) => client.actions.plan({ actionId: 'gpu-process-end', hostId, parameters: { pid } });
const reasons = (plan: { checks: Array<{ outcome: string; detail: { en: string } }> }) =>
  plan.checks
    .filter((check) => check.outcome !== 'pass')
    .map((check) => check.detail.en)
    .join('\n');

describe('on a simulated node', () => {
  it('ends a process of somebody else that ignores TERM', async () => {
    const plan = await planEnd(await orphan({ ignoresTerm: true }));
    expect(plan).toMatchObject({ isBlocked: false, needsRoot: true });
    expect(plan.steps[0]?.kind === 'command' && plan.steps[0].commandLine).toMatch(/^sudo sh -c /);
    const { id } = await client.actions.apply({ planId: plan.id, fingerprint: plan.fingerprint });
    const run = await settled(id);
    expect([run.state, run.steps.map((step) => step.state)]).toEqual(['verified', ['done', 'done']]);
    for (const { evidenceId } of run.steps) {
      expect(await client.inventory.evidence({ evidenceId: evidenceId ?? '' })).toMatchObject({ hostId });
    }
  });

  it('says why one in state D can not be killed', async () => {
    const plan = await planEnd(await orphan({ state: 'D' }));
    expect([plan.isBlocked, reasons(plan)]).toEqual([true, expect.stringContaining('It is in state D')]);
  });

  it('says what is missing where there is no sudo', async () => {
    const pid = await orphan({});
    node.inject('no-sudo');
    const plan = await planEnd(pid);
    expect([plan.isBlocked, reasons(plan)]).toEqual([true, expect.stringContaining('no root without a password')]);
  });

  it('leaves a run interrupted when the connection is cut, and asks the node afterwards', async () => {
    const plan = await planEnd(await orphan({ ignoresTerm: true }));
    const { id } = await client.actions.apply({ planId: plan.id, fingerprint: plan.fingerprint });
    for await (const { steps } of await client.actions.watch({ runId: id })) {
      if (steps[0]?.state === 'running') break;
    }
    // Long enough for TERM to be on its way, far from the ten seconds after which KILL would be.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    node.inject('connection-cut');
    const run = await settled(id);
    expect(run).toMatchObject({ state: 'interrupted', error: { key: 'actions.connectionLost' } });
    node.clear('connection-cut');
    // TERM went out and was ignored; KILL was never started, and nobody starts it now.
    const asked = await client.actions.recheck({ runId: id });
    expect(asked).toMatchObject({ state: 'failed', error: { key: 'actions.notApplied' } });
    expect(asked.steps.map((step) => step.state)).toEqual(['failed', 'pending']);
  });

  it('switches persistence mode and puts it back', async () => {
    node.clear();
    await client.inventory.refresh({ hostId, probeIds: ['gpu'] });
    const modes = async () => (await factsOf('gpu')).gpus.map((gpu) => gpu.isPersistenceModeOn);
    const before = await modes();
    const mode = before.every(Boolean) ? 'off' : 'on';
    const plan = await client.actions.plan({ actionId: 'gpu-persistence-mode', hostId, parameters: { mode } });
    const { id } = await client.actions.apply({ planId: plan.id, fingerprint: plan.fingerprint });
    expect(await settled(id)).toMatchObject({ state: 'verified', canUndo: true });
    expect(await modes()).toEqual(before.map(() => mode === 'on'));
    await client.actions.undo({ runId: id });
    expect(await settled(id)).toMatchObject({ state: 'undone' });
    expect(await modes()).toEqual(before);
  });

  it('writes the environment into the home of the login, and takes it away again', async () => {
    const parameters = { path: "~/env of 'jobs' $(id) 中文.sh", variables: { NOTE: 'a\n"b" $(c)' } };
    const request = { actionId: 'environment-snippet', hostId, parameters };
    const plan = await client.actions.plan(request);
    expect(plan.steps).toMatchObject([{ kind: 'file', before: null }]);
    const { id } = await client.actions.apply({ planId: plan.id, fingerprint: plan.fingerprint });
    expect(await settled(id)).toMatchObject({ state: 'verified' });
    expect(await client.actions.plan(request)).toMatchObject({ isAlreadyDone: true });
    await client.actions.undo({ runId: id });
    expect(await settled(id)).toMatchObject({ state: 'undone' });
    expect(await client.actions.plan(request)).toMatchObject({ isAlreadyDone: false });
  });
});
