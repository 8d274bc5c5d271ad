/** One setting of an ssh config as it is written. */
export interface ConfigLine {
  readonly line: number;
  /** Lower case, as keywords are compared. */
  readonly keyword: string;
  /** Null: a quote in it is not closed. */
  readonly words: readonly string[] | null;
}

/**
 * Reads the lines of an ssh config the way OpenSSH's own `argv_split` does (misc.c), so that what can't be read is one line
 * and not the file:
 *   IdentityFile "~/my key" # comment        Host=gpu-01 'gpu 02' gpu\ 03        HostName = %h.lab
 */
export function readConfigLines(text: string): ConfigLine[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .flatMap((source, index) => {
      const match = /^\s*([^\s="#][^\s="]*)[ \t]*=?(.*)$/.exec(source);
      if (!match) return [];
      const [, keyword = '', rest = ''] = match;
      return [{ line: index + 1, keyword: keyword.toLowerCase(), words: splitWords(rest.trim()) }];
    });
}

function splitWords(text: string): string[] | null {
  const words: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (isBlank(text[at])) continue;
    if (text[at] === '#') break;
    let word = '';
    let quote = '';
    for (; at < text.length; at += 1) {
      const character = text[at] ?? '';
      const next = text[at + 1] ?? '';
      if (character === '\\' && next !== '' && (`"'\\`.includes(next) || (quote === '' && next === ' '))) {
        word += next;
        at += 1;
      } else if (quote === '' && isBlank(character)) break;
      else if (quote === '' && (character === '"' || character === "'")) quote = character;
      else if (character === quote) quote = '';
      else word += character;
    }
    if (quote !== '') return null;
    words.push(word);
  }
  return words;
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}
