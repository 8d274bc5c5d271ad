import type { DiagnosisRun } from '#shared/domain/diagnosis';
import type { StrandRun } from '#shared/domain/strands/merge-strands';
import type { Diagnosis } from '../trees/create-diagnosis';

type Runs = Pick<Diagnosis, 'runs' | 'isCollecting' | 'onDidChange'>;

/** Hundreds of nodes tell of each probe; nobody reads faster than this. */
const tellEveryMs = 250;

/** The walks of one tree on many nodes while somebody looks: each is read once, and then as often as it changes. */
export class FollowedStrands {
  readonly #diagnosis: Runs;
  readonly #runs: Map<string, StrandRun>;
  readonly #stops: (() => void)[];
  #timer: NodeJS.Timeout | undefined;

  constructor(diagnosis: Runs, runIds: readonly string[], onChange: () => void) {
    this.#diagnosis = diagnosis;
    this.#runs = new Map(diagnosis.runs(runIds).map((run) => [run.id, strandRun(run)]));
    this.#stops = runIds.map((runId) =>
      diagnosis.onDidChange(runId, (run) => {
        this.#runs.set(runId, strandRun(run));
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          onChange();
        }, tellEveryMs).unref();
      }),
    );
  }

  /** Those that another process reads are looked at again. */
  read(): StrandRun[] {
    const elsewhere = [...this.#runs.values()].filter((run) => this.#isElsewhere(run)).map(({ id }) => id);
    for (const run of elsewhere.length > 0 ? this.#diagnosis.runs(elsewhere) : []) {
      this.#runs.set(run.id, strandRun(run));
    }
    return [...this.#runs.values()];
  }

  hasElsewhere(): boolean {
    return [...this.#runs.values()].some((run) => this.#isElsewhere(run));
  }

  stop(): void {
    clearTimeout(this.#timer);
    for (const stop of this.#stops) stop();
  }

  #isElsewhere({ id, state }: StrandRun): boolean {
    return state === 'collecting' && !this.#diagnosis.isCollecting(id);
  }
}

/** Without what was read of each probe. */
function strandRun({
  id,
  hostId,
  state,
  updatedAtMs,
  progress,
  reading,
  error,
  path,
  question,
  findings,
}: DiagnosisRun): StrandRun {
  return { id, hostId, state, updatedAtMs, progress, reading, error, path, question, findings };
}
