import type { StrandsSummary } from '#shared/domain/strands/strands';
import type { Store } from '../store/store';

/** Which runs belong together; how they stand is kept by the runs themselves. */
export interface SavedStrands {
  readonly summary: StrandsSummary;
  /** In the order of the hosts. */
  readonly runIds: readonly string[];
}

/** The SQL of trees that are walked on many nodes at once. */
export class StrandsRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  save(saved: SavedStrands): void {
    const { id, startedAtMs } = saved.summary;
    this.#store.transaction(() =>
      this.#store.database.prepare('INSERT INTO strands VALUES (?, ?, ?)').run(id, startedAtMs, JSON.stringify(saved)),
    );
  }

  find(id: string): SavedStrands | null {
    const [row] = this.#store.database.prepare('SELECT strands FROM strands WHERE id = ?').all(id) as {
      strands: string;
    }[];
    return row === undefined ? null : (JSON.parse(row.strands) as SavedStrands);
  }

  /** Newest first. */
  list(): SavedStrands[] {
    const rows = this.#store.database.prepare('SELECT strands FROM strands ORDER BY started_at_ms DESC, id').all() as {
      strands: string;
    }[];
    return rows.map(({ strands }) => JSON.parse(strands) as SavedStrands);
  }
}
