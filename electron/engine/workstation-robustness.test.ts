import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from './store/open-store';
import { addHost, codeOf, EngineBench } from './testing/engine-bench';

let bench: EngineBench;
beforeEach(() => {
  bench = new EngineBench();
});
afterEach(() => bench.close());

describe('two engines on one data folder', () => {
  it('see what the other saved, and lose or overwrite nothing of it', async () => {
    const [app, cli] = await Promise.all([bench.start(), bench.start()]);
    const [local] = await app.client.hosts.add({ hosts: [{ kind: 'local', name: 'here' }] });
    const hostId = local?.id ?? '';
    expect((await cli.client.hosts.list()).map(({ spec }) => spec.name)).toEqual(['here']);
    expect(await codeOf(cli.client.hosts.add({ hosts: [{ kind: 'local' }] }))).toBe('CONFLICT');
    const added = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        addHost((index % 2 ? app : cli).client, { address: `10.0.0.${index}`, port: 22 }, `node ${index}`),
      ),
    );
    for (const { client } of [app, cli]) {
      expect(new Set((await client.hosts.list()).map(({ spec }) => spec.id))).toEqual(new Set([hostId, ...added]));
    }
    await app.client.hosts.remove({ hostId: added[0] ?? '' });
    expect(await codeOf(cli.client.hosts.connect({ hostId: added[0] ?? '' }))).toBe('NOT_FOUND');

    await app.client.system.updateSettings({ language: 'zh-CN' });
    await cli.client.system.updateSettings({ colorScheme: 'dark' });
    for (const { client } of [app, cli]) {
      expect(await client.system.settings()).toMatchObject({ language: 'zh-CN', colorScheme: 'dark' });
    }

    await app.client.inventory.refresh({ hostId });
    const before = (await app.client.inventory.get({ hostId })).results;
    expect((await cli.client.inventory.get({ hostId })).results).toEqual(before);
    await cli.client.inventory.refresh({ hostId });
    const after = (await app.client.inventory.get({ hostId })).results;
    expect(after).toEqual((await cli.client.inventory.get({ hostId })).results);
    for (const { commands } of [...before, ...after]) {
      for (const { evidenceId } of commands)
        expect(await codeOf(app.client.inventory.evidence({ evidenceId }))).toBe('ok');
    }

    const opened = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? app : cli).client.incidents.open({ title: `${index}` })),
    );
    expect(new Set(opened.map(({ number }) => number)).size).toBe(10);
    expect((await app.client.audit.list({ limit: 500 })).isChainIntact).toBe(true);
  });

  it('leave a diagnosis alone that a living process collects', async () => {
    // A node that says nothing: it is collected for as long as the test needs.
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket.on('error', () => {}))).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { client } = await bench.start();
    await client.system.updateSettings({ connectTimeoutMs: 60_000 });
    const hostId = await addHost(client, { port: (silent.address() as AddressInfo).port });
    const { id } = await client.diagnosis.start({ treeId: 'vram-shortage', hostId });
    // The owner of the run as another process would see it: alive, and not this one.
    const database = new Database(join(bench.dataDir, 'gantry.db'));
    database
      .prepare("UPDATE diagnosis_run SET basis = json_set(basis, '$.ownerPid', ?) WHERE id = ?")
      .run(process.ppid, id);
    database.close();
    const other = await bench.start();
    expect((await other.client.diagnosis.get({ runId: id })).state).toBe('collecting');
    silent.close();
    for (const socket of sockets) socket.destroy();
    for await (const change of await client.diagnosis.watch({ runId: id })) if (change.state !== 'collecting') break;
    expect(await other.client.diagnosis.get({ runId: id })).toEqual(await client.diagnosis.get({ runId: id }));
  });
});

describe('many hosts', () => {
  it('are listed, watched and summed up', async () => {
    const { client } = await bench.start();
    const count = 300;
    const startedAtMs = performance.now();
    await client.hosts.add({
      hosts: Array.from({ length: count }, (_, index) => ({
        kind: 'ssh' as const,
        target: { address: `10.1.${index >> 8}.${index & 255}`, user: 'ops' },
      })),
    });
    const [hosts, summaries] = await Promise.all([client.hosts.list(), client.inventory.list()]);
    const watched = new Set<string>();
    for await (const batch of await client.inventory.watchSummaries()) {
      for (const { hostId } of batch) watched.add(hostId);
      if (watched.size === count) break;
    }
    expect([hosts.length, summaries.length]).toEqual([count, count]);
    // Takes half a second at most; work that grows with the square of the hosts would take a minute.
    expect(performance.now() - startedAtMs).toBeLessThan(20_000);
  });
});

const trace = join(tmpdir(), `gantry-owned-${process.pid}`);
const hostile = [
  `it's "quoted" \\ and $(touch ${trace}) \`id\` ; rm -rf $HOME`,
  '<img src=x onerror=alert(1)>&amp;',
  '节点 一 🙂 \u202Egnp.exe',
  'two\nlines\r\n\u001b[2Jand a screen cleared\u0000',
  '-rf --help',
  '{{name}} $t(hosts.title) %s',
];

describe('hostile words', () => {
  it('are kept in names, tags and addresses, names and tags on one line, and run nowhere', async () => {
    const { client } = await bench.start();
    const added = await client.hosts.add({
      hosts: hostile.map((words, index) => ({
        kind: 'ssh' as const,
        name: words,
        tags: [words],
        target: { address: `${index}${words}`, user: words },
      })),
    });
    const again = await bench.start();
    const hosts = (await again.client.hosts.list()).map(({ spec }) => spec);
    expect(hosts).toEqual(added);
    const kept = hostile.map((words) => (words.startsWith('two') ? 'two lines [2Jand a screen cleared' : words));
    expect(hosts.map(({ name, tags }) => [name, ...tags])).toEqual(kept.map((words) => [words, words]));
    for (const { id } of hosts) {
      expect(await codeOf(client.inventory.refresh({ hostId: id }))).toMatch(/^HOST_UNAVAILABLE/);
    }
    expect(existsSync(trace)).toBe(false);
  });

  it('reach facts and reports as text', async () => {
    const { client } = await bench.start();
    const processes = hostile.map((words) => {
      const child = spawn('sleep', ['60'], { argv0: words.replaceAll('\0', ''), stdio: 'ignore' });
      bench.onClose(() => child.kill('SIGKILL'));
      return child;
    });
    const [local] = await client.hosts.add({ hosts: [{ kind: 'local', name: hostile[1] ?? '' }] });
    const hostId = local?.id ?? '';
    await client.inventory.refresh({ hostId, probeIds: ['processes'] });
    const result = (await client.inventory.get({ hostId })).results.find(({ probeId }) => probeId === 'processes');
    const facts = result?.facts as { processes: Array<{ pid: number; commandLine: string | null }> };
    const commandLines = processes.map(({ pid }) => facts.processes.find((one) => one.pid === pid)?.commandLine);
    // `ps` in the C locale shows what is beyond ASCII as marks, and a line break as a dot.
    expect(commandLines).toEqual([
      `${hostile[0]} 60`,
      `${hostile[1]} 60`,
      expect.stringMatching(/gnp\.exe 60$/),
      expect.stringMatching(/^two.lines.+and a screen cleared 60$/),
      `${hostile[4]} 60`,
      `${hostile[5]} 60`,
    ]);

    const title = hostile.join(' ');
    const { id: incidentId } = await client.incidents.open({ title, hostId });
    for (const text of hostile) await client.incidents.addNote({ incidentId, text });
    for (const isRedacted of [true, false]) {
      const { bytes } = await client.reports.render({
        incidentId,
        format: 'html',
        language: 'en',
        isRedacted,
        reveal: [],
      });
      const html = new TextDecoder().decode(bytes);
      expect(html).not.toContain('<img src=x');
      expect(html).not.toMatch(/[\u0000\u001b]/);
      // The name of the node is one of them, and hidden when redacted.
      expect(html.includes('&lt;img src=x onerror=alert(1)&gt;')).toBe(!isRedacted);
      expect(html).toContain('节点 一 🙂');
    }
  });
});

describe('a large output', () => {
  it('of binary is kept whole and shown as text', async () => {
    const { client } = await bench.start();
    const [local] = await client.hosts.add({ hosts: [{ kind: 'local', name: 'here' }] });
    const hostId = local?.id ?? '';
    await client.inventory.refresh({ hostId, probeIds: ['memory'] });
    const [result] = (await client.inventory.get({ hostId })).results;
    const evidenceId = result?.commands[0]?.evidenceId ?? '';
    const store = openStore(join(bench.dataDir, 'gantry.db'));
    store.transaction(() =>
      store.database
        .prepare('UPDATE evidence SET stdout = ?, is_stdout_deflated = 0 WHERE id = ?')
        .run(randomBytes(4 * 1024 * 1024), evidenceId),
    );
    store.close();
    const { stdoutText } = await client.inventory.evidence({ evidenceId });
    expect(stdoutText).not.toMatch(/[\u0000\u001b]/);
  });
});
