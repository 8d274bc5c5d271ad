import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'libsql';
import { checkAtStart, isDamage, suspect } from './damage';
import { migrations } from './migrations';
import { type Store, StoreError, storeError } from './store';

/** What a database file of ours is made of. */
export interface StoreSchema {
  /** Numbered by position, applied in order. */
  readonly migrations: readonly string[];
  /** Nearly all of a big file; not read through at start. */
  readonly bulkTables: readonly string[];
  /** Of the pages of a new file that also gives room back; else as SQLite has them. */
  readonly pageBytes?: number;
}

const gantrySchema: StoreSchema = { migrations, bulkTables: ['evidence', 'probe_result'] };

/**
 * Opens (or creates) the database and brings it to the current schema. A file that is damaged is renamed to
 * `NAME.damaged-TIME` and a fresh one is started; one that a newer Gantry wrote is refused.
 */
export function openStore(file: string, nowMs: () => number = Date.now, schema: StoreSchema = gantrySchema): Store {
  const failure = (error: unknown): StoreError => storeError(error, file);
  try {
    if (file !== ':memory:') makeFolder(dirname(file));
    const { database, keptAside } = openOrKeepAside(file, nowMs, schema);
    tellFailures(database, failure);
    const version = database.prepare('PRAGMA data_version').pluck();
    const transact = patientTransact(database, failure);
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
      failure,
      close: () => database.close(),
    };
  } catch (error) {
    throw failure(error);
  }
}

interface Opened {
  readonly database: Database.Database;
  readonly keptAside: string | null;
}

function openOrKeepAside(file: string, nowMs: () => number, schema: StoreSchema): Opened {
  try {
    return { database: openChecked(file, schema), keptAside: null };
  } catch (error) {
    if (!existsSync(file) || !isDamage(error)) throw error;
    const keptAside = `${file}.damaged-${new Date(nowMs()).toISOString().replace(/[:.]/g, '-')}`;
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(file + suffix)) renameSync(file + suffix, keptAside + suffix);
    }
    return { database: openChecked(file, schema), keptAside };
  }
}

/** `recursive` of Node itself never returns below /proc, where nothing can be made, and calls EROFS an ENOENT. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    // What nodes printed is for nobody else who has a login on this workstation.
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another engine that starts at the same time may have been first.
    if (!existsSync(folder)) throw error;
  }
}

/** Another engine that starts at the same time may be recovering or migrating. */
const openTimeoutMs = 5000;
/** As much as SQLite's usual pages make, so that moving it into the file stays as short. */
const walBytes = 4 * 1024 * 1024;
/** Gantry's own transactions take milliseconds; the engine does nothing else while it waits for someone else's. */
const busyTimeoutMs = 400;

function openChecked(file: string, schema: StoreSchema): Database.Database {
  const database = new Database(file);
  try {
    // The time limit first: switching to WAL already waits for whoever else is opening the file.
    database.exec(`PRAGMA busy_timeout = ${openTimeoutMs}`);
    if (schema.pageBytes) {
      database.exec(`PRAGMA page_size = ${schema.pageBytes}; PRAGMA auto_vacuum = INCREMENTAL`);
      database.exec(`PRAGMA wal_autocheckpoint = ${Math.round(walBytes / schema.pageBytes)}`);
    }
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON`);
    checkAtStart(database, file, schema.bulkTables);
    migrate(database, file, schema.migrations);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: Database.Database, file: string, migrations: readonly string[]): void {
  const schema = (): number => {
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version > migrations.length) throw newerVersion(file, `schema ${version}, known ${migrations.length}`);
    return version;
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

function newerVersion(file: string, detail: string): StoreError {
  const { problem } = storeError(new Error(detail), file);
  return new StoreError({ ...problem, reason: 'newerVersion', path: resolve(file) });
}

/** What a statement runs into outside a transaction is told like what it runs into inside. */
function tellFailures(database: Database.Database, failure: (error: unknown) => StoreError): void {
  const told = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw isSqliteError(error) ? failure(error) : error;
    }
  };
  const prepare = database.prepare.bind(database);
  database.prepare = ((sql: string) => {
    const statement = told(() => prepare(sql));
    for (const name of ['run', 'get', 'all'] as const) {
      const work = statement[name].bind(statement);
      statement[name] = (...params: unknown[]) => told(() => work(...params)) as never;
    }
    const iterate = statement.iterate.bind(statement);
    statement.iterate = function* (...params: unknown[]) {
      const rows = told(() => iterate(...params));
      for (let row = told(() => rows.next()); !row.done; row = told(() => rows.next())) yield row.value;
    };
    return statement;
  }) as Database.Database['prepare'];
}

/**
 * Waits a moment for whoever else is writing. One that stays (a backup, a stuck process) is waited for once: until it
 * has gone, each further transaction is refused at once, and the engine goes on with what needs no saving.
 */
function patientTransact(
  database: Database.Database,
  failure: (error: unknown) => StoreError,
): <T>(work: () => T) => T {
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
      const told = isSqliteError(error) ? failure(error) : error;
      wait(!(told instanceof StoreError && told.problem.reason === 'locked'));
      throw told;
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
    throw error;
  }
}

/** What the database itself says. */
function isSqliteError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE');
}
