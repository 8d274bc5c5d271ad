import type { FieldValue, FleetField } from './field';

type VersionParts = ReadonlyArray<number | string>;

/**
 * Parts of a version: runs of digits as numbers, runs of letters as they are. `570.124.06` -> 570, 124, 6;
 * `5.15.0-119-generic` -> 5, 15, 0, 119, generic; `96.00.A5.00.03` -> 96, 0, a, 5, 0, 3.
 */
function versionParts(version: string): VersionParts {
  const parts = version.toLowerCase().match(/\d+|[\p{L}]+/gu) ?? [];
  return parts.map((part) => (/^\d/.test(part) ? Number(part) : part));
}

function compareParts(ones: VersionParts, others: VersionParts): number {
  for (let index = 0; index < Math.max(ones.length, others.length); index += 1) {
    const a = ones[index];
    const b = others[index];
    if (a === b) continue;
    if (a === undefined) return -1;
    if (b === undefined) return 1;
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : 1;
    return typeof a === 'number' ? -1 : 1;
  }
  return 0;
}

/** Orders versions against one, part by part: 570.9 is before 570.26, and 570 before 570.26. Numbers come before letters. */
export function versionComparer(other: string): (one: string) => number {
  const others = versionParts(other);
  return (one) => compareParts(versionParts(one), others);
}

/** A value made ready to be compared many times: its entries, versions taken apart. */
export type OrderKey = ReadonlyArray<number | string | VersionParts> | null;

export function orderKey(kind: FleetField['kind'], value: FieldValue): OrderKey {
  if (value === null) return null;
  const entries = typeof value === 'object' ? value : [value];
  if (kind === 'version') return entries.map((entry) => versionParts(String(entry)));
  return kind === 'text' ? entries.map(String) : entries.map(Number);
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compareEntries(one: number | string | VersionParts, other: number | string | VersionParts): number {
  if (one === other) return 0;
  if (typeof one === 'number') return one - Number(other);
  if (typeof one === 'string') return collator.compare(one, String(other));
  return compareParts(one, other as VersionParts);
}

/** Orders two values of one field. What is not known comes last, whichever way the order goes. */
export function compareKeys(ones: OrderKey, others: OrderKey, isDescending = false): number {
  if (ones === null || others === null) return Number(ones === null) - Number(others === null);
  let order = ones.length - others.length;
  for (const [index, one] of ones.entries()) {
    const other = others[index];
    const entryOrder = other === undefined ? 0 : compareEntries(one, other);
    if (entryOrder === 0) continue;
    order = entryOrder;
    break;
  }
  return isDescending ? -order : order;
}
