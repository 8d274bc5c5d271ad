import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { ActionRun } from '#shared/domain/action';
import { installedFolder } from '#shared/domain/playbook/package-set';
import type { PlaybookPlan } from '#shared/domain/playbook/playbook-plan';
import type { Rollout } from '#shared/domain/rollout';
import { nodeProfiles } from '../../sim/index';
import { type SimulatedNodes, startSimulatedNodes } from '../testing/simulated-nodes';

// What an action waits between two looks is for real servers.
vi.mock('node:timers/promises', async (original) => {
  const real = await original<typeof import('node:timers/promises')>();
  const setTimeout: typeof real.setTimeout = (ms, value, options) =>
    real.setTimeout(Math.min(ms ?? 0, 50), value, options);
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

describe('goals on a simulated node', () => {
  let nodes: SimulatedNodes;
  let client: EngineClient;
  beforeAll(async () => {
    nodes = await startSimulatedNodes([profile]);
    ({ client } = nodes);
  });
  afterAll(() => nodes.close());

  it('goes without internet, by images that were carried, from GPUs that containers do not see to Triton, plans nothing then, and back', async () => {
    const { node, hostId } = nodes.at(0);
    node.files.write('/srv/models/resnet50/config.pbtxt', 'name: "resnet50"\n');
    node.files.write('/srv/models/resnet50/1/model.onnx', 'x');
    await carryImages();
    node.inject('internet-down', { kind: 'dns' });
    const plan = () => client.playbooks.plan({ playbookId: 'serve-triton', hostId, parameters: {} });

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
      'containers.toolkit': 'later',
      'containers.runtime': 'later',
      proof: 'later',
      triton: 'later',
    });

    const found = async (planIds: string[]) => {
      const [preflight] = await client.playbooks.preflight({ hostIds: [hostId], playbookId: 'serve-triton', planIds });
      return preflight?.checks.flatMap(({ id, outcome, value }) =>
        ['names', 'addresses', 'certificates'].includes(id) ? [`${id} ${outcome} ${value.en}`] : [],
      );
    };
    // What a playbook could take, nobody gives there; what this one takes, the set has.
    expect((await found([]))?.join()).toMatch(/names fail .*addresses fail /);
    expect(await found([first.id])).toEqual([
      'names pass None is needed',
      'addresses pass None is needed: the carried set has it',
      'certificates pass None is needed',
    ]);
    await thereAndBack(first, plan);
    node.clear('internet-down');
  }, 240_000);

  it('makes a PyTorch that computes on each GPU, plans nothing then, and takes all of it back', async () => {
    const { node, hostId } = nodes.at(0);
    const prefix = '/opt/miniforge3';
    node.files.write(`${prefix}/miniforge-installer.sh.gantry-part`, 'what a download that was cut off has left');
    const { id, fingerprint } = await client.actions.plan({ actionId: 'miniforge', hostId, parameters: {} });
    const { id: runId } = await client.actions.apply({ planId: id, fingerprint });
    let installed: ActionRun | null = null;
    for await (const run of await client.actions.watch({ runId })) installed = run;
    expect(installed?.state).toBe('verified');

    const plan = () => client.playbooks.plan({ playbookId: 'pytorch-box', hostId, parameters: { release: '2.7.1' } });
    const first = await plan();
    expect(told(first).filter((line) => !/ left-out /.test(line))).toEqual([
      'miniforge done ',
      'file ready ',
      expect.stringMatching(/^environment later /),
      expect.stringMatching(/^proof later /),
    ]);
    await thereAndBack(first, plan, () => {
      expect(node.files.read(`${prefix}-llm-env.yml`)).toContain(
        '      - --extra-index-url https://download.pytorch.org/whl/cu128\n      - torch==2.7.1+cu128\n',
      );
      const proof = JSON.parse(node.files.read(`${prefix}/envs/llm-env/gantry-torch-proof.json`) ?? '{}');
      expect(proof).toMatchObject({ torch: '2.7.1+cu128', gpus: [{ isRight: true }] });
    });
    expect([node.files.read(`${prefix}-llm-env.yml`), node.files.list(`${prefix}/envs`)]).toEqual([null, []]);
  }, 240_000);

  /** The images of Triton's playbook as its set has them, by a registry of the site, to where `local-packages` keeps them. */
  async function carryImages(): Promise<void> {
    const blob = '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}';
    const digest = `sha256:${createHash('sha256').update(blob).digest('hex')}`;
    const manifest = JSON.stringify({ schemaVersion: 2, config: { digest, size: blob.length }, layers: [] });
    const registry = createServer(({ url = '' }, response) => response.end(url.includes('/blobs/') ? blob : manifest));
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
    const folder = mkdtempSync(join(tmpdir(), 'gantry-images-'));
    const { node, hostId } = nodes.at(0);
    const { settings } = await client.site.get();
    const addresses = { nvcr: address, dockerHub: address };
    await client.site.set({ settings: { ...settings, addresses } });
    const set = await client.playbooks.fetchPackages({
      ...{ playbookId: 'serve-triton', hostId, parameters: {}, folder, images: [] },
    });
    registry.close();
    expect(set.missing.filter(({ kind }) => kind === 'image')).toEqual([]);
    const images = set.files.filter(({ kind }) => kind === 'image').map(({ file }) => file);
    expect(images).toHaveLength(2);
    for (const file of images) node.files.write(`${installedFolder}/${file}`, readFileSync(join(folder, file), 'utf8'));
    node.files.write(`${installedFolder}/SHA256SUMS`, readFileSync(join(folder, 'SHA256SUMS'), 'utf8'));
    rmSync(folder, { recursive: true });
  }

  const told = ({ steps }: PlaybookPlan) => steps.map(({ id, state, reason }) => `${id} ${state} ${reason?.en ?? ''}`);

  /** Carries a plan out, looks at it, asks for a second one, which has nothing to do, and undoes it. */
  async function thereAndBack(first: PlaybookPlan, plan: () => Promise<PlaybookPlan>, look = () => {}): Promise<void> {
    const plans = [{ planId: first.id, fingerprint: first.fingerprint }];
    const { id } = await client.playbooks.start({ plans, batchSize: 1 });
    let done: Rollout | null = null;
    for await (const one of await client.actions.watchRollout({ rolloutId: id })) done = one;
    const items = done?.items.map(
      ({ step, state, error, blockedBy }) => `${step?.id} ${state} ${JSON.stringify([error, blockedBy])}`,
    );
    expect(items?.filter((line) => !/ (?:done|not-needed) /.test(line))).toEqual([]);
    expect(done?.state).toBe('done');
    look();
    const second = await plan();
    expect(told(second).filter((line) => !/ (?:done|left-out) /.test(line))).toEqual([]);
    expect(second.isAlreadyDone).toBe(true);

    const undone = await client.actions.undoRollout({ rolloutId: id });
    expect(
      undone.items.flatMap(({ step, state }) =>
        state === 'undone' || state === 'not-needed' ? [] : [`${step?.id} ${state}`],
      ),
    ).toEqual([]);
    expect(told(await plan())).toEqual(told(first));
  }
});
