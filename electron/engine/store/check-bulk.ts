import { setTimeout as pause } from 'node:timers/promises';
import { isDamage } from './damage';
import type { Store } from './store';

/** A few milliseconds of work, then a rest that leaves the engine to whoever needs it. */
const workMs = 4;
const restMs = 40;

/** Long after the window is up. */
const startAfterMs = 15_000;

/** Checks a while from now, until the returned function is called. */
export function checkBulkLater(store: Store, onDamage: () => void): () => void {
  const stop = new AbortController();
  pause(startAfterMs, undefined, { signal: stop.signal, ref: false })
    .then(() => checkBulk(store, stop.signal))
    .then((isWhole) => isWhole || onDamage())
    .catch(() => {});
  return () => stop.abort();
}

/**
 * Reads the bulk of a big database in small pieces beside everything else, which is how damage there shows. Resolves
 * with whether it is whole. Rejects with an AbortError, and with what else goes wrong.
 */
export async function checkBulk({ database }: Store, signal: AbortSignal): Promise<boolean> {
  // `instr` reads each value to its end, overflow pages and all, and hands none of it over.
  const evidence = database.prepare(
    `SELECT rowid AS row, instr(record, x'00') + instr(stdout, x'00') + instr(stderr, x'00') AS seen
     FROM evidence WHERE rowid > ? ORDER BY rowid LIMIT 1`,
  );
  const results = database.prepare("SELECT sum(instr(result, x'00')) AS seen FROM probe_result WHERE host_id = ?");
  let sinceMs = performance.now();
  const rest = async (): Promise<void> => {
    signal.throwIfAborted();
    if (performance.now() - sinceMs < workMs) return;
    await pause(restMs, undefined, { signal, ref: false });
    sinceMs = performance.now();
  };
  try {
    for (const hostId of database.prepare('SELECT id FROM host').pluck().all() as string[]) {
      results.all(hostId);
      await rest();
    }
    for (let after = 0; ; ) {
      const [row] = evidence.all(after) as Array<{ row: number }>;
      if (!row) return true;
      after = row.row;
      await rest();
    }
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}
