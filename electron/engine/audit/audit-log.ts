import type { AuditEntry } from '#shared/domain/audit';
import type { Store } from '../store/store';
import { canonicalJson, sha256 } from './canonical-json';
import { maskSecrets } from './mask-secrets';

export interface AuditPage {
  /** Newest first. */
  entries: AuditEntry[];
  isChainIntact: boolean;
}

export interface AuditLog {
  append(entry: { event: string; hostId?: string | null; detail: Record<string, unknown> }): AuditEntry;
}

export interface ReadableAuditLog extends AuditLog {
  list(options: { limit: number; beforeSeq?: number }): AuditPage;
}

interface AuditRow {
  seq: number;
  at_ms: number;
  actor: string;
  event: string;
  host_id: string | null;
  detail: string;
  previous_hash: string;
  hash: string;
}

const noHash = '0'.repeat(64);

/**
 * The audit log: lines are only ever added, each carries the hash of the one before. Secrets are masked before a line
 * is written, because the log outlives everything else. Throws StoreError when the line could not be saved; who calls
 * must then not go on with what it was about to do.
 */
export function createAuditLog(deps: { store: Store; nowMs: () => number; actor: string }): ReadableAuditLog {
  const { database } = deps.store;
  const last = database.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1');
  const insert = database.prepare(
    'INSERT INTO audit (seq, at_ms, actor, event, host_id, detail, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const page = database.prepare('SELECT * FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?');
  const all = database.prepare('SELECT * FROM audit ORDER BY seq');
  // AUTOINCREMENT remembers the highest number ever given, so lines cut off the end show too.
  const highest = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'audit'");

  function isChainIntact(): boolean {
    let previousHash = noHash;
    let seq = 0;
    for (const row of all.iterate() as IterableIterator<AuditRow>) {
      const entry = toEntry(row);
      if (!entry || row.seq !== seq + 1 || row.previous_hash !== previousHash || row.hash !== hashOf(entry))
        return false;
      previousHash = row.hash;
      seq = row.seq;
    }
    const [sequence] = highest.all() as Array<{ seq: number }>;
    return (sequence?.seq ?? 0) === seq;
  }

  return {
    append: (entry) =>
      deps.store.transaction(() => {
        const [before] = last.all() as Array<{ seq: number; hash: string }>;
        const line = {
          seq: (before?.seq ?? 0) + 1,
          atMs: deps.nowMs(),
          actor: deps.actor,
          event: entry.event,
          hostId: entry.hostId ?? null,
          // Through JSON once, so that what is hashed is what is read back.
          detail: JSON.parse(JSON.stringify(maskSecrets(entry.detail))) as Record<string, unknown>,
          previousHash: before?.hash ?? noHash,
        };
        const hash = hashOf(line);
        insert.run(
          line.seq,
          line.atMs,
          line.actor,
          line.event,
          line.hostId,
          JSON.stringify(line.detail),
          line.previousHash,
          hash,
        );
        return { ...line, hash };
      }),
    list: ({ limit, beforeSeq }) => {
      const rows = page.all(beforeSeq ?? Number.MAX_SAFE_INTEGER, limit) as AuditRow[];
      return { entries: rows.flatMap((row) => toEntry(row) ?? []), isChainIntact: isChainIntact() };
    },
  };
}

function hashOf(line: Omit<AuditEntry, 'hash'>): string {
  const { seq, atMs, actor, event, hostId, detail, previousHash } = line;
  return sha256(canonicalJson({ seq, atMs, actor, event, hostId, detail, previousHash }));
}

/** Null when somebody made the detail something else than JSON. */
function toEntry(row: AuditRow): AuditEntry | null {
  try {
    return {
      seq: row.seq,
      atMs: row.at_ms,
      actor: row.actor,
      event: row.event,
      hostId: row.host_id,
      detail: JSON.parse(row.detail) as Record<string, unknown>,
      previousHash: row.previous_hash,
      hash: row.hash,
    };
  } catch {
    return null;
  }
}
