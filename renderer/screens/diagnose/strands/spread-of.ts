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

const shownItems = 8;

/** A value as it is shown: what was computed, to six digits; a list as its items, those that are alike once with their number. */
export function readableValue(value: string): string {
  const items = listOf(value);
  if (items === null) return shortNumbers(value);
  if (items.values.length === 0) return '[]';
  const runs: Array<{ text: string; count: number }> = [];
  for (const item of items.values) {
    const text = shortNumbers(typeof item === 'string' ? item : JSON.stringify(item));
    const last = runs.at(-1);
    if (last?.text === text) last.count += 1;
    else runs.push({ text, count: 1 });
  }
  const told = runs.slice(0, shownItems).map(({ text, count }) => (count > 1 ? `${count} × ${text}` : text));
  return [...told, ...(items.isCut || runs.length > shownItems ? ['…'] : [])].join(', ');
}

/** The items of a list of numbers, words and the like; of one that was cut off those that are whole. Null: it is no such list. */
function listOf(value: string): { values: unknown[]; isCut: boolean } | null {
  if (!value.startsWith('[')) return null;
  const isCut = value.endsWith('…');
  const whole = isCut ? `${value.slice(0, Math.max(1, value.lastIndexOf(',')))}]` : value;
  try {
    const values: unknown = JSON.parse(whole);
    return Array.isArray(values) && values.every((item) => item === null || typeof item !== 'object')
      ? { values, isCut }
      : null;
  } catch {
    return null;
  }
}

function shortNumbers(value: string): string {
  return value.replace(/-?\d+\.\d{4,}/g, (digits) => String(Number(Number(digits).toPrecision(6))));
}
