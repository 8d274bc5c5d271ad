import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { ManualWork } from '#shared/domain/manual/manual-work';
import type { Rollout } from '#shared/domain/rollout';
import { l4Single } from '../../../sim/index';
import { probeFacts, type SimulatedNodes, startSimulatedNodes } from '../../testing/simulated-nodes';

let nodes: SimulatedNodes;
let client: EngineClient;
let hostIds: string[];

beforeAll(async () => {
  nodes = await startSimulatedNodes([l4Single, l4Single, l4Single]);
  ({ client } = nodes);
  hostIds = [0, 1, 2].map((position) => nodes.at(position).hostId);
});
afterAll(() => nodes.close());

async function followed(rollout: Rollout, onChange: (now: Rollout) => void = () => {}): Promise<Rollout> {
  for await (const now of await client.actions.watchRollout({ rolloutId: rollout.id })) onChange(now);
  return client.actions.rollout({ rolloutId: rollout.id });
}
const statesOf = ({ state, items }: Rollout) => [state, ...items.map((item) => item.state)];
const modeOf = async (hostId: string) => {
  await client.inventory.refresh({ hostId, probeIds: ['gpu'] });
  return (await probeFacts(client, hostId, 'gpu')).gpus[0]?.isPersistenceModeOn;
};

it('stops where a node is lost in the middle, asks it before going on, and repeats nothing', async () => {
  const { node, hostId: lost } = nodes.at(1);
  const was = await modeOf(lost);
  const parameters = { mode: was ? 'off' : 'on' };
  const incident = await client.incidents.open({ title: 'Rolled', hostId: lost });
  const plans = [];
  for (const hostId of hostIds) {
    const { id, fingerprint } = await client.actions.plan({ actionId: 'gpu-persistence-mode', hostId, parameters });
    plans.push({ planId: id, fingerprint });
  }
  // The answer to the command is under way when the line is cut.
  node.inject('slow-link', { latencyMs: 150 });
  const rollout = await client.actions.roll({ plans, incidentId: incident.id });
  let isCut = false;
  const stopped = await followed(rollout, ({ items }) => {
    if (isCut || items[1]?.runId == null) return;
    isCut = true;
    node.inject('connection-refused');
    node.inject('connection-cut');
  });
  expect(statesOf(stopped)).toEqual(['stopped', 'done', 'unknown', 'waiting']);

  for (const fault of ['slow-link', 'connection-refused', 'connection-cut'] as const) node.clear(fault);
  const again = await followed(await client.actions.continueRollout({ rolloutId: rollout.id }));
  expect(statesOf(again)).toEqual(['done', 'done', 'done', 'done']);
  for (const hostId of hostIds) expect(await modeOf(hostId)).toBe(!was);
  const { entries } = await client.incidents.get({ incidentId: incident.id });
  const recorded = entries.flatMap((entry) => (entry.kind === 'action' ? [entry.run.plan.hostId] : []));
  expect(new Set(recorded)).toEqual(new Set(hostIds));
});

it('calls a GPU exchanged when the node lists the one that was put in, and not before', async () => {
  const { node, hostId } = nodes.at(0);
  const [gpu] = node.model.gpus;
  await client.inventory.refresh({ hostId });
  const [target] = await client.manual.targets({ procedureId: 'gpu-replace', hostId });
  if (!gpu || !target) throw new Error('no GPU');
  const plan = await client.manual.plan({ procedureId: 'gpu-replace', hostId, target: target.slot });
  expect(plan).toMatchObject({ isLive: true, target: { identity: gpu.serial } });
  const { id: workId, procedure } = await client.manual.start({ planId: plan.id, fingerprint: plan.fingerprint });
  for (const { id } of procedure.steps) await client.manual.setStep({ workId, stepId: id, state: 'done', note: '' });
  let work: ManualWork | null = null;
  const fitted = '1650000000001';
  for (const { id, role } of procedure.serials) {
    const value = role === 'old' ? gpu.serial : fitted;
    work = await client.manual.setSerial({ workId, serialId: id, value, note: '' });
  }
  expect(work?.serials.map(({ judgement }) => judgement)).toEqual(['expected', 'never-seen']);
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  for (const { id } of procedure.photos) await client.manual.addPhoto({ workId, slot: id, name: 'a.png', bytes: png });
  const verified = async () => {
    const { state, verifications } = await client.manual.verify({ workId });
    return [state, verifications.at(-1)?.outcome];
  };
  expect(await verified()).toEqual(['open', 'fail']);
  node.inject('part-pulled', { kind: 'gpu' });
  expect((await verified())[0]).toBe('open');
  node.clear('part-pulled');
  Object.assign(gpu, { serial: fitted, uuid: 'GPU-0badcafe-0000-1111-2222-333344445555' });
  expect(await verified()).toEqual(['verified', 'pass']);
});
