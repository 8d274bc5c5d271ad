/** Lines of context around a change, as `diff -u` has it. */
const context = 3;
/** Above this many line pairs the middle is shown as replaced whole; a snippet is far below. */
const maxPairs = 4_000_000;

type Edit = { readonly kind: ' ' | '-' | '+'; readonly line: string };

/** The change from one text to another as `diff -u` prints it; empty when there is none. */
export function unifiedDiff(before: string | null, after: string, beforeName: string, afterName: string): string {
  if (before === after) return '';
  const edits = editsBetween(linesOf(before ?? ''), linesOf(after));
  const parts = [`--- ${beforeName}\n+++ ${afterName}\n`];
  let oldLine = 1;
  let newLine = 1;
  let index = 0;
  while (index < edits.length) {
    const first = edits.findIndex((edit, at) => at >= index && edit.kind !== ' ');
    if (first === -1) break;
    const start = Math.max(index, first - context);
    oldLine += start - index;
    newLine += start - index;
    let end = first + 1;
    for (let at = end; at < edits.length && at - end < context * 2 + 1; at += 1)
      if (edits[at]?.kind !== ' ') end = at + 1;
    const hunk = edits.slice(start, Math.min(edits.length, end + context));
    const oldCount = hunk.filter((edit) => edit.kind !== '+').length;
    const newCount = hunk.filter((edit) => edit.kind !== '-').length;
    parts.push(`@@ -${range(oldLine, oldCount)} +${range(newLine, newCount)} @@\n`);
    for (const { kind, line } of hunk) {
      parts.push(line.endsWith('\n') ? kind + line : `${kind}${line}\n\\ No newline at end of file\n`);
    }
    oldLine += oldCount;
    newLine += newCount;
    index = start + hunk.length;
  }
  return parts.join('');
}

function range(start: number, count: number): string {
  if (count === 1) return String(start);
  return `${count === 0 ? start - 1 : start},${count}`;
}

/** Lines with their ends, so that a missing last line end is a difference. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function editsBetween(before: readonly string[], after: readonly string[]): Edit[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail += 1;
  }
  const same = (line: string): Edit => ({ kind: ' ', line });
  return [
    ...before.slice(0, head).map(same),
    ...middleEdits(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(same),
  ];
}

/** Longest common subsequence by the usual table. */
function middleEdits(before: readonly string[], after: readonly string[]): Edit[] {
  const removed = before.map((line): Edit => ({ kind: '-', line }));
  const added = after.map((line): Edit => ({ kind: '+', line }));
  if (before.length * after.length > maxPairs) return [...removed, ...added];
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number) => common[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      common[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const edits: Edit[] = [];
  let row = 0;
  let column = 0;
  while (row < before.length || column < after.length) {
    const [old, fresh] = [before[row], after[column]];
    if (old !== undefined && old === fresh) {
      edits.push({ kind: ' ', line: old });
      row += 1;
      column += 1;
    } else if (old !== undefined && (fresh === undefined || at(row + 1, column) >= at(row, column + 1))) {
      edits.push({ kind: '-', line: old });
      row += 1;
    } else {
      edits.push({ kind: '+', line: fresh ?? '' });
      column += 1;
    }
  }
  return edits;
}
