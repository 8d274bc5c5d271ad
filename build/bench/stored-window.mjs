import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRouterClient } from '@orpc/server';
import { _electron } from 'playwright';
import { rootDir } from '../setup/paths.mjs';
import { traceTasks } from './fleet.mjs';
import { load } from './load.mjs';

const gpusOfHost = 8;
/** Nodes whose GPUs are compared: 64 lines a chart. */
const compared = 8;
const limitMs = 50;
const keys = ['+', '+', 'ArrowLeft', 'ArrowLeft', 'ArrowRight', '-', 'ArrowRight', '-', 'Backspace', 'End'];

/**
 * The app on kept samples, without a node: four charts of 64 lines at 300 points while they are zoomed, moved and pointed at,
 * and a heat map of 2,048 GPUs that is played back. What counts is the longest task of the window, in processor time.
 * @param {{ engine: typeof import('../../electron/engine/index'), nodes?: number }} options
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureStoredWindow({ engine, nodes = 256 }) {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'gantry-bench-stored-'));
  try {
    await keep(await load('build/bench/telemetry-parts.ts'), await saveHosts(engine, dataDir, nodes), dataDir);
    const app = await _electron.launch({
      executablePath: path.join(rootDir, 'dist/linux-unpacked/gantry'),
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), `--data-dir=${dataDir}`],
    });
    try {
      const window = await app.firstWindow();
      const replay = await measureReplay(window, nodes * gpusOfHost);
      return [...(await measureCharts(window, nodes)), replay];
    } finally {
      await app.close();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/**
 * @param {typeof import('../../electron/engine/index')} module
 * @param {string} dataDir
 * @param {number} nodes
 */
async function saveHosts({ createEngine }, dataDir, nodes) {
  const engine = await createEngine({ dataDir, secrets: null });
  const hosts = Array.from({ length: nodes }, (_, index) => ({
    kind: /** @type {const} */ ('ssh'),
    name: `${index < compared ? 'chart' : 'node'}${String(index + 1).padStart(3, '0')}`,
    // Nothing listens there.
    target: { address: `127.9.${index >> 7}.${(index & 127) + 1}`, port: 1, user: 'admin', useAgent: false },
  }));
  const specs = await createRouterClient(engine.router).hosts.add({ hosts });
  await engine.close();
  return specs.map(({ id }) => id);
}

/**
 * Twenty minutes of the nodes that are compared, five of the others, each second.
 * @param {typeof import('./telemetry-parts')} parts
 * @param {readonly string[]} hostIds
 * @param {string} dataDir
 */
async function keep(parts, hostIds, dataDir) {
  const toMs = Date.now();
  let nowMs = toMs - 1_200_000;
  const store = parts.openStore(path.join(dataDir, 'telemetry.db'), () => nowMs, parts.telemetrySchema);
  const samples = new parts.SampleStore({ store, nowMs: () => nowMs });
  const layout = /** @type {const} */ ([
    'gpu.temperatureC',
    'gpu.powerW',
    'gpu.utilizationPercent',
    'gpu.memoryUsedBytes',
    'gpu.throttleReasons',
  ]);
  for (; nowMs < toMs; nowMs += 1000) {
    const told = toMs - nowMs <= 300_000 ? hostIds : hostIds.slice(0, compared);
    for (const [host, hostId] of told.entries()) {
      const frames = Array.from({ length: gpusOfHost }, (_, gpu) => {
        const wave = Math.sin(nowMs / 40_000 + gpu + host) + Math.random() / 4;
        const values = [60 + 12 * wave, 450 + 200 * wave, Math.min(100, 75 + 25 * wave), 60e9 + 4e9 * wave, 0];
        return {
          subject: { kind: /** @type {const} */ ('gpu'), id: `GPU-${host}-${gpu}` },
          layout,
          atMs: nowMs,
          values,
        };
      });
      samples.append(hostId, frames);
    }
    while (samples.flush());
  }
  samples.close();
  store.close();
}

/**
 * @param {import('playwright').Page} window
 * @param {number} nodes
 */
async function measureCharts(window, nodes) {
  await window.getByRole('navigation').first().getByText('Metrics', { exact: true }).click();
  await window.getByRole('combobox').first().fill('name ~ chart');
  await window.getByText(`${compared} of ${nodes}`).first().waitFor();
  // As percentiles first, so that code that is read in once does not count.
  await window.locator('section[aria-label="Temperature"] .recharts-wrapper').waitFor();
  await delay(3000);
  await window.evaluate('globalThis.beganAt = performance.now()');
  await window.getByText('Lines', { exact: true }).click();
  const lines = compared * gpusOfHost;
  await window.locator(`canvas[data-lines="${lines}"]`).first().waitFor();
  const firstMs = /** @type {number} */ (
    await window.evaluate(
      'new Promise((done) => requestAnimationFrame(() => done(performance.now() - globalThis.beganAt)))',
    )
  );
  await delay(2000);
  const chart = window.locator('section[aria-label="Temperature"]');
  const box = await chart.boundingBox();
  await watchFrames(window);
  const readTrace = await traceTasks(window);
  await chart.locator('xpath=..').focus();
  for (let round = 0; round < 3; round += 1) {
    for (const key of keys) {
      await window.keyboard.press(key);
      await delay(400);
    }
    for (let step = 0; box && step < 40; step += 1) {
      await window.mouse.move(box.x + 100 + (step * (box.width - 150)) / 40, box.y + 90);
      await delay(25);
    }
  }
  const workMs = Math.max(0, ...(await readTrace()));
  return [
    rowOf(
      `four charts of ${lines} lines at 300 points, zoomed, moved and pointed at`,
      workMs,
      await readFrames(window),
    ),
    {
      name: `such a chart from the click until it is drawn`,
      ours: `${firstMs.toFixed(0)} ms`,
      theirs: '1000 ms',
      ratio: firstMs / 1000,
      limit: '<= 1',
      isMet: firstMs <= 1000,
    },
  ];
}

/**
 * @param {import('playwright').Page} window
 * @param {number} cells
 */
async function measureReplay(window, cells) {
  await window.getByRole('navigation').first().getByText('Heat map', { exact: true }).click();
  await window.keyboard.press('Control+k');
  await window.keyboard.type('Replay the last hour');
  await window.getByRole('button', { name: 'Replay the last hour' }).click();
  await window.getByRole('slider', { name: 'Time that is shown' }).focus();
  await window.keyboard.press('End');
  // Two minutes back, where all were sampled; then on, each second.
  for (let step = 0; step < 10; step += 1) await window.keyboard.press('ArrowLeft');
  await window.getByText('1×', { exact: true }).click();
  await window.getByRole('button', { name: /Play/ }).click();
  await window.getByText(`${cells} GPUs`).first().waitFor();
  await delay(5000);
  await watchFrames(window);
  const readTrace = await traceTasks(window);
  const map = window.getByRole('application');
  await map.focus();
  for (let step = 0; step < 30; step += 1) {
    await window.keyboard.press(step % 3 === 0 ? 'ArrowDown' : 'ArrowRight');
    await delay(500);
  }
  const workMs = Math.max(0, ...(await readTrace()));
  await window.getByRole('button', { name: /Back to live/ }).click();
  return rowOf(`heat map of ${cells} GPUs, played back, walked by keys`, workMs, await readFrames(window));
}

/**
 * @param {string} name
 * @param {number} workMs
 * @param {{ longest: number, late: number, count: number }} frames
 * @returns {import('./table.mjs').Row}
 */
function rowOf(name, workMs, { longest, late, count }) {
  return {
    name,
    ours: `longest task ${workMs.toFixed(0)} ms of work; ${late} of ${count} frames over ${limitMs} ms, longest ${longest.toFixed(0)} ms`,
    theirs: `${limitMs} ms`,
    ratio: workMs / limitMs,
    limit: '<= 1',
    isMet: workMs <= limitMs,
  };
}

/** @param {import('playwright').Page} window */
async function watchFrames(window) {
  await window.evaluate(`
    globalThis.frames = { longest: 0, late: 0, count: 0 };
    let last = performance.now();
    const frame = (now) => {
      const { frames } = globalThis;
      frames.longest = Math.max(frames.longest, now - last);
      if (now - last > ${limitMs}) frames.late += 1;
      frames.count += 1;
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  `);
}

/** @param {import('playwright').Page} window */
async function readFrames(window) {
  return /** @type {{ longest: number, late: number, count: number }} */ (await window.evaluate('globalThis.frames'));
}
