import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { Rollout } from '#shared/domain/rollout';
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
    const plan = () => client.playbooks.plan({ playbookId: 'serve-triton', hostId, parameters: {} });
    const told = ({ steps }: Awaited<ReturnType<typeof plan>>) =>
      steps.map(({ id, state, reason }) => `${id} ${state} ${reason?.en ?? ''}`);
    const settled = async (rolloutId: string) => {
      let last: Rollout | null = null;
      for await (const one of await client.actions.watchRollout({ rolloutId })) last = one;
      return last;
    };

    const first = await plan();
    expect(first.refusal).toBeNull();
    expect(told(first).filter((line) => / blocked /.test(line))).toEqual([]);
    // Driver and Docker are adopted.
    const states = Object.fromEntries(first.steps.map(({ id, state }) => [id, state]));
    expect(states).toMatchObject({
      'driver.driver': 'left-out',
      'docker.conflicts': 'left-out',
      'docker.repository': 'left-out',
      'docker.engine': 'done',
      'docker.settings': 'ready',
      'toolkit-repository': 'done',
      'containers.toolkit': 'done',
      'containers.runtime': 'later',
      proof: 'later',
      triton: 'later',
    });

    const started = await client.playbooks.start({
      plans: [{ planId: first.id, fingerprint: first.fingerprint }],
      batchSize: 1,
    });
    const done = await settled(started.id);
    const items = done?.items.map(
      ({ step, state, error, blockedBy }) =>
        `${step?.id} ${state} ${JSON.stringify(error)} ${JSON.stringify(blockedBy)}`,
    );
    expect(items?.filter((line) => !/ (?:done|not-needed) /.test(line))).toEqual([]);
    expect(done?.state).toBe('done');
    const second = await plan();
    expect(told(second).filter((line) => !/ (?:done|left-out) /.test(line))).toEqual([]);
    expect(second.isAlreadyDone).toBe(true);

    const undone = await client.actions.undoRollout({ rolloutId: started.id });
    expect(
      undone.items.flatMap(({ step, state }) =>
        state === 'undone' || state === 'not-needed' ? [] : [`${step?.id} ${state}`],
      ),
    ).toEqual([]);
    expect(told(await plan())).toEqual(told(first));
  }, 240_000);
});
