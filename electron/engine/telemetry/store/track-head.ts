import type { MetricId } from '#shared/domain/telemetry/metrics';

const FIRST_CAPACITY = 32;

/** The newest samples of a track, in memory until they fill a block; in order of time. */
export class TrackHead {
  #times = new Float64Array(FIRST_CAPACITY);
  readonly #columns: Array<Float64Array<ArrayBuffer>>;
  #count = 0;
  /** The row of the journal that has the oldest of them: it is needed from there on. */
  sinceSeq = 0;

  constructor(layout: readonly MetricId[]) {
    this.#columns = layout.map(() => new Float64Array(FIRST_CAPACITY));
  }

  get count(): number {
    return this.#count;
  }

  get firstMs(): number {
    return this.#times[0] ?? 0;
  }

  get lastMs(): number {
    return this.#count === 0 ? Number.NEGATIVE_INFINITY : (this.#times[this.#count - 1] as number);
  }

  get times(): Float64Array {
    return this.#times.subarray(0, this.#count);
  }

  column(index: number): Float64Array {
    return (this.#columns[index] ?? new Float64Array(0)).subarray(0, this.#count);
  }

  get columns(): Float64Array[] {
    return this.#columns.map((column) => column.subarray(0, this.#count));
  }

  /** Takes a sample in at its place; false for one of a time that is there already, which changes nothing. */
  append(atMs: number, values: ArrayLike<number>, seq: number): boolean {
    let at = this.#count;
    while (at > 0 && (this.#times[at - 1] as number) > atMs) at -= 1;
    if (at > 0 && this.#times[at - 1] === atMs) return false;
    if (this.#count === this.#times.length) this.#grow();
    if (this.#count === 0) this.sinceSeq = seq;
    const isInside = at < this.#count;
    if (isInside) this.#times.copyWithin(at + 1, at, this.#count);
    this.#times[at] = atMs;
    for (let index = 0; index < this.#columns.length; index += 1) {
      const column = this.#columns[index] as Float64Array;
      if (isInside) column.copyWithin(at + 1, at, this.#count);
      column[at] = values[index] ?? Number.NaN;
    }
    this.#count += 1;
    return true;
  }

  /** Leaves out the oldest; without a count, all. */
  drop(count: number = this.#count): void {
    this.#times.copyWithin(0, count, this.#count);
    for (const column of this.#columns) column.copyWithin(0, count, this.#count);
    this.#count -= count;
  }

  #grow(): void {
    this.#times = larger(this.#times);
    for (const [index, column] of this.#columns.entries()) this.#columns[index] = larger(column);
  }
}

function larger(values: Float64Array): Float64Array<ArrayBuffer> {
  const next = new Float64Array(values.length * 2);
  next.set(values);
  return next;
}
