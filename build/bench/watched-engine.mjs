// The engine of `watched-fleet.mjs`, alone in its process: told by its parent which nodes to watch for how long, it tells what
// was lost, what it took, and how its memory went on.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createRouterClient } from '@orpc/server';
import { hostOf } from './sim-fleet.mjs';

/** The last words of the engine have to fit into what the supervisor leaves it. */
const CLOSE_WITHIN_MS = 4000;
/** What all sample each second; others ask now and then, and have nothing to ask on some nodes. */
const streams = ['nvidia-gpu', 'dcgm', 'system'];

const [{ engineUrl, dataDir, nodes, minutes }] = await once(process, 'message');
/** @type {typeof import('../../electron/engine/index')} */
const { createEngine } = await import(engineUrl);
const engine = await createEngine({ dataDir, secrets: null, isTelemetryKeeper: true });
const client = createRouterClient(engine.router);
const specs = await client.hosts.add({ hosts: nodes.map(hostOf) });
const hostIds = specs.map(({ id }) => id);
const looking = new AbortController();
let liveRows = 0;
const live = await client.telemetry.live({ metrics: ['gpu.temperatureC'] }, { signal: looking.signal });
const following = (async () => {
  for await (const batch of live) liveRows += batch.length;
})().catch(() => {});
for (const hostId of hostIds) await client.hosts.connect({ hostId });
await waitUntil(async () => {
  for await (const states of await client.telemetry.watchStates()) {
    const running = states.filter(({ collectors }) =>
      streams.every((id) => collectors.some((each) => each.id === id && each.state === 'running')),
    );
    return running.length === nodes.length;
  }
  return false;
});
await delay(5000);

const fromMs = Date.now();
const before = process.cpuUsage();
const loads = [await loadNow()];
/** Of each minute. @type {Array<{ heldBytes: number, residentBytes: number }>} */
const memory = [];
for (let minute = 1; minute <= minutes; minute += 1) {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const lived = await memoryOfMinute();
  memory.push(lived);
  loads.push(await loadNow());
  const spent = process.cpuUsage(cpu);
  const share = (spent.user + spent.system) / 1e4 / ((performance.now() - startedAt) / 1000);
  const now = process.memoryUsage();
  console.log(
    `minute ${minute}: ${mib(lived.heldBytes)} MiB held (now heap ${mib(now.heapUsed)}, buffers ${mib(now.arrayBuffers)}), ` +
      `${mib(lived.residentBytes)} resident, ${share.toFixed(0)} % of a core`,
  );
}
const { user, system } = process.cpuUsage(before);
const toMs = Date.now();
looking.abort();
await following;
const { expected, found, longestMs } = await countSamples(client, hostIds, fromMs, toMs);
const share = (user + system) / 1e6 / ((toMs - fromMs) / 1000);
const events = await client.telemetry.events({ hostIds, fromMs, toMs });
// The samples of its last second are written, and every stream and connection is ended.
const closedAt = performance.now();
await engine.close();
const closeMs = performance.now() - closedAt;

const halfway = memory[Math.ceil(memory.length / 2) - 1];
const last = memory.at(-1);
if (!halfway || !last) throw new Error('there was no minute to measure');
const growth = last.heldBytes / halfway.heldBytes - 1;
const at = `${nodes.length} nodes x 8 GPUs at 1 s for ${minutes} min, load ${Math.min(...loads)} to ${Math.max(...loads)}`;
/** @type {import('./table.mjs').Row[]} */
const rows = [
  {
    name: `samples kept, ${at}`,
    ours: `${found}, longest silence ${longestMs} ms, ${events.length} events`,
    theirs: `${expected} printed`,
    ratio: found / expected,
    limit: '= 1',
    isMet: found === expected && longestMs < 2000,
  },
  {
    name: `processor time of the engine, ${liveRows} live rows`,
    ours: `${(share * 100).toFixed(0)} % of a core`,
    theirs: '60 %',
    ratio: share / 0.6,
    limit: '<= 1',
    isMet: share <= 0.6,
  },
  {
    name: 'growth of its memory in the second half',
    ours: `${(growth * 100).toFixed(1)} % of ${mib(halfway.heldBytes)} MiB (resident: ${mib(halfway.residentBytes)}, then ${mib(last.residentBytes)})`,
    theirs: '2 %',
    ratio: growth / 0.02,
    limit: '<= 1',
    isMet: growth <= 0.02,
  },
  {
    name: 'its end, with all of them connected',
    ours: `${closeMs.toFixed(0)} ms`,
    theirs: `${CLOSE_WITHIN_MS} ms`,
    ratio: closeMs / CLOSE_WITHIN_MS,
    limit: '<= 1',
    isMet: closeMs <= CLOSE_WITHIN_MS,
  },
];
process.send?.(rows);
process.disconnect();

/**
 * What the process held without what the next collection of garbage frees, which is the least of a minute; and what it had
 * from the system, in the mean: the room that V8 keeps for garbage comes and goes by a third.
 */
async function memoryOfMinute() {
  const until = performance.now() + 60_000;
  let heldBytes = Number.POSITIVE_INFINITY;
  /** @type {number[]} */
  const resident = [];
  while (performance.now() < until) {
    await delay(200);
    const { rss, heapTotal, heapUsed } = process.memoryUsage();
    heldBytes = Math.min(heldBytes, rss - heapTotal + heapUsed);
    resident.push(rss);
  }
  return { heldBytes, residentBytes: mean(resident) };
}

/** @param {number} bytes */
function mib(bytes) {
  return Math.round(bytes / 2 ** 20);
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
  return Number.parseFloat(await readFile('/proc/loadavg', 'utf8'));
}

/** @param {readonly number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
