import type { ActionRun } from '#shared/domain/action';
import { storageMessage } from '#shared/domain/storage-problem';
import type { Message } from '#shared/domain/text';
import { NotFoundError } from '../../errors';
import { LateSaves } from '../../store/late-saves';
import { isOwnedElsewhere } from '../../store/run-owner';
import { type Store, StoreError } from '../../store/store';
import { isInProgress, withRunningUnknown } from './run-executor';
import { createRunRepository, type RunRepository, type SavedRun } from './run-repository';

export interface ActionRunsOptions {
  readonly store: Store;
  readonly nowMs: () => number;
  /** Whether this engine is at it. */
  readonly isCarriedOut: (run: ActionRun) => boolean;
}

/**
 * The saved runs as they stand. One that says it goes on and that nobody carries out was interrupted, also where a full
 * disk kept that from being written down.
 */
export class ActionRuns {
  readonly #options: ActionRunsOptions;
  readonly #repository: RunRepository;
  readonly #startedAtMs: number;
  /** Runs of this engine whose end could not be saved, as they are told; in the store they still go on. */
  readonly #unsaved: LateSaves<SavedRun>;

  /** Interrupts the runs that an engine left behind; where the disk is full, they can still be read. */
  constructor(options: ActionRunsOptions) {
    this.#options = options;
    this.#repository = createRunRepository(options.store);
    this.#unsaved = new LateSaves(options.store, (saved) => this.#repository.update(saved));
    this.#startedAtMs = options.nowMs();
    try {
      for (const saved of this.#repository.unfinished()) {
        if (!this.isOwnedElsewhere(saved)) this.#repository.update(this.#leftBehind(saved));
      }
    } catch {
      // They are told as interrupted all the same.
    }
  }

  insert(saved: SavedRun): void {
    this.#repository.insert(saved);
  }

  update(saved: SavedRun): void {
    this.#repository.update(saved);
    this.#unsaved.forget(saved.run.id);
  }

  /** Interrupts a run that went no further because it could not be saved, now or when there is room. */
  cutOff(runId: string, error: unknown): void {
    const saved = this.#repository.find(runId);
    if (!saved || !isInProgress(saved.run.state)) return;
    const reason = error instanceof StoreError ? storageMessage(error.problem) : engineStopped;
    this.#unsaved.add(runId, interrupted(saved, reason, this.#options.nowMs()));
  }

  /** Throws NotFoundError. */
  get(runId: string): SavedRun {
    this.#unsaved.tryNow();
    const saved = this.#unsaved.get(runId) ?? this.#repository.find(runId);
    if (!saved) throw new NotFoundError('action run', runId);
    return this.#asItStands(saved);
  }

  /** Newest first. */
  list(hostId?: string): ActionRun[] {
    this.#unsaved.tryNow();
    return this.#repository.list(hostId).map((saved) => this.#asItStands(this.#unsaved.get(saved.run.id) ?? saved).run);
  }

  /** Something was done on it, and of each run it is known how it ended. */
  haveEnded(hostId: string): boolean {
    const states = this.#repository.states(hostId);
    return states.length > 0 && !states.some((state) => isInProgress(state) || state === 'interrupted');
  }

  isOwnedElsewhere({ ownerPid, run }: SavedRun): boolean {
    return isOwnedElsewhere({ ownerPid, startedAtMs: run.startedAtMs }, this.#options.nowMs());
  }

  #asItStands(saved: SavedRun): SavedRun {
    const isGoingOn = this.#options.isCarriedOut(saved.run) || this.isOwnedElsewhere(saved);
    return isInProgress(saved.run.state) && !isGoingOn ? this.#leftBehind(saved) : saved;
  }

  #leftBehind(saved: SavedRun): SavedRun {
    return interrupted(saved, engineStopped, this.#startedAtMs);
  }
}

const engineStopped: Message = { key: 'actions.engineStopped' };

function interrupted(saved: SavedRun, error: Message, finishedAtMs: number): SavedRun {
  return { ...saved, run: { ...withRunningUnknown(saved.run), state: 'interrupted', error, finishedAtMs } };
}
