import type { AbsenceReason, Absences } from '#shared/domain/facts/absence';
import { type Reading, readBytes, readFlag, readNumber, readText } from '../lib/values';

/** `nvidia-smi -q` as a tree, the same for its XML and its text form: names in snake_case, leaves as printed. */
export type ReportValue = string | Report | readonly ReportValue[];
export interface Report {
  readonly [name: string]: ReportValue;
}

export function isReport(value: ReportValue | undefined): value is Report {
  return typeof value === 'object' && !Array.isArray(value);
}

/** Every value under a name, whether it came once, many times or not at all. */
export function listOf(value: ReportValue | undefined): readonly ReportValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as ReportValue];
}

/** Paths are the literals of `read-gpu.ts`, looked up for every GPU of every report. */
const segments = new Map<string, readonly string[]>();
function segmentsOf(path: string): readonly string[] {
  const known = segments.get(path) ?? path.split('.');
  segments.set(path, known);
  return known;
}

/** `section.tag`, put together once: the same few hundred are asked for of every GPU. */
const joined = new Map<string, Map<string, string>>();
function pathOf(section: string, tag: string): string {
  const known = joined.get(section) ?? new Map<string, string>();
  joined.set(section, known);
  const path = known.get(tag) ?? (section === '' ? tag : `${section}.${tag}`);
  known.set(tag, path);
  return path;
}

/** Finds a value by path. A section printed as one word (`<remapped_rows>N/A</…>`) stands for all of its values. */
export function lookup(report: Report, path: string): ReportValue | undefined {
  let current: ReportValue | undefined = report;
  for (const name of segmentsOf(path)) {
    if (typeof current === 'string') return current;
    if (!isReport(current)) return undefined;
    current = Object.hasOwn(current, name) ? current[name] : undefined;
  }
  return current;
}

/** Reads the fields of one record and notes for each null why it is null. `paths` are tried in order. */
export class FieldReader {
  constructor(
    private readonly report: Report,
    readonly absences: Absences,
    private readonly prefix = '',
  ) {}

  /** A reader for a record inside this one, e.g. one process. */
  inside(prefix: string, report: Report): FieldReader {
    return new FieldReader(report, this.absences, `${this.prefix}${prefix}.`);
  }

  has(path: string): boolean {
    return lookup(this.report, path) !== undefined;
  }

  number(field: string, unit: string, ...paths: readonly string[]): number | null {
    return this.read(field, paths, (raw) => readNumber(raw, unit));
  }

  bytes(field: string, ...paths: readonly string[]): number | null {
    return this.read(field, paths, (raw) => readBytes(raw));
  }

  flag(field: string, ...paths: readonly string[]): boolean | null {
    return this.read(field, paths, readFlag);
  }

  text(field: string, ...paths: readonly string[]): string | null {
    return this.read(field, paths, readText);
  }

  /**
   * The fields of one section: name -> tags that different drivers print it under. Each tag is looked for in all of
   * `sections` (names of one section over the years) before the next tag is.
   */
  group<K extends string, T>(
    field: string,
    sections: readonly string[],
    convert: (raw: string) => Reading<T>,
    tags: Readonly<Record<K, readonly string[]>>,
  ): Record<K, T | null> {
    const entries = Object.entries<readonly string[]>(tags).map(([name, names]) => {
      const paths = names.flatMap((tag) => sections.map((section) => pathOf(section, tag)));
      return [name, this.read(pathOf(field, name), paths, convert)];
    });
    return Object.fromEntries(entries) as Record<K, T | null>;
  }

  /** The total where one is reported, else the sum of the parts that are; null when none is. Each has its alternative paths. */
  sum(field: string, totals: readonly string[], ...parts: ReadonlyArray<readonly string[]>): number | null {
    const total = this.reading(totals, readNumber);
    if ('value' in total) return total.value;
    const readings = parts.map((paths) => this.reading(paths, readNumber));
    const values = readings.flatMap((reading) => ('value' in reading ? [reading.value] : []));
    if (values.length > 0) return values.reduce((sum, value) => sum + value, 0);
    const told = [total, ...readings].find((reading) => 'absent' in reading && reading.absent !== 'not-reported');
    return this.keep<number>(field, told ?? { absent: 'not-reported' });
  }

  absent(field: string, reason: AbsenceReason): null {
    this.absences[this.prefix + field] = reason;
    return null;
  }

  read<T>(field: string, paths: readonly string[], convert: (raw: string) => Reading<T>): T | null {
    return this.keep(field, this.reading(paths, convert));
  }

  private reading<T>(paths: readonly string[], convert: (raw: string) => Reading<T>): Reading<T> {
    let first: Reading<T> | null = null;
    for (const path of paths) {
      const raw = lookup(this.report, path);
      if (typeof raw !== 'string') continue;
      const reading = convert(raw);
      if ('value' in reading) return reading;
      first ??= reading;
    }
    return first ?? { absent: 'not-reported' };
  }

  private keep<T>(field: string, reading: Reading<T>): T | null {
    if ('value' in reading) return reading.value;
    return this.absent(field, reading.absent);
  }
}
