import { type ProblemCode, type ProblemWords, says } from '../../knowledge/problem-words';

/** Codes of @marcbachmann/cel-js 8 (`createError` in its lib/); what is not here keeps its English words. */
const codes: Readonly<Record<string, ProblemCode>> = {
  unknown_variable: 'noVariable',
  no_such_key: 'noField',
  cannot_index_type: 'noFields',
  no_such_overload: 'cannotCompute',
  no_matching_overload: 'noFunction',
  invalid_condition_type: 'needsBool',
  invalid_logical_operand: 'needsBool',
  incompatible_ternary_branches: 'sameTypes',
  heterogeneous_list_element: 'sameItems',
  heterogeneous_map_value: 'sameItems',
  invalid_index_type: 'badIndex',
  invalid_macro_argument: 'badMacro',
  reserved_identifier: 'reserved',
  unterminated_string: 'textNotClosed',
  unterminated_triple_quoted_string: 'textNotClosed',
  newline_in_string: 'textNotClosed',
  invalid_number: 'badNumber',
  invalid_integer: 'badNumber',
  invalid_hex_integer: 'badNumber',
  invalid_exponent: 'badNumber',
  unexpected_character: 'notExpression',
};
const syntax: readonly string[] = ['unexpected_token', 'expected_token'];

interface CelError {
  readonly code?: string | undefined;
  readonly summary?: string | undefined;
  readonly range?: { readonly start: number; readonly end: number } | undefined;
}

/**
 * What CEL says to an expression, in our words. Types stand in its summary: `no such overload: string + double`,
 * `found no matching overload for 'size(double)'`, `Cannot index type 'string'`.
 */
export function celProblem(text: string, error: CelError | undefined): ProblemWords {
  const { code = '', summary = 'not an expression', range } = error ?? {};
  const piece = text.slice(range?.start ?? 0, range?.end ?? 0).slice(0, 100);
  if (syntax.includes(code)) return piece.trim() === '' ? says('unfinished') : says('notExpression', { piece });
  const known = codes[code];
  if (known === undefined) return says('expression', { detail: summary });
  const types = /'(.*)'$/.exec(summary)?.[1] ?? summary.replace(/^[^:]*: /, '');
  return says(known, { piece, types });
}
