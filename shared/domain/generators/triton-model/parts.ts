import type { Values } from '../generator';
import { groupOf, numberOf, numbersOf, rowsOf, textOf, textsOf } from '../values';
import type { ParsedField, ParsedValue } from './read-text-format';
import type { EnumName, TextMessage } from './text-format';

/** A part of a form and of the message that it becomes, in both directions. */
export interface Part {
  write(values: Values): TextMessage;
  read(message: ReadMessage): Values;
}

/** Where something stands in a file that the form has no field for. */
export interface LostField {
  /** `instance_group.passive` */
  readonly name: string;
  readonly line: number;
}

/** The fields of a message while they are taken out of it; what nobody took is told to `lost` by `finish`. */
export class ReadMessage {
  readonly #left: Set<ParsedField>;

  constructor(
    fields: readonly ParsedField[],
    readonly path: string,
    private readonly lost: LostField[],
  ) {
    this.#left = new Set(fields);
  }

  /** What `as` understands, in its order; the rest stays. */
  take<T>(name: string, as: (value: ParsedValue) => T | null): T[] {
    return [...this.#left].flatMap((field) => {
      const value = field.name === name ? as(field.value) : null;
      if (value === null) return [];
      this.#left.delete(field);
      return [value];
    });
  }

  takeMessages(name: string): ReadMessage[] {
    const path = this.path === '' ? name : `${this.path}.${name}`;
    return this.take(name, (value) =>
      value.kind === 'message' ? new ReadMessage(value.fields, path, this.lost) : null,
    );
  }

  /** Of a field that stands once; stands it more often, its messages are one, as protocol buffers take it. */
  takeMessage(name: string): ReadMessage | null {
    const all = this.takeMessages(name);
    const [first] = all;
    if (first === undefined) return null;
    return new ReadMessage(
      all.flatMap((one) => [...one.#left]),
      first.path,
      this.lost,
    );
  }

  finish(): void {
    for (const { name, line } of this.#left) {
      this.lost.push({ name: this.path === '' ? name : `${this.path}.${name}`, line });
    }
  }
}

export const readers = {
  text: (value: ParsedValue) => (value.kind === 'text' ? value.text : null),
  word: (value: ParsedValue) => (value.kind === 'word' ? value.word : null),
  /** What is too big to be exact is not taken. */
  whole: (value: ParsedValue) => (value.kind === 'number' && Number.isSafeInteger(value.number) ? value.number : null),
  number: (value: ParsedValue) => (value.kind === 'number' && Number.isFinite(value.number) ? value.number : null),
  boolean: (value: ParsedValue) => {
    if (value.kind === 'number') return value.number === 1 ? true : value.number === 0 ? false : null;
    if (value.kind !== 'word') return null;
    if (['true', 't', 'True'].includes(value.word)) return true;
    return ['false', 'f', 'False'].includes(value.word) ? false : null;
  },
};

/** A field that stands once: of several the last one counts. */
export function scalar<T>(
  name: string,
  as: (value: ParsedValue) => T | null,
  write: (values: Values) => TextMessage[string],
  own = name,
): Part {
  return {
    write: (values) => ({ [name]: write(values) }),
    read: (message) => {
      const last = message.take(name, as).at(-1);
      return last === undefined ? {} : { [own]: last };
    },
  };
}

export const text = (name: string, own = name) => scalar(name, readers.text, (values) => textOf(values, own), own);
export const whole = (name: string, own = name) => scalar(name, readers.whole, (values) => numberOf(values, own), own);
export const number = (name: string, own = name) =>
  scalar(name, readers.number, (values) => numberOf(values, own), own);
export const enumeration = (name: string, own = name) =>
  scalar(name, readers.word, (values) => enumOf(values, own), own);
/** Off where it is not told: false is not written. */
export const flag = (name: string, own = name) =>
  scalar(name, readers.boolean, (values) => (values[own] === true ? true : null), own);
/** Milliseconds in the form. */
export const microseconds = (name: string, own: string) =>
  scalar(
    name,
    (value) => {
      const found = readers.whole(value);
      return found === null ? null : found / 1000;
    },
    (values) => {
      const ms = numberOf(values, own);
      return ms === null ? null : Math.round(ms * 1000);
    },
    own,
  );

function repeated<T>(
  name: string,
  as: (value: ParsedValue) => T | null,
  write: (values: Values) => TextMessage[string],
  own: string,
): Part {
  return {
    write: (values) => ({ [name]: write(values) }),
    read: (message) => {
      const all = message.take(name, as);
      return all.length > 0 ? { [own]: all } : {};
    },
  };
}

export const wholes = (name: string, own = name) =>
  repeated(name, readers.whole, (values) => some(numbersOf(values, own)), own);
export const texts = (name: string, own = name) =>
  repeated(name, readers.text, (values) => some(textsOf(values, own)), own);

export function all(parts: readonly Part[]): Part {
  return {
    write: (values) => Object.assign({}, ...parts.map((part) => part.write(values))),
    read: (message) => Object.assign({}, ...parts.map((part) => part.read(message))),
  };
}

/** A message that is a group of the form; `own` null: its fields stand among the others of the form. */
export function group(name: string, parts: readonly Part[], own: string | null = name): Part {
  const inside = all(parts);
  return {
    write: (values) => ({ [name]: orNothing(inside.write(own === null ? values : groupOf(values, own))) }),
    read: (message) => {
      const found = message.takeMessage(name);
      const values = found === null ? {} : readWhole(inside, found);
      if (own === null) return values;
      return Object.keys(values).length > 0 ? { [own]: values } : {};
    },
  };
}

/** A message for each row. */
export function list(name: string, parts: readonly Part[], own = name): Part {
  const inside = all(parts);
  return {
    write: (values) => ({ [name]: some(rowsOf(values, own).map((row) => inside.write(row))) }),
    read: (message) => {
      const rows = message.takeMessages(name).map((row) => readWhole(inside, row));
      return rows.length > 0 ? { [own]: rows } : {};
    },
  };
}

/** A part that leaves the rest of the message to `finish`. */
export function readWhole(part: Part, message: ReadMessage): Values {
  const values = part.read(message);
  message.finish();
  return values;
}

export function enumOf(values: Values, name: string): EnumName | null {
  const enumName = textOf(values, name);
  return enumName !== null && /^[A-Z][A-Z0-9_]*$/.test(enumName) ? { enumName } : null;
}

/** No row: no field at all, instead of an empty list. */
export function some<T>(from: readonly T[]): readonly T[] | null {
  return from.length > 0 ? from : null;
}

export function orNothing(message: TextMessage): TextMessage | null {
  return Object.values(message).some((value) => value !== null && value !== undefined) ? message : null;
}
