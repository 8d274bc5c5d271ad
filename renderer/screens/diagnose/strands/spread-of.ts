import type { PartingValue } from '#shared/domain/strands/strands';

type Values = PartingValue['ways'][number];

export type Spread =
  | { readonly kind: 'none' }
  | { readonly kind: 'each'; readonly values: Values; readonly more: number }
  | { readonly kind: 'range'; readonly from: number; readonly to: number };

const shown = 3;

/** The values of one way as they are shown: each of a few, the range of many numbers, else those of most nodes. */
export function spreadOf(values: Values): Spread {
  if (values.length === 0) return { kind: 'none' };
  const numbers = values.map(({ value }) => Number(value));
  if (values.length > shown && numbers.every(Number.isFinite) && values.every(({ value }) => /^-?\d/.test(value))) {
    return { kind: 'range', from: Math.min(...numbers), to: Math.max(...numbers) };
  }
  return { kind: 'each', values: values.slice(0, shown), more: Math.max(0, values.length - shown) };
}

/** A value as it is shown: what was computed, to six digits. */
export function shortNumbers(value: string): string {
  return value.replace(/-?\d+\.\d{4,}/g, (digits) => String(Number(Number(digits).toPrecision(6))));
}
