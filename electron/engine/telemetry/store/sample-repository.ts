import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { Store } from '../../store/store';
import type { Tier } from './tiers';

export interface StoredTrack {
  readonly id: number;
  readonly hostId: string;
  /** See subjectKey. */
  readonly subject: string;
  readonly layout: readonly MetricId[];
}

export interface BlockRow {
  readonly id: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly samples: number;
  readonly data: Uint8Array;
}

export interface NewBlock extends Omit<BlockRow, 'id'> {
  readonly trackId: number;
  readonly tier: Tier;
}

interface RawBlock extends Omit<BlockRow, 'data'> {
  readonly data: ArrayBuffer;
}

/** The SQL of samples. */
export class SampleRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  tracks(): StoredTrack[] {
    const rows = this.#all<{ id: number; host_id: string; subject: string; layout: string }>(
      'SELECT id, host_id, subject, layout FROM track ORDER BY id',
    );
    // A metric that this version no longer knows keeps its place in the layout, so that the others keep theirs.
    return rows.map(({ id, host_id, subject, layout }) => ({
      id,
      hostId: host_id,
      subject,
      layout: layout.split(',') as MetricId[],
    }));
  }

  addTrack(hostId: string, subject: string, layout: readonly MetricId[]): number {
    const [row] = this.#all<{ id: number }>(
      'INSERT INTO track (host_id, subject, layout) VALUES (?, ?, ?) RETURNING id',
      hostId,
      subject,
      layout.join(','),
    );
    return row?.id ?? 0;
  }

  addBlock({ trackId, tier, startMs, endMs, samples, data }: NewBlock): void {
    this.#store.database
      .prepare('INSERT INTO block (track_id, tier, start_ms, end_ms, samples, data) VALUES (?, ?, ?, ?, ?, ?)')
      .run(trackId, tier, startMs, endMs, samples, data);
  }

  /** Blocks that have something in the range, oldest first. */
  blocks(trackId: number, tier: Tier, fromMs: number, toMs: number): BlockRow[] {
    return this.#all<RawBlock>(
      `SELECT id, start_ms AS startMs, end_ms AS endMs, samples, data FROM block
       WHERE track_id = ? AND tier = ? AND start_ms <= ? AND end_ms >= ? ORDER BY start_ms`,
      trackId,
      tier,
      toMs,
      fromMs,
    ).map((row) => ({ ...row, data: new Uint8Array(row.data) }));
  }

  /** Up to where a track is summed up in a tier; null before the first. */
  endOf(trackId: number, tier: Tier): number | null {
    const [row] = this.#all<{ end: number | null }>(
      'SELECT max(end_ms) AS end FROM block WHERE track_id = ? AND tier = ?',
      trackId,
      tier,
    );
    return row?.end ?? null;
  }

  /** When the first block from there on starts. */
  nextStart(trackId: number, tier: Tier, fromMs: number): number | null {
    const [row] = this.#all<{ start: number | null }>(
      'SELECT min(start_ms) AS start FROM block WHERE track_id = ? AND tier = ? AND start_ms >= ?',
      trackId,
      tier,
      fromMs,
    );
    return row?.start ?? null;
  }

  addJournal(atMs: number, data: Uint8Array): void {
    this.#store.database.prepare('INSERT INTO journal (at_ms, data) VALUES (?, ?)').run(atMs, data);
  }

  journal(): Array<{ atMs: number; data: Uint8Array }> {
    return this.#all<{ atMs: number; data: ArrayBuffer }>('SELECT at_ms AS atMs, data FROM journal ORDER BY seq').map(
      (row) => ({ atMs: row.atMs, data: new Uint8Array(row.data) }),
    );
  }

  trimJournal(beforeMs: number): void {
    this.#store.database.prepare('DELETE FROM journal WHERE at_ms < ?').run(beforeMs);
  }

  deleteBlocks(tier: Tier, endedBeforeMs: number): number {
    return this.#store.database.prepare('DELETE FROM block WHERE tier = ? AND end_ms < ?').run(tier, endedBeforeMs)
      .changes;
  }

  /** Up to `limit` blocks of a tier, oldest first; tells up to when they reached. */
  deleteOldest(tier: Tier, limit: number): number | null {
    const rows = this.#all<{ end: number }>(
      `DELETE FROM block WHERE id IN (SELECT id FROM block WHERE tier = ? ORDER BY end_ms LIMIT ?) RETURNING end_ms AS end`,
      tier,
      limit,
    );
    return rows.length === 0 ? null : Math.max(...rows.map(({ end }) => end));
  }

  forgetHost(hostId: string): void {
    this.#store.database
      .prepare('DELETE FROM block WHERE track_id IN (SELECT id FROM track WHERE host_id = ?)')
      .run(hostId);
    this.#store.database.prepare('DELETE FROM track WHERE host_id = ?').run(hostId);
    this.#store.database.prepare('DELETE FROM event WHERE host_id = ?').run(hostId);
  }

  /** Bytes that are in use; what was deleted is used again. */
  usedBytes(): number {
    const number = (pragma: string): number =>
      (this.#store.database.prepare(`PRAGMA ${pragma}`).pluck().all() as number[])[0] ?? 0;
    return (number('page_count') - number('freelist_count')) * number('page_size');
  }

  totals(): { samples: number; bytes: number; fromMs: number | null } {
    const [row] = this.#all<{ samples: number | null; bytes: number | null; fromMs: number | null }>(
      'SELECT sum(samples) AS samples, sum(length(data)) AS bytes, min(start_ms) AS fromMs FROM block WHERE tier = 0',
    );
    return { samples: row?.samples ?? 0, bytes: row?.bytes ?? 0, fromMs: row?.fromMs ?? null };
  }

  #all<Row>(sql: string, ...params: unknown[]): Row[] {
    return this.#store.database.prepare(sql).all(...params) as Row[];
  }
}
