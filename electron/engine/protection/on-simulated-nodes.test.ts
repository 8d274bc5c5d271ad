import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { ProtectionPolicy } from '#shared/domain/protection/policy';
import { dgxH100, type SimNode, startSimFleet } from '../../sim/index';
import type { Engine } from '../index';
import { addHost, codeOf, EngineBench } from '../testing/engine-bench';
import { holdHeat } from './testing/hold-heat';

/*
 * The whole way: samples over SSH, the action and its commands, incident and audit log. What the guard makes of heat and
 * time is tested without either, beside this file.
 */

/** As soon as samples say so. */
const quick: Partial<ProtectionPolicy> = { engageAfterMs: 0, settleMs: 500, coolForMs: 500 };

let bench: EngineBench;
let engine: Engine;
let client: EngineClient;
let node: SimNode;
let hostId: string;

beforeEach(async () => {
  bench = new EngineBench();
  const fleet = await startSimFleet({ nodes: [dgxH100] });
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
});
afterEach(() => bench.close());

const arm = (mode: 'armed' | 'dry-run' = 'armed') =>
  client.protection.arm({ hostId, mode, reason: 'the fans are weak', policy: quick });
const limitW = () => node.model.gpus[0]?.powerLimitW ?? 0;
const events = async () => (await client.audit.list({ limit: 500 })).entries.map(({ event }) => event);
const waitFor = (check: () => unknown) => vi.waitFor(check, { timeout: 120_000, interval: 50 });
const isConnected = async () => (await client.hosts.list())[0]?.status.connection === 'connected';

it('a hot GPU is stepped down and back on an incident of its own, where a person armed the node and root is there', async () => {
  holdHeat(node, 95);
  node.inject('no-sudo');
  const refused = await client.protection.arm({ hostId, mode: 'armed', reason: 'x' }).catch((error) => error);
  expect(refused.data.message).toEqual({
    key: 'protection.needsRoot',
    params: { line: 'ops ALL=(root) NOPASSWD: /usr/bin/nvidia-smi -i * -pl *' },
  });
  expect(await codeOf(client.protection.arm({ hostId, mode: 'armed', reason: ' ' }))).toBe('BAD_REQUEST');
  expect((await client.protection.status()).nodes).toEqual([]);
  await arm('dry-run');
  await waitFor(async () => expect(await events()).toContain('protection.would-step'));
  expect(limitW()).toBe(700);
  expect(await client.incidents.list()).toEqual([]);

  node.clear('no-sudo');
  await arm();
  await waitFor(() => expect(limitW()).toBeLessThan(700));
  expect((await client.protection.status()).held).toMatchObject([{ hostId, originalW: 700 }]);
  expect(await codeOf(client.hosts.remove({ hostId }))).toBe('CONFLICT');
  holdHeat(node, 60);
  await waitFor(async () => expect(await events()).toContain('protection.restored'));
  expect(limitW()).toBe(700);
  expect((await client.protection.status()).held).toEqual([]);
  const [incident, ...others] = await client.incidents.list();
  expect(incident).toMatchObject({ title: `Protection on ${node.name}`, state: 'open', hostIds: [hostId] });
  expect(others).toEqual([]);
  const { entries } = await client.incidents.get({ incidentId: incident?.id ?? '' });
  const runs = entries.flatMap((entry) => (entry.kind === 'action' ? [entry.run] : []));
  expect(runs.at(-1)).toMatchObject({ state: 'verified', plan: { actionId: 'gpu-power-limit' } });
  expect((await client.audit.list({ limit: 1 })).isChainIntact).toBe(true);
}, 400_000);

it('a limit goes back as soon as a lost node can be reached again, and when the engine ends', async () => {
  holdHeat(node, 95);
  await arm();
  await waitFor(() => expect(limitW()).toBeLessThan(700));
  node.inject('connection-refused');
  node.inject('connection-cut');
  await waitFor(async () => expect(await isConnected()).toBe(false));
  await client.protection.disarm({ hostId, reason: 'enough' });
  expect((await client.protection.status()).held).toHaveLength(1);
  node.clear('connection-refused');
  node.clear('connection-cut');
  await waitFor(() => client.hosts.connect({ hostId }));
  await waitFor(() => expect(limitW()).toBe(700));

  await waitFor(async () => expect((await client.protection.status()).held).toEqual([]));
  await arm();
  await waitFor(() => expect(limitW()).toBeLessThan(700));
  await engine.close();
  expect(limitW()).toBe(700);
}, 400_000);
