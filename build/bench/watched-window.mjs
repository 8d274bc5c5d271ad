import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRouterClient } from '@orpc/server';
import { _electron } from 'playwright';
import { rootDir } from '../setup/paths.mjs';
import { traceTasks } from './fleet.mjs';
import { cpuSecondsOfTree } from './process-tree.mjs';
import { countTraffic, hostOf, startFleet, startReplay } from './sim-fleet.mjs';

/** @typedef {{ executablePath: string, args: string[] }} App */

const sandboxArgs = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/**
 * The app on nodes of eight GPUs (see `watched-fleet.mjs`): how long its window is blocked while a heat map of 1,024 GPUs
 * changes each second, and what all its processes take of a core with 50 hosts connected and the window hidden.
 * @param {{ electron: { executable: string }, engine: typeof import('../../electron/engine/index'), nodes?: number, idleNodes?: number }} options
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureWatchedWindow({ electron, engine, nodes = 128, idleNodes = 50 }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-bench-window-'));
  const fleet = await startFleet(folder, { nodes: 1, profile: 'dgx-h100' });
  const [simulated] = fleet.nodes;
  if (!simulated) throw new Error('there is no simulated node');
  const inner = path.join(folder, 'replay');
  await mkdir(inner);
  const replay = await startReplay(inner, simulated, nodes);
  try {
    const all = await saveHosts(engine, path.join(folder, 'all'), replay.nodes);
    const some = await saveHosts(engine, path.join(folder, 'some'), replay.nodes.slice(0, idleNodes));
    return [
      await measureHeatMap(packagedApp(), all, nodes),
      await measureIdle(electron.executable, some, idleNodes, replay.process),
    ];
  } finally {
    replay.process.kill('SIGTERM');
    fleet.process.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns {App} */
function packagedApp() {
  return { executablePath: path.join(rootDir, 'dist/linux-unpacked/gantry'), args: sandboxArgs };
}

/**
 * @param {typeof import('../../electron/engine/index')} module
 * @param {string} dataDir
 * @param {readonly import('./sim-fleet.mjs').Node[]} nodes
 */
async function saveHosts({ createEngine }, dataDir, nodes) {
  const engine = await createEngine({ dataDir, secrets: null });
  await createRouterClient(engine.router).hosts.add({ hosts: nodes.map(hostOf) });
  await engine.close();
  return dataDir;
}

/**
 * @param {App} app
 * @param {string} dataDir
 */
async function openConnected({ executablePath, args }, dataDir) {
  const opened = await _electron.launch({ executablePath, args: [...args, `--data-dir=${dataDir}`] });
  const window = await opened.firstWindow();
  await window.getByRole('button', { name: 'Refresh all' }).click();
  // Until the inventory of all is there.
  await delay(60_000);
  return { opened, window };
}

/**
 * @param {App} app
 * @param {string} dataDir
 * @param {number} nodes
 * @returns {Promise<import('./table.mjs').Row>}
 */
async function measureHeatMap(app, dataDir, nodes) {
  const { opened, window } = await openConnected(app, dataDir);
  try {
    await window.getByRole('navigation').first().getByText('Heat map', { exact: true }).click();
    await window.locator('canvas').first().waitFor();
    await delay(30_000);
    await window.evaluate(`
      globalThis.frames = { longest: 0, late: 0, count: 0 };
      let last = performance.now();
      const frame = (now) => {
        frames.longest = Math.max(frames.longest, now - last);
        if (now - last > 50) frames.late += 1;
        frames.count += 1;
        last = now;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    `);
    const readTrace = await traceTasks(window);
    await delay(60_000);
    const { longest, late, count } = await /** @type {Promise<Record<string, number>>} */ (
      window.evaluate('globalThis.frames')
    );
    const workMs = Math.max(0, ...(await readTrace()));
    return {
      name: `longest frame of the heat map of ${nodes * 8} GPUs in a minute`,
      ours: `${(longest ?? 0).toFixed(0)} ms, ${late} of ${count} over 50 ms; longest task ${workMs.toFixed(0)} ms of work`,
      theirs: '50 ms',
      ratio: (longest ?? Number.NaN) / 50,
      limit: '<= 1',
      isMet: late === 0,
    };
  } finally {
    await opened.close();
  }
}

/**
 * Not packaged, as a package reads nothing in before itself.
 * @param {string} executable
 * @param {string} dataDir
 * @param {number} nodes
 * @param {import('node:child_process').ChildProcess} replay
 * @returns {Promise<import('./table.mjs').Row>}
 */
async function measureIdle(executable, dataDir, nodes, replay) {
  const loader = path.join(rootDir, 'build/bench/hide-window.cjs');
  const args = ['-r', loader, rootDir, ...sandboxArgs, `--data-dir=${dataDir}`];
  const opened = spawn(executable, args, { stdio: 'ignore' });
  const pid = /** @type {number} */ (opened.pid);
  const ended = once(opened, 'exit');
  try {
    // Hidden after a minute, at the pace of that half a minute later, and what was asked for has come.
    await delay(150_000);
    const before = await cpuSecondsOfTree(pid);
    const traffic = await countTraffic(replay);
    const seconds = 120;
    await delay(seconds * 1000);
    if (opened.exitCode !== null) throw new Error('the app could not connect its hosts, or has ended');
    const { channels, bytes } = await countTraffic(replay);
    const each = (/** @type {number} */ sum) => sum / nodes / (seconds / 60);
    const asked = `${each(channels - traffic.channels).toFixed(1)} commands and ${(each(bytes - traffic.bytes) / 1000).toFixed(1)} kB a host and minute`;
    const shares = Object.entries(await cpuSecondsOfTree(pid))
      .map(([name, spent]) => ({ name, share: (spent - (before[name] ?? 0)) / seconds }))
      .sort((one, other) => other.share - one.share);
    const share = shares.reduce((sum, each) => sum + each.share, 0);
    const detail = shares.slice(0, 4).map(({ name, share: part }) => `${name} ${(part * 100).toFixed(1)} %`);
    return {
      name: `processor time of the app, window hidden, ${nodes} hosts connected, load ${(await readFile('/proc/loadavg', 'utf8')).split(' ')[0]}`,
      ours: `${(share * 100).toFixed(1)} % of a core (${detail.join(', ')}); ${asked}`,
      theirs: '2 %',
      ratio: share / 0.02,
      limit: '<= 1',
      isMet: share <= 0.02,
    };
  } finally {
    opened.kill('SIGTERM');
    await ended;
  }
}
