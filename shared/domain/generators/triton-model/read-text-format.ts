import type { TextMessage, TextValue } from './text-format';

/** A scalar as it stands, or what is between braces. A word: true, KIND_GPU, inf. */
export type ParsedValue =
  | { readonly kind: 'text'; readonly text: string }
  /** `text`: as it was written, also where it is too big to be exact. */
  | { readonly kind: 'number'; readonly number: number; readonly text: string }
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'message'; readonly fields: readonly ParsedField[] };

/** A list in brackets is a field for each of its values. */
export interface ParsedField {
  readonly name: string;
  /** Counted from 1. */
  readonly line: number;
  readonly value: ParsedValue;
}

const maxDepth = 64;

interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'sign' | 'extension';
  readonly text: string;
  readonly line: number;
}

/**
 * Reads protocol buffers in text format without knowing their types: comments, both kinds of quotes and of braces, texts in several
 * pieces, lists in brackets. Null: no text format. Not the library that writes it elsewhere: that one stops at a field it does not know, and
 * compiles code, which a window may not. Source: protobuf.dev, Text Format Language Specification.
 */
export function readTextFormat(text: string): readonly ParsedField[] | null {
  const tokens = tokensOf(text);
  if (tokens === null) return null;
  const reader = new Reader(tokens);
  try {
    return reader.fields(null, 0);
  } catch (error) {
    if (error instanceof NoTextFormat) return null;
    throw error;
  }
}

class NoTextFormat extends Error {}

class Reader {
  #at = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  fields(end: string | null, depth: number): ParsedField[] {
    if (depth > maxDepth) throw new NoTextFormat();
    const found: ParsedField[] = [];
    for (;;) {
      const token = this.tokens[this.#at];
      if (token === undefined) {
        if (end === null) return found;
        throw new NoTextFormat();
      }
      if (token.kind === 'sign' && token.text === end) {
        this.#at += 1;
        return found;
      }
      if (token.kind !== 'name' && token.kind !== 'extension') throw new NoTextFormat();
      this.#at += 1;
      for (const value of this.#values(depth)) found.push({ name: token.text, line: token.line, value });
      if (this.#sees(',') || this.#sees(';')) this.#at += 1;
    }
  }

  #values(depth: number): ParsedValue[] {
    const hasColon = this.#takes(':');
    if (!this.#takes('[')) return [this.#value(depth, hasColon)];
    if (this.#takes(']')) return [];
    const found: ParsedValue[] = [];
    do found.push(this.#value(depth, hasColon));
    while (this.#takes(','));
    if (!this.#takes(']')) throw new NoTextFormat();
    return found;
  }

  /** Without a colon only a message can follow. */
  #value(depth: number, hasColon: boolean): ParsedValue {
    if (this.#takes('{')) return { kind: 'message', fields: this.fields('}', depth + 1) };
    if (this.#takes('<')) return { kind: 'message', fields: this.fields('>', depth + 1) };
    if (!hasColon) throw new NoTextFormat();
    const isNegative = this.#takes('-');
    const token = this.tokens[this.#at];
    this.#at += 1;
    if (token?.kind === 'number') {
      const number = numberIn(token.text);
      return { kind: 'number', number: isNegative ? -number : number, text: (isNegative ? '-' : '') + token.text };
    }
    if (token?.kind === 'name') return { kind: 'word', word: (isNegative ? '-' : '') + token.text };
    if (token?.kind !== 'text' || isNegative) throw new NoTextFormat();
    let text = token.text;
    for (let next = this.tokens[this.#at]; next?.kind === 'text'; next = this.tokens[this.#at]) {
      text += next.text;
      this.#at += 1;
    }
    return { kind: 'text', text: unescaped(text) };
  }

  #sees(sign: string): boolean {
    const token = this.tokens[this.#at];
    return token?.kind === 'sign' && token.text === sign;
  }

  #takes(sign: string): boolean {
    if (!this.#sees(sign)) return false;
    this.#at += 1;
    return true;
  }
}

const tokenPattern =
  /(?<space>[ \t\r\f\v]+|#[^\n]*)|(?<lineEnd>\n)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<number>(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?)(?![A-Za-z0-9_.]))|(?<text>"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*')|(?<extension>\[[A-Za-z_][\w./-]*[./][\w./-]*\])|(?<sign>[-:,;{}<>[\]])/y;

/** Null: a character that begins nothing. */
function tokensOf(text: string): Token[] | null {
  const tokens: Token[] = [];
  let line = 1;
  const source = text.replace(/^\ufeff/, '');
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < source.length) {
    const groups = tokenPattern.exec(source)?.groups;
    if (!groups) return null;
    if (groups.lineEnd !== undefined) line += 1;
    else if (groups.name !== undefined) tokens.push({ kind: 'name', text: groups.name, line });
    else if (groups.number !== undefined) tokens.push({ kind: 'number', text: groups.number, line });
    else if (groups.text !== undefined) tokens.push({ kind: 'text', text: groups.text.slice(1, -1), line });
    else if (groups.extension !== undefined) tokens.push({ kind: 'extension', text: groups.extension, line });
    else if (groups.sign !== undefined) tokens.push({ kind: 'sign', text: groups.sign, line });
  }
  return tokens;
}

function numberIn(text: string): number {
  if (/^0[xX]/.test(text)) return Number(text);
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return Number(text.replace(/[fF]$/, ''));
}

const oneLetter: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** Octal and hexadecimal escapes are bytes of UTF-8, so all of it is made percent-encoded bytes first. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  const byte = (value: number) => `%${(value & 255).toString(16).padStart(2, '0')}`;
  try {
    return decodeURIComponent(
      text.replace(
        /\\([0-7]{1,3})|\\[xX]([0-9a-fA-F]{1,2})|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\(.)|[^\\]+/gsu,
        (part: string, octal?: string, hex?: string, short?: string, long?: string, other?: string) => {
          const point = short ?? long;
          if (octal !== undefined) return byte(Number.parseInt(octal, 8));
          if (hex !== undefined) return byte(Number.parseInt(hex, 16));
          if (point !== undefined) return encodeURIComponent(String.fromCodePoint(Number.parseInt(point, 16)));
          if (other === undefined) return encodeURIComponent(part);
          const code = oneLetter[other];
          return code === undefined ? encodeURIComponent(other) : byte(code);
        },
      ),
    );
  } catch {
    // No UTF-8, or a character that there is none of.
    throw new NoTextFormat();
  }
}

/** The same fields as they would be written. */
export function asMessage(fields: readonly ParsedField[]): TextMessage {
  const message: Record<string, TextValue> = {};
  for (const { name, value } of fields) {
    const before = message[name];
    const one = asValue(value);
    message[name] = before === undefined ? one : ([before, one].flat() as TextValue[]);
  }
  return message;
}

function asValue(value: ParsedValue): TextValue {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'number':
      return { enumName: value.text };
    case 'word':
      return { enumName: value.word };
    case 'message':
      return asMessage(value.fields);
  }
}
