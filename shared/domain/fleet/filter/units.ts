import type { FieldUnit, FleetField } from '../field';

const binary = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const decimal = ['KB', 'MB', 'GB', 'TB', 'PB'] as const;

export const numberUnits = ['B', ...binary, ...decimal, '%', '°C', 'W', 'kW', 'Gbit/s', 'Mbit/s', 'Tbit/s'] as const;
export type NumberUnit = (typeof numberUnits)[number];

export const ageUnits = ['s', 'min', 'h', 'd', 'w'] as const;
export type AgeUnit = (typeof ageUnits)[number];

export const ageUnitMs: Readonly<Record<AgeUnit, number>> = {
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** How much one of a unit is in what its fields are kept in: bytes, °C, percent, watts, Gbit/s. */
export const unitFactors: Readonly<Record<NumberUnit, number>> = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  PiB: 2 ** 50,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  PB: 1e15,
  '%': 1,
  '°C': 1,
  W: 1,
  kW: 1000,
  'Gbit/s': 1,
  'Mbit/s': 1e-3,
  'Tbit/s': 1e3,
};

const ofUnit: Readonly<Record<FieldUnit, readonly NumberUnit[]>> = {
  celsius: ['°C'],
  percent: ['%'],
  watts: ['W', 'kW'],
  gigabitsPerSec: ['Gbit/s', 'Mbit/s', 'Tbit/s'],
};

/** The units that a field's numbers may be written in, the usual one first. */
export function unitsOf({ kind, unit }: Pick<FleetField, 'kind' | 'unit'>): readonly NumberUnit[] {
  if (kind === 'bytes') return ['GiB', 'TiB', 'MiB', 'KiB', 'PiB', 'GB', 'TB', 'MB', 'KB', 'PB', 'B'];
  return unit ? ofUnit[unit] : [];
}

/** Other spellings people and tools have. `G` is GiB, as `free -h` and `df -h` mean it. */
const spellings: Readonly<Record<string, NumberUnit>> = {
  k: 'KiB',
  m: 'MiB',
  g: 'GiB',
  t: 'TiB',
  p: 'PiB',
  c: '°C',
  'gb/s': 'Gbit/s',
  gbps: 'Gbit/s',
  'mb/s': 'Mbit/s',
  mbps: 'Mbit/s',
  'tb/s': 'Tbit/s',
  tbps: 'Tbit/s',
};

export function readUnit(word: string, field: Pick<FleetField, 'kind' | 'unit'>): NumberUnit | null {
  const lower = word.toLowerCase();
  const found =
    numberUnits.find((unit) => unit.toLowerCase() === lower) ??
    (Object.hasOwn(spellings, lower) ? spellings[lower] : undefined);
  return found && unitsOf(field).includes(found) ? found : null;
}

const ageSpellings: Readonly<Record<string, AgeUnit>> = {
  sec: 's',
  second: 's',
  seconds: 's',
  m: 'min',
  mins: 'min',
  minute: 'min',
  minutes: 'min',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
  week: 'w',
  weeks: 'w',
};

export function readAgeUnit(word: string): AgeUnit | null {
  const lower = word.toLowerCase();
  return (
    ageUnits.find((unit) => unit === lower) ??
    (Object.hasOwn(ageSpellings, lower) ? (ageSpellings[lower] ?? null) : null)
  );
}
