/** What a key does to a text: `insert` replaces `from` to `to`, then `start` to `end` is selected. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
  readonly start: number;
  readonly end: number;
}

const indent = '  ';

/** Enter: the next line begins where this one does, one step further in after a key that has nothing behind it. */
export function newLine(text: string, start: number, end: number): Edit {
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const margin = /^\s*(?:- (?=[\w-]+:))?/.exec(before)?.[0].replace('-', ' ') ?? '';
  const deeper = /:\s*[|>]?-?\s*$/.test(before) ? indent : '';
  const insert = `\n${margin}${deeper}`;
  return { from: start, to: end, insert, start: start + insert.length, end: start + insert.length };
}

/** Tab moves the selected lines in; with nothing selected it fills up to the next step. */
export function indentLines(text: string, start: number, end: number): Edit {
  if (start === end) {
    const column = start - (text.lastIndexOf('\n', start - 1) + 1);
    const insert = ' '.repeat(indent.length - (column % indent.length));
    return { from: start, to: end, insert, start: start + insert.length, end: start + insert.length };
  }
  return eachLine(text, start, end, (line) => (line === '' ? line : indent + line));
}

/** Shift and Tab: the lines move out. */
export function outdentLines(text: string, start: number, end: number): Edit {
  return eachLine(text, start, end, (line) => line.replace(/^ {1,2}/, ''));
}

/** Ctrl and slash: comments the lines out, or in again when all of them are. */
export function toggleComment(text: string, start: number, end: number): Edit {
  const lines = selectedLines(text, start, end).text.split('\n');
  const isOut = lines.every((line) => line.trim() === '' || /^\s*#/.test(line));
  return eachLine(text, start, end, (line) => {
    if (line.trim() === '') return line;
    return isOut ? line.replace(/^(\s*)# ?/, '$1') : line.replace(/^(\s*)/, '$1# ');
  });
}

function selectedLines(text: string, start: number, end: number): { from: number; to: number; text: string } {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  // A selection that ends before a line's first character does not mean that line.
  const last = end > start && text[end - 1] === '\n' ? end - 1 : end;
  const next = text.indexOf('\n', last);
  const to = next < 0 ? text.length : next;
  return { from, to, text: text.slice(from, to) };
}

function eachLine(text: string, start: number, end: number, change: (line: string) => string): Edit {
  const lines = selectedLines(text, start, end);
  const insert = lines.text.split('\n').map(change).join('\n');
  const isOne = !lines.text.includes('\n');
  const moved = insert.length - lines.text.length;
  return isOne
    ? {
        from: lines.from,
        to: lines.to,
        insert,
        start: Math.max(lines.from, start + moved),
        end: Math.max(lines.from, end + moved),
      }
    : { from: lines.from, to: lines.to, insert, start: lines.from, end: lines.from + insert.length };
}

/** Where a place is in a text, both from 1; a line that is not there is the last. */
export function offsetOf(text: string, line: number, column = 1): number {
  let at = 0;
  for (let number = 1; number < line; number += 1) {
    const next = text.indexOf('\n', at);
    if (next < 0) break;
    at = next + 1;
  }
  const end = text.indexOf('\n', at);
  return Math.min(at + column - 1, end < 0 ? text.length : end);
}

export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
