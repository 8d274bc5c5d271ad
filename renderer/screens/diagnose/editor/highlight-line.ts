export type TokenKind = 'plain' | 'comment' | 'key' | 'text' | 'mark' | 'expression';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const pieces =
  /(?<comment>(?:^|(?<=\s))#.*$)|(?<expression>\{\{.*?(?:\}\}|$))|(?<text>(?<![^\s[{(,:])"(?:\\.|[^"\\])*"?|(?<![^\s[{(,:])'(?:''|[^'])*'?)|(?<key>[\w-]+(?=:(?:\s|$)))|(?<mark>[{}[\],]|(?<=^\s*)-(?=\s)|:(?=\s|$))/g;

/** The pieces of one line of YAML, enough to tell keys, texts and comments apart; `{{ }}` inside a text is one of its own. */
export function highlightLine(line: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: TokenKind, text: string) => text !== '' && tokens.push({ kind, text });
  for (const match of line.matchAll(pieces)) {
    push('plain', line.slice(at, match.index));
    const [text] = match;
    const kind = (Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined)?.[0] ??
      'plain') as TokenKind;
    if (kind === 'text') tokens.push(...insideText(text));
    else push(kind, text);
    at = match.index + text.length;
  }
  push('plain', line.slice(at));
  return tokens;
}

function insideText(text: string): Token[] {
  return text
    .split(/(\{\{.*?\}\})/)
    .filter((part) => part !== '')
    .map((part) => ({ kind: part.startsWith('{{') ? 'expression' : 'text', text: part }));
}
