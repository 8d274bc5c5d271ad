import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { ByteReader, ByteWriter } from './byte-writer';
import { type Column, readColumn, writeColumn } from './column';

/** What one track measured for a while: times in ms, and for each of its columns as many values. NaN is unknown. */
export interface Block {
  readonly times: ArrayLike<number>;
  readonly columns: readonly Column[];
}

const FORMAT = 1;
/** A block of a minute is some 10 KB; one that claims more than this is damaged. */
const MAX_INFLATED_BYTES = 16 * 1024 * 1024;
const MAX_COUNT = 100_000;

/** Gives back exactly what it was given; about a byte for each value of real telemetry. `count` values from the start are taken. */
export function encodeBlock(block: Block, count: number = block.times.length): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(FORMAT);
  writer.varint(count);
  writer.varint(block.columns.length);
  writeTimes(writer, block.times, count);
  for (const column of block.columns) writeColumn(writer, column, count);
  return deflateRawSync(writer.bytes(), { level: 6 });
}

/** The reverse of encodeBlock. Throws an Error for bytes that it did not write. */
export function decodeBlock(bytes: Uint8Array): { times: Float64Array; columns: Float64Array[] } {
  const reader = new ByteReader(inflateRawSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES }));
  if (reader.byte() !== FORMAT) throw new RangeError('a block of an unknown format');
  const count = reader.varint();
  const columnCount = reader.varint();
  if (count > MAX_COUNT || columnCount > MAX_COUNT) throw new RangeError('a block of impossible size');
  const times = readTimes(reader, count);
  const columns = Array.from({ length: columnCount }, () => readColumn(reader, count));
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
  let previous = 0;
  let pace = 0;
  for (let index = 0; index < count; index += 1) {
    const step = reader.zigzag() + pace;
    previous += step;
    times[index] = previous;
    pace = index === 0 ? 0 : step;
  }
  return times;
}
