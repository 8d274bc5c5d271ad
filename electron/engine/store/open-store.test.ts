import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from './migrations';
import { openStore } from './open-store';
import { StoreError } from './store';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('openStore', () => {
  it('keeps what was committed across a reopen and rolls back what threw', () => {
    const file = join(folder, 'gantry.db');
    const first = openStore(file);
    first.transaction(() => first.database.prepare('INSERT INTO setting VALUES (?, ?)').run('kept', '1'));
    expect(() =>
      first.transaction(() => {
        first.database.prepare('INSERT INTO setting VALUES (?, ?)').run('gone', '1');
        throw new Error('half-way');
      }),
    ).toThrow('half-way');
    first.close();
    const second = openStore(file);
    const keys = second.database.prepare('SELECT key FROM setting').pluck().all();
    second.close();
    expect(keys).toEqual(['kept']);
  });

  it('waits for the disk in every transaction but those that say soon, and rolls both back', () => {
    const store = openStore(join(folder, 'gantry.db'));
    const level = () => (store.database.prepare('PRAGMA synchronous').pluck().all() as number[])[0];
    const insert = (key: string) => store.database.prepare('INSERT INTO setting VALUES (?, ?)').run(key, '1');
    const [normal, full] = [1, 2];
    store.transaction(() => expect(level()).toBe(full));
    store.transactionSoon(() => {
      expect(level()).toBe(normal);
      insert('kept');
    });
    expect(() =>
      store.transactionSoon(() => {
        insert('lost');
        throw new Error('enough');
      }),
    ).toThrow('enough');
    expect(level()).toBe(full);
    // Inside a transaction that waits, the wait stays.
    store.transaction(() => store.transactionSoon(() => expect(level()).toBe(full)));
    expect(store.database.prepare('SELECT key FROM setting').pluck().all()).toEqual(['kept']);
    store.close();
  });

  it.each([
    ['bytes that are no database', Buffer.from('not a database at all, sorry'.repeat(400))],
    ['a database with its pages overwritten', null],
  ])('keeps %s aside, byte for byte, and starts fresh', (_, bytes) => {
    const file = join(folder, 'gantry.db');
    let damaged = bytes;
    if (!damaged) {
      const store = openStore(file);
      for (let index = 0; index < 500; index += 1) {
        store.database.prepare('INSERT INTO setting VALUES (?, ?)').run(`key ${index}`, 'x'.repeat(200));
      }
      store.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      store.close();
      damaged = Buffer.from(readFileSync(file));
      damaged.fill(0xab, 4096);
    }
    writeFileSync(file, damaged);
    const store = openStore(file, () => 0);
    expect(store.keptAside).toContain('gantry.db.damaged-1970-01-01');
    expect(readFileSync(store.keptAside ?? '')).toEqual(damaged);
    expect(store.database.prepare('SELECT id FROM host').all()).toEqual([]);
    store.close();
    expect(readdirSync(folder)).toContain('gantry.db');
  });

  it.runIf(process.platform === 'linux')('says where it can not make a folder', () => {
    expect(() => openStore('/proc/nowhere/Gantry/gantry.db')).toThrow(/mkdir '\/proc\/nowhere'/);
  });

  it.each(migrations.map((_, index) => index + 1))('takes over what a database of version %i holds', (version) => {
    const file = join(folder, 'gantry.db');
    const old = new Database(file);
    for (const migration of migrations.slice(0, version)) old.exec(migration);
    old.exec(
      `INSERT INTO evidence (id, host_id, record, stdout, stderr, at_ms) VALUES ('e', 'h', '{}', x'00ff', x'', 1)`,
    );
    old.exec(`PRAGMA user_version = ${version}`);
    old.close();
    const store = openStore(file);
    const [row] = store.database.prepare('SELECT * FROM evidence').all() as Array<{ stdout: ArrayBuffer }>;
    expect(row).toMatchObject({ id: 'e', is_stdout_deflated: 0 });
    expect(Buffer.from(row?.stdout ?? new ArrayBuffer(0)).toString('hex')).toBe('00ff');
    store.close();
  });

  it('makes its folder one that only this user can look into', () => {
    const made = join(folder, 'a', 'data');
    openStore(join(made, 'gantry.db')).close();
    expect([made, join(folder, 'a')].map((one) => statSync(one).mode & 0o777)).toEqual([0o700, 0o700]);
  });

  it('refuses a database of a newer version and leaves it alone', () => {
    const file = join(folder, 'gantry.db');
    const store = openStore(file);
    store.database.exec(`PRAGMA user_version = ${migrations.length + 1}`);
    store.close();
    expect(() => openStore(file)).toThrow(StoreError);
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([]);
  });
});
