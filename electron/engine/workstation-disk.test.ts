import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ORPCError } from '@orpc/client';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it, type TestContext, vi } from 'vitest';
import type { StorageProblem } from '#shared/domain/storage-problem';
import { createEngine } from './index';
import { openStore } from './store/open-store';
import { StoreError } from './store/store';
import { pathWithGpu, refreshedProbes } from './testing/busy-engine';
import { addHost, codeOf, EngineBench, noticesOf } from './testing/engine-bench';
import { fill, smallDisk } from './testing/small-disk';

let bench: EngineBench;
beforeEach(() => {
  bench = new EngineBench();
});
afterEach(() => bench.close());

/** A data folder on a disk of 3 MB, and what fills that. */
function onSmallDisk(skip: TestContext['skip']) {
  const dataDir = join(bench.dataDir, 'small');
  const disk = smallDisk(dataDir);
  if (!disk) return skip('mounting a small file system needs root');
  bench.onClose(() => disk.release());
  const full = { reason: 'full' as const, path: join(dataDir, 'gantry.db'), disk: dataDir };
  return { dataDir, ballast: join(dataDir, 'ballast'), full };
}

/** What the refusal of a call says of the workstation. */
async function problemOf(call: Promise<unknown>): Promise<StorageProblem | null> {
  const error = await call.then(
    () => null,
    (refusal: unknown) => refusal,
  );
  if (error !== null && !(error instanceof ORPCError && error.code === 'STORE_FAILED')) throw error;
  return (error?.data as StorageProblem | undefined) ?? null;
}

/** What another process reads in the database, as soon as the engine has saved it by itself. */
async function lookFromOutside(
  dataDir: string,
  sql: string,
  isSaved: (rows: unknown[]) => boolean,
): Promise<unknown[]> {
  const database = new Database(join(dataDir, 'gantry.db'));
  bench.onClose(() => database.close());
  const look = () => database.prepare(sql).pluck().all();
  await vi.waitFor(() => expect(look()).toSatisfy(isSaved), { timeout: 30_000, interval: 200 });
  return look();
}

/** Why an engine does not start in this folder; null when it does. */
async function startProblem(dataDir: string): Promise<StorageProblem | null> {
  try {
    await (await createEngine({ dataDir, secrets: null })).close();
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    return (error as StoreError).problem;
  }
}

describe('a full disk', () => {
  it('is told as such, stops nothing else, loses nothing, and is over when there is room', async ({ skip }) => {
    const { dataDir, ballast } = onSmallDisk(skip);
    const { client, engine } = await bench.start({ dataDir });
    const [local] = await client.hosts.add({ hosts: [{ kind: 'local', name: 'here' }] });
    const hostId = local?.id ?? '';
    await client.inventory.refresh({ hostId });
    const { id: incidentId } = await client.incidents.open({ title: 'full' });
    const notes: string[] = [];
    let outcome = 'ok';
    fill(ballast);
    for (let count = 0; outcome === 'ok' && count < 2000; count += 1) {
      outcome = await codeOf(client.incidents.addNote({ incidentId, text: 'x'.repeat(4000) }));
      if (outcome === 'ok') notes.push('x');
    }
    expect(outcome).toBe('STORE_FAILED');
    const refused = await Promise.all([
      codeOf(client.inventory.refresh({ hostId })),
      codeOf(addHost(client, { port: 1 })),
      codeOf(client.system.updateSettings({ language: 'zh-CN' })),
      codeOf(client.diagnosis.start({ treeId: 'vram-shortage', hostId })),
      codeOf(client.incidents.open({ title: 'no room' })),
    ]);
    expect(new Set(refused)).toEqual(new Set(['STORE_FAILED']));
    expect((await client.system.settings()).language).toBe(null);
    expect((await client.hosts.list()).map(({ spec }) => spec.name)).toEqual(['here']);
    expect((await client.inventory.get({ hostId })).results.length).toBeGreaterThan(15);
    expect((await client.incidents.get({ incidentId })).entries.length).toBe(notes.length + 1);
    rmSync(ballast);
    expect(await codeOf(client.inventory.refresh({ hostId }))).toBe('ok');
    expect(await codeOf(client.incidents.addNote({ incidentId, text: 'again' }))).toBe('ok');
    await engine.close();

    fill(ballast);
    const again = await bench.start({ dataDir });
    expect(await noticesOf(again.client)).toEqual([]);
    expect((await again.client.incidents.get({ incidentId })).entries.length).toBe(notes.length + 2);
    expect((await again.client.inventory.list())[0]?.probesTotal).toBeGreaterThan(15);
  });

  it('is told with the file and the disk by every call that would save, and by an engine that would start', async ({
    skip,
  }) => {
    const { dataDir, ballast, full } = onSmallDisk(skip);
    const { client } = await bench.start({ dataDir });
    const { id: incidentId } = await client.incidents.open({ title: 'full' });
    fill(ballast);
    let problem: StorageProblem | null = null;
    for (let count = 0; !problem && count < 2000; count += 1) {
      problem = await problemOf(client.incidents.addNote({ incidentId, text: 'x'.repeat(4000) }));
    }
    expect(problem).toEqual({ ...full, detail: 'database or disk is full' });

    // Not even the files beside a database have room, nor does the first page of a new one.
    const copy = join(dataDir, 'copy');
    rmSync(ballast);
    mkdirSync(copy);
    copyFileSync(full.path, join(copy, 'gantry.db'));
    fill(ballast);
    const inCopy = { ...full, path: join(copy, 'gantry.db') };
    expect(await startProblem(copy)).toEqual({ ...inCopy, detail: 'disk I/O error' });
    expect(await startProblem(join(dataDir, 'new'))).toMatchObject({ reason: 'full', disk: dataDir });
    rmSync(ballast);
    expect(await startProblem(copy)).toBe(null);
  });

  it('in the middle of a refresh keeps what came, which is saved by itself when there is room', async ({ skip }) => {
    const { dataDir, ballast, full } = onSmallDisk(skip);
    const { client } = await bench.start({ dataDir });
    const [local] = await client.hosts.add({ hosts: [{ kind: 'local', name: 'here' }] });
    const hostId = local?.id ?? '';
    const refresh = problemOf(client.inventory.refresh({ hostId }));
    fill(ballast);
    expect(await refresh).toMatchObject(full);
    const { results } = await client.inventory.get({ hostId });
    expect(results.length).toBeGreaterThan(15);
    rmSync(ballast);
    const saved = await lookFromOutside(dataDir, 'SELECT probe_id FROM probe_result', ({ length }) => length > 0);
    expect(saved.sort()).toEqual(results.map(({ probeId }) => probeId).sort());
  });

  it('in the middle of a diagnosis ends it with the reason, and another one can be made when there is room', async ({
    skip,
  }) => {
    const { dataDir, ballast, full } = onSmallDisk(skip);
    const { client } = await bench.start({ dataDir });
    const [local] = await client.hosts.add({ hosts: [{ kind: 'local', name: 'here' }] });
    const start = { treeId: 'vram-shortage', hostId: local?.id ?? '' };
    const ended = async (runId: string) => {
      for await (const run of await client.diagnosis.watch({ runId })) if (run.state !== 'collecting') return run;
      throw new Error('it never ended');
    };
    const { id } = await client.diagnosis.start(start);
    fill(ballast);
    const { path, disk } = full;
    const failure = { state: 'failed', error: { key: 'errors.storage.full', params: { path, disk } } };
    expect(await ended(id)).toMatchObject(failure);
    rmSync(ballast);
    const [saved] = await lookFromOutside(
      dataDir,
      'SELECT run FROM diagnosis_run',
      (rows) => !/collecting/.test(`${rows}`),
    );
    expect(JSON.parse(String(saved))).toMatchObject(failure);
    expect((await ended((await client.diagnosis.start(start)).id)).state).toMatch(/waiting|concluded/);
  });

  it('in the middle of an action interrupts it with the reason, and the node has the last word when there is room', async ({
    skip,
  }) => {
    const { dataDir, ballast, full } = onSmallDisk(skip);
    const { client } = await bench.start({ dataDir });
    const [local] = await client.hosts.add({ hosts: [{ kind: 'local', name: 'here' }] });
    const snippet = join(bench.dataDir, 'gantry-env.sh');
    const plan = await client.actions.plan({
      actionId: 'environment-snippet',
      hostId: local?.id ?? '',
      parameters: { path: snippet },
    });
    const { id: runId } = await client.actions.apply({ planId: plan.id, fingerprint: plan.fingerprint });
    fill(ballast);
    const { path, disk } = full;
    const cut = { state: 'interrupted', error: { key: 'errors.storage.full', params: { path, disk } } };
    const told: string[] = [];
    for await (const run of await client.actions.watch({ runId })) {
      told.push(run.state);
      if (run.state !== 'applying') expect(run).toMatchObject({ ...cut, steps: [{ state: 'unknown' }] });
    }
    expect(told.at(-1)).toBe('interrupted');
    expect(await problemOf(client.actions.recheck({ runId }))).toMatchObject(full);

    rmSync(ballast);
    const [saved] = await lookFromOutside(dataDir, 'SELECT run FROM action_run', (rows) => !/applying/.test(`${rows}`));
    expect(JSON.parse(String(saved))).toMatchObject(cut);
    expect(readFileSync(snippet, 'utf8')).toContain('export');
    expect((await client.actions.recheck({ runId })).state).toBe('verified');
    expect((await client.audit.list({ limit: 1 })).entries[0]).toMatchObject({ event: 'action.settle' });
  });
});

describe('a full disk and what nodes are made of', () => {
  it('refuses a version, a profile and a note on a part whole, and takes them again when there is room', async ({
    skip,
  }) => {
    const { dataDir, ballast, full } = onSmallDisk(skip);
    vi.stubEnv('PATH', pathWithGpu(join(bench.dataDir, 'bin')));
    bench.onClose(() => vi.unstubAllEnvs());
    const { client, engine } = await bench.start({ dataDir });
    const [local] = await client.hosts.add({ hosts: [{ kind: 'local', name: 'here' }] });
    const look = { hostId: local?.id ?? '', probeIds: refreshedProbes };
    const { hostId } = look;
    await client.inventory.refresh(look);
    const [part] = await client.parts.search({ text: '1650000000001', limit: 1 });
    const note = { id: part?.id ?? 0, note: 'kept', warrantyUntil: '2030-01-31' };
    await client.parts.setNote(note);
    const golden = await client.profiles.fromNode({ hostId, name: 'golden' });
    const isKept = async (by: typeof client, versions: number) => {
      expect(await by.parts.passport({ id: note.id })).toMatchObject(note);
      expect((await by.profiles.list()).filter(({ isBuiltIn }) => !isBuiltIn).map(({ id }) => id)).toEqual(['golden']);
      expect(await by.parts.versions({ hostId })).toHaveLength(versions);
    };

    fill(ballast);
    const { id: incidentId } = await client.incidents.open({ title: 'full' }).catch(() => ({ id: '' }));
    for (let count = 0; incidentId !== '' && count < 2000; count += 1) {
      if ((await codeOf(client.incidents.addNote({ incidentId, text: 'x'.repeat(4000) }))) !== 'ok') break;
    }
    const file = JSON.stringify({ ...golden, id: 'other', description: { en: 'x'.repeat(9000) } });
    const refusals = [
      client.inventory.refresh(look),
      client.parts.setNote({ ...note, note: 'x'.repeat(9000) }),
      client.profiles.fromNode({ hostId, name: 'more' }),
      client.profiles.import({ file: 'other.json', text: file }),
      client.profiles.assign({ hostId, profileId: 'golden' }),
      client.profiles.remove({ profileId: 'golden' }),
    ];
    for (const problem of await Promise.all(refusals.map(problemOf))) expect(problem).toMatchObject(full);
    await isKept(client, 1);
    await engine.close().catch(() => {});
    const again = await bench.start({ dataDir });
    await isKept(again.client, 1);

    rmSync(ballast);
    await again.client.inventory.refresh(look);
    await isKept(again.client, 2);
    await again.client.profiles.remove({ profileId: 'golden' });
    expect((await again.client.profiles.list()).every(({ isBuiltIn }) => isBuiltIn)).toBe(true);
  });
});

describe('a data folder that can not be used', () => {
  it('is refused with the reason when it is read-only', async ({ skip }) => {
    const { dataDir } = onSmallDisk(skip);
    const { client } = await bench.start();
    await client.hosts.add({ hosts: [{ kind: 'local', name: 'here' }] });
    for (const suffix of ['', '-wal']) {
      copyFileSync(join(bench.dataDir, `gantry.db${suffix}`), join(dataDir, `gantry.db${suffix}`));
    }
    execFileSync('mount', ['-o', 'remount,ro', dataDir]);
    const reason = 'readOnly';
    expect(await startProblem(dataDir)).toMatchObject({ reason, path: join(dataDir, 'gantry.db'), disk: dataDir });
    expect(await startProblem(join(dataDir, 'new'))).toMatchObject({ reason, disk: dataDir });
    execFileSync('mount', ['-o', 'remount,rw', dataDir]);
    const again = await bench.start({ dataDir });
    expect((await again.client.hosts.list()).map(({ spec }) => spec.name)).toEqual(['here']);
  });

  it('is said to be in use while another process holds its database, and reads go on', async () => {
    const { client } = await bench.start();
    const [local] = await client.hosts.add({ hosts: [{ kind: 'local', name: 'here' }] });
    const other = new Database(join(bench.dataDir, 'gantry.db'));
    other.exec('BEGIN IMMEDIATE');
    const path = join(bench.dataDir, 'gantry.db');
    expect(await problemOf(client.incidents.open({ title: 'locked' }))).toMatchObject({ reason: 'locked', path });
    expect((await client.hosts.list()).map(({ spec }) => spec.name)).toEqual(['here']);
    other.exec('ROLLBACK');
    other.close();
    expect(await codeOf(client.inventory.refresh({ hostId: local?.id ?? '' }))).toBe('ok');
  });

  it('is refused with the reason when it or a folder above it is a file, which stays', async () => {
    const path = join(bench.dataDir, 'report.pdf');
    writeFileSync(path, 'kept');
    for (const dataDir of [path, join(path, 'data'), join(path, 'more', 'data')]) {
      expect(await startProblem(dataDir)).toMatchObject({ reason: 'notAFolder', path });
    }
    expect(readFileSync(path, 'utf8')).toBe('kept');
  });

  it('is refused with the reason when its database is a folder or was written by a newer Gantry, and is left alone', async () => {
    const path = join(bench.dataDir, 'gantry.db');
    mkdirSync(path);
    expect(await startProblem(bench.dataDir)).toMatchObject({ reason: 'isAFolder', path });
    rmSync(path, { recursive: true });
    const store = openStore(path);
    store.database.exec('PRAGMA user_version = 9999');
    store.close();
    const before = statSync(path).mtimeMs;
    expect(await startProblem(bench.dataDir)).toMatchObject({ reason: 'newerVersion', path });
    expect(statSync(path).mtimeMs).toBe(before);
  });

  it('is refused with the reason while another process keeps its database to itself', async () => {
    const path = join(bench.dataDir, 'gantry.db');
    const program = `const Database = require('libsql');
      const database = new Database(process.argv[1]);
      database.exec('PRAGMA journal_mode = WAL; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE one (a)');
      console.log('locked');
      setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ['-e', program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    bench.onClose(() => other.kill('SIGKILL'));
    await once(other.stdout, 'data');
    expect(await startProblem(bench.dataDir)).toMatchObject({ reason: 'locked', path });
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(await startProblem(bench.dataDir)).toBe(null);
  });
});
