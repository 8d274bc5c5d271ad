import type { Values } from '../generator';
import { groupOf, numberOf, numbersOf, rowsOf, textOf, textsOf } from '../values';
import { asMessage, type ParsedField, type ParsedValue, readTextFormat } from './read-text-format';
import { type EnumName, joined, type TextMessage, textFormat } from './text-format';

/** A part of a form and of the message that it becomes, in both directions. */
export interface Part {
  write(values: Values): TextMessage;
  read(message: ReadMessage): Values;
}

/** The fields of a message while they are taken out of it: what nobody took is kept. */
export class ReadMessage {
  readonly #left: Set<ParsedField>;
  readonly #inside: Array<{ readonly name: string; readonly message: ReadMessage }> = [];

  constructor(fields: readonly ParsedField[]) {
    this.#left = new Set(fields);
  }

  /** The values of a field, which stay. */
  see(name: string): ParsedValue[] {
    return [...this.#left].flatMap((field) => (field.name === name ? [field.value] : []));
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
    return this.take(name, (value) => (value.kind === 'message' ? this.#with(name, value.fields) : null));
  }

  /** Of a field that stands once; stands it more often, its messages are one, as protocol buffers take it. */
  takeMessage(name: string): ReadMessage | null {
    const all = this.take(name, (value) => (value.kind === 'message' ? value.fields : null));
    return all.length > 0 ? this.#with(name, all.flat()) : null;
  }

  #with(name: string, fields: readonly ParsedField[]): ReadMessage {
    const message = new ReadMessage(fields);
    this.#inside.push({ name, message });
    return message;
  }

  /** What was left, as other settings beside the values; nobody keeps it a second time. */
  withOthers(values: Values): Values {
    const others = this.#rest();
    this.#left.clear();
    this.#inside.length = 0;
    return Object.keys(others).length > 0 ? { ...values, other: textFormat(others).trimEnd() } : values;
  }

  #rest(): TextMessage {
    return this.#inside.reduce(
      (all, { name, message }) => {
        const inside = message.#rest();
        return Object.keys(inside).length > 0 ? joined(all, { [name]: inside }) : all;
      },
      asMessage([...this.#left]),
    );
  }
}

/** A message with the other settings of its values. */
export function withOther(message: TextMessage, values: Values): TextMessage {
  const text = textOf(values, 'other');
  return text === null ? message : joined(message, asMessage(readTextFormat(text) ?? []));
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
    write: (values) => {
      const within = own === null ? values : groupOf(values, own);
      return { [name]: orNothing(own === null ? inside.write(within) : withOther(inside.write(within), within)) };
    },
    read: (message) => {
      const found = message.takeMessage(name);
      if (found === null) return {};
      if (own === null) return inside.read(found);
      const values = found.withOthers(inside.read(found));
      return Object.keys(values).length > 0 ? { [own]: values } : {};
    },
  };
}

/** A message for each row. */
export function list(name: string, parts: readonly Part[], own = name): Part {
  const inside = all(parts);
  return {
    write: (values) => ({ [name]: some(rowsOf(values, own).map((row) => withOther(inside.write(row), row))) }),
    read: (message) => {
      const rows = message.takeMessages(name).map((row) => row.withOthers(inside.read(row)));
      return rows.length > 0 ? { [own]: rows } : {};
    },
  };
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
