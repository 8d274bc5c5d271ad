import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { ProtectionPolicy } from '#shared/domain/protection/policy';
import { dgxH100, type SimFleet, type SimNode, startSimFleet } from '../../sim/index';
import type { Engine } from '../index';
import { openStore } from '../store/open-store';
import { addHost, codeOf, EngineBench } from '../testing/engine-bench';
import { ProtectionRepository } from './protection-repository';

/** A minute of the node's heat a second: what takes an hour there is over in one minute here. */
const SPEED = 60;
/** The usual numbers at that speed. */
const quick: Partial<ProtectionPolicy> = { engageAfterMs: 500, settleMs: 1500, coolForMs: 2500, holdForMs: 240_000 };

let bench: EngineBench;
let fleet: SimFleet;
let engine: Engine;
let client: EngineClient;
let node: SimNode;
let hostId: string;

const startedAtMs = Date.now();
const gpu = () => {
  const [first] = node.model.gpus;
  if (!first) throw new Error('no GPU');
  return first;
};

beforeEach(async () => {
  bench = new EngineBench();
  fleet = await startSimFleet({
    nodes: [dgxH100],
    now: () => startedAtMs + (Date.now() - startedAtMs) * SPEED,
  });
  bench.onClose(() => fleet.close());
  const [first] = fleet.nodes;
  if (!first) throw new Error('no node');
  node = first;
  ({ engine, client } = await bench.start({ isTelemetryKeeper: true }));
  const knownHostsFile = join(bench.dataDir, 'known_hosts');
  fleet.writeKnownHosts(knownHostsFile);
  const { port, user, privateKeyPath, name } = node;
  hostId = await addHost(client, { port, user, identityFiles: [privateKeyPath], knownHostsFile }, name);
  await client.hosts.connect({ hostId });
  // Somebody looks, so that samples come every second from the start.
  const looking = new AbortController();
  bench.onClose(() => looking.abort());
  const live = await client.telemetry.live(
    { hostIds: [hostId], metrics: ['gpu.temperatureC'] },
    { signal: looking.signal },
  );
  (async () => {
    for await (const _ of live);
  })().catch(() => {});
}, 60_000);
afterEach(() => bench.close());

const arm = (mode: 'armed' | 'dry-run' = 'armed') =>
  client.protection.arm({ hostId, mode, reason: 'the fans are weak', policy: quick });
const limitW = () => gpu().powerLimitW;
const events = async () => (await client.audit.list({ limit: 500 })).entries.map(({ event }) => event);
const waitFor = (check: () => unknown, timeoutMs = 120_000) => vi.waitFor(check, { timeout: timeoutMs, interval: 100 });

describe('a GPU that gets too hot', () => {
  it('is stepped down until it cools, stepped back, and has its own limit again, all of it written down', async () => {
    const { id: incidentId } = await client.incidents.open({ title: 'hot', hostId });
    await arm();
    node.inject('overheat', { gpu: 0, cooling: 0.5 });
    await waitFor(() => expect(limitW()).toBeLessThan(700));
    expect((await client.protection.status()).held).toMatchObject([{ hostId, gpuUuid: gpu().uuid, originalW: 700 }]);
    expect(await codeOf(client.hosts.remove({ hostId }))).toBe('CONFLICT');
    await waitFor(async () => expect(await events()).toContain('protection.cooled'));
    node.clear('overheat');
    await waitFor(() => expect(limitW()).toBe(700));
    await waitFor(async () => expect(await events()).toContain('protection.restored'));
    expect((await client.protection.status()).held).toEqual([]);
    const { entries } = await client.incidents.get({ incidentId });
    const runs = entries.flatMap((entry) => (entry.kind === 'action' ? [entry.run] : []));
    expect(runs.at(-1)).toMatchObject({ state: 'verified', plan: { actionId: 'gpu-power-limit' } });
    expect((await client.audit.list({ limit: 1 })).isChainIntact).toBe(true);
  }, 300_000);

  it('is left alone unless a person armed the node, and in a dry run, which says what it would do', async () => {
    node.inject('overheat', { gpu: 0, cooling: 0.5 });
    await arm('dry-run');
    await waitFor(async () => expect(await events()).toContain('protection.would-step'));
    expect(limitW()).toBe(700);
    await client.protection.disarm({ hostId, reason: 'seen' });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(limitW()).toBe(700);
    expect(await events()).not.toContain('protection.step-down');
  }, 200_000);

  it('gets its limit back when the node is disarmed, when the engine ends, and when its time is over', async () => {
    node.inject('overheat', { gpu: 0, cooling: 0.5 });
    await arm();
    await waitFor(() => expect(limitW()).toBeLessThan(700));
    await client.protection.disarm({ hostId, reason: 'enough' });
    await waitFor(() => expect(limitW()).toBe(700));

    await client.protection.arm({ hostId, mode: 'armed', reason: 'again', policy: { ...quick, holdForMs: 5000 } });
    await waitFor(() => expect(limitW()).toBeLessThan(700));
    await waitFor(() => expect(limitW()).toBe(700));
    await waitFor(async () =>
      expect((await client.protection.status()).ended).toMatchObject([{ gpuUuid: gpu().uuid, reason: 'time' }]),
    );

    await arm();
    await waitFor(() => expect(limitW()).toBeLessThan(700));
    await engine.close();
    expect(limitW()).toBe(700);
  }, 300_000);

  it('gets it back after a lost connection, too', async () => {
    node.inject('overheat', { gpu: 0, cooling: 0.5 });
    await client.protection.arm({ hostId, mode: 'armed', reason: 'x', policy: { ...quick, holdForMs: 6000 } });
    await waitFor(() => expect(limitW()).toBeLessThan(700));
    node.inject('connection-refused');
    node.inject('connection-cut');
    await new Promise((resolve) => setTimeout(resolve, 8000));
    expect(limitW()).toBeLessThan(700);
    node.clear('connection-refused');
    node.clear('connection-cut');
    await waitFor(() => expect(limitW()).toBe(700), 90_000);
  }, 300_000);

  it('keeps what somebody else set meanwhile, and is then left to a person', async () => {
    node.inject('overheat', { gpu: 0, cooling: 0.5 });
    await arm();
    await waitFor(() => expect(limitW()).toBeLessThan(700));
    await waitFor(async () => expect(await events()).toContain('action.settle'));
    gpu().powerLimitW = 333;
    await client.protection.disarm({ hostId, reason: 'mine' });
    await waitFor(async () => expect(await events()).toContain('protection.set-by-others'));
    expect(limitW()).toBe(333);
  }, 200_000);
});

describe('what arming and the circuit breaker refuse', () => {
  it('a node without root, with the line for sudoers, though a dry run is fine there', async () => {
    node.inject('no-sudo');
    const refused = await client.protection.arm({ hostId, mode: 'armed', reason: 'x' }).catch((error) => error);
    expect(refused.data.message).toEqual({
      key: 'protection.needsRoot',
      params: { line: 'ops ALL=(root) NOPASSWD: /usr/bin/nvidia-smi -i * -pl *' },
    });
    expect((await client.protection.status()).nodes).toEqual([]);
    await arm('dry-run');
  }, 60_000);

  it('a step on one node too many within five minutes, until a person says otherwise', async () => {
    const { port } = node;
    // Three nodes that are not there: at 25 % one of four may be touched.
    for (const name of ['a', 'b', 'c'])
      await addHost(client, { port: port + 1, address: `127.0.1.${name.charCodeAt(0)}` }, name);
    await client.protection.setBreaker({ sharePercent: 10, isReset: false, reason: 'small' });
    expect((await client.protection.status()).breaker).toEqual({ sharePercent: 10, maxNodes: 1, trippedAtMs: null });
    const store = openStore(join(bench.dataDir, 'gantry.db'));
    const repository = new ProtectionRepository(store);
    const other = { hostId: 'other', gpuUuid: 'GPU-0', originalW: 700, askedW: 595, atMs: Date.now() };
    store.transaction(() => repository.end(repository.begin(other), 'cool', Date.now()));
    store.close();
    node.inject('overheat', { gpu: 0, cooling: 0.5 });
    await arm();
    await waitFor(async () => expect(await events()).toContain('protection.breaker-trip'));
    expect(limitW()).toBe(700);
    expect((await client.protection.status()).breaker.trippedAtMs).not.toBeNull();
    await client.protection.setBreaker({ sharePercent: 100, isReset: true, reason: 'looked at it' });
    await waitFor(() => expect(limitW()).toBeLessThan(700));
  }, 60_000);

  it('an empty reason', async () => {
    await expect(client.protection.arm({ hostId, mode: 'armed', reason: ' ' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });
});
