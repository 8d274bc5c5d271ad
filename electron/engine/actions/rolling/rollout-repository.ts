import { type Rollout, rolloutSchema } from '#shared/domain/rollout';
import type { Store } from '../../store/store';

/** A rollout with who carries it out. */
export interface SavedRollout {
  readonly rollout: Rollout;
  readonly ownerPid: number;
  /** When it was last written: a rollout may take days, one node of it does not. */
  readonly touchedAtMs: number;
}

export interface RolloutRepository {
  insert(saved: SavedRollout): void;
  update(saved: SavedRollout): void;
  find(rolloutId: string): SavedRollout | null;
  /** Newest first. */
  list(): SavedRollout[];
  unfinished(): SavedRollout[];
}

interface Row {
  rollout: string;
  owner_pid: number;
  touched_at_ms: number;
}

export function createRolloutRepository(store: Store): RolloutRepository {
  const { database } = store;
  const insert = database.prepare(
    'INSERT INTO rollout (id, state, started_at_ms, touched_at_ms, owner_pid, rollout) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const update = database.prepare(
    'UPDATE rollout SET state = ?, touched_at_ms = ?, owner_pid = ?, rollout = ? WHERE id = ?',
  );
  const columns = 'SELECT rollout, owner_pid, touched_at_ms FROM rollout';
  const byId = database.prepare(`${columns} WHERE id = ?`);
  const all = database.prepare(`${columns} ORDER BY started_at_ms DESC, rowid DESC LIMIT 200`);
  const open = database.prepare(`${columns} WHERE state IN ('running', 'pausing', 'cancelling', 'undoing')`);
  const read = (rows: unknown[]) => (rows as Row[]).flatMap((row) => toSaved(row) ?? []);
  return {
    insert: ({ rollout, ownerPid, touchedAtMs }) => {
      const { id, state, startedAtMs } = rollout;
      store.transaction(() => insert.run(id, state, startedAtMs, touchedAtMs, ownerPid, JSON.stringify(rollout)));
    },
    update: ({ rollout, ownerPid, touchedAtMs }) => {
      store.transaction(() => update.run(rollout.state, touchedAtMs, ownerPid, JSON.stringify(rollout), rollout.id));
    },
    find: (rolloutId) => read(byId.all(rolloutId))[0] ?? null,
    list: () => read(all.all()),
    unfinished: () => read(open.all()),
  };
}

/** Null for a row that an other version wrote in a shape this one doesn't know. */
function toSaved({ rollout, owner_pid, touched_at_ms }: Row): SavedRollout | null {
  const parsed = rolloutSchema.safeParse(JSON.parse(rollout));
  return parsed.success ? { rollout: parsed.data, ownerPid: owner_pid, touchedAtMs: touched_at_ms } : null;
}
