import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { ProtectionPolicy } from '#shared/domain/protection/policy';
import { dgxH100, l4Single, type NodeProfile, type SimNode, startSimFleet } from '../../sim/index';
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

beforeEach(() => {
  bench = new EngineBench();
});
afterEach(() => bench.close());

/** A node, connected, and nobody who looks at it. */
async function begin(profile: NodeProfile): Promise<void> {
  const fleet = await startSimFleet({ nodes: [profile] });
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
}

const arm = (mode: 'armed' | 'dry-run' = 'armed', policy: Partial<ProtectionPolicy> = {}) =>
  client.protection.arm({ hostId, mode, reason: 'the fans are weak', policy: { ...quick, ...policy } });
const limitsW = () => node.model.gpus.map(({ powerLimitW }) => powerLimitW);
const events = async () => (await client.audit.list({ limit: 500 })).entries.map(({ event }) => event);
const waitFor = (check: () => unknown) => vi.waitFor(check, { timeout: 120_000, interval: 50 });
const isConnected = async () => (await client.hosts.list())[0]?.status.connection === 'connected';

/** The GPUs that each command set a limit on, first command first. */
function watchSets(): string[][] {
  const sets: string[][] = [];
  const answer = node.answer.bind(node);
  node.answer = (call) => {
    const of = /-i (\S+) -pl /.exec(call.args.join(' '))?.[1];
    if (call.tool.endsWith('nvidia-smi') && of !== undefined) sets.push(of.split(','));
    return answer(call);
  };
  return sets;
}

it('hot GPUs are stepped down and back together, on an incident, where a person armed the node and root is there', async () => {
  await begin(dgxH100);
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
  expect(new Set(limitsW())).toEqual(new Set([700]));
  expect(await client.incidents.list()).toEqual([]);

  node.clear('no-sudo');
  const sets = watchSets();
  await arm();
  await waitFor(() => expect(Math.max(...limitsW())).toBeLessThan(700));
  // Their samples may come on both sides of a second, so two commands at most lower all eight.
  expect(new Set(sets.slice(0, 2).flat()).size).toBe(8);
  expect((await client.protection.status()).held).toMatchObject(limitsW().map(() => ({ hostId, original: 700 })));
  expect(await codeOf(client.hosts.remove({ hostId }))).toBe('CONFLICT');
  holdHeat(node, 60);
  await waitFor(async () => expect((await client.protection.status()).held).toEqual([]));
  expect(new Set(limitsW())).toEqual(new Set([700]));
  const [incident, ...others] = await client.incidents.list();
  expect(incident).toMatchObject({ title: `Protection on ${node.name}`, state: 'open', hostIds: [hostId] });
  expect(others).toEqual([]);
  const { entries } = await client.incidents.get({ incidentId: incident?.id ?? '' });
  const runs = entries.flatMap((entry) => (entry.kind === 'action' ? [entry.run] : []));
  expect(runs.at(-1)).toMatchObject({ state: 'verified', plan: { actionId: 'gpu-power-limit' } });
  expect((await client.audit.list({ limit: 1 })).isChainIntact).toBe(true);
}, 400_000);

it('a clock goes back as soon as a lost node can be reached again, and when the engine ends; an armed node is seen every second', async () => {
  const { gpus } = l4Single;
  const fixed = gpus.map((slot) => ({ ...slot, card: { ...slot.card, minPowerLimitW: slot.card.maxPowerLimitW } }));
  await begin({ ...l4Single, gpus: fixed });
  await client.system.updateSettings({ language: 'zh-CN' });
  expect(await codeOf(arm())).toBe('INVALID');
  const ceilingMhz = () => node.model.gpus[0]?.clockCeilingMhz;
  // Cool, and nobody looks at it.
  holdHeat(node, 50);
  await arm('armed', { mayCapClocks: true });
  await waitFor(async () => {
    for await (const [state] of await client.telemetry.watchStates()) {
      expect(state).toMatchObject({ state: 'watching', intervalMs: 1000 });
      break;
    }
  });
  holdHeat(node, 95);
  await waitFor(() => expect(ceilingMhz()).toBeLessThan(2040));
  node.inject('connection-refused');
  node.inject('connection-cut');
  await waitFor(async () => expect(await isConnected()).toBe(false));
  await client.protection.disarm({ hostId, reason: 'enough' });
  expect((await client.protection.status()).held).toMatchObject([{ lever: 'clock-ceiling', original: 2040 }]);
  node.clear('connection-refused');
  node.clear('connection-cut');
  await waitFor(() => client.hosts.connect({ hostId }));
  await waitFor(() => expect(ceilingMhz()).toBeNull());

  await waitFor(async () => expect((await client.protection.status()).held).toEqual([]));
  expect(await client.incidents.list()).toMatchObject([{ title: `${node.name} 上的保护` }]);
  await arm('armed', { mayCapClocks: true });
  await waitFor(() => expect(ceilingMhz()).toBeLessThan(2040));
  await engine.close();
  expect(ceilingMhz()).toBeNull();
}, 400_000);
