import type { FieldUnit, FieldValue, FleetField } from './field';

/** How a program writes numbers down for its reader. */
export interface ValueFormat {
  number(value: number): string;
  bytes(value: number): string;
  time(atMs: number): string;
  /** Words for a flag, for what is not known and for an empty list. */
  word(word: 'yes' | 'no' | 'unknown' | 'none'): string;
}

const unitTexts: Readonly<Record<FieldUnit, string>> = {
  celsius: ' °C',
  percent: ' %',
  watts: ' W',
  gigabitsPerSec: ' Gbit/s',
};

/** A value with its unit, for people. */
export function fieldText({ kind, unit }: FleetField, value: FieldValue, format: ValueFormat): string {
  const one = (single: string | number | boolean): string => {
    if (typeof single === 'boolean') return format.word(single ? 'yes' : 'no');
    if (typeof single === 'string') return single;
    if (kind === 'bytes') return format.bytes(single);
    if (kind === 'time') return format.time(single);
    return format.number(single) + (unit ? unitTexts[unit] : '');
  };
  if (value === null) return format.word('unknown');
  if (typeof value !== 'object') return one(value);
  return value.length === 0 ? format.word('none') : value.map(one).join(', ');
}
