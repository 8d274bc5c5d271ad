import type { DiagnosisRun } from '#shared/domain/diagnosis';
import type { Store } from '../../store/store';
import { allResults } from '../walk/readings';
import type { WalkBasis } from '../walk/walk-basis';

/** With it the same walk can be made again at any time. */
export interface SavedBasis extends WalkBasis {
  /** The process that collects; while it lives nobody else may say the run was interrupted. */
  readonly ownerPid?: number;
  /** Questions whose answers are only assumed, by step id. */
  readonly assumedAnswers?: readonly string[];
  /** The trees it was walked with, by id: the hash that their text is kept under. */
  readonly trees?: Readonly<Record<string, string>>;
}

export interface SavedRun {
  readonly run: DiagnosisRun;
  readonly basis: SavedBasis;
}

interface AnsweredField {
  readonly hostId: string;
  readonly treeId: string;
  readonly stepId: string;
  readonly field: string;
}

interface Row {
  readonly run: string;
  readonly basis: string;
}

/** The SQL of diagnosis runs. */
export class DiagnosisRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  save({ run, basis }: SavedRun): void {
    this.#store.transaction(() => {
      const keep = this.#store.database.prepare(
        'INSERT INTO run_evidence (evidence_id, run_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
      );
      for (const { commands } of allResults(basis)) for (const { evidenceId } of commands) keep.run(evidenceId, run.id);
      this.#store.database
        .prepare(
          `INSERT INTO diagnosis_run (id, host_id, tree_id, state, started_at_ms, updated_at_ms, run, basis)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET state = excluded.state, updated_at_ms = excluded.updated_at_ms,
             run = excluded.run, basis = excluded.basis`,
        )
        .run(
          run.id,
          run.hostId,
          run.treeId,
          run.state,
          run.startedAtMs,
          run.updatedAtMs,
          JSON.stringify(run),
          JSON.stringify(basis),
        );
    });
  }

  find(id: string): SavedRun | null {
    const row = this.#store.database.prepare('SELECT run, basis FROM diagnosis_run WHERE id = ?').get(id) as
      | Row
      | undefined;
    if (row === undefined) return null;
    return { run: JSON.parse(row.run) as DiagnosisRun, basis: JSON.parse(row.basis) as SavedBasis };
  }

  /** Newest first. */
  list(hostId?: string): DiagnosisRun[] {
    const rows = (
      hostId === undefined
        ? this.#store.database.prepare('SELECT run FROM diagnosis_run ORDER BY started_at_ms DESC, id').all()
        : this.#store.database
            .prepare('SELECT run FROM diagnosis_run WHERE host_id = ? ORDER BY started_at_ms DESC, id')
            .all(hostId)
    ) as Pick<Row, 'run'>[];
    return rows.map((row) => JSON.parse(row.run) as DiagnosisRun);
  }

  /** What somebody answered last at a question of a tree about a node, and when; what-ifs are none. */
  lastAnswer({ hostId, treeId, stepId, field }: AnsweredField): { value: unknown; atMs: number } | null {
    const path = `$.answers."${stepId}"."${field}"`;
    const [row] = this.#store.database
      .prepare(
        `SELECT json_extract(basis, ?) AS value, updated_at_ms AS atMs FROM diagnosis_run
         WHERE host_id = ? AND tree_id = ? AND json_extract(run, '$.isWhatIf') = 0 AND json_extract(basis, ?) IS NOT NULL
         ORDER BY updated_at_ms DESC LIMIT 1`,
      )
      .all(path, hostId, treeId, path) as { value: unknown; atMs: number }[];
    return row ?? null;
  }

  /** Without what they stand on, which is far more. */
  some(ids: readonly string[]): DiagnosisRun[] {
    const rows = this.#store.database
      .prepare('SELECT run FROM diagnosis_run WHERE id IN (SELECT value FROM json_each(?))')
      .all(JSON.stringify(ids)) as Pick<Row, 'run'>[];
    return rows.map((row) => JSON.parse(row.run) as DiagnosisRun);
  }

  /** Runs that were collecting when the engine went. */
  unfinished(): SavedRun[] {
    const rows = this.#store.database
      .prepare("SELECT run, basis FROM diagnosis_run WHERE state = 'collecting'")
      .all() as Row[];
    return rows.map((row) => ({
      run: JSON.parse(row.run) as DiagnosisRun,
      basis: JSON.parse(row.basis) as SavedBasis,
    }));
  }
}
