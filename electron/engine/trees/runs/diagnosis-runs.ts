import type { DiagnosisRun } from '#shared/domain/diagnosis';
import { storageMessage } from '#shared/domain/storage-problem';
import type { Message } from '#shared/domain/text';
import { NotFoundError } from '../../errors';
import { HostUnavailableError } from '../../hosts/host';
import { LateSaves } from '../../store/late-saves';
import { isOwnedElsewhere } from '../../store/run-owner';
import { type Store, StoreError } from '../../store/store';
import { DiagnosisRepository, type SavedRun } from './diagnosis-repository';

interface DiagnosisRunsOptions {
  readonly store: Store;
  readonly nowMs: () => number;
}

/**
 * The saved runs as they stand: one that nobody collects any more was interrupted, and one whose end a full disk keeps
 * out of the store has ended all the same.
 */
export class DiagnosisRuns {
  readonly #repository: DiagnosisRepository;
  readonly #nowMs: () => number;
  /** In the store these still look as if they were being collected. */
  readonly #unsaved: LateSaves<SavedRun>;
  /** Ids of the runs that this engine started. */
  readonly #own = new Set<string>();
  /** Where a run may be that was never saved here; it is, as soon as something is done with it. */
  source: (runId: string) => SavedRun | null = () => null;

  constructor({ store, nowMs }: DiagnosisRunsOptions) {
    this.#repository = new DiagnosisRepository(store);
    this.#unsaved = new LateSaves(store, (saved) => this.#repository.save(saved));
    this.#nowMs = nowMs;
    this.#endAbandoned();
  }

  /** Throws StoreError; nothing may be acknowledged then. */
  save(saved: SavedRun): void {
    this.#repository.save(saved);
    this.#own.add(saved.run.id);
  }

  /** Saves, if not now then when there is room; it is what is told of the run from now on. */
  saveSoon(saved: SavedRun): void {
    this.#unsaved.add(saved.run.id, saved);
  }

  /** Newest first. */
  list(hostId?: string): DiagnosisRun[] {
    this.#endAbandoned();
    return this.#repository.list(hostId).map((run) => this.#unsaved.get(run.id)?.run ?? run);
  }

  /** Those of these that are saved. */
  some(runIds: readonly string[]): DiagnosisRun[] {
    this.#endAbandoned();
    return this.#repository.some(runIds).map((run) => this.#unsaved.get(run.id)?.run ?? run);
  }

  get(runId: string): SavedRun {
    this.#unsaved.tryNow();
    const saved = this.#unsaved.get(runId) ?? this.#repository.find(runId) ?? this.source(runId);
    if (saved === null) throw new NotFoundError('diagnosis', runId);
    return this.#isAbandoned(saved) ? this.#interrupt(saved) : saved;
  }

  #endAbandoned(): void {
    for (const saved of this.#repository.unfinished()) if (this.#isAbandoned(saved)) this.#interrupt(saved);
    this.#unsaved.tryNow();
  }

  #isAbandoned({ run, basis: { ownerPid } }: SavedRun): boolean {
    if (run.state !== 'collecting' || this.#own.has(run.id) || this.#unsaved.has(run.id)) return false;
    return !isOwnedElsewhere({ ownerPid, startedAtMs: run.startedAtMs }, this.#nowMs());
  }

  #interrupt({ run, basis }: SavedRun): SavedRun {
    const end: RunEnd = { state: 'failed', error: { key: 'diagnosis.interrupted' } };
    const interrupted = { run: endRun(run, end, this.#nowMs()), basis };
    this.saveSoon(interrupted);
    return interrupted;
  }
}

/** Why a run stops before its walk. */
export interface RunEnd {
  readonly state: 'failed' | 'cancelled';
  readonly error: Message | null;
}

export function endRun(run: DiagnosisRun, { state, error }: RunEnd, atMs: number): DiagnosisRun {
  const { done, total } = run.progress;
  return {
    ...run,
    state,
    error,
    question: null,
    reading: null,
    progress: { done, total, running: [] },
    updatedAtMs: atMs,
  };
}

export function failed(error: unknown): RunEnd {
  if (error instanceof HostUnavailableError) {
    return { state: 'failed', error: { key: 'diagnosis.hostUnavailable', params: { code: error.hostError.code } } };
  }
  if (error instanceof StoreError) return { state: 'failed', error: storageMessage(error.problem) };
  const detail = error instanceof Error ? error.message : String(error);
  return { state: 'failed', error: { key: 'diagnosis.collectFailed', params: { detail } } };
}
