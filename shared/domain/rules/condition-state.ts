/** Times are in ms. */
export interface Timing {
  readonly forMs: number;
  readonly releaseMs: number;
  /** A longer silence between two samples stops the clock. */
  readonly silenceMs: number;
}

export type Phase = 'inactive' | 'pending' | 'firing';

const STEPS = 60;
/** So much of its window a condition must have been true, and so much it may be false in between: of the time that was seen. */
const TRUE_SHARE = 0.9;
const FALSE_SHARE = 0.1;

/**
 * Whether one rule fires for one subject. Its clock runs while samples come and the condition can be told. It fires when
 * the condition was true in nine of ten samples of the window, each of which stands for the time since the one before, and is over when the release held all through its own.
 */
export class ConditionState {
  phase: Phase = 'inactive';
  /** When it became true, by the samples' time. */
  sinceMs = Number.NaN;
  #clockMs = 0;
  #lastMs = Number.NaN;
  #startMs = 0;
  #trueMs = 0;
  #releaseMs = Number.NaN;
  /** Which step of the window each place holds; for how long it was known in it, and true. */
  #steps = new Float64Array(0);
  #known = new Float64Array(0);
  #true = new Float64Array(0);

  /** One that fired before this process began. */
  static firing(sinceMs: number): ConditionState {
    const state = new ConditionState();
    state.phase = 'firing';
    state.sinceMs = sinceMs;
    return state;
  }

  /** Takes a sample in: 1, 0, or NaN for unknown. Returns whether the phase is another one now. */
  step(atMs: number, holds: number, released: number, timing: Timing): boolean {
    const isKnown = !Number.isNaN(this.phase === 'firing' ? released : holds);
    const elapsedMs = atMs - this.#lastMs;
    this.#lastMs = atMs;
    // What could not be told in between does not count, neither for nor against.
    if (!isKnown) {
      this.#lastMs = Number.NaN;
      return false;
    }
    const countedMs = elapsedMs > 0 && elapsedMs <= timing.silenceMs ? elapsedMs : 0;
    this.#clockMs += countedMs;
    const before = this.phase;
    if (this.phase === 'firing') this.#stepFiring(holds, released, timing);
    else if (holds === 1) this.#stepTrue(atMs, countedMs, timing);
    else if (this.phase === 'pending') this.#stepFalse(countedMs, timing);
    return this.phase !== before;
  }

  #stepTrue(atMs: number, countedMs: number, timing: Timing): void {
    if (this.phase === 'inactive') {
      this.phase = 'pending';
      this.sinceMs = atMs;
      this.#startMs = this.#clockMs;
      this.#steps = new Float64Array(STEPS).fill(Number.NEGATIVE_INFINITY);
      this.#known = new Float64Array(STEPS);
      this.#true = new Float64Array(STEPS);
    }
    this.#trueMs = this.#clockMs;
    this.#record(1, this.#clockMs === this.#startMs ? 0 : countedMs, timing);
    if (this.#clockMs - this.#startMs < timing.forMs || this.#share(timing) < TRUE_SHARE) return;
    this.phase = 'firing';
    this.#releaseMs = Number.NaN;
    this.#forgetWindow();
  }

  #stepFalse(countedMs: number, timing: Timing): void {
    this.#record(0, countedMs, timing);
    // A window with so long a stretch of false can't fire any more: another one begins with the next true.
    if (this.#clockMs - this.#trueMs <= FALSE_SHARE * timing.forMs) return;
    this.phase = 'inactive';
    this.#forgetWindow();
  }

  #stepFiring(holds: number, released: number, timing: Timing): void {
    if (released !== 1 || holds === 1) {
      this.#releaseMs = Number.NaN;
      return;
    }
    if (Number.isNaN(this.#releaseMs)) this.#releaseMs = this.#clockMs;
    if (this.#clockMs - this.#releaseMs >= timing.releaseMs) this.phase = 'inactive';
  }

  #record(holds: 0 | 1, countedMs: number, { forMs }: Timing): void {
    const step = this.#stepAt(forMs);
    const at = step % STEPS;
    if (this.#steps[at] !== step) {
      this.#steps[at] = step;
      this.#known[at] = 0;
      this.#true[at] = 0;
    }
    this.#known[at] = (this.#known[at] as number) + countedMs;
    this.#true[at] = (this.#true[at] as number) + holds * countedMs;
  }

  #share({ forMs }: Timing): number {
    const oldest = this.#stepAt(forMs) - STEPS + 1;
    let known = 0;
    let holding = 0;
    for (let at = 0; at < STEPS; at += 1) {
      if ((this.#steps[at] as number) < oldest) continue;
      known += this.#known[at] as number;
      holding += this.#true[at] as number;
    }
    return holding / known;
  }

  #stepAt(forMs: number): number {
    return forMs === 0 ? 0 : Math.floor((this.#clockMs / forMs) * STEPS);
  }

  #forgetWindow(): void {
    this.#steps = new Float64Array(0);
    this.#known = new Float64Array(0);
    this.#true = new Float64Array(0);
  }
}
