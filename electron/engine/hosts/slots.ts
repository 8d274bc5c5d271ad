import { abortError, throwIfAborted } from './abort';

/** Lets at most `limit` holders in at once, the rest in order of arrival. */
export class Slots {
  taken = 0;
  private readonly waiting: Array<() => void> = [];

  constructor(private limit: number) {}

  /** Waits for a slot; the returned function gives it back, once. */
  async take(signal?: AbortSignal): Promise<() => void> {
    throwIfAborted(signal);
    if (this.taken >= this.limit) {
      await new Promise<void>((resolve, reject) => {
        const enter = (): void => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        };
        const onAbort = (): void => {
          this.waiting.splice(this.waiting.indexOf(enter), 1);
          reject(abortError());
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        this.waiting.push(enter);
      });
    } else this.taken += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      // The slot goes straight to the next in line, so nobody can slip in between.
      const next = this.taken <= this.limit ? this.waiting.shift() : undefined;
      if (next) next();
      else this.taken -= 1;
    };
  }

  limitTo(limit: number): void {
    this.limit = Math.max(1, Math.min(this.limit, limit));
  }
}
