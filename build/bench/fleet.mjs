import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import { _electron } from 'playwright';
import { rootDir } from '../setup/paths.mjs';
import { hostOf, startFleet, startReplay } from './sim-fleet.mjs';
import { median } from './table.mjs';

const nodes = 32;

/** @typedef {import('./sim-fleet.mjs').Node} Node */

/**
 * The same inventory on 32 hosts against `xargs -P 8 ssh HOST sh < script` with OpenSSH multiplexing, both logged in
 * already: on simulated hosts, which share the cores with both sides, and on replayed ones, which answer the same at the
 * pace of a lone simulated host, as other machines do. And the longest time the window blocks while it shows such a refresh.
 * @param {{ engine: typeof import('../../electron/engine/index'), rounds?: number }} options
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureFleet({ engine, rounds = 5 }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-bench-'));
  const fleet = await startFleet(folder, { nodes, isElsewhere: true });
  const [simulated] = fleet.nodes;
  if (!simulated) throw new Error('the fleet is empty');
  const replay = await startReplay(await inner(folder, 'replay'), simulated, nodes);
  try {
    const rows = [];
    for (const [name, members, dataDir] of /** @type {const} */ ([
      ['simulated hosts', fleet.nodes, await inner(folder, 'data')],
      ['hosts that do their work elsewhere', replay.nodes, await inner(folder, 'data-replay')],
    ])) {
      const { ours, theirs } = await race({ engine, dataDir, members, rounds });
      rows.push({
        name: `inventory of ${nodes} ${name}`,
        ours: `${ours.toFixed(0)} ms`,
        theirs: `${theirs.toFixed(0)} ms (xargs -P 8 ssh)`,
        ratio: ours / theirs,
        limit: '<= 1',
        isMet: ours <= theirs,
      });
    }
    const { blockedMs, workMs } = await longestBlock(path.join(folder, 'data'));
    rows.push({
      name: 'longest block of the window meanwhile',
      ours: `${blockedMs.toFixed(0)} ms (${workMs.toFixed(0)} ms of work)`,
      theirs: '50 ms',
      ratio: blockedMs / 50,
      limit: '<= 1',
      isMet: blockedMs <= 50,
    });
    return rows;
  } finally {
    replay.process.kill('SIGTERM');
    fleet.process.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {{ engine: typeof import('../../electron/engine/index'), dataDir: string, members: readonly Node[], rounds: number }} options
 * @returns {Promise<{ ours: number, theirs: number }>} medians in ms
 */
async function race({ engine: { createEngine }, dataDir, members, rounds }) {
  const engine = await createEngine({ dataDir, secrets: null });
  const client = createRouterClient(engine.router);
  const specs = await client.hosts.add({ hosts: members.map(hostOf) });
  const { script } = await client.inventory.collectorScript();
  const sshConfig = await writeSshConfig(dataDir, members, script);
  /** @param {typeof specs} some */
  const refresh = (some) => Promise.all(some.map(({ id }) => client.inventory.refresh({ hostId: id })));
  const xargs = (names = 'names') =>
    run('sh', [
      '-c',
      `xargs -P 8 -I NODE sh -c 'ssh -F ${sshConfig} NODE sh < ${dataDir}/collect.sh > ${dataDir}/NODE.out' < ${dataDir}/${names}`,
    ]);
  // Alone at first, for nodes that record how one answers; then all log in, and the masters that OpenSSH multiplexes over
  // open.
  await refresh(specs.slice(0, 1));
  await refresh(specs.slice(0, 1));
  await xargs('first-name');
  await refresh(specs);
  await xargs();
  const ours = [];
  const theirs = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await timed(() => refresh(specs)));
    theirs.push(await timed(xargs));
  }
  for (const { name } of members) await run('ssh', ['-F', sshConfig, '-O', 'exit', name]).catch(() => {});
  await engine.close();
  return { ours: median(ours), theirs: median(theirs) };
}

/**
 * @param {() => Promise<unknown>} work
 * @returns {Promise<number>} ms
 */
async function timed(work) {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/**
 * @param {string} folder
 * @param {string} name
 */
async function inner(folder, name) {
  const made = path.join(folder, name);
  await mkdir(made);
  return made;
}

/**
 * @param {string} folder
 * @param {readonly Node[]} fleet
 * @param {string} script
 */
async function writeSshConfig(folder, fleet, script) {
  const file = path.join(folder, 'ssh_config');
  const entries = fleet.map(
    ({ name, address, port, user, privateKeyPath, knownHosts }) =>
      `Host ${name}\n HostName ${address}\n Port ${port}\n User ${user}\n IdentityFile ${privateKeyPath}\n UserKnownHostsFile ${knownHosts}\n`,
  );
  const shared = `Host *\n IdentitiesOnly yes\n BatchMode yes\n ControlMaster auto\n ControlPath ${folder}/c-%C\n ControlPersist 60\n LogLevel ERROR\n`;
  await writeFile(file, entries.join('') + shared);
  await writeFile(path.join(folder, 'names'), fleet.map(({ name }) => `${name}\n`).join(''));
  await writeFile(path.join(folder, 'first-name'), `${fleet[0]?.name}\n`);
  await writeFile(path.join(folder, 'collect.sh'), script);
  return file;
}

/**
 * Opens the app on the same hosts, refreshes all, and asks the renderer how long it was blocked at most, and its trace how
 * much processor time its longest task took: the rest is waiting for a core.
 * @param {string} dataDir
 * @returns {Promise<{ blockedMs: number, workMs: number }>}
 */
async function longestBlock(dataDir) {
  const args = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), `--data-dir=${dataDir}`];
  const app = await _electron.launch({ executablePath: path.join(rootDir, 'dist/linux-unpacked/gantry'), args });
  try {
    const window = await app.firstWindow();
    await window.locator('tbody tr >> nth=5').waitFor();
    await window.waitForTimeout(3000);
    // A timer that comes late was blocked; long tasks are what the browser itself calls blocking.
    await window.evaluate(`
      globalThis.longest = 0;
      let last = performance.now();
      setInterval(() => {
        const now = performance.now();
        globalThis.longest = Math.max(globalThis.longest, now - last - 10);
        last = now;
      }, 10);
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration);
      }).observe({ type: 'longtask' });
    `);
    const readTrace = await traceTasks(window);
    await window.getByRole('button', { name: 'Refresh all' }).click();
    await window.waitForTimeout(20_000);
    return {
      blockedMs: /** @type {number} */ (await window.evaluate('globalThis.longest')),
      workMs: Math.max(0, ...(await readTrace())),
    };
  } finally {
    await app.close();
  }
}

/**
 * @param {import('playwright').Page} window
 * @returns {Promise<() => Promise<number[]>>} ends the trace: the processor time of each task of the page's main thread, in ms
 */
export async function traceTasks(window) {
  const cdp = await window.context().newCDPSession(window);
  /** @type {any[]} */
  const events = [];
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel'], excludedCategories: ['*'] },
  });
  return async () => {
    const isComplete = new Promise((resolve) => {
      cdp.once('Tracing.tracingComplete', resolve);
    });
    await cdp.send('Tracing.end');
    await isComplete;
    const threads = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
    return events
      .filter(
        ({ name, pid, tid }) => name.endsWith('RunTask') && threads.some((one) => one.pid === pid && one.tid === tid),
      )
      .map(({ tdur }) => (tdur ?? 0) / 1000);
  };
}

/**
 * @param {string} file
 * @param {string[]} args
 * @returns {Promise<void>}
 */
function run(file, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${file} ended with ${code}`))));
  });
}
