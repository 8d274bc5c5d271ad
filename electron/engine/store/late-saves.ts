import type { Store } from './store';

/** A store that is full or locked is not asked again at once: each try can take a while, and nothing else runs then. */
const retryAfterMs = 5000;

/** What the store did not take when it was full or locked: kept here, and tried again by itself until it is saved. */
export class LateSaves<Saved> {
  readonly #held = new Map<string, Saved>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Store,
    private readonly save: (saved: Saved) => void,
  ) {}

  get(id: string): Saved | undefined {
    return this.#held.get(id);
  }

  has(id: string): boolean {
    return this.#held.has(id);
  }

  /** Saves now, or else as soon as that can be done. */
  add(id: string, saved: Saved): void {
    this.#held.set(id, saved);
    this.tryNow();
  }

  /** A newer state was saved. */
  forget(id: string): void {
    this.#held.delete(id);
  }

  tryNow(): void {
    clearTimeout(this.#timer);
    for (const [id, saved] of this.#held) {
      if (!this.store.database.open) return;
      try {
        this.save(saved);
      } catch {
        this.#timer = setTimeout(() => this.tryNow(), retryAfterMs).unref();
        return;
      }
      this.#held.delete(id);
    }
  }
}
