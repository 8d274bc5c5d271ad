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

  let atMs = performance.now();
  const lapMs = (): number => {
    const sinceMs = performance.now() - atMs;
    atMs = performance.now();
    return sinceMs;
  };
  expect(failure('first')).toMatchObject({
    name: StoreError.name,
    problem: { reason: 'locked', path: file, detail: 'database is locked' },
  });
  expect(lapMs()).toBeGreaterThan(300);
  const laterMs = Array.from({ length: 9 }, (_, index) => {
    expect(failure(`later ${index}`)).toBeInstanceOf(StoreError);
    return lapMs();
  });
  // One of them may come at a busy moment of this machine; that all wait would be patience.
  expect(Math.min(...laterMs)).toBeLessThan(300);
  // What needs no saving goes on.
  expect(store.database.prepare('SELECT key FROM setting').pluck().all()).toEqual(['before']);

  other.exec('ROLLBACK');
  save('after');
  expect(store.database.prepare('SELECT key FROM setting').pluck().all()).toEqual(['after', 'before']);
  // Its patience is back.
  other.exec('BEGIN IMMEDIATE');
  lapMs();
  failure('again');
  expect(lapMs()).toBeGreaterThan(300);
  other.close();
  store.close();
});
