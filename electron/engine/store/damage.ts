import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { Database } from './store';

/** Up to here a whole check takes less than the blink of an eye; a file of 300 MB takes seconds from a disk. */
const smallFileBytes = 32 * 1024 * 1024;

const damageWords = /SQLITE_(CORRUPT|NOTADB)|disk image is malformed|malformed database schema|file is not a database/;

/** Damage that was found by looking, as SQLite would tell it. */
export class DamagedFile extends Error {
  readonly code = 'SQLITE_CORRUPT';
}

export function isDamage(error: unknown): boolean {
  return (
    error instanceof Error &&
    (damageWords.test(`${(error as { code?: unknown }).code} ${error.message}`) || isDamage(error.cause))
  );
}

/**
 * Throws for a damaged file. A small one is checked whole; of a big one the bulk is left to `checkBulk`, unless something
 * was found in it last time.
 */
export function checkAtStart(database: Database.Database, file: string, bulkTables: readonly string[]): void {
  const isWhole = file === ':memory:' || isSuspect(file) || statSync(file).size <= smallFileBytes;
  if (isWhole) {
    quickCheck(database, '');
    forgetSuspicion(file);
    return;
  }
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
  for (const table of tables) if (!bulkTables.includes(table)) quickCheck(database, table);
}

function quickCheck(database: Database.Database, table: string): void {
  const pragma = table === '' ? 'PRAGMA quick_check(1)' : `PRAGMA quick_check('${table}')`;
  const [check] = database.prepare(pragma).all() as Array<{ quick_check: string }>;
  if (check?.quick_check !== 'ok') throw new DamagedFile(check?.quick_check ?? 'no answer');
}

const suspicionFile = (file: string): string => `${file}.suspect`;

/** Damage was met while the file was in use: the next start checks all of it, and keeps it aside. */
export function suspect(file: string): void {
  try {
    writeFileSync(suspicionFile(file), '');
  } catch {
    // A disk that takes nothing any more; whoever meets the damage again says so again.
  }
}

function isSuspect(file: string): boolean {
  return existsSync(suspicionFile(file));
}

function forgetSuspicion(file: string): void {
  rmSync(suspicionFile(file), { force: true });
}
