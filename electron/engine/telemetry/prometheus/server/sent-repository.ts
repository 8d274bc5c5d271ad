import type { Store } from '../../../store/store';

/** What is known of the server that samples are sent to. */
export interface SentTo {
  readonly url: string;
  /** Nothing older was ever sent. */
  readonly sinceMs: number;
  /** Samples that the server would not take. */
  readonly dropped: number;
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
      this.#store.database.exec('DELETE FROM sent; DELETE FROM sent_to');
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

  save(positions: Iterable<readonly [trackId: number, toMs: number]>, dropped: number): void {
    this.#store.transactionSoon(() => {
      const insert = this.#store.database.prepare('INSERT OR REPLACE INTO sent (track_id, to_ms) VALUES (?, ?)');
      for (const [trackId, toMs] of positions) insert.run(trackId, toMs);
      if (dropped > 0) this.#store.database.prepare('UPDATE sent_to SET dropped = dropped + ?').run(dropped);
    });
  }
}
