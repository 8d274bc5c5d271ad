import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { checkAtStart, isDamage, suspect } from './damage';
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
  const transact = patientTransact(database);
  return {
    database,
    keptAside,
    transaction: transact,
    transactionSoon: (work) => {
      if (database.inTransaction) return work();
      database.exec('PRAGMA synchronous = NORMAL');
      try {
        return transact(work);
      } finally {
        database.exec('PRAGMA synchronous = FULL');
      }
    },
    foreignVersion: () => (version.all() as number[])[0] ?? 0,
    distrust: () => suspect(file),
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

/** Another engine that starts at the same time may be recovering or migrating. */
const openTimeoutMs = 5000;
/** Gantry's own transactions take milliseconds; the engine does nothing else while it waits for someone else's. */
const busyTimeoutMs = 400;

function openChecked(file: string): Database.Database {
  const database = new Database(file);
  try {
    // The time limit first: switching to WAL already waits for whoever else is opening the file.
    database.exec(
      `PRAGMA busy_timeout = ${openTimeoutMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON`,
    );
    checkAtStart(database, file);
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
    inTransaction(database, () => {
      // Asked again inside: another engine that starts at the same time may have been first.
      const version = schema();
      if (version === migrations.length) return;
      database.exec(migrations[version] ?? '');
      database.exec(`PRAGMA user_version = ${version + 1}`);
    });
  }
}

/**
 * Waits a moment for whoever else is writing. One that stays (a backup, a stuck process) is waited for once: until it
 * has gone, each further transaction is refused at once, and the engine goes on with what needs no saving.
 */
function patientTransact(database: Database.Database): <T>(work: () => T) => T {
  let isPatient = true;
  const wait = (isNext: boolean): void => {
    if (isNext !== isPatient) database.exec(`PRAGMA busy_timeout = ${isNext ? busyTimeoutMs : 0}`);
    isPatient = isNext;
  };
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  return (work) => {
    // A transaction inside another one joins it: the outermost commits.
    if (database.inTransaction) return work();
    try {
      const result = inTransaction(database, work);
      wait(true);
      return result;
    } catch (error) {
      wait(!isBusy(error));
      throw error;
    }
  };
}

function inTransaction<T>(database: Database.Database, work: () => T): T {
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

/** What the database itself says, inside a transaction or outside. */
export function isSqliteError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE');
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && (/SQLITE_BUSY|database is locked/.test(String(error)) || isBusy(error.cause));
}

function asStoreError(error: unknown, file?: string): StoreError {
  if (error instanceof StoreError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const detail = isBusy(error) ? `another program is writing to the database (${said})` : said;
  // SQLite itself does not say which file it could not open.
  return new StoreError(file && !detail.includes(file) ? `${file}: ${detail}` : detail, { cause: error });
}
