import { oneLine } from '../values';

/**
 * A value as it is meant: no `%` specifier, no end of line, no backslash that would join the next line. Source: systemd.syntax(7),
 * systemd.unit(5) Specifiers.
 */
export function plainValue(text: string): string {
  return oneLine(text)
    .trim()
    .replaceAll('%', '%%')
    .replace(/[\s\\]+$/, '');
}

/** One word among several: quoted where a blank, a quote or a sign of systemd's own would end or change it. */
export function word(text: string): string {
  const inside = oneLine(text).replaceAll('%', '%%');
  return /^[\w@+=:,./%-]+$/.test(inside) ? inside : `"${inside.replace(/[\\"]/g, '\\$&')}"`;
}

/** A word of a command, where `$` is filled in as well. Source: systemd.service(5), Command lines. */
export function commandWord(text: string): string {
  return word(text.replaceAll('$', '$$$$'));
}

/** Words with their quotes and escapes taken off; null: a quote that does not end. */
export function wordsOf(line: string): string[] | null {
  const words: string[] = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line[at] ?? '')) {
      at += 1;
      continue;
    }
    let one = '';
    let quote: string | null = null;
    for (; at < line.length; at += 1) {
      const sign = line[at] ?? '';
      if (sign === '\\' && at + 1 < line.length) {
        at += 1;
        const next = line[at] ?? '';
        one += { n: '\n', t: '\t', s: ' ', r: '\r' }[next] ?? next;
      } else if (quote !== null) {
        if (sign === quote) quote = null;
        else one += sign;
      } else if (sign === '"' || sign === "'") quote = sign;
      else if (/\s/.test(sign)) break;
      else one += sign;
    }
    if (quote !== null) return null;
    words.push(one);
  }
  return words;
}

export interface UnitLine {
  readonly section: string;
  readonly name: string;
  readonly value: string;
}

/** The settings of a unit file in their order; null: a line that is none. Lines that end with a backslash go on. */
export function readUnit(text: string): UnitLine[] | null {
  const lines: UnitLine[] = [];
  let section: string | null = null;
  const joined = text.replace(/\r\n?/g, '\n').replace(/\\\n(?:[ \t]*[#;].*\n)*/g, ' ');
  for (const raw of joined.split('\n')) {
    const line = raw.trim();
    if (line === '' || /^[#;]/.test(line)) continue;
    const [, head] = /^\[([\w-]+)\]$/.exec(line) ?? [];
    const setting = /^([\w-]+)\s*=\s*(.*)$/.exec(line);
    if (head !== undefined) section = head;
    else if (setting && section !== null) lines.push({ section, name: setting[1] ?? '', value: setting[2] ?? '' });
    else return null;
  }
  return lines;
}
