/** Characters that mean themselves anywhere in a POSIX shell word (a leading `~` and `=` are quoted to be safe). */
const plainWord = /^[A-Za-z0-9_./:@%+,-]+$/;

/**
 * Quotes one word for a POSIX shell: what the shell reads back is exactly `word`, whatever is in it. Throws a
 * RangeError for a NUL, which no argument can carry.
 */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new RangeError('A command argument can not contain a NUL character');
  if (plainWord.test(word)) return word;
  // Inside single quotes nothing is special but the quote itself, which is closed, escaped and opened again.
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Turns an argv into the command line that a person could paste into a shell. */
export function commandLine(argv: readonly string[]): string {
  return argv.map(quoteWord).join(' ');
}
