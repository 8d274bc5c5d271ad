import type { Filter, Literal } from './ast';

const reserved = new Set(['and', 'or', 'not', 'in', 'has', 'is']);

/** Writes a filter so that `parseFilter` reads the same one again. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
      return filter.filters
        .map((one) => (one.kind === 'or' ? `(${printFilter(one)})` : printFilter(one)))
        .join(' and ');
    case 'or':
      return filter.filters.map(printFilter).join(' or ');
    case 'not': {
      const { filter: inner } = filter;
      if (inner.kind === 'in') return `${inner.field} not in (${inner.literals.map(printLiteral).join(', ')})`;
      const isJoined = inner.kind === 'and' || inner.kind === 'or';
      return isJoined ? `not (${printFilter(inner)})` : `not ${printFilter(inner)}`;
    }
    case 'search':
      return quoteText(filter.text);
    case 'compare':
      return `${filter.field} ${filter.operator} ${printLiteral(filter.literal)}`;
    case 'in':
      return `${filter.field} in (${filter.literals.map(printLiteral).join(', ')})`;
    case 'has':
      return `${filter.field} has ${filter.literals.map(printLiteral).join(' ')}`;
    case 'known':
      return `${filter.field} is ${filter.isKnown ? 'known' : 'unknown'}`;
  }
}

function printLiteral(literal: Literal): string {
  switch (literal.kind) {
    case 'text':
      return quoteText(literal.text);
    case 'number':
      return literal.unit === null ? plainNumber(literal.amount) : `${plainNumber(literal.amount)} ${literal.unit}`;
    case 'flag':
      return literal.isTrue ? 'yes' : 'no';
    case 'date':
      return literal.text;
    case 'ago':
      return `${plainNumber(literal.amount)} ${literal.unit} ago`;
  }
}

/** Without an exponent, which the language has not. */
function plainNumber(amount: number): string {
  const text = String(amount);
  return text.includes('e') ? amount.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 20 }) : text;
}

/** A text as it may stand in a filter: in quotes where it would be taken for something else. */
export function quoteText(text: string): string {
  const isPlain = /^[\p{L}\p{N}_][\p{L}\p{N}_.:/@%+*#-]*$/u.test(text) && !reserved.has(text.toLowerCase());
  return isPlain ? text : `"${text.replace(/["\\“”]/g, '\\$&')}"`;
}
