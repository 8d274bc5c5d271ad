import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootDir } from '../setup/paths.mjs';
import { bundle } from './load.mjs';
import { startFleet, startReplay } from './sim-fleet.mjs';

/**
 * Nodes of eight GPUs, watched at 1 s over real SSH with all collectors, by an engine in a process of its own (see
 * `watched-engine.mjs`). One node is simulated; what its collectors print comes from as many SSH servers as there are nodes,
 * all in one other process: 128 simulated nodes would take more than two cores for themselves. How the window fares beside
 * them is measured by `window`.
 * @param {{ nodes?: number, minutes?: number }} options
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureWatchedFleet({ nodes = 128, minutes = 10 }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-bench-watch-'));
  const fleet = await startFleet(folder, { nodes: 1, profile: 'dgx-h100' });
  const [simulated] = fleet.nodes;
  if (!simulated) throw new Error('there is no simulated node');
  await mkdir(path.join(folder, 'replay'));
  const replay = await startReplay(path.join(folder, 'replay'), simulated, nodes);
  try {
    const engine = fork(path.join(rootDir, 'build/bench/watched-engine.mjs'));
    /** @type {import('./table.mjs').Row[]} */
    let rows = [];
    engine.on('message', (message) => {
      rows = /** @type {import('./table.mjs').Row[]} */ (message);
    });
    const ended = once(engine, 'exit');
    engine.send({
      engineUrl: await bundle('electron/engine/index.ts'),
      dataDir: path.join(folder, 'data'),
      nodes: replay.nodes,
      minutes,
    });
    const [code] = await ended;
    if (code !== 0) throw new Error(`the engine's process ended with code ${code}`);
    return rows;
  } finally {
    replay.process.kill('SIGTERM');
    fleet.process.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
}
