import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRouterClient } from '@orpc/server';
import Elk from 'elkjs/lib/elk.bundled.js';
import { _electron } from 'playwright';
import { rootDir } from '../setup/paths.mjs';
import { say } from '../setup/say.mjs';
import { load } from './load.mjs';
import { hostOf, startFleet } from './sim-fleet.mjs';
import { median } from './table.mjs';

const limitMs = 200;
const rounds = 5;

/** @typedef {{ wallMs: number, workMs: number }} Taken what work took by the clock, and of a processor */

/**
 * How long the built-in trees take to lay out, which the build does once for all windows, and what a walk of the largest
 * takes in the window from the click on it until it is drawn.
 * @param {{ engine: typeof import('../../electron/engine/index') }} options
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureTreeDrawing({ engine }) {
  /** @type {typeof import('../tree-graphs')} */
  const { builtInGraphs, layoutGraph } = await load('build/tree-graphs.ts');
  const elk = new Elk();
  const laidOut = [];
  for (const [id, graph] of builtInGraphs()) {
    const first = await taken(() => layoutGraph(graph, elk));
    const again = [];
    for (let round = 0; round < rounds; round += 1) again.push(await taken(() => layoutGraph(graph, elk)));
    const warm = middle(again);
    say(`${id}: ${graph.steps.length} steps, laid out in ${told(warm)}, the first time ${told(first)}`);
    laidOut.push({ id, size: graph.steps.length, warm });
  }
  const [slowest] = laidOut.toSorted((one, other) => other.warm.wallMs - one.warm.wallMs);
  const [largest] = laidOut.toSorted((one, other) => other.size - one.size);
  if (!slowest || !largest) throw new Error('there is no built-in tree');
  const opened = await measureOpening(engine, largest.id);
  return [
    row(`layout of the slowest of ${laidOut.length} trees (${slowest.id}; the build does it)`, slowest.warm),
    row(`walk of ${largest.id} (${largest.size} steps), from the click until it is drawn`, middle(opened.slice(1)), {
      note: `; the first time ${opened[0] ? told(opened[0]) : '?'}`,
    }),
  ];
}

/**
 * @param {string} name
 * @param {Taken} time
 * @param {{ note?: string }} [options]
 * @returns {import('./table.mjs').Row}
 */
function row(name, time, { note = '' } = {}) {
  const ratio = time.wallMs / limitMs;
  return { name, ours: told(time) + note, theirs: `${limitMs} ms`, ratio, limit: '<= 1', isMet: ratio <= 1 };
}

/** @param {Taken} time */
function told({ wallMs, workMs }) {
  return `${wallMs.toFixed(0)} ms (${workMs.toFixed(0)} ms of a processor)`;
}

/** @param {readonly Taken[]} times */
function middle(times) {
  return { wallMs: median(times.map(({ wallMs }) => wallMs)), workMs: median(times.map(({ workMs }) => workMs)) };
}

/**
 * @param {() => Promise<unknown>} work
 * @returns {Promise<Taken>}
 */
async function taken(work) {
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: performance.now() - startedAt, workMs: (user + system) / 1000 };
}

/**
 * Opens a walk made on a simulated node from the list of walks: first in a window that has drawn nothing yet.
 * @param {typeof import('../../electron/engine/index')} engine
 * @param {string} treeId
 * @returns {Promise<Taken[]>}
 */
async function measureOpening(engine, treeId) {
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-bench-trees-'));
  const fleet = await startFleet(folder, { nodes: 1, profile: 'dgx-h100' });
  try {
    const [node] = fleet.nodes;
    if (!node) throw new Error('there is no simulated node');
    const dataDir = path.join(folder, 'data');
    await saveWalk(engine, dataDir, node, treeId);
    return await openWalk(dataDir);
  } finally {
    fleet.process.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {typeof import('../../electron/engine/index')} module
 * @param {string} dataDir
 * @param {import('./sim-fleet.mjs').Node} node
 * @param {string} treeId
 */
async function saveWalk({ createEngine }, dataDir, node, treeId) {
  const engine = await createEngine({ dataDir, secrets: null });
  const client = createRouterClient(engine.router);
  const [host] = await client.hosts.add({ hosts: [hostOf(node)] });
  if (!host) throw new Error('the node was not added');
  const { id: runId } = await client.diagnosis.start({ treeId, hostId: host.id });
  for await (const { state } of await client.diagnosis.watch({ runId })) if (state !== 'collecting') break;
  await engine.close();
}

/**
 * @param {string} dataDir
 * @returns {Promise<Taken[]>}
 */
async function openWalk(dataDir) {
  const app = await _electron.launch({
    executablePath: path.join(rootDir, 'dist/linux-unpacked/gantry'),
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), `--data-dir=${dataDir}`],
  });
  try {
    const window = await app.firstWindow();
    const devtools = await app.context().newCDPSession(window);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    /** What the window's own thread has worked until now. */
    const workedMs = async () => {
      const { metrics } = await devtools.send('Performance.getMetrics');
      return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
    };
    const times = [];
    for (let round = 0; round <= rounds; round += 1) {
      await window.getByRole('navigation').first().getByText('Diagnose', { exact: true }).click();
      await window.locator('tbody button').first().waitFor();
      // Until what the list and the start of the app still do is done.
      await delay(round === 0 ? 10_000 : 2000);
      const before = await workedMs();
      const wallMs = await /** @type {Promise<number>} */ (window.evaluate(clickAndDraw));
      times.push({ wallMs, workMs: (await workedMs()) - before });
    }
    return times;
  } finally {
    await app.close();
  }
}

/** In the window: clicks the first walk of the list, and gives the time until its steps are painted. */
const clickAndDraw = `new Promise((resolve) => {
  const startedAt = performance.now();
  const look = () => {
    if (document.querySelector('[data-step-id]') === null) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - startedAt)));
  };
  const watch = new MutationObserver(look);
  watch.observe(document.body, { childList: true, subtree: true });
  document.querySelector('tbody button').click();
})`;
