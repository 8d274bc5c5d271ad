import type { Message } from '../../text';
import type { FleetFieldId } from '../fields';
import type { AgeUnit, NumberUnit } from './units';

export const comparisons = ['=', '!=', '~', '!~', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof comparisons)[number];

/** What a field is compared with, as written. */
export type Literal =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly amount: number; readonly unit: NumberUnit | null }
  | { readonly kind: 'flag'; readonly isTrue: boolean }
  /** A date, or a date and time, of this workstation's clock. */
  | { readonly kind: 'date'; readonly text: string }
  | { readonly kind: 'ago'; readonly amount: number; readonly unit: AgeUnit };

/** A filter that was understood. `and` and `or` hold two or more that are not of the same kind. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  /** A word that occurs somewhere. */
  | { readonly kind: 'search'; readonly text: string }
  | {
      readonly kind: 'compare';
      readonly field: FleetFieldId;
      readonly operator: Comparison;
      readonly literal: Literal;
    }
  /** Any of these values. `has`: the list has this entry. */
  | { readonly kind: 'in' | 'has'; readonly field: FleetFieldId; readonly literals: readonly Literal[] }
  | { readonly kind: 'known'; readonly field: FleetFieldId; readonly isKnown: boolean };

/** Why a filter was not understood: where (offsets into the text), and what was expected there, in words. */
export interface FilterError {
  readonly from: number;
  readonly to: number;
  readonly message: Message;
}

export type MarkKind = 'field' | 'operator' | 'value' | 'keyword';

/** A stretch of the text and what it is, as far as the text was understood. */
export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly kind: MarkKind;
}

export interface ParsedFilter {
  /** Null: everything, as nothing was asked for. */
  readonly filter: Filter | null;
  readonly error: FilterError | null;
  readonly marks: readonly Mark[];
}
