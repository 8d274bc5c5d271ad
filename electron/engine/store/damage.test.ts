import { existsSync, mkdtempSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkBulk } from './check-bulk';
import { isDamage } from './damage';
import { openStore } from './open-store';
import { StoreError } from './store';

let file: string;
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'gantry-store-')), 'gantry.db');
});
afterEach(() => rmSync(join(file, '..'), { recursive: true, force: true }));

/** A database of more than 32 MB, most of it evidence. */
function makeBig(): void {
  const store = openStore(file);
  store.transaction(() => {
    store.database.prepare('INSERT INTO host (id, spec, position, is_removed) VALUES (?, ?, 0, 0)').run('node', '{}');
    const insert = store.database.prepare('INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?, 0)');
    for (let index = 0; index < 20; index += 1) {
      insert.run(`e${index}`, 'node', 'gpu', '{}', Buffer.alloc(2 * 1024 * 1024, 7), Buffer.alloc(0), index);
    }
  });
  store.close();
  expect(statSync(file).size).toBeGreaterThan(32 * 1024 * 1024);
}

function overwrite(fromByte: number, bytes: number): void {
  writeSync(openSync(file, 'r+'), Buffer.alloc(bytes, 0xab), 0, bytes, fromByte);
}

const never = new AbortController().signal;

describe('damage of a big database', () => {
  it('in its bulk is found beside the work, and the next start keeps the file aside', async () => {
    makeBig();
    overwrite(statSync(file).size / 2, 64 * 1024);
    const store = openStore(file);
    expect(store.keptAside).toBe(null);
    expect(store.database.prepare('SELECT id FROM host').pluck().all()).toEqual(['node']);
    expect(await checkBulk(store, never)).toBe(false);
    store.distrust();
    store.close();

    const again = openStore(file);
    expect(again.keptAside).toContain('.damaged-');
    expect(again.database.prepare('SELECT id FROM host').pluck().all()).toEqual([]);
    again.close();
    expect(existsSync(`${file}.suspect`)).toBe(false);
  });

  it('in what matters most is found at once', () => {
    makeBig();
    // The first pages: the schema and the roots of every table.
    overwrite(4096, 40 * 4096);
    const store = openStore(file);
    expect(store.keptAside).toContain('.damaged-');
    store.close();
  });

  it('is found in a file that was cut short', async () => {
    makeBig();
    truncateSync(file, statSync(file).size - 4 * 1024 * 1024);
    const store = openStore(file);
    expect(await checkBulk(store, never)).toBe(false);
    store.distrust();
    store.close();
    expect(openStore(file).keptAside).toContain('.damaged-');
  });

  it('that a call runs into is told apart from other failures', () => {
    makeBig();
    overwrite(statSync(file).size / 2, 64 * 1024);
    const store = openStore(file);
    const work = () =>
      store.transaction(() => store.database.prepare("SELECT sum(instr(stdout, x'00')) AS found FROM evidence").all());
    expect(work).toThrow(expect.objectContaining({ name: StoreError.name }));
    expect(work).toThrow(expect.toSatisfy(isDamage));
    store.close();
  });
});

it('a suspicion that turns out wrong costs one whole check and nothing else', async () => {
  makeBig();
  const store = openStore(file);
  expect(await checkBulk(store, never)).toBe(true);
  store.distrust();
  store.close();
  const again = openStore(file);
  expect(again.keptAside).toBe(null);
  expect(again.database.prepare('SELECT id FROM host').pluck().all()).toEqual(['node']);
  again.close();
  expect(existsSync(`${file}.suspect`)).toBe(false);
});

it('checking stops when it is told to, and leaves the engine to others meanwhile', async () => {
  makeBig();
  const store = openStore(file);
  const stop = new AbortController();
  const checking = checkBulk(store, stop.signal);
  let turns = 0;
  for (; turns < 3; turns += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  stop.abort();
  await expect(checking).rejects.toThrow(/abort/i);
  store.close();
});

it('tells damage from other failures by what SQLite says', () => {
  const error = (code: string, message: string) => Object.assign(new Error(message), { code });
  expect(isDamage(error('SQLITE_CORRUPT', 'database disk image is malformed'))).toBe(true);
  expect(isDamage(error('SQLITE_NOTADB', 'file is not a database'))).toBe(true);
  expect(isDamage(error('SQLITE_FULL', 'database or disk is full'))).toBe(false);
  expect(isDamage(error('INVALID', 'cli.answerMalformed'))).toBe(false);
  expect(isDamage(null)).toBe(false);
});
