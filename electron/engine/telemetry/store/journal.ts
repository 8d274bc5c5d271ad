import { decodeBlock, encodeBlock } from '../blocks/block';
import type { SampleRepository } from './sample-repository';

/** A sample on its way to the journal, of the track that has this id. */
export interface JournalSample {
  readonly trackId: number;
  readonly atMs: number;
  readonly values: ArrayLike<number>;
}

/** Writes samples as one block for each number of values; the first column is the tracks' ids. */
export function packSamples(samples: readonly JournalSample[]): Uint8Array {
  const byWidth = new Map<number, JournalSample[]>();
  for (const sample of samples) {
    const alike = byWidth.get(sample.values.length);
    if (alike) alike.push(sample);
    else byWidth.set(sample.values.length, [sample]);
  }
  const parts: Uint8Array[] = [];
  for (const [width, alike] of byWidth) {
    const columns = [Float64Array.from(alike, ({ trackId }) => trackId)];
    for (let index = 0; index < width; index += 1) {
      columns.push(Float64Array.from(alike, ({ values }) => values[index] as number));
    }
    const block = encodeBlock({ times: alike.map(({ atMs }) => atMs), columns }, { level: 1 });
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

/** The reverse. A row that is damaged is left out from there on: it was a second of samples. */
export function* unpackSamples(data: Uint8Array): Generator<JournalSample> {
  try {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (let at = 0; at < data.length; ) {
      const length = view.getUint32(at);
      const { times, columns } = decodeBlock(data.subarray(at + 4, at + 4 + length));
      at += 4 + length;
      const [ids, ...values] = columns;
      for (const [index, atMs] of times.entries()) {
        yield { trackId: ids?.[index] ?? 0, atMs, values: values.map((column) => column[index] as number) };
      }
    }
  } catch {
    return;
  }
}

/** A head that has stayed in the journal for so long, or up to twice as long, is written again, so that old rows can go. */
const KEPT_MS = 150_000;

/** The rows of the journal in their order: which one is next, and which are still needed. */
export class Journal {
  #nextSeq: number;
  #oldBefore = 0;
  #mark: { readonly seq: number; readonly atMs: number };

  constructor(
    private readonly repository: SampleRepository,
    lastSeq: number,
    nowMs: number,
  ) {
    this.#nextSeq = lastSeq + 1;
    this.#mark = { seq: this.#nextSeq, atMs: nowMs };
  }

  get nextSeq(): number {
    return this.#nextSeq;
  }

  isOld(seq: number): boolean {
    return seq < this.#oldBefore;
  }

  write(samples: readonly JournalSample[]): void {
    if (samples.length > 0) this.repository.addJournal(this.#nextSeq, packSamples(samples));
  }

  /** What was written is on the disk. */
  onWritten(nowMs: number): void {
    this.#nextSeq += 1;
    if (Math.abs(nowMs - this.#mark.atMs) < KEPT_MS) return;
    this.#oldBefore = this.#mark.seq;
    this.#mark = { seq: this.#nextSeq, atMs: nowMs };
  }

  trim(neededFromSeq: number): void {
    this.repository.trimJournal(neededFromSeq);
  }
}
