import { writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { ProbeResult } from '#shared/domain/probe';
import { cpuOnly, type FaultName, type FaultOptions, l4Single, type SimFleet, startSimFleet } from '../sim/index';
import { generateKey } from '../sim/ssh/host-keys';
import { addHost, codeOf, EngineBench, statesOf } from './testing/engine-bench';

const faulty: ReadonlyArray<{
  fault: FaultName;
  options: FaultOptions[FaultName];
  /** Probes that are not `ok` while it lasts. */
  states: Record<string, string>;
  gpuReason?: string;
  attention?: string[];
}> = [
  { fault: 'noisy-bashrc', options: {}, states: {} },
  {
    fault: 'no-sudo',
    options: {},
    states: { 'gpu-holders': 'denied', 'gpu-process-environment': 'denied', 'gpu-kernel-log': 'denied' },
  },
  {
    fault: 'endless-output',
    options: {},
    states: { 'gpu-list': 'unparsable', gpu: 'unparsable', 'gpu-processes': 'unparsable' },
    gpuReason: 'probes.truncated',
    attention: ['probes.truncated'],
  },
  {
    fault: 'garbage-output',
    options: { kind: 'binary' },
    states: {
      'gpu-list': 'unparsable',
      gpu: 'unparsable',
      'gpu-processes': 'unparsable',
      'gpu-topology': 'unparsable',
    },
    gpuReason: 'probes.unparsable',
    attention: ['probes.unparsable'],
  },
  {
    fault: 'garbage-output',
    options: { kind: 'truncated' },
    states: {
      'gpu-list': 'unparsable',
      gpu: 'unparsable',
      'gpu-processes': 'unparsable',
    },
    gpuReason: 'probes.truncated',
    attention: ['probes.truncated'],
  },
  {
    fault: 'driver-library-mismatch',
    options: {},
    states: { 'gpu-list': 'failed', gpu: 'failed', 'gpu-processes': 'failed', 'gpu-topology': 'failed' },
    gpuReason: 'probes.driverLibraryMismatch',
    attention: ['probes.driverLibraryMismatch'],
  },
  { fault: 'clock-off', options: { offsetMs: -86_400_000 }, states: {}, attention: ['inventory.attentionClock'] },
  {
    fault: 'hung-nvidia-smi',
    options: {},
    states: { 'gpu-list': 'hung', gpu: 'hung', 'gpu-processes': 'hung', 'gpu-topology': 'hung' },
    gpuReason: 'probes.skippedAfterHang',
    attention: ['probes.hung'],
  },
];

let fleet: SimFleet;
let bench: EngineBench;
let client: EngineClient;
let knownHostsFile: string;

const nodeAt = (index: number) => {
  const node = fleet.nodes[index];
  if (!node) throw new Error(`no node ${index}`);
  return node;
};
const target = (index: number) => ({
  port: nodeAt(index).port,
  identityFiles: [fleet.privateKeyPath],
  knownHostsFile,
});
const named = async (name: string) => (await client.hosts.list()).find(({ spec }) => spec.name === name)?.spec.id;
/** The host of a node; from a first try of the same test when there was one. */
const add = async (index: number) =>
  (await named(`node ${index}`)) ?? (await addHost(client, target(index), `node ${index}`));
const resultsOf = async (hostId: string) => (await client.inventory.get({ hostId })).results;
/** Probes that are neither well nor about a tool that this node never had. */
const notOk = (results: readonly ProbeResult[]) =>
  Object.fromEntries(
    Object.entries(statesOf(results)).filter(([, state]) => state !== 'ok' && state !== 'missing-tool'),
  );

async function prepare(): Promise<void> {
  bench = new EngineBench();
  ({ client } = await bench.start());
  knownHostsFile = join(bench.dataDir, 'known_hosts');
  fleet.writeKnownHosts(knownHostsFile);
}

/** Somebody at the screen who always says the same. */
async function answerAll(answers: string[], signal: AbortSignal): Promise<void> {
  try {
    for await (const change of await client.hosts.watchPrompts(undefined, { signal })) {
      if (change.event === 'opened') {
        await client.hosts.answerPrompt({ id: change.prompt.id, answers, remember: false });
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** A port that takes connections and does with them what it is told. */
async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  }).listen(0, '127.0.0.1');
  bench.onClose(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return address.port;
}

describe('a node with a fault', () => {
  beforeAll(async () => {
    fleet = await startSimFleet({ nodes: [...faulty.map(() => l4Single), cpuOnly] });
    await prepare();
  });
  afterAll(async () => {
    await bench.close();
    await fleet.close();
  });

  // Each on a node of its own, one after the other: what a node may take for an answer is real time.
  it.each(faulty.map((one, index) => ({ ...one, index })))(
    'gives all that can be known: $fault $options',
    async ({ fault, options, states, gpuReason, attention, index }) => {
      const hostId = await add(index);
      nodeAt(index).clear();
      nodeAt(index).inject(fault, options as never);
      const report = await client.inventory.refresh({ hostId });
      const results = await resultsOf(hostId);
      const expectedStates = expect.objectContaining(states);
      expect(notOk(results)).toEqual(Object.keys(states).length > 0 ? expectedStates : {});
      expect(report.ok).toBe(results.filter(({ state }) => state === 'ok').length);
      const gpu = results.find(({ probeId }) => probeId === 'gpu');
      expect(gpu?.reason?.key).toBe(gpuReason);
      const summary = (await client.inventory.list()).find((one) => one.hostId === hostId);
      // Its software is judged where the driver could be read, whatever else is the matter.
      const noticed = summary?.attention.map(({ key }) => key).filter((key) => key !== 'inventory.attentionSoftware');
      expect(noticed).toEqual(attention ?? []);
      if (fault === 'clock-off') {
        const os = results.find(({ probeId }) => probeId === 'os')?.facts as { clockOffsetMs: number };
        expect(Math.abs(os.clockOffsetMs + 86_400_000)).toBeLessThan(60_000);
        // Times are ours: a node of yesterday does not make its facts old.
        expect(Math.abs((summary?.observedAtMs ?? 0) - Date.now())).toBeLessThan(60_000);
      }
      if (fault === 'hung-nvidia-smi') {
        const hung = (await client.hosts.list()).find(({ spec }) => spec.id === hostId)?.status.hungCommands;
        expect(hung).toEqual([expect.stringContaining('nvidia-smi')]);
        // It is not started again while it is there, so nobody waits for it a second time.
        await client.inventory.refresh({ hostId, probeIds: ['gpu-list'] });
        const again = (await resultsOf(hostId)).find(({ probeId }) => probeId === 'gpu-list');
        expect(again?.commands[0]).toMatchObject({ state: 'hung', durationMs: 0 });
      }
      nodeAt(index).clear();
      if (fault === 'no-sudo') await client.hosts.disconnect({ hostId });
      const probeIds = Object.keys(notOk(results));
      if (probeIds.length > 0) await client.inventory.refresh({ hostId, probeIds });
      expect(notOk(await resultsOf(hostId))).toEqual({});
    },
  );

  it('says that there is no nvidia-smi, and all the rest', async () => {
    const hostId = await add(faulty.length);
    await client.inventory.refresh({ hostId });
    const results = await resultsOf(hostId);
    const tools = results.flatMap(({ state, reason }) => (state === 'missing-tool' ? [reason?.params?.tool] : []));
    expect(new Set(tools)).toEqual(
      new Set(['nvidia-smi', 'amd-smi', 'docker', 'podman', 'nvidia-ctk', 'ceph', 'smartctl', 'upsc']),
    );
    expect(notOk(results)).toEqual({});
    expect((await client.inventory.list()).find((one) => one.hostId === hostId)).toMatchObject({
      // The PCI bus has none.
      gpuModels: [],
      attention: [],
    });
  });
});

describe('a node that can not be used', () => {
  beforeAll(async () => {
    fleet = await startSimFleet({ nodes: [l4Single] });
  });
  beforeEach(prepare);
  afterEach(async () => {
    await bench.close();
    nodeAt(0).clear();
  });
  afterAll(() => fleet.close());

  it('is said to be silent, rude, refusing, closed to the key or another one; what was known of it stays', async () => {
    const hostId = await add(0);
    await client.inventory.refresh({ hostId });
    const before = await resultsOf(hostId);
    const refused = async (hostId: string) => codeOf(client.inventory.refresh({ hostId }));

    await client.hosts.disconnect({ hostId });
    nodeAt(0).inject('host-key-change');
    expect(await refused(hostId)).toBe('HOST_UNAVAILABLE host-key-changed');
    nodeAt(0).clear();
    nodeAt(0).inject('connection-refused');
    expect(await refused(hostId)).toBe('HOST_UNAVAILABLE refused');
    nodeAt(0).clear();
    const closed = await addHost(client, { port: 1 }, 'closed');
    expect(await refused(closed)).toBe('HOST_UNAVAILABLE refused');

    await client.system.updateSettings({ connectTimeoutMs: 1000 });
    const silent = await addHost(client, { port: await listen(() => {}) }, 'silent');
    expect(await refused(silent)).toBe('HOST_UNAVAILABLE timeout');
    const rude = await addHost(client, { port: await listen((socket) => socket.destroy()) }, 'rude');
    await client.system.updateSettings({ connectTimeoutMs: 30_000 });
    expect(await refused(rude)).toBe('HOST_UNAVAILABLE busy');
    const streamed = async () => {
      for await (const _ of await client.probes.run({ hostId: rude, probeIds: [] })) throw new Error('a result');
    };
    expect(await codeOf(streamed())).toBe('HOST_UNAVAILABLE busy');
    const resetting = await addHost(client, { port: await listen((socket) => socket.resetAndDestroy()) }, 'resetting');
    expect(await refused(resetting)).toBe('HOST_UNAVAILABLE busy');

    const keyFile = join(bench.dataDir, 'wrong_key');
    writeFileSync(keyFile, generateKey().privateKey, { mode: 0o600 });
    const { spec } = (await client.hosts.list()).find((one) => one.spec.id === hostId) ?? {};
    if (spec?.kind !== 'ssh') throw new Error('no ssh host');
    await client.hosts.update({ spec: { ...spec, target: { ...spec.target, identityFiles: [keyFile] } } });
    const stop = new AbortController();
    bench.onClose(() => stop.abort());
    void answerAll(['no password of this node'], stop.signal);
    expect(await refused(hostId)).toBe('HOST_UNAVAILABLE auth-failed');

    expect(await resultsOf(hostId)).toEqual(before);
    await client.hosts.update({ spec });
    expect(await refused(hostId)).toBe('ok');
  });

  it('is cut off after any number of bytes: nothing hangs, nothing is made up, and the next refresh has it all', async () => {
    const hostId = await add(0);
    await client.inventory.refresh({ hostId });
    const whole = await client.inventory.get({ hostId });
    const cutAfter = async (afterBytes: number): Promise<string> => {
      await client.hosts.remove({ hostId: (await client.hosts.list())[0]?.spec.id ?? '' });
      const fresh = await add(0);
      nodeAt(0).inject('connection-cut', { afterBytes });
      const outcome = await codeOf(client.inventory.refresh({ hostId: fresh }));
      const { results, isCollecting } = await client.inventory.get({ hostId: fresh });
      expect(isCollecting).toBe(false);
      const lost = results.filter(({ reason }) => reason?.key === 'probes.connectionLost');
      expect(lost.every(({ state, facts }) => state === 'failed' && facts === null)).toBe(true);
      // What came before the cut is what an undisturbed node says.
      const rest = results.filter((result) => !lost.includes(result));
      expect(statesOf(whole.results)).toEqual(expect.objectContaining(statesOf(rest)));
      nodeAt(0).clear();
      await client.inventory.refresh({ hostId: fresh });
      expect(statesOf(await resultsOf(fresh))).toEqual(statesOf(whole.results));
      // A look that was cut says so, whatever of it came.
      expect(outcome).toBe(results.length > 0 && lost.length === 0 ? 'ok' : 'HOST_UNAVAILABLE connection-lost');
      if (results.length === 0) return 'no login';
      return lost.length === 0 ? 'whole' : rest.length === 0 ? 'nothing' : 'part';
    };
    const outcomes = new Set<string>();
    for (const bytes of [1, 1000, 2500, 15_000, 40_000, 1_000_000]) {
      outcomes.add(await cutAfter(bytes));
    }
    expect(outcomes).toEqual(new Set(['no login', 'nothing', 'part', 'whole']));
  });
});

describe('a whole fleet at once', () => {
  beforeAll(async () => {
    fleet = await startSimFleet({ nodes: Array.from({ length: 64 }, () => l4Single) });
    await prepare();
  });
  afterAll(async () => {
    await bench.close();
    await fleet.close();
  });

  it('of 64 nodes is refreshed without a command timing out in a queue of ours', async () => {
    const hostIds = await Promise.all(fleet.nodes.map((_, index) => add(index)));
    // One light probe each: all the nodes share the cores of this machine, and their own limits are not what this is about.
    const outcomes = await Promise.all(
      hostIds.map((hostId) => codeOf(client.inventory.refresh({ hostId, probeIds: ['cpu'] }))),
    );
    expect(new Set(outcomes)).toEqual(new Set(['ok']));
    for (const hostId of hostIds) expect(statesOf(await resultsOf(hostId))).toEqual({ cpu: 'ok' });
  });
});
