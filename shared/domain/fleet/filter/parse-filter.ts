import type { Message } from '../../text';
import { type FleetFieldId, fieldOf, fleetFieldIds, isFleetFieldId } from '../fields';
import { type Comparison, comparisons, type Filter, type Mark, type MarkKind, type ParsedFilter } from './ast';
import { FilterProblem, problem } from './filter-problem';
import { type LiteralReader, operatorsOf, readLiteral } from './read-literal';
import { type Token, tokenize } from './tokens';

/** Longer than anybody writes by hand, and short enough that parsing costs nothing. */
export const maxFilterLength = 2000;
const maxDepth = 40;

const keywords = ['and', 'or', 'not', 'in', 'has', 'is'] as const;
type Keyword = (typeof keywords)[number];

/**
 * Reads a filter:
 *
 *     filter = terms { "or" terms }
 *     terms  = term { ["and"] term }
 *     term   = "not" term | "(" filter ")" | WORD | "TEXT"
 *            | FIELD operator VALUE | FIELD ["not"] "in" "(" VALUE {"," VALUE} ")" | FIELD "has" VALUE
 *            | FIELD "is" ["not"] ("known" | "unknown")
 *
 * Total: never throws. What is not understood gives the place and what was expected there.
 */
export function parseFilter(text: string): ParsedFilter {
  if (text.length > maxFilterLength) {
    const message: Message = { key: 'fleet.filterError.tooLong', params: { limit: maxFilterLength } };
    return { filter: null, error: { from: maxFilterLength, to: text.length, message }, marks: [] };
  }
  const parser = new Parser(tokenize(text), text.length);
  try {
    return { filter: parser.parse(), error: null, marks: parser.marks };
  } catch (error) {
    if (!(error instanceof FilterProblem)) throw error;
    return { filter: null, error: error.error, marks: parser.marks };
  }
}

class Parser implements LiteralReader {
  readonly marks: Mark[] = [];
  private index = 0;

  constructor(
    private readonly tokens: readonly Token[],
    readonly end: number,
  ) {}

  parse(): Filter | null {
    if (this.tokens.length === 0) return null;
    const filter = this.any(0);
    const rest = this.peek();
    if (rest?.kind === 'close') throw problem(rest, 'unopened');
    if (rest) throw problem(rest, 'unexpected', { text: rest.text });
    return filter;
  }

  peek(ahead = 0): Token | undefined {
    return this.tokens[this.index + ahead];
  }

  take(kind: MarkKind): Token | undefined {
    const token = this.tokens[this.index];
    if (!token) return undefined;
    this.index += 1;
    this.marks.push({ from: token.from, to: token.to, kind });
    return token;
  }

  private keyword(ahead = 0): Keyword | null {
    const token = this.peek(ahead);
    if (token?.kind !== 'word') return null;
    const word = token.text.toLowerCase();
    return keywords.find((one) => one === word) ?? null;
  }

  private any(depth: number): Filter {
    const filters = [this.all(depth)];
    while (this.keyword() === 'or') {
      this.take('keyword');
      filters.push(this.all(depth));
    }
    return joined('or', filters);
  }

  private all(depth: number): Filter {
    const filters = [this.term(depth)];
    for (;;) {
      const next = this.peek();
      const keyword = this.keyword();
      if (keyword === 'and') this.take('keyword');
      else if (!next || keyword === 'or' || next.kind === 'close' || next.kind === 'comma') break;
      filters.push(this.term(depth));
    }
    return joined('and', filters);
  }

  private term(depth: number): Filter {
    const token = this.peek();
    if (depth > maxDepth) throw problem(token ?? this.end, 'tooDeep');
    const keyword = this.keyword();
    if (!token) throw problem(this.end, 'expectedTerm');
    if (keyword === 'not') {
      this.take('keyword');
      return { kind: 'not', filter: this.term(depth + 1) };
    }
    if (token.kind === 'open') {
      this.take('keyword');
      const filter = this.any(depth + 1);
      const close = this.peek();
      if (close?.kind !== 'close') throw problem(close ?? this.end, close ? 'unexpected' : 'unclosed', textOf(close));
      this.take('keyword');
      return filter;
    }
    if (token.kind === 'string') {
      if (!token.isClosed) throw problem(token, 'unclosedText');
      this.take('value');
      return { kind: 'search', text: token.text };
    }
    if (token.kind !== 'word' || keyword !== null) throw problem(token, 'expectedTerm');
    return this.isFieldNext() ? this.comparison(token) : this.word();
  }

  private word(): Filter {
    const token = this.peek();
    this.index += 1;
    return { kind: 'search', text: token?.text ?? '' };
  }

  /** A word is a field where something is asked of it. */
  private isFieldNext(): boolean {
    if (this.peek(1)?.kind === 'operator') return true;
    const next = this.keyword(1);
    return next === 'in' || next === 'has' || next === 'is' || (next === 'not' && this.keyword(2) === 'in');
  }

  private comparison(name: Token): Filter {
    const field = name.text.toLowerCase();
    if (!isFleetFieldId(field)) throw unknownField(name, field);
    this.take('field');
    const operator = this.peek();
    if (operator?.kind === 'operator') return this.compare(field, operator);
    const keyword = this.keyword();
    this.take('operator');
    if (keyword === 'is') return this.isKnown(field);
    if (keyword === 'has') {
      if (operator && !fieldOf(field).isList) throw problem(operator, 'notAList', { field });
      return { kind: 'has', field, literals: [readLiteral(this, field, '=')] };
    }
    if (keyword === 'in') return this.anyOf(field);
    this.take('operator');
    return { kind: 'not', filter: this.anyOf(field) };
  }

  private compare(field: FleetFieldId, token: Token): Filter {
    const operator = comparisonOf(token.text);
    const allowed = operatorsOf(fieldOf(field));
    if (operator === null) throw problem(token, 'unknownOperator', { text: token.text, operators: allowed.join('  ') });
    if (!allowed.includes(operator)) {
      throw problem(token, 'operatorNotFor', { field, operator, operators: allowed.join('  ') });
    }
    this.take('operator');
    return { kind: 'compare', field, operator, literal: readLiteral(this, field, operator) };
  }

  private isKnown(field: FleetFieldId): Filter {
    const isNegated = this.keyword() === 'not';
    if (isNegated) this.take('operator');
    const token = this.peek();
    const word = token?.text.toLowerCase();
    if (word !== 'known' && word !== 'unknown') throw problem(token ?? this.end, 'expectedKnown');
    this.take('operator');
    return { kind: 'known', field, isKnown: (word === 'known') !== isNegated };
  }

  private anyOf(field: FleetFieldId): Filter {
    const open = this.peek();
    if (open?.kind !== 'open') throw problem(open ?? this.end, 'expectedList');
    this.take('operator');
    if (!operatorsOf(fieldOf(field)).includes('=')) throw problem(open, 'notInList', { field });
    const literals = [readLiteral(this, field, '=')];
    while (this.peek()?.kind === 'comma') {
      this.take('operator');
      literals.push(readLiteral(this, field, '='));
    }
    const close = this.peek();
    if (close?.kind !== 'close') throw problem(close ?? this.end, 'expectedCommaOrClose');
    this.take('operator');
    return { kind: 'in', field, literals };
  }
}

function comparisonOf(text: string): Comparison | null {
  const spelled: Readonly<Record<string, Comparison>> = { '==': '=', '≠': '!=', '≤': '<=', '≥': '>=', '=~': '~' };
  return comparisons.find((one) => one === text) ?? (Object.hasOwn(spelled, text) ? (spelled[text] ?? null) : null);
}

/** One of a kind is itself, and one inside another of its kind is part of it: `a and (b and c)` is `a and b and c`. */
function joined(kind: 'and' | 'or', filters: readonly Filter[]): Filter {
  const flat = filters.flatMap((filter) => (filter.kind === kind ? filter.filters : [filter]));
  const [only] = flat;
  return only && flat.length === 1 ? only : { kind, filters: flat };
}

function textOf(token: Token | undefined): Record<string, string> {
  return token ? { text: token.text } : {};
}

function unknownField(token: Token, name: string): FilterProblem {
  const near = nearestField(name);
  return near
    ? problem(token, 'unknownFieldNear', { name: token.text, near })
    : problem(token, 'unknownField', { name: token.text });
}

/** The field somebody may have meant: one that begins or ends like it, or differs by a letter or two. */
function nearestField(name: string): FleetFieldId | null {
  const related = fleetFieldIds.find(
    (id) => id.startsWith(name) || id.endsWith(`.${name}`) || id === name.replace(/s$/, ''),
  );
  if (related) return related;
  const ranked = fleetFieldIds.map((id) => ({ id, distance: editDistance(name, id) }));
  const [best] = ranked.sort((one, other) => one.distance - other.distance);
  return best && best.distance <= Math.max(1, Math.floor(name.length / 4)) ? best.id : null;
}

function editDistance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 3) return 4;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = one[i - 1] === other[j - 1];
      next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (isSame ? 0 : 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
