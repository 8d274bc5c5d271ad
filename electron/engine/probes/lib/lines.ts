import { printable } from '#shared/domain/text';

/** Lines of a tool's output without their ends; a line longer than any tool means to print is cut. */
export function linesOf(text: string, maxLength = 8192): string[] {
  return text.split('\n').map((line) => line.slice(0, maxLength).replace(/\r$/, ''));
}

/** `path:value` lines, as `grep -H ""` and `grep -r ""` print one-value files. Later values of one path win. */
export function readPathValues(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of linesOf(text)) {
    const match = /^([^:\s](?:[^:]|:(?=[0-9a-f]{2}[:.]))*):(.*)$/.exec(line);
    if (match) values.set(match[1] ?? '', (match[2] ?? '').trim());
  }
  return values;
}

/** `key<separator>value` lines into a map; lines without the separator are left out. */
export function readPairs(text: string, separator: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const line of linesOf(text)) {
    const at = line.indexOf(separator);
    if (at > 0) pairs.set(line.slice(0, at).trim(), line.slice(at + separator.length).trim());
  }
  return pairs;
}

/** A JSON value, undefined when the text is none; noise in front of the first `{` or `[` is skipped. */
export function readJson(text: string): unknown {
  const start = text.search(/[[{]/);
  if (start < 0) return undefined;
  try {
    return JSON.parse(start === 0 ? text : text.slice(start));
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text of a JSON document, trimmed, null when empty. JSON can spell control characters that the output had none of. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? printable(value.trim()) : null;
}

/** A whole number within what counts and sizes can be; null for anything else. */
export function integerOf(value: unknown): number | null {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return /^-?\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
}
