import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import { load } from './load.mjs';
import { median } from './table.mjs';

const hosts = 1000;
const versions = 30;
/** Hosts whose versions are recorded one by one; the others get copies of their rows, which are as long. */
const recorded = 20;
const limitMb = 300;
const limitMs = 50;

/**
 * What the store needs for the inventories of a fleet: a simulated DGX, collected once over SSH, as so many nodes with serial
 * numbers of their own, each changed so many times. And what a comparison of two of its versions takes.
 * @param {{ engine: typeof import('../../electron/engine/index') }} options
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measurePartsStore({ engine }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-bench-parts-'));
  try {
    const facts = await collectDgx(engine, folder);
    /** @type {typeof import('../../electron/engine/inventory/parts-history')} */
    const { createPartsHistory } = await load('electron/engine/inventory/parts-history.ts');
    /** @type {typeof import('../../electron/engine/store/open-store')} */
    const { openStore } = await load('electron/engine/store/open-store.ts');
    /** @type {typeof import('../../shared/domain/parts/compare-parts')} */
    const { compareParts } = await load('shared/domain/parts/compare-parts.ts');
    const file = path.join(folder, 'parts.db');
    const store = openStore(file);
    const audit = /** @type {any} */ ({ append() {} });
    const history = createPartsHistory({ store, audit });
    for (let host = 0; host < recorded; host += 1) {
      for (let version = 0; version < versions; version += 1) {
        history.record(`host-${host}`, changed(facts, host, version), Date.now() + version * 1000);
      }
    }
    const kept = history.versions('host-0').length;
    const partCount = history.at('host-0')?.look.parts.length ?? 0;
    if (kept !== versions || partCount < 20) throw new Error(`${kept} versions of ${partCount} parts`);
    const times = [];
    for (let round = 0; round < 40; round += 1) {
      const startedAt = performance.now();
      const [before, after] = [
        history.at(`host-${round % recorded}`, 1),
        history.at(`host-${round % recorded}`, versions),
      ];
      if (before && after) compareParts(before.look, after.look, 'time');
      times.push(performance.now() - startedAt);
    }
    for (let host = recorded; host < hosts; host += 1) copyHost(store, host % recorded, host);
    store.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    store.close();
    const megabytes = (await stat(file)).size / 1e6;
    const ms = median(times);
    return [
      {
        name: `store: ${hosts} hosts of ${partCount} parts, ${versions} versions each`,
        ours: `${megabytes.toFixed(0)} MB`,
        theirs: `${limitMb} MB`,
        ratio: megabytes / limitMb,
        limit: '<= 1',
        isMet: megabytes <= limitMb,
      },
      {
        name: `two versions read and compared, ${versions - 1} apart`,
        ours: `${ms.toFixed(1)} ms`,
        theirs: `${limitMs} ms`,
        ratio: ms / limitMs,
        limit: '<= 1',
        isMet: ms <= limitMs,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {typeof import('../../electron/engine/index')} engine
 * @param {string} folder
 * @returns {Promise<Record<string, unknown>>} facts by probe
 */
async function collectDgx({ createEngine }, folder) {
  /** @type {typeof import('../../electron/sim/index')} */
  const { startSimFleet } = await load('electron/sim/index.ts');
  const fleet = await startSimFleet({ nodes: 1 });
  const [node] = fleet.nodes;
  const { writeFile } = await import('node:fs/promises');
  const knownHostsFile = path.join(folder, 'known_hosts');
  await writeFile(knownHostsFile, `${node?.knownHostsLine}\n`);
  const started = await createEngine({ dataDir: folder, secrets: null });
  try {
    const client = createRouterClient(started.router);
    const [spec] = await client.hosts.add({
      hosts: [
        {
          kind: 'ssh',
          name: 'dgx',
          target: {
            address: '127.0.0.1',
            port: node?.port ?? 0,
            user: node?.user ?? '',
            identityFiles: [node?.privateKeyPath ?? ''],
            useAgent: false,
            knownHostsFile,
          },
        },
      ],
    });
    const hostId = spec?.id ?? '';
    await client.inventory.refresh({ hostId });
    const { results } = await client.inventory.get({ hostId });
    const failed = results.filter(({ state }) => state !== 'ok' && state !== 'missing-tool');
    if (failed.length > 0) throw new Error(failed.map(({ probeId, state }) => `${probeId} ${state}`).join(', '));
    return Object.fromEntries(
      results.filter(({ state }) => state === 'ok').map(({ probeId, facts }) => [probeId, facts]),
    );
  } finally {
    await started.close();
    await fleet.close();
  }
}

const namesOne = /(?:serial|uuid|guid|mac|wwn|asset)/i;

/**
 * The facts as another node has them at another time: names of parts are its own; each time a kernel, a driver, VBIOSes and
 * firmware are newer in turn.
 * @param {Record<string, unknown>} facts
 * @param {number} host
 * @param {number} version
 * @returns {any}
 */
function changed(facts, host, version) {
  const digits = String(host).padStart(4, '0');
  const step = (/** @type {number} */ every) => Math.floor(version / every);
  return JSON.parse(JSON.stringify(facts), (key, value) => {
    if (typeof value !== 'string') return value;
    if (namesOne.test(key) && value.length >= 8) return value.slice(0, -4) + digits;
    if (/kernelRelease/.test(key)) return `${value}+${version}`;
    if (/driverVersion|kernelModuleVersion/i.test(key)) return `${value}.${step(3)}`;
    if (/vbios/i.test(key)) return `${value}.${step(10)}`;
    if (/firmware/i.test(key)) return `${value}.${step(6)}`;
    return value;
  });
}

/**
 * The rows of one recorded host again, under another name.
 * @param {import('../../electron/engine/store/store').Store} store
 * @param {number} from
 * @param {number} to
 */
function copyHost({ database, transaction }, from, to) {
  const [base] = /** @type {Array<{ id: number }>} */ (database.prepare('SELECT max(id) AS id FROM passport').all());
  const shift = base?.id ?? 0;
  const source = `host-${from}`;
  const stays = 'SELECT passport_id FROM passport_stay WHERE host_id = ?';
  transaction(() => {
    database
      .prepare(
        'INSERT INTO parts_version SELECT ?, number, first_seen_ms, last_seen_ms, content, carried, changes FROM parts_version WHERE host_id = ?',
      )
      .run(`host-${to}`, source);
    database
      .prepare(
        `INSERT INTO passport SELECT id + ?, kind, model, counters, note, warranty_until FROM passport WHERE id IN (${stays})`,
      )
      .run(shift, source);
    database
      .prepare(
        `INSERT INTO passport_identity SELECT kind, key || ?, name, value || ?, passport_id + ? FROM passport_identity WHERE passport_id IN (${stays})`,
      )
      .run(`-${to}`, `-${to}`, shift, source);
    database
      .prepare(
        'INSERT INTO passport_stay SELECT passport_id + ?, ?, slot, from_ms, to_ms FROM passport_stay WHERE host_id = ?',
      )
      .run(shift, `host-${to}`, source);
    database
      .prepare(
        'INSERT INTO passport_event (passport_id, host_id, at_ms, event) SELECT passport_id + ?, ?, at_ms, event FROM passport_event WHERE host_id = ?',
      )
      .run(shift, `host-${to}`, source);
  });
}
