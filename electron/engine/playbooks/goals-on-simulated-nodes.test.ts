import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import { nodeProfiles } from '../../sim/index';
import { type SimulatedNodes, startSimulatedNodes } from '../testing/simulated-nodes';

// What an action waits between two looks is for real servers.
vi.mock('node:timers/promises', async (original) => {
  const real = await original<typeof import('node:timers/promises')>();
  const setTimeout: typeof real.setTimeout = (ms, value, options) =>
    real.setTimeout(Math.min(ms ?? 0, 200), value, options);
  return { ...real, setTimeout };
});

/** A node with driver, Docker and toolkit, whose Docker does not know the GPUs yet, and with a model to be served. */
const found = nodeProfiles.find(({ id }) => id === 'l4-single');
if (!found) throw new Error('no profile');
const profile = {
  ...found,
  workloads: [],
  services: [],
  docker: { version: '27.3.1', toolkitVersion: '1.17.8', hasNvidiaRuntime: false, containersRunning: 0 },
};

describe('serving on a simulated node', () => {
  let nodes: SimulatedNodes;
  let client: EngineClient;
  beforeAll(async () => {
    nodes = await startSimulatedNodes([profile]);
    ({ client } = nodes);
  });
  afterAll(() => nodes.close());

  it('goes from GPUs that containers do not see to Triton, plans nothing then, and back', async () => {
    const { node, hostId } = nodes.at(0);
    node.files.write('/srv/models/resnet50/config.pbtxt', 'name: "resnet50"\n');
    node.files.write('/srv/models/resnet50/1/model.onnx', 'x');
    const run = async (actionId: string, parameters: Record<string, unknown> = {}) => {
      const plan = await client.actions.plan({ actionId, hostId, parameters });
      const said = plan.checks.map(({ title, outcome, detail }) => `[${outcome}] ${title.en}: ${detail.en}`).join('\n');
      if (plan.isBlocked || plan.isAlreadyDone) throw new Error(`${actionId}: done ${plan.isAlreadyDone}\n${said}`);
      const { id } = await client.actions.apply({ planId: plan.id, fingerprint: plan.fingerprint });
      return settled(id);
    };
    const settled = async (runId: string) => {
      let last = null;
      for await (const one of await client.actions.watch({ runId })) last = one;
      return last;
    };
    const isDone = async (actionId: string) =>
      (await client.actions.plan({ actionId, hostId, parameters: {} })).isAlreadyDone;

    const ids = ['docker-settings', 'docker-runtime', 'container-proof', 'triton-server', 'dcgm-exporter'];
    const runs = [];
    for (const id of ids) {
      const one = await run(id);
      expect([id, one?.state, one?.verification?.detail.en, one?.error]).toEqual([
        id,
        'verified',
        expect.any(String),
        null,
      ]);
      runs.push(one?.id ?? '');
    }
    for (const id of ids) expect([id, await isDone(id)]).toEqual([id, true]);
    for (const [index, runId] of [...runs.entries()].reverse()) {
      await client.actions.undo({ runId });
      expect([ids[index], (await settled(runId))?.state]).toEqual([ids[index], 'undone']);
    }
    expect(await isDone('triton-server')).toBe(false);
    expect(await isDone('container-proof')).toBe(false);
  }, 240_000);
});
