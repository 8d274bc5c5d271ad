import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeSummary } from '#shared/contract/inventory';
import type { ProbeResult } from '#shared/domain/probe';
import { NotFoundError } from '../errors';
import { type CommandResult, HostUnavailableError } from '../hosts/host';
import { probeById } from '../probes/all';
import { ScriptedHost } from '../probes/testing/scripted-host';
import { openStore } from '../store/open-store';
import { type Store, StoreError } from '../store/store';
import { createInventory } from './create-inventory';
import type { InventoryService } from './inventory';
import { keptResults } from './inventory-repository';
import { TestDirectory } from './testing/test-directory';

const meminfo = (kib: number) => ({ stdout: `MemTotal: ${kib} kB\nMemFree: 4 kB\n` });

let folder: string;
let store: Store;
let hosts: TestDirectory;
let inventory: InventoryService;
let nowMs = 0;

function start(): void {
  store = openStore(join(folder, 'gantry.db'));
  inventory = createInventory({ store, hosts, nowMs: () => nowMs });
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-inventory-'));
  hosts = new TestDirectory();
  nowMs = 1_000;
  start();
});
afterEach(() => {
  inventory.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});
function restart(): void {
  inventory.close();
  store.close();
  start();
}
const only = async (host: ScriptedHost, ...probeIds: string[]) => inventory.refresh(host.id, { probeIds });
const count = (table: string) =>
  (store.database.prepare(`SELECT count(*) AS n FROM ${table}`).all() as Array<{ n: number }>)[0]?.n;

describe('refresh', () => {
  it('keeps facts, results and raw output across a restart', async () => {
    const host = hosts.put(
      new ScriptedHost('a', { meminfo: meminfo(8), 'os-release': { stdout: 'PRETTY_NAME="Debian 12"\n' } }),
    );
    expect(await only(host, 'memory', 'os')).toEqual({
      ok: 2,
      total: 2,
      durationMs: 0,
      roundTrips: 1,
      nodeCpuMs: null,
    });
    restart();
    expect(inventory.facts('a')).toMatchObject({ memory: { totalBytes: 8192 }, os: { prettyName: 'Debian 12' } });
    const memory = inventory.results('a').find((result) => result.probeId === 'memory');
    const evidence = inventory.evidence(memory?.commands[0]?.evidenceId ?? '');
    expect(evidence).toMatchObject({
      hostId: 'a',
      probeId: 'memory',
      record: { argv: ['cat', '/proc/meminfo'] },
      stdoutText: meminfo(8).stdout,
    });
  });

  it('keeps old facts with their time when the node can not be reached', async () => {
    const host = hosts.put(new ScriptedHost('a', { meminfo: meminfo(8) }));
    await only(host, 'memory');
    hosts.opened.set('a', async () => {
      throw new HostUnavailableError('a', { code: 'refused', address: 'node', port: 22, via: null });
    });
    await expect(only(host, 'memory')).rejects.toThrow(HostUnavailableError);
    expect(inventory.facts('a').memory?.totalBytes).toBe(8192);
    expect(inventory.summaries()).toMatchObject([{ observedAtMs: 1000, isCollecting: false, memoryTotalBytes: 8192 }]);
  });

  it('does not judge by facts of a probe that now has none, and still shows them as stale', async () => {
    const host = hosts.put(new ScriptedHost('a', { meminfo: meminfo(8) }));
    await only(host, 'memory');
    host.nowMs = 2_000;
    host.answers.meminfo = { state: 'hung', exitCode: null };
    await only(host, 'memory');
    expect(inventory.facts('a').memory).toBeUndefined();
    expect(inventory.results('a')).toMatchObject([{ state: 'hung', observedAtMs: 2000 }]);
    restart();
    expect(inventory.staleResults('a')).toMatchObject([
      { state: 'ok', observedAtMs: 1000, facts: { totalBytes: 8192 } },
    ]);
    expect(inventory.summaries()[0]).toMatchObject({
      memoryTotalBytes: 8192,
      probesOk: 0,
      probesTotal: 1,
      attention: [{ key: 'probes.hung', params: { tool: 'cat' } }],
    });
  });

  it('keeps what was known when the connection breaks half-way', async () => {
    const host = hosts.put(new ScriptedHost('a', { meminfo: meminfo(8) }));
    await only(host, 'memory');
    host.answers.meminfo = { state: 'lost', exitCode: null };
    const seen: ProbeResult[] = [];
    const report = await inventory.refresh('a', { probeIds: ['memory'], onResult: (result) => seen.push(result) });
    expect(report).toMatchObject({ ok: 0, total: 1, isCut: true });
    expect(seen).toMatchObject([{ state: 'failed', reason: { key: 'probes.connectionLost' } }]);
    expect(inventory.facts('a').memory?.totalBytes).toBe(8192);
  });

  it('joins a refresh that covers what is asked, and tells the late caller all of it', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const host = hosts.put(
      new ScriptedHost('a', { meminfo: meminfo(8), 'os-release': { stdout: 'ID=debian\n' } }, (command) =>
        command.id === 'os-release' ? gate : Promise.resolve(),
      ),
    );
    const first = only(host, 'memory', 'os');
    await expect.poll(() => inventory.results('a').length).toBe(1);
    const late: string[] = [];
    const second = inventory.refresh('a', { probeIds: ['memory'], onResult: (result) => late.push(result.probeId) });
    expect(inventory.isCollecting('a')).toBe(true);
    release();
    expect(await second).toEqual(await first);
    expect([late, host.batches.length, inventory.isCollecting('a')]).toEqual([['memory'], 1, false]);
  });

  it('reads again what one under way may have read before somebody asked, unless it is cancelled', async () => {
    const releases: Array<() => void> = [];
    const gate = (command: { id: string }, signal: AbortSignal | undefined) =>
      new Promise<void>((resolve, reject) => {
        if (command.id !== 'meminfo') return resolve();
        releases.push(resolve);
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    const host = hosts.put(new ScriptedHost('a', { meminfo: meminfo(8) }, gate));
    const first = only(host, 'memory');
    await expect.poll(() => releases.length).toBe(1);
    const fresh = inventory.refresh('a', { probeIds: ['memory'], isFresh: true });
    releases[0]?.();
    await first;
    await expect.poll(() => releases.length).toBe(2);
    const late = inventory.refresh('a', { probeIds: ['memory'], isFresh: true });
    const ends = Promise.allSettled([fresh, late]);
    inventory.cancel('a');
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(host.batches).toHaveLength(2);
  });

  it('reads again beside what is still being read, but never in a lane that is in use', async () => {
    const releases: Array<() => void> = [];
    const gate = (command: { id: string }) =>
      command.id === 'ipmi-sdr' ? new Promise<void>((resolve) => releases.push(resolve)) : Promise.resolve();
    const host = hosts.put(new ScriptedHost('a', { meminfo: meminfo(8) }, gate));
    const first = only(host, 'memory', 'bmc-sensors');
    await expect.poll(() => releases.length).toBe(1);
    await inventory.refresh('a', { probeIds: ['memory'], isFresh: true });
    expect([host.batches.length, inventory.isCollecting('a')]).toEqual([2, true]);
    // Of another probe, in the same lane.
    const inLane = inventory.refresh('a', { probeIds: ['bmc'], isFresh: true });
    const plain = only(host, 'cpu');
    await inventory.refresh('a', { probeIds: ['memory'], isFresh: true });
    expect(host.batches).toHaveLength(3);
    releases[0]?.();
    await Promise.all([first, inLane, plain]);
    expect([host.batches.length, inventory.isCollecting('a')]).toEqual([5, false]);
  });

  it('runs what a refresh under way does not cover after it, never beside it', async () => {
    const host = hosts.put(new ScriptedHost('a', { meminfo: meminfo(8), lscpu: { stdout: '' } }));
    await Promise.all([only(host, 'memory'), only(host, 'cpu')]);
    expect(host.batches.map((batch) => batch[0]?.id)).toEqual(['meminfo', 'lscpu']);
  });

  it('ends when its caller gives up, goes on while another waits', async () => {
    const never = (_: unknown, signal: AbortSignal | undefined) =>
      new Promise<void>((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    hosts.put(new ScriptedHost('a', {}, never));
    const mine = new AbortController();
    const other = new AbortController();
    const first = inventory.refresh('a', { probeIds: ['memory'], signal: mine.signal });
    const second = inventory.refresh('a', { probeIds: ['memory'], signal: other.signal });
    mine.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    expect(inventory.isCollecting('a')).toBe(true);
    inventory.cancel('a');
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => inventory.isCollecting('a')).toBe(false);
  });

  it('says that kept output is damaged instead of showing something else', async () => {
    await only(hosts.put(new ScriptedHost('a', { meminfo: meminfo(8) })), 'memory');
    const id = inventory.results('a')[0]?.commands[0]?.evidenceId ?? '';
    restart();
    store.transaction(() => store.database.prepare("UPDATE evidence SET stdout = x'ff', is_stdout_deflated = 1").run());
    expect(() => inventory.evidence(id)).toThrow(StoreError);
  });

  it('knows no other hosts and probes', async () => {
    const host = hosts.put(new ScriptedHost('a', {}));
    await expect(inventory.refresh('nobody')).rejects.toThrow(NotFoundError);
    await expect(only(host, 'toString')).rejects.toThrow(NotFoundError);
    expect(() => inventory.evidence('none')).toThrow(NotFoundError);
  });

  it(`keeps the last ${keptResults} results of a probe, and evidence that an incident refers to for good`, async () => {
    const host = hosts.put(new ScriptedHost('a', { meminfo: meminfo(8) }));
    await only(host, 'memory');
    const firstId = inventory.results('a')[0]?.commands[0]?.evidenceId ?? '';
    store.database.prepare("INSERT INTO incident VALUES ('i', 1, 't', 'open', 0, 0)").run();
    store.database
      .prepare("INSERT INTO incident_entry VALUES ('e', 'i', 0, 0, ?)")
      .run(JSON.stringify({ evidenceId: firstId }));
    for (let run = 1; run <= keptResults + 4; run += 1) {
      host.nowMs += 1_000;
      await only(host, 'memory');
    }
    const each = probeById('memory')?.commands.length ?? 0;
    expect([count('probe_result'), count('evidence')]).toEqual([keptResults, keptResults * each + 1]);
    expect(inventory.evidence(firstId).stdoutText).toContain('MemTotal');
  });

  it('forgets a removed host', async () => {
    const host = hosts.put(new ScriptedHost('a', { meminfo: meminfo(8) }));
    await only(host, 'memory');
    await hosts.remove('a');
    expect([count('probe_result'), count('evidence'), inventory.summaries()]).toEqual([0, 0, []]);
  });
});

describe('what screens watch', () => {
  it('gives every summary at once and then each change', async () => {
    const host = hosts.put(new ScriptedHost('a', { meminfo: meminfo(8) }));
    const stop = new AbortController();
    const seen: NodeSummary[] = [];
    const watching = (async () => {
      for await (const hostId of inventory.watchChanges({ signal: stop.signal })) {
        seen.push(...inventory.summaries([hostId]));
      }
    })().catch(() => {});
    await expect.poll(() => seen.length).toBe(1);
    await only(host, 'memory');
    await expect.poll(() => seen.at(-1)).toMatchObject({ isCollecting: false, memoryTotalBytes: 8192 });
    stop.abort();
    await watching;
    expect(seen[0]).toMatchObject({ hostId: 'a', observedAtMs: null, memoryTotalBytes: null, gpuModels: null });
    expect(seen.some((summary) => summary.isCollecting)).toBe(true);
  });

  it('yields each result of a run and then its failure, if any', async () => {
    const host = hosts.put(new ScriptedHost('a', { meminfo: meminfo(8) }));
    const results: ProbeResult[] = [];
    for await (const result of inventory.run('a', ['memory', 'numa'], {})) results.push(result);
    expect(results.map((result) => [result.probeId, result.state])).toEqual([
      ['memory', 'ok'],
      ['numa', 'missing-tool'],
    ]);
    hosts.opened.set(host.id, async () => {
      throw new HostUnavailableError('a', { code: 'cancelled' });
    });
    await expect(inventory.run('a', [], {}).next()).rejects.toThrow(HostUnavailableError);
  });
});

describe('evidence of actions', () => {
  it('is saved before its id is handed out', () => {
    hosts.put(new ScriptedHost('a', {}));
    const result: CommandResult = {
      spec: { id: 'kill', argv: ['kill', '-TERM', '42'] },
      privilege: 'user',
      state: 'exited',
      exitCode: 0,
      startedAtMs: 7,
      durationMs: 1,
      stdout: new TextEncoder().encode('ok \u001b[31mred\u001b[0m'),
      stderr: new Uint8Array(),
      isTruncated: false,
    };
    const id = inventory.keepEvidence('a', null, result);
    store.close();
    start();
    expect(inventory.evidence(id)).toMatchObject({
      probeId: null,
      stdoutText: 'ok red',
      record: { argv: ['kill', '-TERM', '42'] },
    });
  });
});

describe('offline collection', () => {
  it.runIf(process.platform === 'linux')(
    'becomes a host with facts and evidence when its script has run under plain sh',
    async () => {
      const bytes = execFileSync('sh', { input: inventory.collectorScript(), maxBuffer: 64 * 1024 * 1024 });
      for (const file of [bytes, gzipSync(bytes)]) {
        const { host, ok, total, isComplete } = await inventory.importBundle({ name: 'offline', bytes: file });
        expect(isComplete).toBe(true);
        expect(host).toMatchObject({ kind: 'bundle', name: 'offline', importedAtMs: 1000 });
        expect(ok).toBeGreaterThan(5);
        expect(total).toBe(inventory.results(host.id).length);
        const [result] = inventory.results(host.id).filter((one) => one.probeId === 'memory');
        expect(inventory.evidence(result?.commands[0]?.evidenceId ?? '').stdoutText).toContain('MemTotal');
        const again: string[] = [];
        await inventory.refresh(host.id, { probeIds: ['memory'], onResult: (one) => again.push(one.probeId) });
        expect(again).toEqual(['memory']);
      }
      const cut = await inventory.importBundle({ bytes: bytes.subarray(0, bytes.length * 0.9) });
      expect(cut.isComplete).toBe(false);
      // There is no connection that could have been lost.
      const reasons = inventory.results(cut.host.id).map(({ reason }) => reason?.key);
      expect(reasons).toContain('probes.collectionCut');
      expect(reasons).not.toContain('probes.connectionLost');
    },
  );

  it.each([
    ['no collection', Buffer.from('PK\u0003\u0004 something else'), 'inventory.bundleNotRecognised'],
    ['an empty file', Buffer.alloc(0), 'inventory.bundleNotRecognised'],
    ['a damaged gzip', gzipSync('# gantry-bundle 1').subarray(0, 15), 'inventory.bundleDamaged'],
    [
      'a newer format',
      Buffer.from('# gantry-bundle 99\n# token abcdef0123456789\n# host a\n# time 2026-01-01T00:00:00Z\n'),
      'inventory.bundleTooNew',
    ],
    [
      'a header alone',
      Buffer.from('# gantry-bundle 1\n# token abcdef0123456789\n# host a\n# time 2026-01-01T00:00:00Z\n'),
      'inventory.bundleEmpty',
    ],
  ])('refuses %s in words and adds no host', async (_, bytes, key) => {
    await expect(inventory.importBundle({ bytes })).rejects.toMatchObject({ name: 'InvalidError', key });
    expect(hosts.list()).toEqual([]);
  });
});
