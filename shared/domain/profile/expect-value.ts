import type { Part, PartValue } from '../parts/part';
import { isLike, type ValueExpectation } from './profile';

/** `unknown`: the value, or the one it is measured by, could not be read. */
export type Verdict = 'met' | 'not-met' | 'unknown';

export function judgeValue(expectation: ValueExpectation, value: PartValue, part: Part): Verdict {
  if (value === null) return 'unknown';
  const met = (isMet: boolean): Verdict => (isMet ? 'met' : 'not-met');
  if (typeof expectation !== 'object') return met(isEqual(value, expectation));
  if ('equals' in expectation) return met(isEqual(value, expectation.equals));
  if ('oneOf' in expectation) return met(expectation.oneOf.some((wanted) => isEqual(value, wanted)));
  if ('like' in expectation) return met(isLike(String(value), expectation.like));
  if ('sameAs' in expectation) {
    const other = part.attributes[expectation.sameAs] ?? null;
    return other === null ? 'unknown' : met(isEqual(value, other));
  }
  if (typeof value !== 'number') return 'unknown';
  return met(
    value >= (expectation.min ?? Number.NEGATIVE_INFINITY) && value <= (expectation.max ?? Number.POSITIVE_INFINITY),
  );
}

/** What stands for the expectation where the value is shown beside it. */
export interface WantedValue {
  readonly how: 'equals' | 'one-of' | 'like' | 'between' | 'at-least' | 'at-most';
  readonly values: ReadonlyArray<string | number | boolean>;
}

export function wantedValue(expectation: ValueExpectation, part: Part | null): WantedValue {
  if (typeof expectation !== 'object') return { how: 'equals', values: [expectation] };
  if ('equals' in expectation) return { how: 'equals', values: [expectation.equals] };
  if ('oneOf' in expectation) return { how: 'one-of', values: expectation.oneOf };
  if ('like' in expectation) return { how: 'like', values: [expectation.like] };
  if ('sameAs' in expectation)
    return { how: 'equals', values: [part?.attributes[expectation.sameAs] ?? expectation.sameAs] };
  const { min, max } = expectation;
  if (min !== undefined && max !== undefined) return { how: 'between', values: [min, max] };
  return min !== undefined ? { how: 'at-least', values: [min] } : { how: 'at-most', values: [max ?? 0] };
}

/** YAML makes a number of a version such as 570: what reads the same is the same. */
function isEqual(value: PartValue, wanted: string | number | boolean | null): boolean {
  return value === wanted || (typeof value !== typeof wanted && String(value) === String(wanted));
}
