import { EventPublisher } from '@orpc/server';
import { isRolling, type Rollout, type RolloutItem } from '#shared/domain/rollout';
import { NotFoundError } from '../../errors';
import { LateSaves } from '../../store/late-saves';
import { isOwnedElsewhere } from '../../store/run-owner';
import type { Store } from '../../store/store';
import { type RunChanges, watchRun } from '../../store/watch-run';
import { endOf, stateAfterUndo } from './rollout-end';
import { foundItem, type RollingActions, withUndone } from './rollout-item';
import { createRolloutRepository, type SavedRollout } from './rollout-repository';

export interface RolloutJournalOptions {
  readonly store: Store;
  readonly actions: RollingActions;
  readonly nowMs: () => number;
}

/**
 * Rollouts as they stand, written down before anything happens: after the end of the engine one is interrupted, and says which nodes
 * are done, which were not begun and which have to be asked.
 */
export class RolloutJournal {
  readonly #options: RolloutJournalOptions;
  readonly #repository: ReturnType<typeof createRolloutRepository>;
  readonly #changes: RunChanges<Rollout> = new EventPublisher();
  readonly #unsaved: LateSaves<SavedRollout>;
  /** What this engine is at, by rollout id. */
  readonly #active = new Map<string, Promise<unknown>>();
  #isClosed = false;

  constructor(options: RolloutJournalOptions) {
    this.#options = options;
    this.#repository = createRolloutRepository(options.store);
    this.#unsaved = new LateSaves(options.store, (saved) => this.#repository.update(saved));
    // Says once and for all what an engine left behind.
    try {
      for (const one of this.#repository.unfinished()) {
        if (!this.#isElsewhere(one)) this.#repository.update(this.#owned(this.#asItStands(one)));
      }
    } catch {
      // They are told as interrupted all the same.
    }
  }

  isActive(rolloutId: string): boolean {
    return this.#active.has(rolloutId);
  }

  /** What is written, without what became of its runs since. Throws NotFoundError. */
  written(rolloutId: string): Rollout {
    return this.#saved(rolloutId).rollout;
  }

  /** As it stands: one that nobody carries out was interrupted. Throws NotFoundError. */
  get(rolloutId: string): Rollout {
    return this.#asItStands(this.#saved(rolloutId));
  }

  /** With the nodes that were taken back by hand since. */
  withUndone(rolloutId: string): Rollout {
    const rollout = this.get(rolloutId);
    return { ...rollout, items: rollout.items.map((item) => withUndone(item, this.#options.actions)) };
  }

  /** Newest first. */
  list(): Rollout[] {
    this.#unsaved.tryNow();
    return this.#repository.list().map((one) => this.#asItStands(this.#unsaved.get(one.rollout.id) ?? one));
  }

  /** Those that nodes are waiting for, or are changing by, whoever carries them out. */
  rolling(): Rollout[] {
    return this.#repository
      .unfinished()
      .map((one) => this.#asItStands(one))
      .filter(isRolling);
  }

  insert(rollout: Rollout): void {
    this.#repository.insert(this.#owned(rollout));
  }

  write(rollout: Rollout): void {
    // Nothing may be asked of a database that is closed.
    if (this.#isClosed) throw new Error('the engine has ended');
    this.#repository.update(this.#owned(rollout));
    this.#unsaved.forget(rollout.id);
    this.#changes.publish(rollout.id, rollout);
  }

  changeItem(rolloutId: string, one: RolloutItem, changed: Partial<RolloutItem>): void {
    const rollout = this.written(rolloutId);
    const items = rollout.items.map((item) => {
      if (item.hostId !== one.hostId || item.step?.id !== one.step?.id) return item;
      const next = { ...item, ...changed };
      return { ...next, finishedAtMs: turnEnd(item, next.state, this.#options.nowMs()) };
    });
    this.write({ ...rollout, items });
  }

  /** Carries it out in the background; what it throws is that it could not be saved: as if the engine had gone. */
  carryOut(rolloutId: string, work: () => Promise<void>): Promise<void> {
    // Begun in a later turn, so that who started it is told of the first state first.
    const done = Promise.resolve()
      .then(work)
      .catch(() => {
        this.#active.delete(rolloutId);
        const one = this.#isClosed ? null : this.#repository.find(rolloutId);
        if (one) this.#unsaved.add(rolloutId, this.#owned(this.#asItStands({ ...one, ownerPid: 0 })));
      })
      .finally(() => {
        this.#active.delete(rolloutId);
        this.#changes.publish(rolloutId, null);
      });
    this.#active.set(rolloutId, done);
    return done;
  }

  watch(rolloutId: string, signal?: AbortSignal): AsyncGenerator<Rollout> {
    return watchRun({
      store: this.#options.store,
      changes: this.#changes,
      runId: rolloutId,
      read: () => this.get(rolloutId),
      isElsewhere: () => !this.#active.has(rolloutId),
      isLast: (rollout) => !isRolling(rollout),
      signal,
    });
  }

  /** Resolves when nothing is being carried out. */
  async idle(): Promise<void> {
    await Promise.all(this.#active.values());
  }

  close(): void {
    this.#isClosed = true;
  }

  #owned(rollout: Rollout): SavedRollout {
    return { rollout, ownerPid: process.pid, touchedAtMs: this.#options.nowMs() };
  }

  #isElsewhere({ ownerPid, touchedAtMs }: SavedRollout): boolean {
    return isOwnedElsewhere({ ownerPid, startedAtMs: touchedAtMs }, this.#options.nowMs());
  }

  #asItStands(saved: SavedRollout): Rollout {
    const { rollout } = saved;
    if (!isRolling(rollout) || this.#active.has(rollout.id) || this.#isElsewhere(saved)) return rollout;
    const items = rollout.items.map((item) => foundItem(item, this.#options.actions));
    const found = { ...rollout, items };
    // Only its last state was not written down any more.
    const isTakenBack = rollout.state === 'undoing' && stateAfterUndo(found, 'interrupted') === 'undone';
    const state = isTakenBack ? 'undone' : rollout.state === 'undoing' ? 'interrupted' : endOf(found, true);
    const { wayBack, ...rest } = found;
    return { ...rest, ...(wayBack && !isTakenBack ? { wayBack } : {}), state, finishedAtMs: saved.touchedAtMs };
  }

  #saved(rolloutId: string): SavedRollout {
    this.#unsaved.tryNow();
    const found = this.#unsaved.get(rolloutId) ?? this.#repository.find(rolloutId);
    if (!found) throw new NotFoundError('rollout', rolloutId);
    return found;
  }
}

/** When a turn ended: seen by who carried it out, or never. What is told of it later, asked or taken up, is no end of it. */
function turnEnd(
  { state: before, finishedAtMs }: RolloutItem,
  state: RolloutItem['state'],
  nowMs: number,
): number | null {
  if (state === 'waiting' || state === 'running' || state === 'undoing' || state === 'unknown') return null;
  return before === 'running' ? nowMs : finishedAtMs;
}
