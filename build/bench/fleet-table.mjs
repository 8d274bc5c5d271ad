import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createRouterClient } from '@orpc/server';
import { _electron } from 'playwright';
import { rootDir } from '../setup/paths.mjs';
import { startFleet } from './sim-fleet.mjs';
import { median } from './table.mjs';

/** What is wanted, and what shows whether it would be enough for more. */
const sizes = [300, 1000];
const frameMs = 1000 / 60;

/** @typedef {{ executablePath: string, args: string[] }} App */

/**
 * The table in the app's own window: how long a filter and an order take from the key press or click until what they made is
 * painted, and how many frames are dropped while it scrolls a line a frame. The nodes are collections of seven different
 * simulated nodes.
 * @param {{ engine: typeof import('../../electron/engine/index'), app?: App, rounds?: number }} options
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureFleetTable({ engine, app = packagedApp(), rounds = 15 }) {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'gantry-bench-'));
  const rows = [];
  try {
    for (const [index, hosts] of sizes.entries()) {
      await importHosts(engine, dataDir, sizes[index - 1] ?? 0, hosts);
      const { filterMs, sortMs, scrolled, idle } = await measureWindow({ app, dataDir, rounds, hosts });
      rows.push(
        timeRow(`filter of ${hosts} nodes, key press to painted`, filterMs),
        timeRow(`sort of ${hosts} nodes, click to painted`, sortMs),
        {
          name: `scrolling of ${hosts} nodes, a line a frame for 6 s`,
          ours: `${scrolled.perSec.toFixed(1)} frames/s, ${scrolled.dropped} of ${scrolled.frames} dropped`,
          theirs: `60 frames/s (the window at rest: ${idle.perSec.toFixed(1)}, ${idle.dropped} dropped)`,
          ratio: scrolled.perSec / 60,
          limit: '>= 0.99',
          isMet: scrolled.perSec >= 59.4,
        },
      );
    }
    return rows;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** @returns {App} */
function packagedApp() {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return { executablePath: path.join(rootDir, 'dist/linux-unpacked/gantry'), args };
}

/**
 * @param {string} name
 * @param {readonly number[]} values ms
 * @returns {import('./table.mjs').Row}
 */
function timeRow(name, values) {
  const usual = median(values);
  return {
    name,
    ours: `${usual.toFixed(0)} ms, median of ${values.length} (at most ${Math.max(...values).toFixed(0)} ms)`,
    theirs: '50 ms',
    ratio: usual / 50,
    limit: '<= 1',
    isMet: usual <= 50,
  };
}

/**
 * Adds the nodes from `from` on to those that are there.
 * @param {typeof import('../../electron/engine/index')} module
 * @param {string} dataDir
 * @param {number} from
 * @param {number} to
 */
async function importHosts({ createEngine }, dataDir, from, to) {
  const engine = await createEngine({ dataDir, secrets: null });
  const client = createRouterClient(engine.router);
  const { script } = await client.inventory.collectorScript();
  const fleet = await startFleet(dataDir, { nodes: 7 });
  try {
    const bundles = await Promise.all(fleet.nodes.map((node) => collect(node, script)));
    for (let index = from; index < to; index += 1) {
      const bytes = Uint8Array.from(bundles[index % bundles.length] ?? []);
      await client.inventory.importBundle({ name: `node-${String(index + 1).padStart(4, '0')}`, bytes });
    }
  } finally {
    fleet.process.kill('SIGTERM');
    await engine.close();
  }
}

/**
 * @param {import('./sim-fleet.mjs').Node} node
 * @param {string} script
 */
async function collect({ address, port, user, privateKeyPath, knownHosts }, script) {
  const options = ['-F', '/dev/null', '-o', 'BatchMode=yes', '-o', `UserKnownHostsFile=${knownHosts}`];
  const args = [...options, '-i', privateKeyPath, '-p', String(port), `${user}@${address}`, 'sh'];
  const running = promisify(execFile)('ssh', args, { encoding: 'buffer', maxBuffer: 2 ** 28 });
  running.child.stdin?.end(script);
  return (await running).stdout;
}

/**
 * @typedef {{ frames: number, dropped: number, perSec: number }} Frames
 * @param {{ app: App, dataDir: string, rounds: number, hosts: number }} options
 * @returns {Promise<{ filterMs: number[], sortMs: number[], scrolled: Frames, idle: Frames }>}
 */
async function measureWindow({ app: { executablePath, args }, dataDir, rounds, hosts }) {
  const app = await _electron.launch({ executablePath, args: [...args, `--data-dir=${dataDir}`] });
  try {
    const window = await app.firstWindow();
    await window.locator(`text="${hosts} nodes"`).first().waitFor({ timeout: 120_000 });
    // Until the start is over and all summaries are there.
    await window.waitForFunction('document.querySelector("table[aria-rowcount]").innerText.includes("H100")', null, {
      timeout: 240_000,
    });
    await window.waitForTimeout(5000);
    await window.evaluate(inWindow);
    // What nothing in the page refers to may be collected while it is waited for.
    return await window.evaluate(`globalThis.measuring = globalThis.measure(${rounds}, ${frameMs})`);
  } finally {
    await app.close();
  }
}

/** Runs in the page. A frame is painted between the call for it and the turn after it. */
const inWindow = `
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(null);
  }));
  const table = () => document.querySelector('table[aria-rowcount]');
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  async function filter(text) {
    const input = document.querySelector('[role="combobox"]');
    const changed = new Promise((resolve) => {
      globalThis.observer = new MutationObserver(resolve);
      globalThis.observer.observe(table(), { attributeFilter: ['aria-rowcount'] });
    });
    const startedAt = performance.now();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await changed;
    await painted();
    return performance.now() - startedAt;
  }
  async function sort(index) {
    const startedAt = performance.now();
    document.querySelectorAll('thead th button')[index].click();
    await painted();
    return performance.now() - startedAt;
  }
  async function frames(forMs, step) {
    const times = [];
    const startedAt = performance.now();
    await new Promise((resolve) => {
      const next = (now) => {
        times.push(now);
        step(times.length);
        if (performance.now() - startedAt < forMs) requestAnimationFrame(next);
        else resolve();
      };
      requestAnimationFrame(next);
    });
    const gaps = times.slice(1).map((time, index) => time - times[index]);
    const dropped = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / (1000 / 60)) - 1), 0);
    return { frames: times.length, dropped, perSec: (1000 * gaps.length) / (times.at(-1) - times[0]) };
  }
  globalThis.measure = async (rounds) => {
    const filterMs = [];
    const sortMs = [];
    const texts = ['gpu.model ~ H100 and driver < 570', 'driver >= 550', 'gpu.count >= 4 and not attention ~ Xid', 'rtx'];
    for (let round = 0; round < rounds; round += 1) {
      filterMs.push(await filter(texts[round % texts.length]));
      await pause(200);
      filterMs.push(await filter(''));
      await pause(200);
      // Once more sorts the other way round, a third time not at all: another column each time.
      sortMs.push(await sort(round % 8));
      await pause(200);
    }
    const scroller = table().parentElement;
    const idle = await frames(3000, () => {});
    const most = scroller.scrollHeight - scroller.clientHeight;
    // A line a frame, down and up again: all nodes in five seconds.
    const scrolled = await frames(6000, (count) => {
      const at = (count * 30) % (2 * most);
      scroller.scrollTop = at < most ? at : 2 * most - at;
    });
    return { filterMs, sortMs, scrolled, idle };
  };
`;
