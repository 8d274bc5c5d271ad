import { versionComparer } from '../compare-values';
import type { FieldValue, FleetField } from '../field';
import { fieldOf, fleetFieldIds } from '../fields';
import type { FieldContext, FleetNode } from '../fleet-node';
import type { Comparison, Filter, Literal } from './ast';
import { ageUnitMs, unitFactors } from './units';

export interface MatchContext extends FieldContext {
  readonly nowMs: number;
  /** All that can be searched for in a node, in lower case. */
  searchText(node: FleetNode): string;
}

/** True, false, or null where the value that was asked for is not known. */
type Verdict = boolean | null;
type Test = (node: FleetNode) => Verdict;

/**
 * Makes a filter a function. A comparison with a value that is not known is neither true nor false, whichever way it is
 * asked (`!=` and `not` too), and such a node does not match; `is unknown` finds it.
 */
export function compileFilter(filter: Filter | null, context: MatchContext): (node: FleetNode) => boolean {
  if (filter === null) return () => true;
  const test = compile(filter, context);
  return (node) => test(node) === true;
}

function compile(filter: Filter, context: MatchContext): Test {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const tests = filter.filters.map((one) => compile(one, context));
      // One that is false decides an `and`, one that is true an `or`; else one that is not known leaves it open.
      const decides = filter.kind === 'or';
      return (node) => {
        let verdict: Verdict = !decides;
        for (const test of tests) {
          const one = test(node);
          if (one === decides) return decides;
          if (one === null) verdict = null;
        }
        return verdict;
      };
    }
    case 'not': {
      const test = compile(filter.filter, context);
      return (node) => {
        const verdict = test(node);
        return verdict === null ? null : !verdict;
      };
    }
    case 'search': {
      const text = filter.text.toLowerCase();
      return (node) => context.searchText(node).includes(text);
    }
    case 'known': {
      const field = fieldOf(filter.field);
      return (node) => (field.read(node, context) !== null) === filter.isKnown;
    }
    case 'compare': {
      const field = fieldOf(filter.field);
      const { operator, literal } = filter;
      const isNegative = operator === '!=' || operator === '!~';
      const positive = operator === '!=' ? '=' : operator === '!~' ? '~' : operator;
      const test = anyOf(field, comparing(field, positive, literal, context));
      return (node) => {
        const verdict = test(field.read(node, context));
        return verdict === null || !isNegative ? verdict : !verdict;
      };
    }
    case 'in':
    case 'has': {
      const field = fieldOf(filter.field);
      const tests = filter.literals.map((literal) => comparing(field, '=', literal, context));
      const test = anyOf(field, (value) => tests.some((one) => one(value)));
      return (node) => test(field.read(node, context));
    }
  }
}

type Single = string | number | boolean;

/** A list matches when one of its entries does. */
function anyOf({ isList }: FleetField, test: (value: Single) => boolean): (value: FieldValue) => Verdict {
  return (value) => {
    if (value === null) return null;
    return isList && Array.isArray(value) ? value.some(test) : test(value as Single);
  };
}

function comparing(
  { kind }: FleetField,
  operator: Comparison,
  literal: Literal,
  { nowMs }: MatchContext,
): (value: Single) => boolean {
  if (literal.kind === 'text') {
    const wanted = literal.text.toLowerCase();
    if (operator === '~') return containing(wanted);
    if (kind === 'version') {
      const compare = versionComparer(wanted);
      return (value) => holds(operator, compare(String(value)));
    }
    return (value) => String(value).toLowerCase() === wanted;
  }
  if (literal.kind === 'flag') return (value) => value === literal.isTrue;
  const wanted = amountOf(literal, nowMs);
  return (value) => holds(operator, Number(value) - wanted);
}

/** `*` stands for anything between. Searched piece by piece, which takes as long as the text is and no longer. */
function containing(wanted: string): (value: Single) => boolean {
  const pieces = wanted.split('*').filter(Boolean);
  return (value) => {
    const text = String(value).toLowerCase();
    let from = 0;
    for (const piece of pieces) {
      const at = text.indexOf(piece, from);
      if (at < 0) return false;
      from = at + piece.length;
    }
    return true;
  };
}

function amountOf(literal: Exclude<Literal, { kind: 'text' | 'flag' }>, nowMs: number): number {
  switch (literal.kind) {
    case 'number':
      return literal.amount * (literal.unit === null ? 1 : unitFactors[literal.unit]);
    case 'ago':
      return nowMs - literal.amount * ageUnitMs[literal.unit];
    case 'date':
      // A date alone would be taken for midnight in Greenwich.
      return new Date(literal.text.includes('T') ? literal.text : `${literal.text}T00:00`).getTime();
  }
}

function holds(operator: Comparison, order: number): boolean {
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return order === 0;
  }
}

/** What a filter is matched with. The text of a node is put together once, for as long as nothing happens to it. */
export function matchContext(say: FieldContext['say'], nowMs: number): MatchContext {
  const texts = new WeakMap<FleetNode, string>();
  const context = {
    say,
    nowMs,
    searchText(node: FleetNode): string {
      let text = texts.get(node);
      if (text === undefined) {
        text = searchTextOf(node, context);
        texts.set(node, text);
      }
      return text;
    },
  };
  return context;
}

function searchTextOf(node: FleetNode, context: FieldContext): string {
  const { spec } = node.host;
  const texts: string[] = spec.kind === 'ssh' && spec.target.alias !== null ? [spec.target.alias] : [];
  for (const id of fleetFieldIds) {
    const { kind, choices, read } = fieldOf(id);
    // Of a few fixed words, such as how it is connected, every node has one: nobody looks for a node by them.
    if ((kind !== 'text' && kind !== 'version') || choices !== null) continue;
    const value = read(node, context);
    if (Array.isArray(value)) texts.push(...value.map(String));
    else if (value !== null) texts.push(String(value));
  }
  // Line by line, so that no word is found across two values.
  return texts.join('\n').toLowerCase();
}
