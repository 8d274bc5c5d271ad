import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { migrations } from './migrations';
import { type Store, StoreError } from './store';

/**
 * Opens (or creates) the database and brings it to the current schema. A file that is damaged is renamed to
 * `NAME.damaged-TIME` and a fresh one is started; one that a newer Gantry wrote is refused.
 */
export function openStore(file: string, nowMs: () => number = Date.now): Store {
  let keptAside: string | null = null;
  let database: Database.Database;
  try {
    if (file !== ':memory:') makeFolder(dirname(file));
    database = openChecked(file);
  } catch (error) {
    if (file === ':memory:' || !existsSync(file) || !isDamage(error)) throw asStoreError(error, file);
    keptAside = `${file}.damaged-${new Date(nowMs()).toISOString().replace(/[:.]/g, '-')}`;
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(file + suffix)) renameSync(file + suffix, keptAside + suffix);
    }
    database = openChecked(file);
  }
  try {
    migrate(database);
  } catch (error) {
    database.close();
    throw asStoreError(error);
  }
  const version = database.prepare('PRAGMA data_version').pluck();
  return {
    database,
    keptAside,
    transaction: (work) => transact(database, work),
    transactionSoon: (work) => {
      if (database.inTransaction) return work();
      database.exec('PRAGMA synchronous = NORMAL');
      try {
        return transact(database, work);
      } finally {
        database.exec('PRAGMA synchronous = FULL');
      }
    },
    foreignVersion: () => (version.all() as number[])[0] ?? 0,
    close: () => database.close(),
  };
}

/** `recursive` of Node itself never returns below /proc, where nothing can be made, and calls EROFS an ENOENT. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another engine that starts at the same time may have been first.
    if (!existsSync(folder)) throw error;
  }
}

/** Gantry's own transactions take milliseconds; the engine does nothing else while it waits. */
const busyTimeoutMs = 5000;

function openChecked(file: string): Database.Database {
  const database = new Database(file);
  try {
    // The time limit first: switching to WAL already waits for whoever else is opening the file.
    database.exec(
      `PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON`,
    );
    const [check] = database.prepare('PRAGMA quick_check(1)').all() as Array<{ quick_check: string }>;
    if (check?.quick_check !== 'ok') throw new DamagedFile(check?.quick_check ?? 'no answer');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: Database.Database): void {
  const schema = (): number => {
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version <= migrations.length) return version;
    throw new StoreError(
      `The database was written by a newer Gantry (schema ${version}, this one knows ${migrations.length}).`,
    );
  };
  while (schema() < migrations.length) {
    transact(database, () => {
      // Asked again inside: another engine that starts at the same time may have been first.
      const version = schema();
      if (version === migrations.length) return;
      database.exec(migrations[version] ?? '');
      database.exec(`PRAGMA user_version = ${version + 1}`);
    });
  }
}

function transact<T>(database: Database.Database, work: () => T): T {
  // A transaction inside another one joins it: the outermost commits.
  if (database.inTransaction) return work();
  try {
    database.exec('BEGIN IMMEDIATE');
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    throw isSqliteError(error) ? asStoreError(error) : error;
  }
}

class DamagedFile extends Error {}

/** What the database itself says, inside a transaction or outside. */
export function isSqliteError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE');
}

function isDamage(error: unknown): boolean {
  return (
    error instanceof DamagedFile ||
    (error instanceof Error && /malformed|not a database|SQLITE_(CORRUPT|NOTADB)/i.test(String(error)))
  );
}

function asStoreError(error: unknown, file?: string): StoreError {
  if (error instanceof StoreError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  // SQLite itself does not say which file it could not open.
  return new StoreError(file && !detail.includes(file) ? `${file}: ${detail}` : detail, { cause: error });
}
