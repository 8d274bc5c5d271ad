import { z } from 'zod';
import type { PartsVersion } from '#shared/domain/parts/history';
import type { NodeParts } from '#shared/domain/parts/index';
import { type PartsChange, partsChangeSchema } from '#shared/domain/parts/parts-changes';
import { DamagedFile } from '../../store/damage';
import type { Store } from '../../store/store';
import { applyDelta, type JsonDelta, type JsonObject, jsonDelta } from './json-delta';
import { decodeLook, encodeLook, pack, unpack } from './stored-look';

/** Versions kept of each node. */
export const keptVersions = 60;

export interface StoredVersion extends PartsVersion {
  readonly look: NodeParts;
  readonly carried: readonly string[];
}

interface HeadRow {
  number: number;
  firstSeenMs: number;
  lastSeenMs: number;
  carried: string;
  changes: string;
}

const head = 'number, first_seen_ms AS firstSeenMs, last_seen_ms AS lastSeenMs, carried, changes';
const carriedSchema = z.array(z.string()).catch([]);
const changesSchema = z.array(partsChangeSchema).catch([]);

/** Versions of what nodes are made of: the newest of each node whole, older ones as what is different in them. */
export class VersionRepository {
  constructor(private readonly store: Store) {}

  /** Newest first. */
  list(hostId: string): PartsVersion[] {
    const rows = this.store.database
      .prepare(`SELECT ${head} FROM parts_version WHERE host_id = ? ORDER BY number DESC`)
      .all(hostId) as HeadRow[];
    return rows.map((row) => toVersion(row));
  }

  latest(hostId: string): StoredVersion | null {
    return this.find(hostId, null);
  }

  /** Null: the newest. */
  find(hostId: string, number: number | null): StoredVersion | null {
    const rows = this.store.database
      .prepare(
        `SELECT ${head}, content FROM parts_version WHERE host_id = ? AND number >= coalesce(?, (SELECT max(number) FROM parts_version WHERE host_id = ?)) ORDER BY number DESC`,
      )
      .all(hostId, number, hostId) as Array<HeadRow & { content: ArrayBuffer }>;
    const last = rows.at(-1);
    if (!last || (number !== null && last.number !== number)) return null;
    let content: JsonObject | null = null;
    for (const row of rows) {
      const unpacked = this.unpack(row.content);
      content = content ? applyDelta(content, unpacked as JsonDelta | null) : (unpacked as JsonObject);
    }
    const carried = carriedSchema.parse(parse(last.carried));
    return { ...toVersion(last), look: decodeLook(content ?? {}), carried };
  }

  lastSeenOf(hostId: string): number | null {
    const [row] = this.store.database
      .prepare('SELECT last_seen_ms AS atMs FROM parts_version WHERE host_id = ? ORDER BY number DESC LIMIT 1')
      .all(hostId) as Array<{ atMs: number }>;
    return row?.atMs ?? null;
  }

  /** When each node was last looked at. */
  lastSeen(): Map<string, number> {
    const rows = this.store.database
      .prepare('SELECT host_id AS hostId, max(last_seen_ms) AS atMs FROM parts_version GROUP BY host_id')
      .all() as Array<{ hostId: string; atMs: number }>;
    return new Map(rows.map(({ hostId, atMs }) => [hostId, atMs]));
  }

  /** Within a transaction: the version before it becomes what is different in it. */
  add(
    hostId: string,
    before: StoredVersion | null,
    version: { look: NodeParts; carried: readonly string[]; changes: readonly PartsChange[]; seenAtMs: number },
  ): void {
    const { database } = this.store;
    const content = encodeLook(version.look);
    if (before) this.write(hostId, before.number, jsonDelta(content, encodeLook(before.look)));
    const number = (before?.number ?? 0) + 1;
    const { seenAtMs, carried, changes } = version;
    database
      .prepare('INSERT INTO parts_version VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(hostId, number, seenAtMs, seenAtMs, pack(content), JSON.stringify(carried), JSON.stringify(changes));
    database.prepare('DELETE FROM parts_version WHERE host_id = ? AND number <= ?').run(hostId, number - keptVersions);
  }

  /** More is known of the newest version: nothing in it was different, some of it could not be read before. */
  amend(hostId: string, number: number, look: NodeParts): void {
    const content = encodeLook(look);
    const before = this.find(hostId, number - 1);
    if (before) this.write(hostId, before.number, jsonDelta(content, encodeLook(before.look)));
    this.write(hostId, number, content);
  }

  private write(hostId: string, number: number, content: unknown): void {
    this.store.database
      .prepare('UPDATE parts_version SET content = ? WHERE host_id = ? AND number = ?')
      .run(pack(content), hostId, number);
  }

  /** The newest version was seen again. */
  confirm(hostId: string, number: number, seenAtMs: number, carried: readonly string[]): void {
    this.store.database
      .prepare('UPDATE parts_version SET last_seen_ms = ?, carried = ? WHERE host_id = ? AND number = ?')
      .run(seenAtMs, JSON.stringify(carried), hostId, number);
  }

  removeHost(hostId: string): void {
    this.store.database.prepare('DELETE FROM parts_version WHERE host_id = ?').run(hostId);
  }

  private unpack(content: ArrayBuffer): unknown {
    try {
      return unpack(new Uint8Array(content));
    } catch (error) {
      this.store.distrust();
      throw this.store.failure(new DamagedFile('a kept version of a node is damaged', { cause: error }));
    }
  }
}

function toVersion({ number, firstSeenMs, lastSeenMs, carried, changes }: HeadRow): PartsVersion {
  const carriedCount = carriedSchema.parse(parse(carried)).length;
  return { number, firstSeenMs, lastSeenMs, changes: changesSchema.parse(parse(changes)), carriedCount };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
