import type { ByteReader, ByteWriter } from './byte-writer';

/*
 * One metric of a block: as many values as the block has times, NaN where a value is unknown. Tools print decimal numbers,
 * so a column is whole numbers of its smallest decimal and what changed from one to the next, which mostly fits a byte.
 */

const EMPTY = 0;
const CONSTANT = 1;
const STEPS = 2;
const STEPS_WITH_GAPS = 3;
const FLOATS = 4;

const MAX_DECIMALS = 6;
/** Whole numbers stay exact, and so do their differences, doubled. */
const MAX_WHOLE = 2 ** 51;

export type Column = ArrayLike<number>;

export function writeColumn(writer: ByteWriter, values: Column, count: number): void {
  let known = 0;
  let isConstant = true;
  let first = Number.NaN;
  for (let index = 0; index < count; index += 1) {
    const value = values[index] as number;
    if (Number.isNaN(value)) continue;
    if (known === 0) first = value;
    else if (!Object.is(value, first)) isConstant = false;
    known += 1;
  }
  if (known === 0) {
    writer.byte(EMPTY);
    return;
  }
  if (isConstant && known === count) {
    writer.byte(CONSTANT);
    writer.float(first);
    return;
  }
  const decimals = decimalsOf(values, count);
  if (decimals === null) {
    writer.byte(FLOATS);
    for (let index = 0; index < count; index += 1) writer.float(values[index] as number);
    return;
  }
  writer.byte(known === count ? STEPS : STEPS_WITH_GAPS);
  writer.byte(decimals);
  if (known < count) writePresence(writer, values, count);
  const scale = 10 ** decimals;
  let previous = 0;
  for (let index = 0; index < count; index += 1) {
    const value = values[index] as number;
    if (Number.isNaN(value)) continue;
    const whole = Math.round(value * scale);
    writer.zigzag(whole - previous);
    previous = whole;
  }
}

export function readColumn(reader: ByteReader, count: number): Float64Array {
  const values = new Float64Array(count);
  const kind = reader.byte();
  if (kind === EMPTY) return values.fill(Number.NaN);
  if (kind === CONSTANT) return values.fill(reader.float());
  if (kind === FLOATS) {
    for (let index = 0; index < count; index += 1) values[index] = reader.float();
    return values;
  }
  if (kind !== STEPS && kind !== STEPS_WITH_GAPS) throw new RangeError(`a column of the unknown kind ${kind}`);
  const scale = 10 ** reader.byte();
  const isKnown = kind === STEPS_WITH_GAPS ? readPresence(reader, count) : null;
  const steps = reader.zigzags(isKnown ? isKnown.filter(Boolean).length : count);
  let whole = 0;
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (isKnown && !isKnown[index]) {
      values[index] = Number.NaN;
      continue;
    }
    whole += steps[at++] as number;
    values[index] = whole / scale;
  }
  return values;
}

/** The fewest decimals that give back every value exactly; null where none do. */
function decimalsOf(values: Column, count: number): number | null {
  let decimals = 0;
  let scale = 1;
  for (let index = 0; index < count; index += 1) {
    const value = values[index] as number;
    if (Number.isNaN(value)) continue;
    while (!isExact(value, scale)) {
      decimals += 1;
      if (decimals > MAX_DECIMALS) return null;
      scale *= 10;
    }
  }
  return decimals;
}

function isExact(value: number, scale: number): boolean {
  const whole = Math.round(value * scale);
  // A whole number has no negative zero.
  return Math.abs(whole) <= MAX_WHOLE && whole / scale === value && !Object.is(value, -0);
}

/** Runs of known and unknown in turn, known first: a metric that stopped is one pair. */
function writePresence(writer: ByteWriter, values: Column, count: number): void {
  let isKnown = true;
  let length = 0;
  for (let index = 0; index < count; index += 1) {
    if (Number.isNaN(values[index] as number) === isKnown) {
      writer.varint(length);
      isKnown = !isKnown;
      length = 0;
    }
    length += 1;
  }
  writer.varint(length);
}

function readPresence(reader: ByteReader, count: number): boolean[] {
  const presence: boolean[] = [];
  for (let isKnown = true; presence.length < count; isKnown = !isKnown) {
    const length = reader.varint();
    if (presence.length + length > count) throw new RangeError('a run is longer than its column');
    for (let index = 0; index < length; index += 1) presence.push(isKnown);
  }
  return presence;
}
