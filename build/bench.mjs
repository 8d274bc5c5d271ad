// `npm run bench [-- parse node full table fleet start telemetry trees setup playbooks watch window stored diagnosis]`: ratios measured side by side in one run.
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { setUp } from './setup/index.mjs';
import { rootDir } from './setup/paths.mjs';
import { runMain, say } from './setup/say.mjs';

await runMain(async () => {
  const { electron } = await setUp({ forTests: true });
  if (process.platform === 'linux' && !process.env.DISPLAY) {
    const again = spawnSync(
      'xvfb-run',
      ['-a', '-s', '-screen 0 1600x1000x24', process.execPath, ...process.argv.slice(1)],
      { stdio: 'inherit' },
    );
    return again.status ?? 1;
  }
  const { buildIfChanged } = await import('./bundles.mjs');
  const { createPackage } = await import('./create-package.mjs');
  const { load } = await import('./bench/load.mjs');
  const { printTable } = await import('./bench/table.mjs');
  const { positionals: wanted, values } = parseArgs({
    allowPositionals: true,
    options: { minutes: { type: 'string' } },
  });
  /** Of `watch`; for a quick look. */
  const minutes = Number(values.minutes ?? 10);
  /** @type {Record<string, () => Promise<import('./bench/table.mjs').Row[]>>} */
  const sections = {
    parse: async () => (await import('./bench/parse-speed.mjs')).measureParsing(),
    node: async () => (await import('./bench/one-node.mjs')).measureOneNode({ engine }),
    full: async () => (await import('./bench/full-inventory.mjs')).measureFullInventory({ engine }),
    table: async () => (await import('./bench/fleet-table.mjs')).measureFleetTable({ engine }),
    store: async () => (await import('./bench/parts-store.mjs')).measurePartsStore({ engine }),
    fleet: async () => (await import('./bench/fleet.mjs')).measureFleet({ engine }),
    telemetry: async () => [
      ...(await (await import('./bench/node-loop.mjs')).measureNodeLoop()),
      ...(await (await import('./bench/telemetry-store.mjs')).measureTelemetryStore()),
    ],
    trees: async () => (await import('./bench/tree-drawing.mjs')).measureTreeDrawing({ engine }),
    setup: async () => (await import('./bench/setup.mjs')).measureSetup({ engine }),
    // These take minutes, so only when they are named.
    'cut-off-playbook': async () =>
      wanted.includes('cut-off-playbook')
        ? (await import('./bench/cut-off-playbook.mjs')).measureCutOffs({ only: wanted })
        : [],
    diagnosis: async () =>
      wanted.includes('diagnosis')
        ? (await import('./bench/diagnosis/measure-diagnosis.mjs')).measureDiagnosis({ engine })
        : [],
    playbooks: async () =>
      wanted.includes('playbooks')
        ? (await import('./bench/playbooks.mjs')).measurePlaybooks({ engine, only: wanted })
        : [],
    watch: async () =>
      wanted.includes('watch') ? (await import('./bench/watched-fleet.mjs')).measureWatchedFleet({ minutes }) : [],
    window: async () =>
      wanted.includes('window')
        ? (await import('./bench/watched-window.mjs')).measureWatchedWindow({ electron, engine })
        : [],
    stored: async () =>
      wanted.includes('stored') ? (await import('./bench/stored-window.mjs')).measureStoredWindow({ engine }) : [],
    start: async () => (await import('./bench/app-start.mjs')).measureAppStart({ electron, engine }),
  };
  await buildIfChanged();
  await createPackage({ electron, isRelease: false });
  /** @type {typeof import('../electron/engine/index')} */
  const engine = await load('electron/engine/index.ts');

  const rows = [];
  for (const [name, measure] of Object.entries(sections)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    say(`measuring ${name}`);
    rows.push(...(await measure()));
  }
  const machine = {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    electron: electron.version,
  };
  console.log(
    `\n${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, Linux ${machine.kernel}, Node ${machine.node}, Electron ${machine.electron}\n`,
  );
  printTable(rows);
  await mkdir(`${rootDir}/artifacts`, { recursive: true });
  await writeFile(`${rootDir}/artifacts/bench.json`, `${JSON.stringify({ machine, rows }, null, 2)}\n`);
  return rows.every(({ isMet }) => isMet) ? 0 : 1;
});
