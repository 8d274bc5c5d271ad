import * as fs from 'node:fs';
import { resolve } from 'node:path';
import type Database from 'libsql';
import { type StorageProblem, storageProblem } from '#shared/domain/storage-problem';

export type { Database };

/** The engine's one writer. Each area keeps its own SQL in a `*-repository.ts` of its folder. */
export interface Store {
  readonly database: Database.Database;
  /** Set when a damaged file was found at start: where it was kept aside. */
  readonly keptAside: string | null;
  /**
   * Runs `work` in one transaction, as everything that writes must: a statement that finds the database locked would
   * otherwise stay open and keep every later transaction from being committed. A failure rolls
   * back and becomes a StoreError. On disk when it returns.
   */
  transaction<T>(work: () => T): T;
  /**
   * The same for what a node can be asked again: safe from a crash of Gantry at once, from a power cut a little later,
   * and without the wait for the disk that would stop the engine at each of hundreds of hosts.
   */
  transactionSoon<T>(work: () => T): T;
  /** Another value than last time: another process (the app beside the CLI) has written meanwhile. Costs microseconds. */
  foreignVersion(): number;
  /** Damage was met: the next start checks the whole file, and keeps it aside when it is so. */
  distrust(): void;
  /** As what something that went wrong with the file is told. */
  failure(error: unknown): StoreError;
  close(): void;
}

/** The workstation could not save or read: disk full, file locked, damaged. Nothing of the transaction was kept. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  constructor(
    readonly problem: StorageProblem,
    options?: ErrorOptions,
  ) {
    // SQLite itself does not say which file it could not open.
    super(problem.detail.includes(problem.path) ? problem.detail : `${problem.path}: ${problem.detail}`, options);
  }
}

/** The one place that finds out why a file of the data folder could not be used. */
export function storeError(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError(storageProblem(error, resolve(file), fs), { cause: error });
}
