import { isDay } from '../../is-day';
import type { FleetField } from '../field';
import { type FleetFieldId, fieldOf } from '../fields';
import type { Comparison, Literal, MarkKind } from './ast';
import { problem } from './filter-problem';
import type { Token } from './tokens';
import { ageUnits, readAgeUnit, readUnit, unitsOf } from './units';

/** What reading a value takes of the parser. */
export interface LiteralReader {
  readonly end: number;
  peek(ahead?: number): Token | undefined;
  take(kind: MarkKind): Token | undefined;
}

/** The operators that make sense for a field. */
export function operatorsOf({ kind }: FleetField): readonly Comparison[] {
  switch (kind) {
    case 'text':
      return ['=', '!=', '~', '!~'];
    case 'version':
      return ['=', '!=', '~', '!~', '<', '<=', '>', '>='];
    case 'number':
    case 'bytes':
      return ['=', '!=', '<', '<=', '>', '>='];
    case 'flag':
      return ['=', '!='];
    case 'time':
      return ['<', '<=', '>', '>='];
  }
}

/** Takes the value that a field is compared with. Throws FilterProblem when it is of another kind. */
export function readLiteral(reader: LiteralReader, id: FleetFieldId, operator: Comparison): Literal {
  const field = fieldOf(id);
  const token = reader.peek();
  if (!token || (token.kind !== 'word' && token.kind !== 'string')) {
    throw problem(token ?? reader.end, expectation(field), { field: id, units: unitsOf(field).slice(0, 3).join(', ') });
  }
  if (token.kind === 'string' && !token.isClosed) throw problem(token, 'unclosedText');
  switch (field.kind) {
    case 'text':
      return readText(reader);
    case 'version': {
      const isSearched = operator === '~' || operator === '!~';
      if (!isSearched && !/\d/.test(token.text)) throw problem(token, 'expectedVersion', { field: id });
      return readText(reader);
    }
    case 'number':
    case 'bytes':
      return readNumber(reader, token, field, id);
    case 'flag':
      return readFlag(reader, token);
    case 'time':
      return readTime(reader, token);
  }
}

function expectation({ kind }: FleetField) {
  const keys = {
    text: 'expectedText',
    version: 'expectedVersion',
    number: 'expectedNumber',
    bytes: 'expectedBytes',
    flag: 'expectedFlag',
    time: 'expectedTime',
  } as const;
  return keys[kind];
}

function readText(reader: LiteralReader): Literal {
  return { kind: 'text', text: reader.take('value')?.text ?? '' };
}

const leadingNumber = /^([+-]?(?:\d+(?:\.\d+)?|\.\d+))(.*)$/;

/** `80`, `80GiB` and `80 GiB`. */
function readNumber(reader: LiteralReader, token: Token, field: FleetField, id: FleetFieldId): Literal {
  const [, digits, attached = ''] = leadingNumber.exec(token.text) ?? [];
  const units = unitsOf(field);
  const params = { field: id, units: units.slice(0, 3).join(', ') };
  const expected = expectation(field);
  if (digits === undefined || (attached !== '' && units.length === 0)) throw problem(token, expected, params);
  const amount = Number(digits);
  if (attached !== '') {
    const unit = readUnit(attached, field);
    if (!unit) throw problem(token, expected, params);
    reader.take('value');
    return { kind: 'number', amount, unit };
  }
  reader.take('value');
  const next = reader.peek();
  const unit = next?.kind === 'word' ? readUnit(next.text, field) : null;
  if (unit) reader.take('value');
  // 80 of which unit? Only none is none of any.
  else if (field.kind === 'bytes' && amount !== 0) throw problem(next ?? reader.end, 'expectedUnit', params);
  return { kind: 'number', amount, unit };
}

const flags: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  on: true,
  no: false,
  false: false,
  off: false,
};

function readFlag(reader: LiteralReader, token: Token): Literal {
  const word = token.text.toLowerCase();
  if (!Object.hasOwn(flags, word)) throw problem(token, 'expectedFlag');
  reader.take('value');
  return { kind: 'flag', isTrue: flags[word] === true };
}

const date = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2})?)?$/;

/** `2026-11-22`, `2026-11-22T14:30`, `1 h ago`, `90min ago`. */
function readTime(reader: LiteralReader, token: Token): Literal {
  if (isDay(date.exec(token.text)?.[1] ?? '') && !Number.isNaN(Date.parse(token.text))) {
    reader.take('value');
    return { kind: 'date', text: token.text };
  }
  if (date.test(token.text)) throw problem(token, 'expectedTime');
  const [, digits, attached = ''] = /^(\d+(?:\.\d+)?)(.*)$/.exec(token.text) ?? [];
  if (digits === undefined) throw problem(token, 'expectedTime');
  reader.take('value');
  const unitToken = attached === '' ? reader.peek() : token;
  const unit = readAgeUnit(attached === '' ? (unitToken?.text ?? '') : attached);
  if (!unit) throw problem(unitToken ?? reader.end, 'expectedAgeUnit', { units: ageUnits.join(', ') });
  if (attached === '') reader.take('value');
  const ago = reader.peek();
  if (ago?.text.toLowerCase() !== 'ago') throw problem(ago ?? reader.end, 'expectedAgo');
  reader.take('value');
  return { kind: 'ago', amount: Number(digits), unit };
}
