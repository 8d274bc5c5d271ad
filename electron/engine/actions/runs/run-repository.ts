import { type ActionRun, actionRunSchema } from '#shared/domain/action';
import type { Store } from '../../store/store';

/** A run with what only the engine needs of it. */
export interface SavedRun {
  readonly run: ActionRun;
  /** The action's own state: what verify, ask and undo need. */
  readonly state: unknown;
  /** The process that carries it out; while that lives nobody else may say it was interrupted. */
  readonly ownerPid: number;
  /** What was going on when it was interrupted. */
  readonly phase: 'apply' | 'undo';
}

export interface RunRepository {
  insert(saved: SavedRun): void;
  update(saved: SavedRun): void;
  find(runId: string): SavedRun | null;
  /** Newest first. */
  list(hostId?: string): SavedRun[];
  unfinished(): SavedRun[];
  /** In which states there are runs of a host. */
  states(hostId: string): ActionRun['state'][];
}

interface RunRow {
  run: string;
  saved: string;
}

export function createRunRepository(store: Store): RunRepository {
  const { database } = store;
  const insert = database.prepare(
    'INSERT INTO action_run (id, host_id, state, started_at_ms, run, saved) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const update = database.prepare('UPDATE action_run SET state = ?, run = ?, saved = ? WHERE id = ?');
  const byId = database.prepare('SELECT run, saved FROM action_run WHERE id = ?');
  const all = database.prepare('SELECT run, saved FROM action_run ORDER BY started_at_ms DESC, rowid DESC LIMIT 1000');
  const byHost = database.prepare(
    'SELECT run, saved FROM action_run WHERE host_id = ? ORDER BY started_at_ms DESC, rowid DESC LIMIT 1000',
  );
  const open = database.prepare(
    "SELECT run, saved FROM action_run WHERE state IN ('applying', 'verifying', 'undoing')",
  );
  const states = database.prepare('SELECT DISTINCT state FROM action_run WHERE host_id = ?');
  const saved = ({ state, ownerPid, phase }: SavedRun) => JSON.stringify({ state, ownerPid, phase });

  return {
    insert: (one) => {
      const { run } = one;
      store.transaction(() =>
        insert.run(run.id, run.plan.hostId, run.state, run.startedAtMs, JSON.stringify(run), saved(one)),
      );
    },
    update: (one) => {
      store.transaction(() => update.run(one.run.state, JSON.stringify(one.run), saved(one), one.run.id));
    },
    find: (runId) => {
      const [row] = byId.all(runId) as RunRow[];
      return row ? toSaved(row) : null;
    },
    list: (hostId) => {
      const rows = (hostId === undefined ? all.all() : byHost.all(hostId)) as RunRow[];
      return rows.flatMap((row) => toSaved(row) ?? []);
    },
    unfinished: () => (open.all() as RunRow[]).flatMap((row) => toSaved(row) ?? []),
    states: (hostId) => (states.all(hostId) as Pick<ActionRun, 'state'>[]).map(({ state }) => state),
  };
}

/** Null for a row that an other version wrote in a shape this one doesn't know. */
function toSaved(row: RunRow): SavedRun | null {
  const run = actionRunSchema.safeParse(JSON.parse(row.run));
  if (!run.success) return null;
  const { state, ownerPid, phase } = JSON.parse(row.saved) as Omit<SavedRun, 'run'>;
  return { run: run.data, state, ownerPid, phase };
}
