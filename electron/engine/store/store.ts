import type Database from 'libsql';

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
  close(): void;
}

/** The workstation could not save or read: disk full, file locked, damaged. Nothing of the transaction was kept. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
