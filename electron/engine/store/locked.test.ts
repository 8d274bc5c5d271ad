import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from './open-store';
import { StoreError } from './store';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('waits a moment for another writer once, then refuses at once until it has gone', () => {
  const file = join(folder, 'gantry.db');
  const store = openStore(file);
  const save = (key: string) =>
    store.transaction(() => store.database.prepare('INSERT INTO setting VALUES (?, ?)').run(key, '1'));
  const failure = (key: string): unknown => {
    try {
      return save(key);
    } catch (error) {
      return error;
    }
  };
  save('before');
  const other = new Database(file);
  other.exec('BEGIN IMMEDIATE');

  const startedAtMs = performance.now();
  expect(failure('first')).toMatchObject({
    name: StoreError.name,
    problem: { reason: 'locked', path: file, detail: 'database is locked' },
  });
  const firstMs = performance.now() - startedAtMs;
  for (let index = 0; index < 50; index += 1) expect(failure(`later ${index}`)).toBeInstanceOf(StoreError);
  const laterMs = performance.now() - startedAtMs - firstMs;
  // Fifty refusals together cost less than the one that waited.
  expect(firstMs).toBeGreaterThan(300);
  expect(laterMs).toBeLessThan(firstMs);
  // What needs no saving goes on.
  expect(store.database.prepare('SELECT key FROM setting').pluck().all()).toEqual(['before']);

  other.exec('ROLLBACK');
  save('after');
  expect(store.database.prepare('SELECT key FROM setting').pluck().all()).toEqual(['after', 'before']);
  // Its patience is back.
  other.exec('BEGIN IMMEDIATE');
  const againAtMs = performance.now();
  failure('again');
  expect(performance.now() - againAtMs).toBeGreaterThan(300);
  other.close();
  store.close();
});
