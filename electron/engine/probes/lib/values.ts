import type { AbsenceReason } from '#shared/domain/facts/absence';

/** A value that was read, or the reason why it is null. */
export type Reading<T> = { readonly value: T } | { readonly absent: AbsenceReason };

/** The words tools print in place of a value, brackets removed, lower case. */
const absenceWords: Readonly<Record<string, AbsenceReason>> = {
  '': 'not-available',
  'n/a': 'not-available',
  '-': 'not-available',
  'not found': 'not-available',
  'not supported': 'not-supported',
  'function not found': 'not-supported',
  'unknown error': 'unknown-error',
  'err!': 'unknown-error',
  'gpu requires reset': 'requires-reset',
  'gpu is lost': 'gpu-lost',
  'insufficient permissions': 'no-permission',
  'requested functionality has been deprecated': 'deprecated',
};

/** Tells whether a printed value stands for "no value", and why. `[N/A]` and `N/A` are the same. */
export function absenceOf(raw: string): AbsenceReason | null {
  // Most values are numbers.
  const first = raw.charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) return null;
  const word = raw
    .trim()
    .replace(/^\[|\]$/g, '')
    .trim()
    .toLowerCase();
  return Object.hasOwn(absenceWords, word) ? (absenceWords[word] ?? null) : null;
}

/** Reads `405 MHz`, `8.81 W`, `37 %`, `16x` or a bare number; anything else is unreadable. */
export function readNumber(raw: string, unit = ''): Reading<number> {
  const absent = absenceOf(raw);
  if (absent) return { absent };
  const text = raw.trim();
  const bare = unit && text.endsWith(unit) ? text.slice(0, -unit.length).trimEnd() : text;
  return /^-?\d{1,15}(\.\d{1,9})?$/.test(bare) ? { value: Number(bare) } : { absent: 'unreadable' };
}

const byteUnits: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1024,
  kB: 1024,
  KiB: 1024,
  MB: 1024 ** 2,
  MiB: 1024 ** 2,
  GB: 1024 ** 3,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

/** Reads `81559 MiB` as bytes. NVIDIA and Linux mean powers of two by every unit. `bareUnit` is for numbers alone. */
export function readBytes(raw: string, bareUnit: 'B' | 'kB' | 'MiB' | null = null): Reading<number> {
  const absent = absenceOf(raw);
  if (absent) return { absent };
  const match = /^(\d{1,15}(?:\.\d{1,6})?) ?([A-Za-z]{0,3})$/.exec(raw.trim());
  const unit = match?.[2] || bareUnit;
  const factor = unit ? byteUnits[unit] : undefined;
  if (!match || factor === undefined) return { absent: 'unreadable' };
  return { value: Math.round(Number(match[1]) * factor) };
}

/** Reads `Enabled`/`Disabled`, `Yes`/`No`, `On`/`Off`, `1`/`0`. */
export function readFlag(raw: string): Reading<boolean> {
  const absent = absenceOf(raw);
  if (absent) return { absent };
  const word = raw.trim().toLowerCase();
  if (['enabled', 'yes', 'on', 'active', '1', 'y'].includes(word)) return { value: true };
  if (['disabled', 'no', 'off', 'not active', '0', 'n'].includes(word)) return { value: false };
  return { absent: 'unreadable' };
}

export function readText(raw: string): Reading<string> {
  const absent = absenceOf(raw);
  return absent ? { absent } : { value: raw.trim() };
}

/** The value or null, where a schema keeps no reason. */
export function orNull<T>(reading: Reading<T>): T | null {
  return 'value' in reading ? reading.value : null;
}
