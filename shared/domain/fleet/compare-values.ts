import type { FieldValue, FleetField } from './field';

/**
 * Parts of a version: runs of digits as numbers, runs of letters as they are. `570.124.06` -> 570, 124, 6;
 * `5.15.0-119-generic` -> 5, 15, 0, 119, generic; `96.00.A5.00.03` -> 96, 0, a, 5, 0, 3.
 */
function versionParts(version: string): Array<number | string> {
  const parts = version.toLowerCase().match(/\d+|[\p{L}]+/gu) ?? [];
  return parts.map((part) => (/^\d/.test(part) ? Number(part) : part));
}

/** Part by part: 570.9 is before 570.26, and 570 before 570.26. Numbers come before letters. */
export function compareVersions(one: string, other: string): number {
  const ones = versionParts(one);
  const others = versionParts(other);
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

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compareKnown(kind: FleetField['kind'], one: FieldValue, other: FieldValue): number {
  if (Array.isArray(one) && Array.isArray(other)) {
    for (let index = 0; index < Math.min(one.length, other.length); index += 1) {
      const order = compareKnown(kind, one[index], other[index]);
      if (order !== 0) return order;
    }
    return one.length - other.length;
  }
  if (kind === 'version') return compareVersions(String(one), String(other));
  if (kind === 'text') return collator.compare(String(one), String(other));
  return Number(one) - Number(other);
}

/** Orders two values of a field. What is not known comes last, whichever way the order goes. */
export function compareValues(
  kind: FleetField['kind'],
  one: FieldValue,
  other: FieldValue,
  isDescending = false,
): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  const order = compareKnown(kind, one, other);
  return isDescending ? -order : order;
}
