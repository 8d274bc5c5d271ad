import type { Formatters } from '../../../components/format';

/** A number in the unit that its name ends with (`usedBytes`, `clock.errorSeconds`), as names of facts do. */
export function quantityText(name: string, value: number, format: Formatters): string {
  const unit = /(BytesPerSec|Bytes|Percent|Seconds|Ms|MHz|C|W)$/.exec(name)?.[1];
  switch (unit) {
    case 'Bytes':
      return format.bytes(value);
    case 'BytesPerSec':
      return `${format.bytes(value)}/s`;
    case 'Percent':
      return `${format.number(value, 1)} %`;
    case 'Seconds':
      return value === 0 ? '0 s' : format.duration(value * 1000);
    case 'Ms':
      return value === 0 ? '0 ms' : format.duration(value);
    case 'MHz':
      return `${format.number(value)} MHz`;
    case 'C':
      return `${format.number(value, 1)} °C`;
    case 'W':
      return `${format.number(value, 1)} W`;
    default:
      return format.number(value, 3);
  }
}
