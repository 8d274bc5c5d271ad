import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import { load } from './load.mjs';
import { hostOf, startFleet } from './sim-fleet.mjs';
import { median } from './table.mjs';

/**
 * Every probe of a simulated 8-GPU node 40 ms away, whose tools take as long as real ones, login included, against its slowest probe alone and a login.
 * @param {{ engine: typeof import('../../electron/engine/index'), rounds?: number }} options
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureFullInventory({ engine: { createEngine }, rounds = 5 }) {
  /** @type {typeof import('../../electron/engine/hosts/testing/tcp-proxy')} */
  const { startTcpProxy } = await load('electron/engine/hosts/testing/tcp-proxy.ts');
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-bench-'));
  const fleet = await startFleet(folder, { nodes: 1, isAtRealPace: true });
  const [node] = fleet.nodes;
  if (!node) throw new Error('the fleet is empty');
  const proxy = await startTcpProxy({ port: node.port });
  proxy.latencyMs = 20;
  const knownHostsFile = path.join(folder, 'known_hosts_of_proxy');
  const keys = await readFile(node.knownHosts, 'utf8');
  await writeFile(knownHostsFile, keys.replaceAll(`]:${node.port}`, `]:${proxy.port}`));
  const engine = await createEngine({ dataDir: path.join(folder, 'data'), secrets: null });
  const client = createRouterClient(engine.router);
  try {
    const behind = { ...node, name: 'node', port: proxy.port, knownHosts: knownHostsFile };
    const [spec] = await client.hosts.add({ hosts: [hostOf(behind)] });
    if (!spec) throw new Error('the host was not added');
    const hostId = spec.id;
    await client.inventory.refresh({ hostId });
    const all = await timesOf(rounds, async () => {
      await client.hosts.disconnect({ hostId });
      const startedAt = performance.now();
      const { nodeCpuMs } = await client.inventory.refresh({ hostId });
      return { ms: performance.now() - startedAt, nodeCpuMs };
    });
    const login = await timesOf(rounds, async () => {
      await client.hosts.disconnect({ hostId });
      const startedAt = performance.now();
      await client.hosts.connect({ hostId });
      return { ms: performance.now() - startedAt, nodeCpuMs: null };
    });
    let slowest = { id: '', ms: 0 };
    for (const { id } of await client.probes.list()) {
      const alone = await timesOf(3, async () => {
        const startedAt = performance.now();
        await client.inventory.refresh({ hostId, probeIds: [id] });
        return { ms: performance.now() - startedAt, nodeCpuMs: null };
      });
      if (alone.ms > slowest.ms) slowest = { id, ms: alone.ms };
    }
    const ratio = (all.ms - login.ms) / slowest.ms;
    return [
      {
        name: `all probes of one node at 40 ms, ${((all.nodeCpuMs ?? 0) / 1000).toFixed(1)} s of its processor`,
        ours: `${all.ms.toFixed(0)} ms with login`,
        theirs: `${slowest.ms.toFixed(0)} ms (${slowest.id} alone) + ${login.ms.toFixed(0)} ms login`,
        ratio,
        limit: '<= 1.3',
        isMet: ratio <= 1.3,
      },
    ];
  } finally {
    await engine.close();
    await proxy.close();
    fleet.process.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {number} rounds
 * @param {() => Promise<{ ms: number, nodeCpuMs: number | null }>} once
 */
async function timesOf(rounds, once) {
  const found = [];
  for (let round = 0; round < rounds; round += 1) found.push(await once());
  return { ms: median(found.map(({ ms }) => ms)), nodeCpuMs: median(found.map(({ nodeCpuMs }) => nodeCpuMs ?? 0)) };
}
