import { GrowthWindow } from './growth-window';

/** How often a value became another one within a window of time. */
export class ChangeWindow {
  readonly #changes: GrowthWindow;
  #last = Number.NaN;
  #count = 0;

  constructor(windowMs: number, staleMs: number) {
    this.#changes = new GrowthWindow(windowMs, staleMs);
  }

  push(atMs: number, value: number): void {
    if (Number.isNaN(value)) return;
    if (!Number.isNaN(this.#last) && value !== this.#last) this.#count += 1;
    this.#last = value;
    this.#changes.push(atMs, this.#count);
  }

  /** NaN while too little of the window is known. */
  changes(nowMs: number): number {
    return this.#changes.increase(nowMs);
  }

  /** Of as much of the window as is known. */
  changesSeen(nowMs: number): number {
    return this.#changes.increaseSeen(nowMs);
  }
}
