import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron } from 'playwright';
import { rootDir } from '../setup/paths.mjs';
import { pidsOfTree } from './process-tree.mjs';
import { median } from './table.mjs';

const rootArgs = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/**
 * Cold start to an interactive Fleet with 50 saved hosts, and memory then, against a bare window of the same Electron.
 * The two take turns, so that whatever else the machine does hits both.
 * @param {{ electron: { executable: string }, engine: typeof import('../../electron/engine/index'), rounds?: number }} options
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureAppStart({ electron, engine, rounds = 5 }) {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'gantry-bench-'));
  try {
    await saveHosts(engine, dataDir, 50);
    /** @type {Record<'ours' | 'theirs', { startMs: number[], liveMs: number[], pssBytes: number[] }>} */
    const seen = {
      ours: { startMs: [], liveMs: [], pssBytes: [] },
      theirs: { startMs: [], liveMs: [], pssBytes: [] },
    };
    for (let round = 0; round <= rounds; round += 1) {
      const ours = await measure({
        executablePath: path.join(rootDir, 'dist/linux-unpacked/gantry'),
        args: [...rootArgs, `--data-dir=${dataDir}`],
        isReady: 'tbody tr >> nth=5',
        // What the window remembers of the last session has become what the engine says.
        isLive: 'text="50 nodes"',
      });
      const theirs = await measure({
        executablePath: electron.executable,
        args: [...rootArgs, path.join(rootDir, 'build/bench/bare-window')],
        isReady: '#ready',
        isLive: '#ready',
      });
      // The first round warms the file cache for both.
      if (round === 0) continue;
      for (const [side, result] of /** @type {const} */ ([
        ['ours', ours],
        ['theirs', theirs],
      ])) {
        seen[side].startMs.push(result.startMs);
        seen[side].liveMs.push(result.liveMs);
        seen[side].pssBytes.push(result.pssBytes);
      }
    }
    const start = median(seen.ours.startMs) / median(seen.theirs.startMs);
    const memory = median(seen.ours.pssBytes) / median(seen.theirs.pssBytes);
    return [
      row(
        'start to an interactive Fleet, 50 hosts',
        seen.ours.startMs,
        seen.theirs.startMs,
        (ms) => `${ms.toFixed(0)} ms`,
        start,
        1.5,
        ` (${median(seen.ours.liveMs).toFixed(0)} ms with the engine's answer)`,
      ),
      row(
        'memory then (PSS, all processes)',
        seen.ours.pssBytes,
        seen.theirs.pssBytes,
        (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MiB`,
        memory,
        1.4,
      ),
    ];
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/**
 * @param {string} name
 * @param {number[]} ours
 * @param {number[]} theirs
 * @param {(value: number) => string} format
 * @param {number} ratio
 * @param {number} limit
 * @param {string} [note]
 */
function row(name, ours, theirs, format, ratio, limit, note = '') {
  return {
    name,
    ours: format(median(ours)) + note,
    theirs: `${format(median(theirs))} (bare window)`,
    ratio,
    limit: `<= ${limit}`,
    isMet: ratio <= limit,
  };
}

/**
 * @param {typeof import('../../electron/engine/index')} module
 * @param {string} dataDir
 * @param {number} count
 */
async function saveHosts({ createEngine }, dataDir, count) {
  const { createRouterClient } = await import('@orpc/server');
  const engine = await createEngine({ dataDir, secrets: null });
  const client = createRouterClient(engine.router);
  await client.hosts.add({
    hosts: Array.from({ length: count }, (_, index) => ({
      kind: 'ssh',
      name: `gpu-${String(index + 1).padStart(2, '0')}`,
      target: { address: `127.0.0.${index + 1}`, port: 2222, user: 'admin' },
    })),
  });
  await engine.close();
}

/** @param {{ executablePath: string, args: string[], isReady: string, isLive: string }} options */
async function measure({ executablePath, args, isReady, isLive }) {
  const startedAt = performance.now();
  const app = await _electron.launch({ executablePath, args });
  try {
    const window = await app.firstWindow();
    await window.locator(isReady).first().waitFor();
    const startMs = performance.now() - startedAt;
    await window.locator(isLive).first().waitFor();
    const liveMs = performance.now() - startedAt;
    // Let start-up garbage settle, the same time for both.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    return { startMs, liveMs, pssBytes: await pssOfTree(/** @type {number} */ (app.process().pid)) };
  } finally {
    await app.close();
  }
}

/** @param {number} root pid whose whole tree counts */
async function pssOfTree(root) {
  let bytes = 0;
  for (const pid of await pidsOfTree(root)) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    bytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) * 1024;
  }
  return bytes;
}
