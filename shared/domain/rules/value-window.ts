const STEPS = 60;

/** The mean, the least and the greatest of a value within a window of time, which is remembered in sixty steps. */
export class ValueWindow {
  readonly #stepMs: number;
  /** Which step each place holds; what is not within the window counts no more. */
  #steps = new Float64Array(0);
  #sums = new Float64Array(0);
  #counts = new Uint32Array(0);
  #least = new Float64Array(0);
  #greatest = new Float64Array(0);

  constructor(windowMs: number) {
    this.#stepMs = windowMs / STEPS;
  }

  push(atMs: number, value: number): void {
    if (Number.isNaN(value)) return;
    if (this.#steps.length === 0) this.#begin();
    const step = Math.floor(atMs / this.#stepMs);
    const at = step % STEPS;
    if (this.#steps[at] !== step) {
      this.#steps[at] = step;
      this.#sums[at] = 0;
      this.#counts[at] = 0;
      this.#least[at] = Number.POSITIVE_INFINITY;
      this.#greatest[at] = Number.NEGATIVE_INFINITY;
    }
    this.#sums[at] = (this.#sums[at] as number) + value;
    this.#counts[at] = (this.#counts[at] as number) + 1;
    this.#least[at] = Math.min(this.#least[at] as number, value);
    this.#greatest[at] = Math.max(this.#greatest[at] as number, value);
  }

  /** NaN while there is nothing in the window. */
  mean(nowMs: number): number {
    const oldest = this.#oldest(nowMs);
    let sum = 0;
    let count = 0;
    for (let at = 0; at < this.#steps.length; at += 1) {
      if ((this.#steps[at] as number) < oldest) continue;
      sum += this.#sums[at] as number;
      count += this.#counts[at] as number;
    }
    return count === 0 ? Number.NaN : sum / count;
  }

  least(nowMs: number): number {
    return this.#fold(this.#least, nowMs, Math.min);
  }

  greatest(nowMs: number): number {
    return this.#fold(this.#greatest, nowMs, Math.max);
  }

  #fold(values: Float64Array, nowMs: number, pick: (one: number, other: number) => number): number {
    const oldest = this.#oldest(nowMs);
    let found = Number.NaN;
    for (let at = 0; at < this.#steps.length; at += 1) {
      if ((this.#steps[at] as number) < oldest) continue;
      const value = values[at] as number;
      found = Number.isNaN(found) ? value : pick(found, value);
    }
    return found;
  }

  /** Most GPUs do not tell everything that rules look at. */
  #begin(): void {
    this.#steps = new Float64Array(STEPS).fill(Number.NEGATIVE_INFINITY);
    this.#sums = new Float64Array(STEPS);
    this.#counts = new Uint32Array(STEPS);
    this.#least = new Float64Array(STEPS);
    this.#greatest = new Float64Array(STEPS);
  }

  #oldest(nowMs: number): number {
    return Math.floor(nowMs / this.#stepMs) - STEPS + 1;
  }
}
