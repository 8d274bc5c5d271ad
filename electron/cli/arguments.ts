import { InvalidArgumentError } from 'commander';

/** Reads a whole number within limits; commander says which option it was. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most))
      throw new InvalidArgumentError(`A whole number from ${least} to ${most}, please.`);
    return value;
  };
}

/** Why somebody does something, for the audit log. */
export function reason(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Some words, please: they are in the audit log.');
  return text;
}

/** Lines for the end of a noun's `--help`. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
