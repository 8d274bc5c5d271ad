/** What was typed where a number is wanted: the number, the word that may stand for it, nothing, or the text as it is. */
export function readNumber(text: string, word: string | undefined): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (trimmed === word) return word;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : trimmed;
}

/** Numbers with commas or spaces between; the word in place of all of them. */
export function readNumbers(text: string, word: string | undefined): unknown {
  const parts = text.split(/[\s,，]+/).filter((part) => part !== '');
  if (parts.length === 0) return undefined;
  if (parts.length === 1 && parts[0] === word) return word;
  return parts.map((part) => readNumber(part, undefined));
}

/** A text a line; empty lines are none. */
export function readTexts(text: string): unknown {
  const lines = text.split('\n').map((line) => line.trim());
  const kept = lines.filter((line) => line !== '');
  return kept.length === 0 ? undefined : kept;
}

/** Any value as it stands in a text field. */
export function textOfValue(value: unknown, separator: string): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((one) => textOfValue(one, ' ')).join(separator);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
