import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import { load } from '../load.mjs';
import { hostOf, startFleet, startReplay } from '../sim-fleet.mjs';
import { median } from '../table.mjs';
import { scanned } from './faulty-nodes.mjs';

/**
 * Times in ms. `slowestProbeMs`: the longest of all probes of the same scan, as the inventory has it; `readAgainMs`: from when all
 * was read to the end; `cpuMs`: processor time of this process, which is the engine; `answerMs`: until `scan.start` has answered.
 * @typedef {{ nodes: number, pace: string, totalMs: number, slowestProbeMs: number, slowestProbe: string, readAgainMs: number, cpuMs: number, answerMs: number }} ScanTime
 */

const roundTripMs = 40;

/**
 * Scans of a simulated 8-GPU node, 40 ms away, in a process of its own; several are played back: they answer the same at
 * its pace, as other machines do, where simulated ones would share the cores with the engine.
 * @param {{ engine: typeof import('../../../electron/engine/index'), nodes: number, isAtRealPace: boolean, rounds: number }} options
 * @returns {Promise<ScanTime>} the median by its whole time
 */
export async function timeScans({ engine: { createEngine }, nodes, isAtRealPace, rounds }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-bench-'));
  const fleet = await startFleet(folder, { nodes: 1, isAtRealPace, profile: 'dgx-h100' });
  for (const { name } of fleet.nodes)
    fleet.process.stdin?.write(`inject ${name} slow-link latencyMs=${roundTripMs} bytesPerSec=0\n`);
  const [node] = fleet.nodes;
  if (!node) throw new Error('the fleet is empty');
  const replay = nodes > 1 ? await startReplay(folder, node, nodes) : null;
  const members = replay?.nodes ?? fleet.nodes;
  const engine = await createEngine({ dataDir: path.join(folder, 'data'), secrets: null });
  try {
    const client = createRouterClient(engine.router);
    const specs = await client.hosts.add({ hosts: members.map(hostOf) });
    const hostIds = specs.map(({ id }) => id);
    // Logged in, the nodes have made their files, and the engine its trees; what is played back was recorded once.
    await scanned(client, hostIds.slice(0, 1));
    for (const hostId of hostIds) await client.inventory.refresh({ hostId, probeIds: ['os'] });
    /** @type {ScanTime[]} */
    const times = [];
    for (let round = 0; round < rounds; round += 1) {
      /** The first reading of each probe: what is read once more is on top of the slowest. @type {Map<string, { probeId: string, durationMs: number }>} */
      const read = new Map();
      const stop = new AbortController();
      setMaxListeners(0, stop.signal);
      const watching = hostIds.map(async (hostId) => {
        for await (const { probeId, durationMs } of await client.inventory.watch({ hostId }, { signal: stop.signal })) {
          const key = `${hostId} ${probeId}`;
          if (!read.has(key)) read.set(key, { probeId, durationMs });
        }
      });
      const cpuAtStart = process.cpuUsage();
      const startedAt = performance.now();
      const { id: scanId } = await client.scan.start({ hostIds });
      const answerMs = performance.now() - startedAt;
      let readingSinceAt = 0;
      for await (const scan of await client.scan.watch({ scanId })) {
        if (readingSinceAt === 0 && scan.nodes.every(({ state }) => state !== 'collecting'))
          readingSinceAt = performance.now();
      }
      const totalMs = performance.now() - startedAt;
      const cpuMs = cpuMsSince(cpuAtStart);
      const readAgainMs = readingSinceAt === 0 ? 0 : performance.now() - readingSinceAt;
      stop.abort();
      await Promise.allSettled(watching);
      const slowest = [...read.values()].reduce((worst, one) => (one.durationMs > worst.durationMs ? one : worst), {
        probeId: '—',
        durationMs: 0,
      });
      times.push({
        nodes,
        pace: isAtRealPace ? 'as long as real ones' : 'at once',
        totalMs,
        slowestProbeMs: slowest.durationMs,
        slowestProbe: slowest.probeId,
        readAgainMs,
        cpuMs,
        answerMs,
      });
    }
    const middle = median(times.map(({ totalMs }) => totalMs));
    const [one] = times.filter(({ totalMs }) => totalMs === middle);
    if (one === undefined) throw new Error('no scan came to its end');
    return one;
  } finally {
    await engine.close();
    replay?.process.kill('SIGTERM');
    fleet.process.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {NodeJS.CpuUsage} before */
function cpuMsSince(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * How long the logic of each tree takes on what a node told, without any reading.
 * @param {{ engine: typeof import('../../../electron/engine/index') }} options
 * @returns {Promise<{ treeId: string, ms: number, cpuMs: number }[]>} medians, the slowest first
 */
export async function timeWalks({ engine: { createEngine } }) {
  /** @type {typeof import('./tree-parts')} */
  const { builtInActionIds, createTreeLibrary, reachableProbes, walk } = await load(
    'build/bench/diagnosis/tree-parts.ts',
  );
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-bench-'));
  const fleet = await startFleet(folder, { nodes: 1, profile: 'dgx-h100' });
  const engine = await createEngine({ dataDir: path.join(folder, 'data'), secrets: null });
  try {
    const client = createRouterClient(engine.router);
    const [spec] = await client.hosts.add({ hosts: fleet.nodes.map(hostOf) });
    if (!spec) throw new Error('the host was not added');
    await scanned(client, [spec.id]);
    const { results } = await client.inventory.get({ hostId: spec.id });
    const set = createTreeLibrary({ treesFolder: () => null, actionIds: builtInActionIds }).load();
    const rows = [...set.trees.values()].map((tree) => {
      const needed = new Set(reachableProbes(set, tree));
      const own = results.filter(({ probeId }) => needed.has(probeId));
      const again = Object.fromEntries(
        [...tree.steps].flatMap(([stepId, { definition }]) => {
          if (definition.kind !== 'probe' || definition.again === undefined) return [];
          const ids = definition.again.probes ?? definition.probes;
          const later = results.filter(({ probeId }) => ids.some((id) => id === probeId));
          return [[stepId, later.map((one) => ({ ...one, observedAtMs: one.observedAtMs + 10_000 }))]];
        }),
      );
      const basis = {
        hostId: spec.id,
        runId: 'bench',
        results: own,
        again,
        answers: {},
        forced: {},
        unattended: 'all',
        nowMs: 0,
      };
      const taken = Array.from({ length: 200 }, () => {
        const cpuAtStart = process.cpuUsage();
        const startedAt = performance.now();
        walk(tree, /** @type {Parameters<typeof walk>[1]} */ (basis), {
          treeById: (id) => set.trees.get(id),
          probeInfo: [],
        });
        return { ms: performance.now() - startedAt, cpuMs: cpuMsSince(cpuAtStart) };
      });
      const warm = taken.slice(100);
      return { treeId: tree.id, ms: median(warm.map(({ ms }) => ms)), cpuMs: median(warm.map(({ cpuMs }) => cpuMs)) };
    });
    return rows.sort((one, other) => other.ms - one.ms);
  } finally {
    await engine.close();
    fleet.process.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
}
