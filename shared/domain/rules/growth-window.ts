import { isCovered } from './window-cover';

/** How finely a window remembers when it grew. */
const STEPS = 60;

/**
 * How much a counter grew within a window of time. Only when it changed is kept, which for errors is nothing. One that
 * starts again from 0 goes on from where it was. A window that is narrower than its samples are apart reaches back to the
 * sample before.
 */
export class GrowthWindow {
  #firstMs = Number.NaN;
  #previousMs = Number.NaN;
  #lastMs = Number.NaN;
  #lastValue = Number.NaN;
  /** Grown since the first sample of all. */
  #total = 0;
  /** What it was before the oldest change that is kept. */
  #base = 0;
  /** The changes, oldest first: from when on each total held. */
  readonly #times: number[] = [];
  readonly #totals: number[] = [];

  constructor(
    private readonly windowMs: number,
    /** For so long after a sample its counter counts as known. */
    private readonly staleMs: number,
  ) {}

  push(atMs: number, value: number): void {
    if (Number.isNaN(value)) return;
    if (!(atMs - this.#lastMs <= Math.max(this.windowMs, this.staleMs))) {
      // The first sample, or one after a silence that is longer than the window: nothing is told across it.
      this.#firstMs = atMs;
      this.#forget(this.#times.length, this.#total);
    } else if (value !== this.#lastValue) {
      this.#total += value > this.#lastValue ? value - this.#lastValue : value;
      this.#add(atMs);
    }
    this.#previousMs = this.#lastMs;
    this.#lastMs = atMs;
    this.#lastValue = value;
  }

  /** NaN while too little of the window is known. */
  increase(nowMs: number): number {
    return this.#isCovered(nowMs) ? this.increaseSeen(nowMs) : Number.NaN;
  }

  /** Of as much of the window as is known: it grew at least so much. NaN before there are two samples. */
  increaseSeen(nowMs: number): number {
    if (!(this.#lastMs > this.#firstMs) || nowMs - this.#lastMs > Math.max(this.windowMs, this.staleMs)) {
      return Number.NaN;
    }
    const startMs = this.#startMs(nowMs);
    let old = 0;
    while (old < this.#times.length && (this.#times[old] as number) <= startMs) old += 1;
    if (old > 0) this.#forget(old, this.#totals[old - 1] as number);
    return this.#total - this.#base;
  }

  /** A second, over as much of the window as there are samples of. NaN while that is too little. */
  rate(nowMs: number): number {
    const coveredMs = this.#lastMs - Math.max(this.#firstMs, this.#startMs(nowMs));
    return coveredMs > 0 ? (this.increase(nowMs) / coveredMs) * 1000 : Number.NaN;
  }

  /** A second, as if it had not grown where nothing is known: at least so much. */
  rateSeen(nowMs: number): number {
    return (this.increaseSeen(nowMs) / Math.max(this.windowMs, nowMs - this.#startMs(nowMs))) * 1000;
  }

  #startMs(nowMs: number): number {
    return Math.min(nowMs - this.windowMs, this.#previousMs);
  }

  #isCovered(nowMs: number): boolean {
    const untilMs = nowMs - this.#lastMs <= this.staleMs ? nowMs : this.#lastMs;
    return isCovered(untilMs - Math.max(this.#firstMs, this.#startMs(nowMs)), this.windowMs);
  }

  #add(atMs: number): void {
    const { length } = this.#times;
    const isNear = length > 1 && atMs - (this.#times[length - 2] as number) < this.windowMs / STEPS;
    const at = isNear ? length - 1 : length;
    this.#times[at] = atMs;
    this.#totals[at] = this.#total;
  }

  #forget(count: number, base: number): void {
    this.#times.splice(0, count);
    this.#totals.splice(0, count);
    this.#base = base;
  }
}
