import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { LiveRow } from '#shared/domain/telemetry/live';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { dgxH100, type SimFleet, startSimFleet } from '../../sim/index';
import { createEngine, type Engine } from '../index';

let folder: string;
let fleet: SimFleet;
let engine: Engine;
let client: EngineClient;
let hostId: string;

async function start(): Promise<void> {
  engine = await createEngine({
    dataDir: join(folder, 'data'),
    secrets: null,
    homeDir: folder,
    isTelemetryKeeper: true,
  });
  client = createRouterClient(engine.router);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-telemetry-'));
  fleet = await startSimFleet({ nodes: [dgxH100] });
  fleet.writeKnownHosts(join(folder, 'known_hosts'));
  await start();
  const [node] = fleet.nodes;
  if (!node) throw new Error('no node');
  const [spec] = await client.hosts.add({
    hosts: [
      {
        kind: 'ssh',
        name: node.name,
        target: {
          address: node.address,
          port: node.port,
          user: node.user,
          identityFiles: [fleet.privateKeyPath],
          useAgent: false,
          knownHostsFile: join(folder, 'known_hosts'),
        },
      },
    ],
  });
  hostId = spec?.id ?? '';
  await client.hosts.connect({ hostId });
});
afterAll(async () => {
  await engine?.close();
  await fleet?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What is looked at, until enough of it has come. */
async function look(metrics: MetricId[], isEnough: (rows: LiveRow[]) => boolean): Promise<LiveRow[]> {
  const stop = new AbortController();
  const rows = new Map<string, LiveRow>();
  for await (const batch of await client.telemetry.live({ hostIds: [hostId], metrics }, { signal: stop.signal })) {
    for (const row of batch) rows.set(row.subject, row);
    if (isEnough([...rows.values()])) break;
  }
  stop.abort();
  return [...rows.values()];
}

function never(): never {
  throw new Error('not there');
}

const known = (rows: readonly LiveRow[], count: number) =>
  rows.filter(({ values }) => values.every((value) => value !== null)).length >= count;

describe('watching a node', () => {
  it('shows what each GPU does now, from one stream', async () => {
    const rows = await look(['gpu.temperatureC', 'gpu.powerW'], (all) => known(all, 8));
    for (const { values } of rows) {
      expect(values[0]).toBeGreaterThan(20);
      expect(values[1]).toBeGreaterThan(30);
    }
  });

  it('shows PCIe traffic, processors, memory, disks and network as well, counters as rates', async () => {
    await look(['gpu.pcieSentBytesPerSecond', 'gpu.pcieReceivedBytesPerSecond'], (all) => known(all, 8));
    const [node] = await look(['node.cpuBusyPercent', 'node.memoryAvailableBytes'], (all) => known(all, 1));
    expect(node?.subject).toBe('node');
    const disks = await look(['disk.readBytes'], (all) => known(all, 1));
    expect(disks[0]?.values[0]).toBeGreaterThanOrEqual(0);
    await look(['network.receivedBytes'], (all) => known(all, 1));
  });

  it('keeps what it measured, also over another start', async () => {
    const startedAtMs = Date.now();
    await look(['node.cpuBusyPercent'], (all) => all.some(({ atMs }) => atMs > startedAtMs + 3000));
    const toMs = Date.now();
    const series = { hostId, subject: 'node', metric: 'node.memoryAvailableBytes' } as const;
    const range = { fromMs: toMs - 60_000, toMs, points: 300 };
    const [before] = await client.telemetry.read({ series: [series], ...range });
    expect(before?.mean.filter((value) => value !== null).length).toBeGreaterThan(2);
    await engine.close();
    await start();
    const [after] = await client.telemetry.read({ series: [series], ...range });
    expect(after?.times).toEqual(before?.times);
    expect(after?.mean).toEqual(before?.mean);
    const subjects = await client.telemetry.subjects({ hostIds: [hostId] });
    expect(subjects.filter(({ subject }) => subject.startsWith('gpu '))).toHaveLength(8);
  });

  it('tells a GPU that fell off the bus as an event, and its silence as nothing known', async () => {
    await client.hosts.connect({ hostId });
    await look(['gpu.temperatureC'], (all) => known(all, 8));
    for await (const states of await client.telemetry.watchStates()) {
      if (states[0]?.collectors.some(({ id, state }) => id === 'kernel-log' && state === 'running')) break;
    }
    const fromMs = Date.now();
    fleet.nodes[0]?.inject('xid-79-gpu-lost', { gpu: 3 });
    const looking = new AbortController();
    const rows = await client.telemetry.live(
      { hostIds: [hostId], metrics: ['gpu.temperatureC'] },
      { signal: looking.signal },
    );
    (async () => {
      for await (const _ of rows);
    })().catch(() => {});
    await vi.waitFor(
      async () => {
        const events = await client.telemetry.events({ hostIds: [hostId], fromMs: fromMs - 5000, toMs: Date.now() });
        expect(events.map(({ body }) => body.kind)).toContain('gpu-gone');
        const xids = events.flatMap(({ body }) => (body.kind === 'xid' ? [body.code] : []));
        expect(xids).toContain(79);
      },
      { timeout: 80_000, interval: 500 },
    );
    // No DCGM is needed for the rules to hear of it.
    await vi.waitFor(
      async () => {
        const alerts = (await client.alerts.list({})).filter(({ ruleId }) => ruleId.startsWith('gpu-xid'));
        expect(alerts.map(({ ruleId, value, state }) => `${ruleId} ${value} ${state}`).sort()).toEqual([
          'gpu-xid 79 firing',
          'gpu-xid-fatal 79 firing',
        ]);
        const [incident] = await client.incidents.list();
        const { entries } = await client.incidents.get({ incidentId: incident?.id ?? '' });
        const lines = entries.flatMap((entry) => (entry.kind === 'alert' ? (entry.logLines ?? []) : []));
        expect(lines.map(({ text }) => text)).toContainEqual(expect.stringMatching(/Xid .*: 79,/));
      },
      { timeout: 80_000, interval: 500 },
    );
    looking.abort();
    // The line starts the diagnosis that looks into it, is kept with it, and goes where the alert went.
    const events = await client.telemetry.events({ hostIds: [hostId], fromMs: fromMs - 5000, toMs: Date.now() });
    const told = events.flatMap(({ atMs, body }) => (body.kind === 'xid' ? [{ text: body.message, atMs }] : []));
    const line = told.find(({ text }) => text.includes(': 79,')) ?? never();
    const judged = await client.knowledge.judgeLine({ hostId, line });
    expect(judged).toMatchObject({ entry: { id: 'xid', code: 79 }, tree: 'gpu-missing' });
    const started = { treeId: judged.tree ?? '', hostId, evidence: { line }, isUnattended: true };
    const { id: runId } = await client.diagnosis.start(started);
    let run = await client.diagnosis.get({ runId });
    for await (run of await client.diagnosis.watch({ runId })) if (run.state !== 'collecting') break;
    expect(run).toMatchObject({ state: 'concluded', logLine: judged });
    expect(run.findings.map(({ code }) => code)).toContain('F-D3');
    const [incident] = await client.incidents.list();
    expect(run.incidentId).toBe(incident?.id);
    const { entries } = await client.incidents.get({ incidentId: incident?.id ?? '' });
    const attached = entries.flatMap((entry) => (entry.kind === 'diagnosis' ? [entry.run] : []));
    expect(attached).toMatchObject([{ id: runId, logLine: { line: line.text, atMs: line.atMs } }]);
    fleet.nodes[0]?.clear();
  }, 180_000);

  it('goes on after a lost connection, and tells the gap as one', async () => {
    const stop = new AbortController();
    const seen: LiveRow[] = [];
    const live = await client.telemetry.live(
      { hostIds: [hostId], metrics: ['gpu.temperatureC'] },
      { signal: stop.signal },
    );
    (async () => {
      for await (const rows of live) seen.push(...rows);
    })().catch(() => {});
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(8), { timeout: 60_000 });
    const fromMs = Date.now();
    fleet.nodes[0]?.inject('connection-refused');
    fleet.nodes[0]?.inject('connection-cut');
    // While nobody listens.
    fleet.nodes[0]?.inject('ecc-errors', { gpu: 1 });
    await new Promise((resolve) => setTimeout(resolve, 5000));
    fleet.nodes[0]?.clear();
    const kinds = async () => {
      const events = await client.telemetry.events({ hostIds: [hostId], fromMs, toMs: Date.now() });
      return events.map(({ body }) => body.kind);
    };
    await vi.waitFor(async () => expect(await kinds()).toEqual(expect.arrayContaining(['connection-lost', 'gap'])), {
      timeout: 60_000,
      interval: 500,
    });
    await vi.waitFor(() => expect(seen.some(({ atMs }) => atMs > fromMs + 5000)).toBe(true), { timeout: 60_000 });
    const series = { hostId, subject: seen[0]?.subject ?? '', metric: 'gpu.temperatureC' } as const;
    const range = { fromMs: fromMs - 10_000, toMs: Date.now(), points: 300 };
    const [drawn] = await client.telemetry.read({ series: [series], ...range });
    expect(drawn?.mean).toContain(null);
    // No Xid is lost with the connection, and none is told again, of this time or before.
    const xids = async () => {
      const events = await client.telemetry.events({ hostIds: [hostId], fromMs: 0, toMs: Date.now() });
      return events.flatMap(({ body }) => (body.kind === 'xid' ? body.code : []));
    };
    await vi.waitFor(async () => expect(await xids()).toEqual([79, 48, 63]), { timeout: 60_000, interval: 500 });
    stop.abort();
  }, 180_000);

  it('shows what changes seldom too, each as often as it is worth', async () => {
    const one = (all: LiveRow[]) => known(all, 1);
    await look(['fileSystem.availableBytes', 'fileSystem.inodesFree', 'fileSystem.readOnly'], one);
    await look(['disk.temperatureC', 'disk.wearPercent', 'disk.rotational'], one);
    await look(['node.powerW', 'node.clockOffsetSeconds', 'node.clockDifferenceSeconds', 'node.clockSynced'], one);
    const ports = await look(['rdma.portState', 'rdma.rateBytesPerSecond'], one);
    expect(ports[0]?.values[0]).toBe(4);
    fleet.nodes[0]?.inject('link-down');
    await look(['rdma.portState'], (all) => all.some(({ values }) => values[0] === 1));
    fleet.nodes[0]?.clear();
  });

  it('goes on with one of each collector after Watch was clicked twice', async () => {
    for (const isWatched of [false, true, false, true])
      await client.telemetry.setWatched({ hostIds: [hostId], isWatched });
    const fromMs = Date.now();
    const rows = await look(['gpu.temperatureC'], (all) => known(all, 8) && all.every(({ atMs }) => atMs > fromMs));
    expect(rows).toHaveLength(8);
    for await (const states of await client.telemetry.watchStates()) {
      const ids = states[0]?.collectors.map(({ id }) => id) ?? [];
      expect(ids).toHaveLength(new Set(ids).size);
      if (states[0]?.collectors.some(({ state }) => state === 'running')) break;
    }
    const events = await client.telemetry.events({ hostIds: [hostId], fromMs, toMs: Date.now() });
    expect(events.filter(({ body }) => body.kind === 'node-restarted' || body.kind === 'clock-set-back')).toEqual([]);
  });

  it('says what rules would have said to what was kept', async () => {
    const text =
      'rules:\n  - { id: lukewarm, of: gpu, when: gpu.temperatureC > 5, severity: info, title: { en: Lukewarm }, message: { en: "{{ value }} °C" } }\n';
    const range = { hostIds: [hostId], fromMs: Date.now() - 600_000, toMs: Date.now() };
    const found = await client.rules.replay({ ...range, rules: { file: 'own.yaml', text } });
    expect(new Set(found.alerts.map(({ subject }) => subject)).size).toBe(8);
    expect(found.rounds).toBeGreaterThan(50);
    await expect(client.rules.replay({ ...range, ruleIds: ['no-such-rule'] })).rejects.toThrow();
  });
});
