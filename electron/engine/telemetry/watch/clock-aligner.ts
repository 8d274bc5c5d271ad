/** How long an offset is believed that nothing has confirmed. */
const MEMORY_MS = 60_000;
/** A node's clock that goes back by more was set, or the node started again. */
const SET_BACK_MS = 500;

/**
 * Puts times of a node's clock on this workstation's. What a stream delivers late, or in one lump after a stall, keeps its
 * own times: the offset is the smallest delay seen lately, which is the network's.
 */
export class ClockAligner {
  /** The smallest of the current minute and of the one before. */
  #recent = { sinceMs: 0, least: Number.POSITIVE_INFINITY, before: Number.POSITIVE_INFINITY };
  #lastNodeMs = Number.NEGATIVE_INFINITY;

  /** Told with each time that the node's clock went back by, ms. */
  constructor(private readonly onSetBack: (byMs: number) => void = () => {}) {}

  /** When something was measured, by this workstation's clock. Never later than it arrived. */
  align(nodeMs: number, arrivedMs: number): number {
    if (nodeMs < this.#lastNodeMs - SET_BACK_MS) {
      this.onSetBack(this.#lastNodeMs - nodeMs);
      this.#recent = { sinceMs: arrivedMs, least: Number.POSITIVE_INFINITY, before: Number.POSITIVE_INFINITY };
    }
    this.#lastNodeMs = nodeMs;
    const delay = arrivedMs - nodeMs;
    const ageMs = arrivedMs - this.#recent.sinceMs;
    if (ageMs > MEMORY_MS || ageMs < 0) {
      // After a long silence, as of a connection that was lost, nothing of before holds.
      const before = ageMs > 0 && ageMs <= 2 * MEMORY_MS ? this.#recent.least : Number.POSITIVE_INFINITY;
      this.#recent = { sinceMs: arrivedMs, least: Number.POSITIVE_INFINITY, before };
    }
    this.#recent.least = Math.min(this.#recent.least, delay);
    return nodeMs + Math.min(this.#recent.least, this.#recent.before);
  }
}
