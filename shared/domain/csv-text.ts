import { printable } from './text';

/**
 * A spreadsheet takes a text that begins with one of these for a formula, also after blanks and in full width
 * (https://owasp.org/www-community/attacks/CSV_Injection): an apostrophe before it makes it a text. What has a separator of
 * any country's spreadsheet in it is quoted, so that no cell begins in its middle.
 */
export function csvText(text: string): string {
  const plain = printable(text);
  const safe = /^[\s\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]/.test(plain) || /^[\t\r]/.test(text) ? `'${plain}` : plain;
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
