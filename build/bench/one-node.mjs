import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import ssh2 from 'ssh2';
import { load } from './load.mjs';
import { median } from './table.mjs';

/**
 * The first inventory of one node over a real sshd, 40 ms away, against the same commands one by one on one connection.
 * Both are logged in already.
 * @param {{ engine: typeof import('../../electron/engine/index'), rounds?: number }} options
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureOneNode({ engine: { createEngine }, rounds = 3 }) {
  /** @type {typeof import('../../electron/engine/hosts/testing/sshd')} */
  const { startSshd } = await load('electron/engine/hosts/testing/sshd.ts');
  /** @type {typeof import('../../electron/engine/hosts/testing/tcp-proxy')} */
  const { startTcpProxy } = await load('electron/engine/hosts/testing/tcp-proxy.ts');
  /** @type {typeof import('../../electron/engine/hosts/quote')} */
  const { commandLine } = await load('electron/engine/hosts/quote.ts');
  const dataDir = await mkdtemp(path.join(tmpdir(), 'gantry-bench-'));
  const sshd = await startSshd();
  const proxy = await startTcpProxy({ port: sshd.port });
  const engine = await createEngine({ dataDir, secrets: null });
  const connection = new ssh2.Client();
  try {
    const knownHostsFile = path.join(dataDir, 'known_hosts');
    await writeFile(knownHostsFile, sshd.knownHostsLine().replace(/:\d+\]|\]:\d+/, `]:${proxy.port}`));
    proxy.latencyMs = 20;
    const client = createRouterClient(engine.router);
    const target = {
      address: '127.0.0.1',
      port: proxy.port,
      user: sshd.user,
      identityFiles: [sshd.keyFile],
      useAgent: false,
      knownHostsFile,
    };
    const [spec] = await client.hosts.add({ hosts: [{ kind: 'ssh', name: 'node', target }] });
    if (!spec) throw new Error('the host was not added');
    await client.hosts.connect({ hostId: spec.id });
    const commands = (await client.probes.list()).flatMap((probe) => probe.commands);

    const privateKey = await readFile(sshd.keyFile);
    await new Promise((resolve, reject) => {
      connection.on('ready', () => resolve(undefined)).on('error', reject);
      connection.connect({ host: '127.0.0.1', port: proxy.port, username: sshd.user, privateKey });
    });

    const ours = [];
    const theirs = [];
    let roundTrips = 0;
    for (let round = 0; round < rounds; round += 1) {
      const startedAt = performance.now();
      ({ roundTrips } = await client.inventory.refresh({ hostId: spec.id }));
      ours.push(performance.now() - startedAt);
      const oneByOneAt = performance.now();
      for (const { argv } of commands) {
        await new Promise((resolve, reject) => {
          connection.exec(`LC_ALL=C ${commandLine(/** @type {[string, ...string[]]} */ (argv))}`, (error, channel) => {
            if (error) return reject(error);
            channel.on('close', resolve).resume().stderr.resume();
            channel.end();
          });
        });
      }
      theirs.push(performance.now() - oneByOneAt);
    }
    const speedup = median(theirs) / median(ours);
    return [
      {
        name: `inventory of one node at 40 ms (${commands.length} commands)`,
        ours: `${median(ours).toFixed(0)} ms`,
        theirs: `${median(theirs).toFixed(0)} ms (one by one)`,
        ratio: speedup,
        limit: '>= 5',
        isMet: speedup >= 5,
      },
      {
        name: 'round trips after login',
        ours: String(roundTrips),
        theirs: String(commands.length),
        ratio: roundTrips,
        limit: '<= 3',
        isMet: roundTrips <= 3,
      },
    ];
  } finally {
    connection.end();
    await engine.close();
    await proxy.close();
    await sshd.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
