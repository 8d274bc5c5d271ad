import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { ByteReader, ByteWriter } from './byte-writer';
import { type Column, readColumn, writeColumn } from './column';

/** What one track measured for a while: times in ms, and for each of its columns as many values. NaN is unknown. */
export interface Block {
  readonly times: ArrayLike<number>;
  readonly columns: readonly Column[];
}

const FORMAT = 2;
/** A block of a minute is some 10 KB; one that claims more than this is damaged. */
const MAX_INFLATED_BYTES = 16 * 1024 * 1024;
const MAX_COUNT = 100_000;
const NOTHING = new Float64Array(0);

export interface DecodedBlock {
  readonly times: Float64Array;
  /** Empty for a column that was not wanted. */
  readonly columns: readonly Float64Array[];
}

/** Gives back exactly what it was given; about a byte for each value of real telemetry. */
export function encodeBlock({ times, columns }: Block, { level = 6 }: { level?: number } = {}): Uint8Array {
  const count = times.length;
  const writer = new ByteWriter();
  writer.byte(FORMAT);
  writer.varint(count);
  writer.varint(columns.length);
  writeTimes(writer, times, count);
  // How long each column is stands in front of all, so that one is found without reading those before it.
  const body = new ByteWriter();
  for (const column of columns) {
    const from = body.length;
    writeColumn(body, column, count);
    writer.varint(body.length - from);
  }
  writer.append(body.bytes());
  return deflateRawSync(writer.bytes(), { level });
}

/** The reverse of encodeBlock, of some columns or all. Throws an Error for bytes that it did not write. */
export function decodeBlock(bytes: Uint8Array, wanted?: ReadonlySet<number>): DecodedBlock {
  const reader = new ByteReader(inflateRawSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES }));
  if (reader.byte() !== FORMAT) throw new RangeError('a block of an unknown format');
  const count = reader.varint();
  const columnCount = reader.varint();
  if (count > MAX_COUNT || columnCount > MAX_COUNT) throw new RangeError('a block of impossible size');
  const times = readTimes(reader, count);
  const lengths = Array.from({ length: columnCount }, () => reader.varint());
  const columns = lengths.map((length, index) => {
    if (!wanted || wanted.has(index)) return readColumn(reader, count);
    reader.skip(length);
    return NOTHING;
  });
  return { times, columns };
}

/** Samples come at a steady pace, so what is written is how the pace changed. */
function writeTimes(writer: ByteWriter, times: ArrayLike<number>, count: number): void {
  let previous = 0;
  let pace = 0;
  for (let index = 0; index < count; index += 1) {
    const time = times[index] as number;
    const step = time - previous;
    writer.zigzag(step - pace);
    previous = time;
    pace = index === 0 ? 0 : step;
  }
}

function readTimes(reader: ByteReader, count: number): Float64Array {
  const times = new Float64Array(count);
  const changes = reader.zigzags(count);
  let previous = 0;
  let pace = 0;
  for (let index = 0; index < count; index += 1) {
    const step = (changes[index] as number) + pace;
    previous += step;
    times[index] = previous;
    pace = index === 0 ? 0 : step;
  }
  return times;
}
