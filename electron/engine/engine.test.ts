import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { RPCHandler } from '@orpc/server/message-port';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import { wireSerializers } from '#shared/contract/wire';
import type { ActionRun } from '#shared/domain/action';
import type { DiagnosisRun } from '#shared/domain/diagnosis';
import { fleetSimulator } from '../sim/index';
import { createEngine, type Engine } from './index';
import { noticesOf } from './testing/engine-bench';

const closers: Array<() => Promise<void> | void> = [];
let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gantry-engine-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<Engine> {
  const engine = await createEngine({ dataDir, secrets: null, simulator: fleetSimulator, homeDir: dataDir });
  closers.push(() => engine.close());
  return engine;
}

/** The contract as the window speaks it: through a real port, validated and serialised. */
function connect({ router }: Engine): EngineClient {
  const { port1, port2 } = new MessageChannel();
  new RPCHandler(router, { customJsonSerializers: wireSerializers }).upgrade(port1);
  closers.push(() => port1.close());
  return createORPCClient(new RPCLink({ port: port2, customJsonSerializers: wireSerializers }));
}

async function concluded(client: EngineClient, started: DiagnosisRun): Promise<DiagnosisRun> {
  let run = started;
  for await (const change of await client.diagnosis.watch({ runId: started.id })) {
    run = change;
    if (change.state !== 'collecting') break;
  }
  return run;
}

async function settled(client: EngineClient, started: ActionRun): Promise<ActionRun> {
  let run = started;
  for await (const change of await client.actions.watch({ runId: started.id })) {
    run = change;
    if (change.finishedAtMs !== null) break;
  }
  return run;
}

describe('the engine', () => {
  it('goes from a node that holds orphaned GPU memory to a redacted report of its repair', async () => {
    const client = connect(await start());
    const { nodes } = await client.sim.start({ nodes: 1 });
    const [node] = nodes;
    if (!node?.hostId) throw new Error('the demo fleet has no host');
    const hostId = node.hostId;
    await client.sim.inject({ node: node.name, fault: 'memory-held-by-orphan' });

    const cost = await client.inventory.refresh({ hostId });
    expect(cost.ok).toBeGreaterThan(15);
    expect(cost.roundTrips).toBeLessThanOrEqual(3);

    const walk = await concluded(client, await client.diagnosis.start({ treeId: 'vram-shortage', hostId }));
    const finding = walk.findings.find(({ code }) => code === 'F-A1');
    const proposal = finding?.actions.find(({ actionId }) => actionId === 'gpu-process-end');
    expect(finding?.evidence.every(({ probeId }) => probeId !== '')).toBe(true);
    if (!proposal) throw new Error(`no action was proposed; findings: ${walk.findings.map(({ code }) => code)}`);

    const incident = await client.incidents.open({ title: 'OOM on the demo', hostId, diagnosisRunId: walk.id });
    const plan = await client.actions.plan({ ...proposal, hostId });
    expect({ blocked: plan.isBlocked, undo: plan.undo }).toEqual({ blocked: false, undo: null });
    await expect(client.actions.apply({ planId: plan.id, fingerprint: 'of another plan' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const run = await settled(
      client,
      await client.actions.apply({ planId: plan.id, fingerprint: plan.fingerprint, incidentId: incident.id }),
    );
    expect({ state: run.state, verification: run.verification?.outcome }).toEqual({
      state: 'verified',
      verification: 'pass',
    });
    await expect(client.actions.apply({ planId: plan.id, fingerprint: plan.fingerprint })).rejects.toMatchObject({
      code: 'CONFLICT',
    });

    const entries = (await client.incidents.get({ incidentId: incident.id })).entries.map(({ kind }) => kind);
    expect(entries).toEqual(expect.arrayContaining(['opened', 'diagnosis', 'finding', 'action']));
    const { bytes } = await client.reports.render({
      incidentId: incident.id,
      format: 'html',
      language: 'en',
      isRedacted: true,
      reveal: [],
    });
    const html = new TextDecoder().decode(bytes);
    expect(html).toContain('F-A1');
    expect(html).not.toContain(node.name);

    const { entries: log, isChainIntact } = await client.audit.list({ limit: 100 });
    expect(isChainIntact).toBe(true);
    expect(log.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['action.plan', 'action.apply', 'report.export']),
    );
  });

  it('keeps hosts, settings and incidents when it ends without a goodbye', async () => {
    const first = connect(await start());
    await first.hosts.add({ hosts: [{ kind: 'local', name: 'here' }] });
    await first.system.updateSettings({ language: 'zh-CN' });
    const { id } = await first.incidents.open({ title: 'before the crash' });
    await first.incidents.addNote({ incidentId: id, text: 'acknowledged' });
    // A second engine on the same file, the first never closed: what was acknowledged is there.
    const second = connect(await start());
    expect((await second.hosts.list()).map(({ spec }) => spec.name)).toEqual(['here']);
    expect((await second.system.settings()).language).toBe('zh-CN');
    expect((await second.incidents.get({ incidentId: id })).entries.map(({ kind }) => kind)).toEqual([
      'opened',
      'note',
    ]);
  });

  it('knows the name of a host that was removed', async () => {
    const client = connect(await start());
    const [spec] = await client.hosts.add({ hosts: [{ kind: 'local', name: 'trainer-77' }] });
    const hostId = spec?.id ?? '';
    const { id: incidentId } = await client.incidents.open({ title: 'trainer-77 is full', hostId });
    const preview = (isRedacted: boolean) =>
      client.reports.preview({ incidentId, language: 'en', isRedacted, reveal: [] });
    const before = [await preview(true), await preview(false)];
    await client.hosts.remove({ hostId });
    expect([await client.hosts.list(), await client.hosts.names()]).toEqual([[], { [hostId]: 'trainer-77' }]);
    // A report names and hides it as before.
    const html = async (isRedacted: boolean) => (await preview(isRedacted)).html;
    expect([(await preview(true)).redactions, (await preview(false)).redactions]).toEqual(
      before.map(({ redactions }) => redactions),
    );
    expect([await html(false), await html(true)]).toEqual([
      expect.stringContaining('trainer-77'),
      expect.not.stringContaining('trainer-77'),
    ]);
  });

  it('brings back the demo fleet of a killed engine, and forgets the hosts of one that ended, and no others', async () => {
    const first = await start();
    const target = { address: 'demo01.lab.example' };
    await connect(first).hosts.add({
      hosts: [
        { kind: 'local', name: 'here' },
        { kind: 'ssh', name: 'mine', tags: ['demo'], target },
      ],
    });
    const [node] = (await connect(first).sim.start({ nodes: 1 })).nodes;
    if (!node?.hostId) throw new Error('the demo fleet has no host');
    const fault = { node: node.name, fault: node.possibleFaults[0] ?? 'none' };
    await connect(first).sim.inject(fault);
    const note = join(dataDir, 'demo', 'running.json');
    const left = readFileSync(note);
    await first.close();
    // As a killed engine leaves it.
    writeFileSync(note, left);

    const second = await start();
    const again = connect(second);
    // Whoever is quicker than the fleet waits for it, instead of asking where it was before.
    expect(await again.hosts.connect({ hostId: node.hostId })).toMatchObject({ connection: 'connected' });
    await vi.waitFor(
      async () =>
        expect((await again.sim.status()).nodes).toMatchObject([{ hostId: node.hostId, faults: [fault.fault] }]),
      { timeout: 20_000 },
    );
    const back = (await again.hosts.list()).find(({ spec }) => spec.id === node.hostId);
    expect(back?.status).toMatchObject({ connection: 'connected' });
    await second.close();
    const names = (await connect(await start()).hosts.list()).map(({ spec }) => spec.name);
    expect(names.sort()).toEqual(['here', 'mine']);
  });

  it('says where it kept a damaged database and starts fresh', async () => {
    writeFileSync(join(dataDir, 'gantry.db'), 'no database');
    expect(await noticesOf(connect(await start()))).toMatchObject([
      { key: 'engine.databaseKeptAside', params: { file: expect.stringContaining('.damaged-') } },
    ]);
  });

  it('answers what does not exist and what is malformed with codes, not with a crash', async () => {
    const client = connect(await start());
    await expect(client.inventory.get({ hostId: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(client.trees.get({ treeId: 'no-tree' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(client.hosts.add({ hosts: [] })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(client.system.updateSettings({ connectTimeoutMs: -1 })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});
