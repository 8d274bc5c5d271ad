import { type FleetFieldId, fieldOf, fleetFieldIds, isFleetFieldId } from '../fields';
import { quoteText } from './print-filter';
import { operatorsOf } from './read-literal';
import { type Token, tokenize } from './tokens';
import { ageUnits, unitsOf } from './units';

export interface Completion {
  readonly kind: 'field' | 'operator' | 'value' | 'keyword';
  /** What is put in place of what was typed of it. */
  readonly text: string;
  /** Of a field. */
  readonly field: FleetFieldId | null;
}

export interface Completions {
  /** What a chosen completion replaces. */
  readonly from: number;
  readonly to: number;
  readonly items: readonly Completion[];
}

const maxItems = 12;

/**
 * What may stand at `caret`, best first.
 * @param valuesOf the values that the nodes have of a field, most frequent first
 */
export function completeFilter(
  text: string,
  caret: number,
  valuesOf: (field: FleetFieldId) => readonly string[],
): Completions {
  const tokens = tokenize(text.slice(0, caret));
  const last = tokens.at(-1);
  const isTyping = last !== undefined && last.to === caret && (last.kind === 'word' || last.kind === 'string');
  const typed = isTyping ? last : undefined;
  const before = typed ? tokens.slice(0, -1) : tokens;
  const from = typed?.from ?? caret;
  // The rest of the word that the caret is in goes too.
  const to = typed?.kind === 'word' ? caret + (/^[^\s(),"=!<>~]*/.exec(text.slice(caret))?.[0].length ?? 0) : caret;
  const wanted = (typed?.text ?? '').toLowerCase();
  const all = expectedAfter(before, valuesOf);
  const rank = (item: Completion) => {
    const value = item.text.replace(/^"/, '').toLowerCase();
    if (value.startsWith(wanted)) return 0;
    return value.includes(wanted) ? 1 : 2;
  };
  const items = all
    .map((item) => ({ item, order: rank(item) }))
    .filter(({ item, order }) => order < 2 && item.text !== typed?.text)
    .sort((one, other) => one.order - other.order)
    .slice(0, maxItems)
    .map(({ item }) => item);
  return { from, to, items };
}

function expectedAfter(tokens: readonly Token[], valuesOf: (field: FleetFieldId) => readonly string[]): Completion[] {
  const last = tokens.at(-1);
  const word = wordOf(last);
  if (!last || word === 'and' || word === 'or' || (word === 'not' && !fieldAt(tokens, -2))) return terms();
  const asked = fieldAt(tokens, -2);
  if (last.kind === 'operator' || word === 'has') return asked ? values(asked, valuesOf) : [];
  if (word === 'is') return ['known', 'unknown', 'not known'].map((text) => made('keyword', text));
  if (word === 'not') return [made('keyword', 'in (')];
  if (word === 'in') return [made('keyword', '(')];
  if (last.kind === 'open' || last.kind === 'comma') {
    const list = listField(tokens);
    if (list) return values(list, valuesOf);
    return last.kind === 'open' ? terms() : [];
  }
  const field = fieldAt(tokens, -1);
  if (field && !isValueAt(tokens)) return operators(field);
  const numbered = isValueAt(tokens) ? fieldAt(tokens, -3) : null;
  const { kind, unit } = numbered ? fieldOf(numbered) : { kind: 'text' as const, unit: null };
  const isNumber = /^\d+(\.\d+)?$/.test(last.text);
  const units = isNumber && kind === 'bytes' ? unitsOf({ kind, unit }).slice(0, 3) : [];
  const ages = isNumber && kind === 'time' ? ageUnits.map((one) => `${one} ago`) : [];
  return [...[...units, ...ages].map((text) => made('value', text)), made('keyword', 'and'), made('keyword', 'or')];
}

/** Whether the last word is what a field is compared with: `gpu.model = driver`. */
function isValueAt(tokens: readonly Token[]): boolean {
  const before = tokens.at(-2);
  return before?.kind === 'operator' || wordOf(before) === 'has' || wordOf(before) === 'is';
}

function wordOf(token: Token | undefined): string | null {
  return token?.kind === 'word' ? token.text.toLowerCase() : null;
}

function fieldAt(tokens: readonly Token[], index: number): FleetFieldId | null {
  const name = wordOf(tokens.at(index));
  return name !== null && isFleetFieldId(name) ? name : null;
}

/** The field of the list that is still open: `driver in (570, `. */
function listField(tokens: readonly Token[]): FleetFieldId | null {
  const open = tokens.findLastIndex(({ kind }) => kind === 'open');
  if (wordOf(tokens[open - 1]) !== 'in') return null;
  const name = wordOf(tokens[wordOf(tokens[open - 2]) === 'not' ? open - 3 : open - 2]);
  return name !== null && isFleetFieldId(name) ? name : null;
}

function terms(): Completion[] {
  return [...fleetFieldIds.map((id) => made('field', id, id)), made('keyword', 'not')];
}

function operators(id: FleetFieldId): Completion[] {
  const field = fieldOf(id);
  const words = [
    ...(field.isList ? ['has'] : []),
    ...(field.kind === 'time' ? [] : ['in (']),
    'is known',
    'is unknown',
  ];
  return [...operatorsOf(field).map((text) => made('operator', text)), ...words.map((text) => made('keyword', text))];
}

function values(id: FleetFieldId, valuesOf: (field: FleetFieldId) => readonly string[]): Completion[] {
  const { kind, choices } = fieldOf(id);
  if (kind === 'flag') return ['yes', 'no'].map((text) => made('value', text));
  if (kind === 'time') return ['15 min ago', '1 h ago', '1 d ago', '1 w ago'].map((text) => made('value', text));
  if (kind === 'number' || kind === 'bytes') return [];
  return (choices ?? valuesOf(id)).map((text) => made('value', quoteText(text)));
}

function made(kind: Completion['kind'], text: string, field: FleetFieldId | null = null): Completion {
  return { kind, text, field };
}
