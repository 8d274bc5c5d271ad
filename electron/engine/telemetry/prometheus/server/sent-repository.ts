import type { Store } from '../../../store/store';

/** What is known of the server that samples are sent to. */
export interface SentTo {
  readonly url: string;
  /** Nothing older was ever sent. */
  readonly sinceMs: number;
  /** Samples that the server would not take. */
  readonly dropped: number;
}

export interface TrackTime {
  readonly trackId: number;
  readonly toMs: number;
}

export interface TrackStretch extends TrackTime {
  readonly fromMs: number;
}

/** How far each track is sent, beside its samples: they are sent from the store itself. */
export class SentRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  target(): SentTo | null {
    const [row] = this.#store.database
      .prepare('SELECT url, since_ms AS sinceMs, dropped FROM sent_to')
      .all() as SentTo[];
    return row ? { url: row.url, sinceMs: row.sinceMs, dropped: row.dropped } : null;
  }

  /** To another server everything is sent anew, from now on. */
  start({ url, sinceMs }: Omit<SentTo, 'dropped'>): void {
    this.#store.transaction(() => {
      this.#store.database.exec('DELETE FROM sent; DELETE FROM untaken; DELETE FROM sent_to');
      this.#store.database
        .prepare('INSERT INTO sent_to (id, url, since_ms, dropped) VALUES (1, ?, ?, 0)')
        .run(url, sinceMs);
    });
  }

  positions(): Map<number, number> {
    const rows = this.#store.database.prepare('SELECT track_id AS trackId, to_ms AS toMs FROM sent').all() as Array<{
      trackId: number;
      toMs: number;
    }>;
    return new Map(rows.map(({ trackId, toMs }) => [trackId, toMs]));
  }

  /** From where on a track has blocks that were not sent; they follow one another. Null where it has none. */
  firstUnsent(trackId: number, sentMs: number): number | null {
    const rows = this.#store.database
      .prepare(
        `SELECT start_ms AS startMs, end_ms AS endMs FROM block WHERE track_id = ? AND tier = 0
           AND start_ms >= coalesce((SELECT max(start_ms) FROM block WHERE track_id = ? AND tier = 0 AND start_ms <= ?), ?)
         ORDER BY start_ms LIMIT 2`,
      )
      .all(trackId, trackId, sentMs, sentMs) as Array<{ startMs: number; endMs: number }>;
    const next = rows.find(({ endMs }) => endMs > sentMs);
    return next ? Math.max(next.startMs, sentMs + 1) : null;
  }

  /** What the server has, and what it has not though later samples were sent: all or nothing. */
  save(positions: Iterable<TrackTime>, untaken: Iterable<TrackStretch>, dropped: number): void {
    this.#store.transactionSoon(() => {
      const { database } = this.#store;
      const insert = database.prepare('INSERT OR REPLACE INTO sent (track_id, to_ms) VALUES (?, ?)');
      for (const { trackId, toMs } of positions) insert.run(trackId, toMs);
      // As one with what comes before: a server may refuse for days.
      const extend = database.prepare(
        'UPDATE untaken SET from_ms = min(from_ms, ?), to_ms = max(to_ms, ?) WHERE track_id = ? AND to_ms >= ? AND from_ms <= ?',
      );
      const add = database.prepare('INSERT INTO untaken (track_id, from_ms, to_ms) VALUES (?, ?, ?)');
      for (const { trackId, fromMs, toMs } of untaken) {
        const { changes } = extend.run(fromMs, toMs, trackId, fromMs - 1, toMs + 1);
        if (changes === 0) add.run(trackId, fromMs, toMs);
      }
      if (dropped > 0) database.prepare('UPDATE sent_to SET dropped = dropped + ?').run(dropped);
    });
  }
}
