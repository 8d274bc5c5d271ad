const MINUTE = 60_000;
/** Of lines that say the same of the same part: so many at once, then one a minute. */
const ALIKE = 5;
/** Of all together: so many at once, and as many within ten minutes. */
const ALL = 200;
const ALL_PER_MINUTE = 20;
const MAX_KINDS = 1000;

interface Bucket {
  left: number;
  atMs: number;
}

interface LeftOut {
  readonly lines: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** How much of what a log says is told one by one. A log may say ten thousand lines a second; nobody reads them. */
export class LogBudget {
  readonly #kinds = new Map<string, Bucket>();
  readonly #all: Bucket = { left: ALL, atMs: 0 };
  #leftOut: LeftOut | null = null;

  /** Whether a line is told. `kind`: the same for lines that say the same of the same part. */
  spend(kind: string, atMs: number): boolean {
    const known = this.#kinds.get(kind);
    const bucket = known ?? { left: ALIKE, atMs };
    if (!known && this.#kinds.size < MAX_KINDS) this.#kinds.set(kind, bucket);
    refill(bucket, ALIKE, 1, atMs);
    refill(this.#all, ALL, ALL_PER_MINUTE, atMs);
    if (bucket.left >= 1 && this.#all.left >= 1 && (known || this.#kinds.has(kind))) {
      bucket.left -= 1;
      this.#all.left -= 1;
      return true;
    }
    const { lines, fromMs, toMs } = this.#leftOut ?? { lines: 0, fromMs: atMs, toMs: atMs };
    this.#leftOut = { lines: lines + 1, fromMs: Math.min(fromMs, atMs), toMs: Math.max(toMs, atMs) };
    return false;
  }

  /** What was left out since this was asked last. */
  takeLeftOut(): LeftOut | null {
    const leftOut = this.#leftOut;
    this.#leftOut = null;
    if (this.#kinds.size >= MAX_KINDS) this.#kinds.clear();
    return leftOut;
  }
}

function refill(bucket: Bucket, most: number, perMinute: number, atMs: number): void {
  if (atMs <= bucket.atMs) return;
  bucket.left = Math.min(most, bucket.left + ((atMs - bucket.atMs) / MINUTE) * perMinute);
  bucket.atMs = atMs;
}
