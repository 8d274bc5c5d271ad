import type { fleet } from '../../../i18n/en/fleet';
import type { Message } from '../../text';
import type { FilterError } from './ast';
import type { Token } from './tokens';

/** Thrown inside the parser, which turns it into a value. */
export class FilterProblem extends Error {
  constructor(readonly error: FilterError) {
    super(error.message.key);
  }
}

/** @param at the token at fault, or the end of the text where one is missing */
export function problem(
  at: Token | number,
  key: keyof (typeof fleet)['filterError'],
  params?: Message['params'],
): FilterProblem {
  const place = typeof at === 'number' ? { from: at, to: at } : { from: at.from, to: at.to };
  return new FilterProblem({ ...place, message: { key: `fleet.filterError.${key}`, ...(params ? { params } : {}) } });
}
