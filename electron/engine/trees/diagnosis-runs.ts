import type { DiagnosisRun } from '#shared/domain/diagnosis';
import type { Message } from '#shared/domain/text';
import { HostUnavailableError } from '../hosts/host';
import { NotFoundError } from '../service-types';
import { isOwnedElsewhere } from '../store/run-owner';
import type { Store } from '../store/store';
import { DiagnosisRepository, type SavedRun } from './diagnosis-repository';

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
      if (isOwnedElsewhere({ ownerPid, startedAtMs: run.startedAtMs }, nowMs())) continue;
      const interrupted = endRun(run, { state: 'failed', error: { key: 'diagnosis.interrupted' } }, nowMs());
      this.#unsaved.set(run.id, { run: interrupted, basis });
    }
    this.#saveLate();
  }

  /** Throws StoreError; nothing may be acknowledged then. */
  save(saved: SavedRun): void {
    this.#repository.save(saved);
  }

  /** Saves, if not now then when there is room; it is what is told of the run from now on. */
  saveSoon(saved: SavedRun): void {
    this.#unsaved.set(saved.run.id, saved);
    this.#saveLate();
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

/** Why a run stops before its walk. */
export interface RunEnd {
  readonly state: 'failed' | 'cancelled';
  readonly error: Message | null;
}

export function endRun(run: DiagnosisRun, { state, error }: RunEnd, atMs: number): DiagnosisRun {
  const { done, total } = run.progress;
  return { ...run, state, error, question: null, progress: { done, total, running: [] }, updatedAtMs: atMs };
}

export function failed(error: unknown): RunEnd {
  if (error instanceof HostUnavailableError) {
    return { state: 'failed', error: { key: 'diagnosis.hostUnavailable', params: { code: error.hostError.code } } };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { state: 'failed', error: { key: 'diagnosis.collectFailed', params: { detail } } };
}
