import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRouterClient } from '@orpc/server';
import { hostOf, startFleet, startReplay } from './sim-fleet.mjs';

/**
 * Nodes of eight GPUs, watched at 1 s over real SSH with all collectors: samples that are missing in what was kept, processor
 * time of the engine (this process, which does nothing else), growth of its memory in the second half. One node is simulated;
 * what its collectors print comes from as many SSH servers as there are nodes, all in one other process: 128 simulated nodes
 * would take more than two cores for themselves.
 * @param {{ engine: typeof import('../../electron/engine/index'), nodes?: number, seconds?: number }} options
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureWatchedFleet({ engine: { createEngine }, nodes = 128, seconds = 600 }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-bench-watch-'));
  const fleet = await startFleet(folder, { nodes: 1, profile: 'dgx-h100' });
  const [simulated] = fleet.nodes;
  if (!simulated) throw new Error('there is no simulated node');
  await mkdir(path.join(folder, 'replay'));
  const replay = await startReplay(path.join(folder, 'replay'), simulated, nodes);
  const bareBytes = process.memoryUsage.rss();
  const engine = await createEngine({ dataDir: path.join(folder, 'data'), secrets: null, isTelemetryKeeper: true });
  try {
    const client = createRouterClient(engine.router);
    const specs = await client.hosts.add({ hosts: replay.nodes.map(hostOf) });
    const looking = new AbortController();
    let rows = 0;
    const live = await client.telemetry.live({ metrics: ['gpu.temperatureC'] }, { signal: looking.signal });
    const following = (async () => {
      for await (const batch of live) rows += batch.length;
    })().catch(() => {});
    for (const { id } of specs) await client.hosts.connect({ hostId: id });
    // All that sample each second; others ask now and then, and have nothing to ask on some nodes.
    const streams = ['nvidia-gpu', 'dcgm', 'system'];
    await waitUntil(async () => {
      for await (const states of await client.telemetry.watchStates()) {
        const running = states.filter(({ collectors }) =>
          streams.every((id) => collectors.some((each) => each.id === id && each.state === 'running')),
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
    loads.push(await loadNow());
    /** @type {number[]} */
    const memory = [];
    for (let second = 0; second < seconds / 2; second += 1) {
      memory.push(process.memoryUsage.rss() - bareBytes);
      await delay(1000);
    }
    const { user, system } = process.cpuUsage(before);
    const toMs = Date.now();
    loads.push(await loadNow());
    // Garbage comes and goes: the means of the first and of the last fifth.
    const fifth = Math.ceil(memory.length / 5);
    const halfway = mean(memory.slice(0, fifth));
    const growth = mean(memory.slice(-fifth)) / halfway - 1;
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
        theirs: `${expected} printed`,
        ratio: found / expected,
        limit: '= 1',
        isMet: found === expected && longestMs < 2000,
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
    replay.process.kill('SIGTERM');
    fleet.process.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * All nodes print the same lines at the same moment: one that misses some has fewer than another, and where all miss one it is
 * a silence.
 * @param {import('#shared/contract/index').EngineClient} client
 * @param {readonly string[]} hostIds
 * @param {number} fromMs
 * @param {number} toMs
 */
async function countSamples(client, hostIds, fromMs, toMs) {
  /** @type {Map<string, number[]>} */
  const times = new Map();
  const wanted = { hostIds: [...hostIds], metrics: [/** @type {const} */ ('gpu.temperatureC')], fromMs, toMs };
  let text = '';
  for await (const piece of await client.telemetry.exportSamples({ ...wanted, format: 'json' })) {
    const lines = (text + piece).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const { time, host, subject } = JSON.parse(line);
      const key = `${host} ${subject}`;
      const known = times.get(key);
      if (known) known.push(Date.parse(time));
      else times.set(key, [Date.parse(time)]);
    }
  }
  // Nodes reach the ends of the range some ms apart, so it is cut between two lines.
  const [some = []] = times.values();
  const [first = 0, last = 0] = [(some[0] ?? 0) + 500, (some.at(-1) ?? 0) - 500];
  const within = [...times.values()].map((each) => each.filter((atMs) => atMs > first && atMs < last));
  const silenceOf = (/** @type {number[]} */ each) =>
    each.reduce((longest, atMs, index) => Math.max(longest, atMs - (each[index - 1] ?? atMs)), 0);
  const longestMs = Math.max(...within.map(silenceOf));
  const found = within.reduce((sum, each) => sum + each.length, 0);
  const expected = Math.max(...within.map((each) => each.length)) * hostIds.length * 8;
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

/** @param {readonly number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
