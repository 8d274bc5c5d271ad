import { type ManualWork, manualWorkSchema } from '#shared/domain/manual/manual-work';
import { ConflictError } from '../../errors';
import type { Store } from '../../store/store';

/** Work with what only the engine needs of it. */
export interface SavedWork {
  readonly work: ManualWork;
  /** Values of before, by their names. */
  readonly lets: Readonly<Record<string, unknown>>;
  readonly revision: number;
}

export interface ManualRepository {
  insert(saved: Omit<SavedWork, 'revision'>): void;
  /** Throws ConflictError when somebody else changed it since it was read. */
  update(saved: SavedWork): void;
  find(workId: string): SavedWork | null;
  /** Newest first. */
  list(): ManualWork[];
}

interface Row {
  work: string;
  saved: string;
  revision: number;
}

export function createManualRepository(store: Store): ManualRepository {
  const { database } = store;
  const insert = database.prepare(
    'INSERT INTO manual_work (id, host_id, state, started_at_ms, revision, work, saved) VALUES (?, ?, ?, ?, 0, ?, ?)',
  );
  const update = database.prepare(
    'UPDATE manual_work SET state = ?, revision = revision + 1, work = ? WHERE id = ? AND revision = ?',
  );
  const byId = database.prepare('SELECT work, saved, revision FROM manual_work WHERE id = ?');
  const all = database.prepare(
    "SELECT work, saved, revision FROM manual_work ORDER BY state = 'open' DESC, started_at_ms DESC, rowid DESC LIMIT 500",
  );
  return {
    insert: ({ work, lets }) => {
      const { id, hostId, state, startedAtMs } = work;
      store.transaction(() =>
        insert.run(id, hostId, state, startedAtMs, JSON.stringify(work), JSON.stringify({ lets })),
      );
    },
    update: ({ work, revision }) => {
      store.transaction(() => {
        const { changes } = update.run(work.state, JSON.stringify(work), work.id, revision);
        if (changes === 0) throw new ConflictError('manual.changedMeanwhile');
      });
    },
    find: (workId) => {
      const [row] = byId.all(workId) as Row[];
      return row ? toSaved(row) : null;
    },
    list: () => (all.all() as Row[]).flatMap((row) => toSaved(row)?.work ?? []),
  };
}

/** Null for a row that an other version wrote in a shape this one doesn't know. */
function toSaved({ work, saved, revision }: Row): SavedWork | null {
  const parsed = manualWorkSchema.safeParse(JSON.parse(work));
  if (!parsed.success) return null;
  return { work: parsed.data, lets: (JSON.parse(saved) as Pick<SavedWork, 'lets'>).lets, revision };
}
