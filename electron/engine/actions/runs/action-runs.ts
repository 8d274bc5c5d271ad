import type { ActionRun } from '#shared/domain/action';
import { NotFoundError } from '../../errors';
import { isOwnedElsewhere } from '../../store/run-owner';
import type { Store } from '../../store/store';
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

  /** Interrupts the runs that an engine left behind; where the disk is full, they can still be read. */
  constructor(options: ActionRunsOptions) {
    this.#options = options;
    this.#repository = createRunRepository(options.store);
    this.#startedAtMs = options.nowMs();
    try {
      for (const saved of this.#repository.unfinished()) {
        if (!this.isOwnedElsewhere(saved)) this.#repository.update(this.#interrupted(saved));
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
  }

  /** Throws NotFoundError. */
  get(runId: string): SavedRun {
    const saved = this.#repository.find(runId);
    if (!saved) throw new NotFoundError('action run', runId);
    return this.#asItStands(saved);
  }

  /** Newest first. */
  list(hostId?: string): ActionRun[] {
    return this.#repository.list(hostId).map((saved) => this.#asItStands(saved).run);
  }

  isOwnedElsewhere({ ownerPid, run }: SavedRun): boolean {
    return isOwnedElsewhere({ ownerPid, startedAtMs: run.startedAtMs }, this.#options.nowMs());
  }

  #asItStands(saved: SavedRun): SavedRun {
    const isGoingOn = this.#options.isCarriedOut(saved.run) || this.isOwnedElsewhere(saved);
    return isInProgress(saved.run.state) && !isGoingOn ? this.#interrupted(saved) : saved;
  }

  #interrupted(saved: SavedRun): SavedRun {
    const error = { key: 'actions.engineStopped' };
    const run = { ...withRunningUnknown(saved.run), state: 'interrupted' as const, error };
    return { ...saved, run: { ...run, finishedAtMs: this.#startedAtMs } };
  }
}
