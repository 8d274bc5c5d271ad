import type { LocalizedText } from '../text';
import type { GeneratorProblem, Values } from './generator';

/** A text in both languages. */
export function both(en: string, zh: string): LocalizedText {
  return { en, 'zh-CN': zh };
}

export function problem(
  severity: GeneratorProblem['severity'],
  path: GeneratorProblem['path'],
  text: LocalizedText,
  source: string | null = null,
): GeneratorProblem {
  return { severity, path, text, source };
}

/** Null: nothing but white space, or no text. */
export function textOf(values: Values, name: string): string | null {
  const value = values[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

export function numberOf(values: Values, name: string): number | null {
  const value = values[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function isOn(values: Values, name: string): boolean {
  return values[name] === true;
}

export function textsOf(values: Values, name: string): string[] {
  const value = values[name];
  if (!Array.isArray(value)) return [];
  return value.flatMap((one) => (typeof one === 'string' && one.trim() !== '' ? [one.trim()] : []));
}

export function numbersOf(values: Values, name: string): number[] {
  const value = values[name];
  if (!Array.isArray(value)) return [];
  return value.filter((one): one is number => typeof one === 'number' && Number.isFinite(one));
}

/** The values of a group; empty where there are none. */
export function groupOf(values: Values, name: string): Values {
  return asValues(values[name]) ?? {};
}

/** A row for each entry, so that row numbers stay right: an entry that is none has no values. */
export function rowsOf(values: Values, name: string): Values[] {
  const value = values[name];
  return Array.isArray(value) ? value.map((row) => asValues(row) ?? {}) : [];
}

/** Null: an array or no object. */
export function asValues(value: unknown): Values | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : null;
}

/** Names and values of rows that have a name; of a name that stands twice the last one. */
export function pairsOf(values: Values, name: string): Record<string, string> {
  return Object.fromEntries(
    rowsOf(values, name).flatMap((row) => {
      const key = textOf(row, 'name');
      return key === null ? [] : [[key, typeof row.value === 'string' ? row.value : '']];
    }),
  );
}

/** Nothing that was left out: no null, no empty list, no empty object. Null: nothing at all. */
export function filledIn(from: Values): Record<string, unknown> | null {
  const kept = Object.entries(from).filter(
    ([, value]) =>
      value !== null &&
      value !== undefined &&
      (typeof value !== 'object' || (Array.isArray(value) ? value.length : Object.keys(value).length) > 0),
  );
  return kept.length > 0 ? Object.fromEntries(kept) : null;
}

/** One line: what would end it is a space. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** Plain JSON, apart from what it was copied from. */
export function copyOf(values: Values): Record<string, unknown> {
  return JSON.parse(JSON.stringify(values)) as Record<string, unknown>;
}
