import { stripVTControlCharacters } from 'node:util';
import { printable } from '#shared/domain/text';

export type Tone = 'good' | 'warn' | 'bad';
export interface StyledCell {
  readonly text: string;
  readonly tone?: Tone;
  readonly isAmount?: boolean;
}
/** Null: not known. */
export type Cell = string | number | null | StyledCell;

const tones: Readonly<Record<string, Tone>> = {
  ok: 'good',
  pass: 'good',
  verified: 'good',
  warn: 'warn',
  denied: 'warn',
  timeout: 'warn',
  hung: 'warn',
  interrupted: 'warn',
  degraded: 'warn',
  fail: 'bad',
  failed: 'bad',
  'verify-failed': 'bad',
  unparsable: 'bad',
  critical: 'bad',
  disruptive: 'warn',
  destructive: 'bad',
};

/** A word for a state, in the colour of that state on a terminal that has colours. */
export function state(word: string): StyledCell {
  return { text: word, tone: tones[word] };
}

/** A number with its unit or its decimals, aligned as a number is. */
export function amount(text: string): StyledCell {
  return { text, isAmount: true };
}

const escapes: Readonly<Record<Tone, string>> = { good: '32', warn: '33', bad: '31' };

export function paint(text: string, tone: Tone | undefined, isColoured: boolean): string {
  return isColoured && tone ? `\u001b[${escapes[tone]}m${text}\u001b[0m` : text;
}

/** Columns a terminal needs for a text: East Asian wide characters take two (Unicode TR11, the common ranges). */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) {
    const code = character.codePointAt(0) ?? 0;
    const isWide =
      (code >= 0x1100 && code <= 0x115f) ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0x1f300 && code <= 0x1faff) ||
      (code >= 0x20000 && code <= 0x3fffd);
    const isMark = /\p{Mn}|\p{Me}|\u200b|\u200d|\ufe0f/u.test(character);
    width += isMark ? 0 : isWide ? 2 : 1;
  }
  return width;
}

/**
 * An aligned table, numbers to the right. Cells are made printable (a node's text can't move the cursor) and kept on one
 * line.
 */
export function table(
  headers: readonly string[],
  rows: readonly (readonly Cell[])[],
  options: { isColoured?: boolean } = {},
): string {
  const body = rows.map((row) => row.map(toStyled));
  const isAmount = headers.map(
    (_, column) => body.length > 0 && body.every((row) => row[column]?.isAmount || row[column]?.text === '—'),
  );
  const widths = headers.map((header, column) =>
    Math.max(displayWidth(header), ...body.map((row) => displayWidth(row[column]?.text ?? ''))),
  );
  return [headers.map(toStyled), ...body]
    .map((row) =>
      row
        .map(({ text, tone }, column) => {
          const padding = ' '.repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(text)));
          const painted = paint(text, tone, options.isColoured === true);
          return isAmount[column] ? padding + painted : painted + padding;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function toStyled(cell: Cell): StyledCell {
  if (cell === null) return { text: '—' };
  if (typeof cell === 'number') return amount(String(cell));
  const { text, ...style } = typeof cell === 'string' ? { text: cell } : cell;
  return { ...style, text: printable(text).replace(/\s*\n\s*/g, ' ') };
}
