import { GrowthWindow } from './growth-window';

/** How often a value became another one within a window of time. */
export class ChangeWindow {
  readonly #changes: GrowthWindow;
  #last = Number.NaN;
  #count = 0;

  constructor(windowMs: number) {
    this.#changes = new GrowthWindow(windowMs);
  }

  push(atMs: number, value: number): void {
    if (Number.isNaN(value)) return;
    if (!Number.isNaN(this.#last) && value !== this.#last) this.#count += 1;
    this.#last = value;
    this.#changes.push(atMs, this.#count);
  }

  changes(nowMs: number): number {
    return this.#changes.increase(nowMs);
  }
}
