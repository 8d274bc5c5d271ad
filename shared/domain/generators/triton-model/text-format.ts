/** What stands unquoted: the value of an enum, or a number as it was written. */
export interface EnumName {
  readonly enumName: string;
}

export type TextValue = string | number | boolean | EnumName | readonly TextValue[] | TextMessage;
/** Fields in their order; an array of messages is a repeated field. Null and undefined: not written. */
export interface TextMessage {
  readonly [name: string]: TextValue | null | undefined;
}

/**
 * Protocol buffers in text format. Texts are quoted with what would end them escaped, numbers repeated in brackets, messages one after
 * another. Source: protobuf.dev, Text Format Language Specification.
 */
export function textFormat(message: TextMessage, indent = ''): string {
  return Object.entries(message)
    .flatMap(([name, value]) => {
      if (value === null || value === undefined) return [];
      if (!Array.isArray(value)) return [line(name, value as Exclude<TextValue, readonly TextValue[]>, indent)];
      if (value.length > 0 && value.every(isMessage)) return value.map((one) => line(name, one, indent));
      return [`${indent}${name}: [${value.map((one) => ` ${scalar(one as string)}`).join(',')} ]\n`];
    })
    .join('');
}

function line(name: string, value: Exclude<TextValue, readonly TextValue[]>, indent: string): string {
  if (!isMessage(value)) return `${indent}${name}: ${scalar(value)}\n`;
  const inside = textFormat(value, `${indent}  `);
  return inside === '' ? `${indent}${name} { }\n` : `${indent}${name} {\n${inside}${indent}}\n`;
}

function isMessage(value: TextValue): value is TextMessage {
  return typeof value === 'object' && !Array.isArray(value) && !('enumName' in value);
}

function scalar(value: string | number | boolean | EnumName): string {
  if (typeof value === 'object') return value.enumName;
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** JSON's escapes but \u and \/ are those of the text format; other control characters are written in octal. */
function quoted(text: string): string {
  const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' };
  return `"${text.replace(/[\u0000-\u001f"\\\u007f]/g, (one) => escapes[one] ?? `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`;
}

/** Both messages as one: messages are joined, lists put together, of a scalar that both have the first one counts. */
export function joined(one: TextMessage, other: TextMessage): TextMessage {
  const result: Record<string, TextMessage[string]> = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const own = result[name] ?? null;
    if (own === null || value === null || value === undefined) result[name] = own ?? value;
    else if (isMessage(own) && isMessage(value)) result[name] = joined(own, value);
    else if (Array.isArray(own) || isMessage(own) || isMessage(value))
      result[name] = [own, value].flat() as TextValue[];
  }
  return result;
}
