import type { DiagnosisRun } from '#shared/domain/diagnosis';
import type { Message } from '#shared/domain/text';
import { NotFoundError } from '../service-types';
import { isProcessAlive } from '../store/is-process-alive';
import type { Store } from '../store/store';
import { DiagnosisRepository, type SavedRun } from './diagnosis-repository';

/** No collection takes this long; a run that says so lost its engine, whoever has its process id now. */
const staleAfterMs = 60 * 60_000;

/** The saved runs, also those whose end a full disk keeps out of the store until there is room. */
export class DiagnosisRuns {
  readonly #repository: DiagnosisRepository;
  /** In the store these still look as if they were being collected. */
  readonly #unsaved = new Map<string, SavedRun>();

  /** Ends the runs that an engine left behind; where the disk is full, what is known can still be read. */
  constructor({ store, nowMs }: { store: Store; nowMs: () => number }) {
    this.#repository = new DiagnosisRepository(store);
    for (const { run, basis } of this.#repository.unfinished()) {
      const { ownerPid } = basis;
      const isStale = run.startedAtMs < nowMs() - staleAfterMs;
      if (ownerPid !== undefined && ownerPid !== process.pid && !isStale && isProcessAlive(ownerPid)) continue;
      const interrupted = endRun(run, { state: 'failed', error: { key: 'diagnosis.interrupted' }, atMs: nowMs() });
      this.#unsaved.set(run.id, { run: interrupted, basis });
    }
    this.#saveLate();
  }

  /** Throws StoreError; nothing may be acknowledged then. */
  save(saved: SavedRun): void {
    this.#repository.save(saved);
  }

  /** Keeps what `save` refused; it is what is told of the run from now on. */
  saveLater(saved: SavedRun): void {
    this.#unsaved.set(saved.run.id, saved);
  }

  /** Newest first. */
  list(hostId?: string): DiagnosisRun[] {
    this.#saveLate();
    return this.#repository.list(hostId).map((run) => this.#unsaved.get(run.id)?.run ?? run);
  }

  get(runId: string): SavedRun {
    this.#saveLate();
    const saved = this.#unsaved.get(runId) ?? this.#repository.find(runId);
    if (saved === null) throw new NotFoundError('diagnosis', runId);
    return saved;
  }

  #saveLate(): void {
    for (const [runId, saved] of this.#unsaved) {
      try {
        this.#repository.save(saved);
      } catch {
        return;
      }
      this.#unsaved.delete(runId);
    }
  }
}

interface RunEnd {
  state: 'failed' | 'cancelled';
  error: Message | null;
  atMs: number;
}

/** The run as it is when it stops before its walk. */
export function endRun(run: DiagnosisRun, { state, error, atMs }: RunEnd): DiagnosisRun {
  const { done, total } = run.progress;
  return { ...run, state, error, question: null, progress: { done, total, running: [] }, updatedAtMs: atMs };
}
