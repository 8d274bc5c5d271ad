import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRouterClient } from '@orpc/server';
import { startFleet } from './sim-fleet.mjs';

/**
 * Simulated nodes of eight GPUs, watched at 1 s over real SSH: samples that are missing in what was kept, processor time of
 * the engine (this process, which does nothing else), growth of its memory in the second half.
 * @param {{ engine: typeof import('../../electron/engine/index'), nodes?: number, seconds?: number }} options
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureWatchedFleet({ engine: { createEngine }, nodes = 128, seconds = 600 }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-bench-watch-'));
  const fleet = await startFleet(folder, { nodes, isElsewhere: true, profile: 'dgx-h100' });
  const engine = await createEngine({ dataDir: path.join(folder, 'data'), secrets: null, isTelemetryKeeper: true });
  try {
    const client = createRouterClient(engine.router);
    const specs = await client.hosts.add({
      hosts: fleet.nodes.map((node) => ({
        kind: 'ssh',
        name: node.name,
        target: {
          address: node.address,
          port: node.port,
          user: node.user,
          identityFiles: [node.privateKeyPath],
          useAgent: false,
          knownHostsFile: node.knownHosts,
        },
      })),
    });
    const looking = new AbortController();
    let rows = 0;
    const live = await client.telemetry.live({ metrics: ['gpu.temperatureC'] }, { signal: looking.signal });
    const following = (async () => {
      for await (const batch of live) rows += batch.length;
    })().catch(() => {});
    for (const { id } of specs) await client.hosts.connect({ hostId: id });
    // All collectors run.
    await waitUntil(async () => {
      for await (const states of await client.telemetry.watchStates()) {
        const running = states.filter(
          ({ collectors }) => collectors.length > 0 && collectors.every(({ state }) => state === 'running'),
        );
        return running.length === nodes;
      }
      return false;
    });
    await delay(5000);
    const fromMs = Date.now();
    const before = process.cpuUsage();
    const loads = [await loadNow()];
    await delay((seconds / 2) * 1000);
    const halfway = await memoryBytes();
    loads.push(await loadNow());
    await delay((seconds / 2) * 1000);
    const { user, system } = process.cpuUsage(before);
    const growth = (await memoryBytes()) / halfway - 1;
    const toMs = Date.now();
    loads.push(await loadNow());
    looking.abort();
    await following;
    const { expected, found, longestMs } = await countSamples(
      client,
      specs.map(({ id }) => id),
      fromMs,
      toMs,
    );
    const share = (user + system) / 1e6 / ((toMs - fromMs) / 1000);
    const events = await client.telemetry.events({ hostIds: specs.map(({ id }) => id), fromMs, toMs });
    const at = `${nodes} nodes x 8 GPUs at 1 s for ${seconds} s, load ${loads.join(' ')}`;
    return [
      {
        name: `samples kept, ${at}`,
        ours: `${found}, longest silence ${longestMs} ms, ${events.length} events`,
        theirs: `${expected} seconds of GPUs`,
        ratio: found / expected,
        limit: '>= 0.999',
        isMet: found >= expected * 0.999,
      },
      {
        name: `processor time of the engine, ${rows} live rows`,
        ours: `${(share * 100).toFixed(0)} % of a core`,
        theirs: '60 %',
        ratio: share / 0.6,
        limit: '<= 1',
        isMet: share <= 0.6,
      },
      {
        name: 'growth of its memory in the second half',
        ours: `${(growth * 100).toFixed(1)} % of ${Math.round(halfway / 2 ** 20)} MiB`,
        theirs: '2 %',
        ratio: growth / 0.02,
        limit: '<= 1',
        isMet: growth <= 0.02,
      },
    ];
  } finally {
    await engine.close();
    fleet.process.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {import('#shared/contract/index').EngineClient} client
 * @param {readonly string[]} hostIds
 * @param {number} fromMs
 * @param {number} toMs
 */
async function countSamples(client, hostIds, fromMs, toMs) {
  let found = 0;
  let longestMs = 0;
  /** @type {Map<string, number>} */
  const lastMs = new Map();
  const wanted = { hostIds: [...hostIds], metrics: [/** @type {const} */ ('gpu.temperatureC')], fromMs, toMs };
  let text = '';
  for await (const piece of await client.telemetry.exportSamples({ ...wanted, format: 'json' })) {
    const lines = (text + piece).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const { time, subject } = JSON.parse(line);
      const atMs = Date.parse(time);
      longestMs = Math.max(longestMs, atMs - (lastMs.get(subject) ?? fromMs));
      lastMs.set(subject, atMs);
      found += 1;
    }
  }
  const expected = Math.floor((toMs - fromMs) / 1000) * hostIds.length * 8;
  return { expected, found, longestMs };
}

/** @param {() => Promise<boolean>} isSo */
async function waitUntil(isSo) {
  const until = Date.now() + 180_000;
  while (!(await isSo())) {
    if (Date.now() > until) throw new Error('the collectors of some nodes do not run');
    await delay(1000);
  }
}

async function loadNow() {
  return (await readFile('/proc/loadavg', 'utf8')).split(' ')[0];
}

async function memoryBytes() {
  return process.memoryUsage.rss();
}
