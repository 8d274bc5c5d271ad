import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { Store } from '../../store/store';
import type { Tier } from './tiers';

export interface StoredTrack {
  readonly id: number;
  readonly hostId: string;
  /** See subjectKey. */
  readonly subject: string;
  readonly layout: readonly MetricId[];
  /** Counts how often this workstation's clock was set back below what the track had; below 0 it was imported. */
  readonly run: number;
}

/** A track with what is kept of it; null: nothing. */
export interface TrackExtent extends StoredTrack {
  readonly rawFromMs: number | null;
  readonly rawToMs: number | null;
  readonly tenSecondsFromMs: number | null;
  readonly tenSecondsToMs: number | null;
  readonly minutesToMs: number | null;
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

const columns = 'id, start_ms AS startMs, end_ms AS endMs, samples, data';

/** The SQL of samples. */
export class SampleRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Of hosts that are not forgotten. In each track and tier blocks follow one another, so that its ends are found by their start. */
  tracks(): TrackExtent[] {
    const last = (tier: Tier): string =>
      `(SELECT end_ms FROM block WHERE track_id = track.id AND tier = ${tier} ORDER BY start_ms DESC LIMIT 1)`;
    const first = (tier: Tier): string =>
      `(SELECT start_ms FROM block WHERE track_id = track.id AND tier = ${tier} ORDER BY start_ms LIMIT 1)`;
    const rows = this.#all<Omit<TrackExtent, 'layout'> & { layout: string }>(
      `SELECT id, host_id AS hostId, subject, layout, run, ${first(0)} AS rawFromMs, ${last(0)} AS rawToMs,
         ${first(10_000)} AS tenSecondsFromMs, ${last(10_000)} AS tenSecondsToMs, ${last(60_000)} AS minutesToMs
       FROM track WHERE host_id <> '' ORDER BY id`,
    );
    // A metric that this version no longer knows keeps its place in the layout, so that the others keep theirs.
    return rows.map((row) => ({ ...row, layout: row.layout.split(',') as MetricId[] }));
  }

  addTrack({ hostId, subject, layout, run }: Omit<StoredTrack, 'id'>): number {
    const [row] = this.#all<{ id: number }>(
      'INSERT INTO track (host_id, subject, layout, run) VALUES (?, ?, ?, ?) RETURNING id',
      hostId,
      subject,
      layout.join(','),
      run,
    );
    return row?.id ?? 0;
  }

  addBlock({ trackId, tier, startMs, endMs, samples, data }: NewBlock): void {
    this.#store.database
      .prepare('INSERT INTO block (track_id, tier, start_ms, end_ms, samples, data) VALUES (?, ?, ?, ?, ?, ?)')
      .run(trackId, tier, startMs, endMs, samples, data);
  }

  /** Blocks that have something in the range, oldest first; no more than `limit`. */
  blocks(trackId: number, tier: Tier, fromMs: number, toMs: number, limit = -1): BlockRow[] {
    return this.#all<RawBlock>(
      `SELECT ${columns} FROM block WHERE track_id = ? AND tier = ? AND start_ms <= ? AND end_ms >= ?
         AND start_ms >= coalesce((SELECT max(start_ms) FROM block WHERE track_id = ? AND tier = ? AND start_ms <= ?), ?)
       ORDER BY start_ms LIMIT ?`,
      trackId,
      tier,
      toMs,
      fromMs,
      // Blocks do not overlap, so nothing before the last that starts early enough is looked at.
      trackId,
      tier,
      fromMs,
      fromMs,
      limit,
    ).map((row) => ({ ...row, data: new Uint8Array(row.data) }));
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

  addJournal(seq: number, data: Uint8Array): void {
    this.#store.database.prepare('INSERT INTO journal (seq, data) VALUES (?, ?)').run(seq, data);
  }

  journal(): Array<{ seq: number; data: Uint8Array }> {
    return this.#all<{ seq: number; data: ArrayBuffer }>('SELECT seq, data FROM journal ORDER BY seq').map((row) => ({
      seq: row.seq,
      data: new Uint8Array(row.data),
    }));
  }

  trimJournal(beforeSeq: number): void {
    this.#store.database.prepare('DELETE FROM journal WHERE seq < ?').run(beforeSeq);
  }

  /** Up to `limit` blocks of a tier that ended before, oldest first; tells how many and up to when they reached. */
  deleteOldest(tier: Tier, endedBeforeMs: number, limit: number): { count: number; toMs: number } {
    const rows = this.#all<{ end: number }>(
      `DELETE FROM block WHERE id IN (SELECT id FROM block WHERE tier = ? AND end_ms < ? ORDER BY end_ms LIMIT ?)
       RETURNING end_ms AS end`,
      tier,
      endedBeforeMs,
      limit,
    );
    return { count: rows.length, toMs: rows.reduce((latest, { end }) => Math.max(latest, end), 0) };
  }

  /** Up to `limit` blocks that lie wholly in a stretch of time, without its ends, and of which the server took every sample. */
  deleteSent(tier: Tier, fromMs: number, toMs: number, limit: number): number {
    return this.#store.database
      .prepare(
        `DELETE FROM block WHERE id IN (SELECT block.id FROM block JOIN sent ON sent.track_id = block.track_id
           WHERE tier = ? AND end_ms >= ? AND end_ms < ? AND start_ms > ? AND end_ms <= sent.to_ms
           AND NOT EXISTS (SELECT 1 FROM untaken WHERE untaken.track_id = block.track_id
             AND untaken.to_ms >= block.start_ms AND untaken.from_ms <= block.end_ms)
           ORDER BY end_ms LIMIT ?)`,
      )
      .run(tier, fromMs, toMs, fromMs, limit).changes;
  }

  deleteEvents(endedBeforeMs: number, limit: number): number {
    return this.#store.database
      .prepare('DELETE FROM event WHERE id IN (SELECT id FROM event WHERE at_ms < ? ORDER BY at_ms LIMIT ?)')
      .run(endedBeforeMs, limit).changes;
  }

  deleteUntaken(endedBeforeMs: number): void {
    this.#store.database.prepare('DELETE FROM untaken WHERE to_ms < ?').run(endedBeforeMs);
  }

  /** Nobody sees it any more; `deleteForgotten` makes the room. */
  forgetHost(hostId: string): void {
    this.#store.database.prepare("UPDATE track SET host_id = '', run = -id WHERE host_id = ?").run(hostId);
    this.#store.database.prepare('DELETE FROM event WHERE host_id = ?').run(hostId);
  }

  /** Up to `limit` blocks of a forgotten track, then the track; false where there is none. */
  deleteForgotten(limit: number): boolean {
    const [track] = this.#all<{ id: number }>("SELECT id FROM track WHERE host_id = '' LIMIT 1");
    if (!track) return false;
    const { changes } = this.#store.database
      .prepare('DELETE FROM block WHERE id IN (SELECT id FROM block WHERE track_id = ? LIMIT ?)')
      .run(track.id, limit);
    if (changes === 0) this.deleteTrack(track.id);
    return true;
  }

  /** Its number is given to another one day. */
  deleteTrack(id: number): void {
    for (const sql of [
      'DELETE FROM track WHERE id = ?',
      'DELETE FROM sent WHERE track_id = ?',
      'DELETE FROM untaken WHERE track_id = ?',
    ]) {
      this.#store.database.prepare(sql).run(id);
    }
  }

  /** `usedBytes` is what is in use: what was deleted is used again, or given back by `shrink`. */
  size(): { fileBytes: number; usedBytes: number } {
    const number = (pragma: string): number =>
      (this.#store.database.prepare(`PRAGMA ${pragma}`).pluck().all() as number[])[0] ?? 0;
    const pageBytes = number('page_size');
    const pages = number('page_count');
    return { fileBytes: pages * pageBytes, usedBytes: (pages - number('freelist_count')) * pageBytes };
  }

  /** When the oldest block of a tier begins. */
  oldestMs(tier: Tier): number | null {
    const [row] = this.#all<{ startMs: number }>(
      'SELECT start_ms AS startMs FROM block WHERE tier = ? ORDER BY end_ms LIMIT 1',
      tier,
    );
    return row?.startMs ?? null;
  }

  /** Where it is on the disk. */
  file(): string {
    const [row] = this.#all<{ file: string }>('PRAGMA database_list');
    return row?.file ?? '';
  }

  /** Gives room of deleted blocks back to the disk. */
  shrink(pages: number): void {
    this.#store.database.exec(`PRAGMA incremental_vacuum(${pages})`);
  }

  totals(): { samples: number; bytes: number } {
    const [row] = this.#all<{ samples: number | null; bytes: number | null }>(
      'SELECT sum(samples) AS samples, sum(length(data)) AS bytes FROM block WHERE tier = 0',
    );
    return { samples: row?.samples ?? 0, bytes: row?.bytes ?? 0 };
  }

  #all<Row>(sql: string, ...params: unknown[]): Row[] {
    return this.#store.database.prepare(sql).all(...params) as Row[];
  }
}
