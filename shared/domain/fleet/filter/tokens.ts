export type Token = { readonly from: number; readonly to: number; readonly text: string } & (
  | { readonly kind: 'word' | 'operator' | 'open' | 'close' | 'comma' }
  /** `text` without its quotes. `isClosed` false: the text ends before the string does. */
  | { readonly kind: 'string'; readonly isClosed: boolean }
);

/** What a Chinese keyboard writes in place of ours; each is one character, so that offsets stay what they are. */
const alike: Readonly<Record<string, string>> = {
  '（': '(',
  '）': ')',
  '，': ',',
  '＝': '=',
  '！': '!',
  '＜': '<',
  '＞': '>',
  '～': '~',
  '“': '"',
  '”': '"',
};

const ends = new Set([...' \t\r\n\u3000(),"=!<>~≠≤≥']);
const operatorCharacters = new Set([...'=!<>~≠≤≥']);

/** Cuts a filter into words, quoted strings, operators and brackets. Total: whatever is written gives tokens. */
export function tokenize(text: string): Token[] {
  const characters = Array.from({ length: text.length }, (_, index) => {
    const character = text[index] ?? '';
    return alike[character] ?? character;
  });
  const tokens: Token[] = [];
  const runFrom = (from: number, isInside: (character: string) => boolean): number => {
    let to = from;
    while (to < characters.length && isInside(characters[to] ?? '')) to += 1;
    return to;
  };
  let at = 0;
  while (at < characters.length) {
    const character = characters[at] ?? '';
    const from = at;
    if (/\s/.test(character)) at += 1;
    else if (character === '"' || character === "'") {
      const read = readString(text, characters, from);
      at = read.to;
      tokens.push({ kind: 'string', from, ...read });
    } else if (operatorCharacters.has(character)) {
      at = runFrom(from, (one) => operatorCharacters.has(one));
      tokens.push({ kind: 'operator', from, to: at, text: characters.slice(from, at).join('') });
    } else if (character === '(' || character === ')' || character === ',') {
      at += 1;
      tokens.push({
        kind: character === '(' ? 'open' : character === ')' ? 'close' : 'comma',
        from,
        to: at,
        text: character,
      });
    } else {
      at = runFrom(from, (one) => !ends.has(one) && !/\s/.test(one));
      tokens.push({ kind: 'word', from, to: at, text: text.slice(from, at) });
    }
  }
  return tokens;
}

/** What stands in quotes is kept as it was written; only the quotes themselves may be of another keyboard. */
function readString(
  raw: string,
  characters: readonly string[],
  from: number,
): { to: number; text: string; isClosed: boolean } {
  const quote = characters[from];
  let text = '';
  for (let at = from + 1; at < characters.length; at += 1) {
    if (characters[at] === quote) return { to: at + 1, text, isClosed: true };
    if (raw[at] === '\\' && at + 1 < raw.length) at += 1;
    text += raw[at] ?? '';
  }
  return { to: characters.length, text, isClosed: false };
}
