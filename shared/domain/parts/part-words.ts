import { bytesText } from '../bytes-text';
import type { Message } from '../text';
import { partReaders } from './index';
import type { PartKind, PartUnit, PartValue } from './part';

const unitsByName = new Map<string, PartUnit>();

/** The unit of an attribute or counter of a kind, as its reader has it. */
export function unitOf(kind: PartKind, name: string): PartUnit {
  if (unitsByName.size === 0) {
    for (const reader of partReaders) {
      for (const [one, unit] of Object.entries({ ...reader.attributes, ...reader.counters })) {
        unitsByName.set(`${reader.kind} ${one}`, unit);
      }
    }
  }
  return unitsByName.get(`${kind} ${name}`) ?? 'none';
}

type Say = (message: Message) => string;

/** The words for an attribute or counter; its own name where there are none. */
export function attributeWords(name: string, say: Say): string {
  const key = `parts.attribute.${name}`;
  const words = say({ key });
  return words === key ? name : words;
}

/** A value as a person reads it; null is a dash. */
export function valueWords(value: PartValue, unit: PartUnit, say: Say): string {
  if (value === null) return '—';
  if (typeof value === 'boolean') return say({ key: value ? 'parts.value.yes' : 'parts.value.no' });
  if (typeof value === 'string') return value;
  switch (unit) {
    case 'bytes':
      return bytesText(value);
    case 'celsius':
      return `${value} °C`;
    case 'watts':
      return `${value} W`;
    case 'megahertz':
      return `${value} MHz`;
    case 'mebibytesPerSec':
      return `${value} MiB/s`;
    case 'megabitsPerSec':
      return value >= 1000 ? `${value / 1000} Gbit/s` : `${value} Mbit/s`;
    case 'count':
    case 'none':
      return String(value);
  }
}
