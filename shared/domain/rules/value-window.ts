import { isCovered } from './window-cover';

const STEPS = 60;

/**
 * The mean, the least and the greatest of a value within a window of time, which is remembered in sixty steps. Each sample
 * stands for the time since the one before, so that it is the same at any pace and at several.
 */
export class ValueWindow {
  readonly #stepMs: number;
  #lastMs = Number.NaN;
  #lastValue = Number.NaN;
  /** Which step each place holds; what is not within the window counts no more. */
  #steps = new Float64Array(0);
  /** For how long it was known, and the value times that. */
  #knownMs = new Float64Array(0);
  #sums = new Float64Array(0);
  #least = new Float64Array(0);
  #greatest = new Float64Array(0);

  constructor(
    private readonly windowMs: number,
    /** For so long after a sample its value counts as known. */
    private readonly staleMs: number,
  ) {
    this.#stepMs = windowMs / STEPS;
  }

  push(atMs: number, value: number): void {
    if (Number.isNaN(value)) {
      this.#lastMs = Number.NaN;
      return;
    }
    if (this.#steps.length === 0) this.#begin();
    const step = Math.floor(atMs / this.#stepMs);
    const at = step % STEPS;
    if (this.#steps[at] !== step) {
      this.#steps[at] = step;
      this.#knownMs[at] = 0;
      this.#sums[at] = 0;
      this.#least[at] = Number.POSITIVE_INFINITY;
      this.#greatest[at] = Number.NEGATIVE_INFINITY;
    }
    const elapsedMs = Number.isNaN(this.#lastMs) ? 0 : Math.min(atMs - this.#lastMs, this.staleMs);
    this.#lastMs = atMs;
    this.#lastValue = value;
    this.#knownMs[at] = (this.#knownMs[at] as number) + elapsedMs;
    this.#sums[at] = (this.#sums[at] as number) + value * elapsedMs;
    this.#least[at] = Math.min(this.#least[at] as number, value);
    this.#greatest[at] = Math.max(this.#greatest[at] as number, value);
  }

  /** NaN while too little of the window is known. */
  mean(nowMs: number): number {
    const oldest = this.#oldest(nowMs);
    const restMs = this.#restMs(nowMs);
    let knownMs = restMs;
    let sum = restMs > 0 ? this.#lastValue * restMs : 0;
    for (let at = 0; at < this.#steps.length; at += 1) {
      if ((this.#steps[at] as number) < oldest) continue;
      knownMs += this.#knownMs[at] as number;
      sum += this.#sums[at] as number;
    }
    return isCovered(knownMs, this.windowMs) ? sum / knownMs : Number.NaN;
  }

  least(nowMs: number): number {
    return Number.isNaN(this.mean(nowMs)) ? Number.NaN : this.leastSeen(nowMs);
  }

  greatest(nowMs: number): number {
    return Number.isNaN(this.mean(nowMs)) ? Number.NaN : this.greatestSeen(nowMs);
  }

  /** Of as much of the window as is known: it was no more. NaN while nothing is. */
  leastSeen(nowMs: number): number {
    return this.#fold(this.#least, nowMs, Math.min);
  }

  /** Of as much of the window as is known: it was no less. */
  greatestSeen(nowMs: number): number {
    return this.#fold(this.#greatest, nowMs, Math.max);
  }

  #fold(values: Float64Array, nowMs: number, pick: (one: number, other: number) => number): number {
    const oldest = this.#oldest(nowMs);
    let found = this.#restMs(nowMs) > 0 ? this.#lastValue : Number.NaN;
    for (let at = 0; at < this.#steps.length; at += 1) {
      if ((this.#steps[at] as number) < oldest) continue;
      const value = values[at] as number;
      found = Number.isNaN(found) ? value : pick(found, value);
    }
    return found;
  }

  /** Since the last sample, while its value holds. */
  #restMs(nowMs: number): number {
    const restMs = nowMs - this.#lastMs;
    return restMs > 0 && restMs <= this.staleMs ? restMs : 0;
  }

  /** Most GPUs do not tell everything that rules look at. */
  #begin(): void {
    this.#steps = new Float64Array(STEPS).fill(Number.NEGATIVE_INFINITY);
    this.#knownMs = new Float64Array(STEPS);
    this.#sums = new Float64Array(STEPS);
    this.#least = new Float64Array(STEPS);
    this.#greatest = new Float64Array(STEPS);
  }

  #oldest(nowMs: number): number {
    return Math.floor(nowMs / this.#stepMs) - STEPS + 1;
  }
}
