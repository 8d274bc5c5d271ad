import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import { say } from '../setup/say.mjs';
import { hostOf, startFleet, startReplay } from './sim-fleet.mjs';
import { median } from './table.mjs';

const [roundTripMs, rounds, many] = [40, 5, 32];

/**
 * Preflight of one simulated 8-GPU node and of 32 that answer as it does, each 40 ms away and in a process of its own; and the list of
 * playbooks, asked of an engine that was just started.
 * @param {{ engine: typeof import('../../electron/engine/index') }} options
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureSetup({ engine: { createEngine } }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-bench-'));
  const fleet = await startFleet(folder, { nodes: 1, isAtRealPace: true, profile: 'dgx-h100' });
  for (const { name } of fleet.nodes)
    fleet.process.stdin?.write(`inject ${name} slow-link latencyMs=${roundTripMs} bytesPerSec=0\n`);
  const [node] = fleet.nodes;
  if (!node) throw new Error('the fleet is empty');
  const replay = await startReplay(folder, node, many);
  const engine = await createEngine({ dataDir: path.join(folder, 'data'), secrets: null });
  try {
    const client = createRouterClient(engine.router);
    const list = await timed(() => client.playbooks.list());
    const specs = await client.hosts.add({ hosts: replay.nodes.map(hostOf) });
    const hostIds = specs.map(({ id }) => id);
    // Logged in, and what is played back was recorded once.
    await client.playbooks.preflight({ hostIds });
    const one = await times(() => client.playbooks.preflight({ hostIds: hostIds.slice(0, 1) }));
    const all = await times(() => client.playbooks.preflight({ hostIds }));
    say(
      `preflight: ${one.cpuMs.toFixed(0)} ms of processor for one node, ${(all.cpuMs / many).toFixed(0)} for each of ${many}`,
    );
    return [
      {
        name: `preflight of ${many} nodes at ${roundTripMs} ms (${(all.cpuMs / 1000).toFixed(2)} s of processor)`,
        ours: `${all.ms.toFixed(0)} ms`,
        theirs: `${one.ms.toFixed(0)} ms (one)`,
        ratio: all.ms / one.ms,
        limit: '<= 2',
        isMet: all.ms <= 2 * one.ms,
      },
      {
        name: 'playbooks.list of an engine just started',
        ours: `${list.ms.toFixed(0)} ms (${list.cpuMs.toFixed(0)} ms of processor)`,
        theirs: '300 ms',
        ratio: list.ms / 300,
        limit: '<= 1',
        isMet: list.ms <= 300,
      },
    ];
  } finally {
    await engine.close();
    replay.process.kill('SIGTERM');
    fleet.process.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
}

/** @typedef {{ ms: number, cpuMs: number }} Time `cpuMs`: processor time of this process, which is the engine. */

/** @param {() => Promise<unknown>} work @returns {Promise<Time>} the median by its time */
async function times(work) {
  /** @type {Time[]} */
  const taken = [];
  for (let round = 0; round < rounds; round += 1) taken.push(await timed(work));
  const middle = median(taken.map(({ ms }) => ms));
  return taken.find(({ ms }) => ms === middle) ?? { ms: Number.NaN, cpuMs: Number.NaN };
}

/** @param {() => Promise<unknown>} work @returns {Promise<Time>} */
async function timed(work) {
  const cpuAtStart = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpuAtStart);
  return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1000 };
}
