import { quoteWord } from '../../hosts/quote';

/** Name and value, in the order they are written. */
export type Variables = ReadonlyArray<readonly [name: string, value: string]>;

const openMark = '# >>> gantry environment >>>';
const closeMark = '# <<< gantry environment <<<';

/** The lines a shell reads; the same variables always give the same bytes, so that writing twice changes nothing. */
export function snippetBlock(variables: Variables): string {
  const lines = variables.map(([name, value]) => `export ${name}=${value === '' ? "''" : quoteWord(value)}`);
  return [openMark, '# Recommended by Gantry. Read it before starting the job: . FILE', ...lines, closeMark, ''].join(
    '\n',
  );
}

/**
 * The file with the block in it: in place of the block that is there, else at the end. Everything outside the marks
 * stays as it is. Null when a mark is there without its partner, so that it is not clear what belongs to whom.
 */
export function withSnippet(before: string | null, variables: Variables): string | null {
  const block = snippetBlock(variables);
  if (before === null || before === '') return block;
  const lines = before.split(/(?<=\n)/);
  const isMark = (mark: string) => (line: string) => line.replace(/\r?\n$/, '') === mark;
  const opens = lines.filter(isMark(openMark)).length;
  const closes = lines.filter(isMark(closeMark)).length;
  if (opens === 0 && closes === 0) return before + (before.endsWith('\n') ? '' : '\n') + block;
  const open = lines.findIndex(isMark(openMark));
  const close = lines.findIndex(isMark(closeMark));
  if (opens !== 1 || closes !== 1 || close < open) return null;
  return lines.slice(0, open).join('') + block + lines.slice(close + 1).join('');
}
