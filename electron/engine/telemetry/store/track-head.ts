import type { MetricId } from '#shared/domain/telemetry/metrics';

const FIRST_CAPACITY = 32;

/** What became of a sample. `late`: older than what has been written away already. */
export type Appended = 'added' | 'duplicate' | 'late';

/** The newest samples of a track, in memory until they fill a block; in order of time. */
export class TrackHead {
  readonly layout: readonly MetricId[];
  #times = new Float64Array(FIRST_CAPACITY);
  readonly #columns: Array<Float64Array<ArrayBuffer>>;
  #count = 0;
  /** When the oldest of them came, by this workstation's clock: the journal is needed from there on. */
  sinceMs = 0;

  constructor(layout: readonly MetricId[]) {
    this.layout = layout;
    this.#columns = layout.map(() => new Float64Array(FIRST_CAPACITY));
  }

  get count(): number {
    return this.#count;
  }

  get firstMs(): number {
    return this.#times[0] ?? 0;
  }

  get lastMs(): number {
    return this.#times[this.#count - 1] ?? Number.NEGATIVE_INFINITY;
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

  /** Takes a sample in at its place; one of a time that is there already changes nothing. */
  append(atMs: number, values: readonly number[], nowMs: number): Appended {
    let at = this.#count;
    while (at > 0 && (this.#times[at - 1] as number) > atMs) at -= 1;
    if (at > 0 && this.#times[at - 1] === atMs) return 'duplicate';
    if (at === 0 && this.#count > 0) return 'late';
    if (this.#count === this.#times.length) this.#grow();
    if (this.#count === 0) this.sinceMs = nowMs;
    if (at < this.#count) this.#times.copyWithin(at + 1, at, this.#count);
    this.#times[at] = atMs;
    for (const [index, column] of this.#columns.entries()) {
      if (at < this.#count) column.copyWithin(at + 1, at, this.#count);
      column[at] = values[index] ?? Number.NaN;
    }
    this.#count += 1;
    return 'added';
  }

  clear(): void {
    this.#count = 0;
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
