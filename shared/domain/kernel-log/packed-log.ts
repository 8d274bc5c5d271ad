/** How a packed file begins once its bytes were read as UTF-8: each byte that is none has become U+FFFD. */
const beginnings: ReadonlyArray<{ readonly begins: RegExp; readonly program: string; readonly command: string }> = [
  { begins: /^\u001f[\ufffd\u008b]/, program: 'gzip', command: 'zcat' },
  { begins: /^[\ufffd\u00fd]7zXZ/, program: 'xz', command: 'xzcat' },
  { begins: /^\([\ufffd\u00b5]\/[\ufffd\u00fd]/, program: 'zstd', command: 'zstdcat' },
  { begins: /^BZh[1-9]1AY&SY/, program: 'bzip2', command: 'bzcat' },
];

/** What a text was packed with that is no text, as logs are that were rotated, and what unpacks it. Null: it is not packed. */
export function packingOf(text: string): { readonly program: string; readonly command: string } | null {
  const beginning = text.slice(0, 16);
  const found = beginnings.find(({ begins }) => begins.test(beginning));
  return found ? { program: found.program, command: found.command } : null;
}
