/** What the keywords of a file stand before. */
export interface ScannedCondaFile {
  name?: string;
  prefix?: string;
  readonly channels: string[];
  readonly dependencies: string[];
  readonly pip: string[];
  readonly variables: Array<{ name: string; value: string }>;
}

/** `name:`, but not the channel of `pip::…` nor the end of another word. */
const key = String.raw`(?:name|channels|dependencies|variables|prefix|pip)["']?\s*:(?!:)`;
/** Where a plain entry ends: the text, the next entry's dash (an option's two are none), or a keyword. */
const endOfEntry = new RegExp(String.raw`\s+-(?!-)|\s+(?:-\s*)?["']?${key}|\s*$`, 'g');
const endOfVariable = /\s+["']?[A-Za-z_]\w*["']?\s*:|\s*$/g;
const endOfFlowVariable = /\s*,\s*["']?[A-Za-z_]\w*["']?\s*:|\s*$/g;

/**
 * Reads a file by its keywords, white space counting only as what separates: for files whose lines were joined, whose indentation
 * is wrong, or whose brackets and dashes lost the space behind them. Total.
 *
 *     name: llm-env channels: [nvidia, pytorch] dependencies: - python=3.10 - pip - pip: - transformers==4.30.2
 */
export function scanCondaFile(pasted: string): ScannedCondaFile {
  const text = withoutComments(asTyped(pasted));
  const found: ScannedCondaFile = { channels: [], dependencies: [], pip: [], variables: [] };
  const keys = [...text.matchAll(new RegExp(String.raw`(?<=^|[\s\]}{,\-"'])${key}`, 'g'))].filter(
    isOutsideQuotes(text),
  );
  for (const [at, match] of keys.entries()) {
    const word = /^\w+/.exec(match[0])?.[0];
    const rest = text.slice(match.index + match[0].length, keys[at + 1]?.index ?? text.length);
    // What stands before the next keyword is its own: a dash, an opening bracket, a quote.
    const content = at + 1 < keys.length ? withoutOpening(rest) : rest;
    if (word === 'name' || word === 'prefix') found[word] = unquote(content.trim());
    else if (word === 'variables') found.variables.push(...variablesOf(content));
    else if (word === 'channels') found.channels.push(...entriesOf(content).flatMap((entry) => entry.split(/[\s,]+/)));
    else if (word === 'dependencies') found.dependencies.push(...entriesOf(content));
    else {
      for (const entry of entriesOf(content)) {
        // One equals sign is conda's: an entry that followed the list of pip, from further out.
        (/^[\w.-]+=[^=]/.test(entry) ? found.dependencies : found.pip).push(entry);
      }
    }
  }
  return found;
}

/** What stands before the next keyword is that one's own: a dash, an opening bracket, a quote. */
function withoutOpening(content: string): string {
  return content.replace(/(^|[\s,[\]}])\s*-?\s*\{?\s*["']?$/, (_, before: string) =>
    /[\]}]/.test(before) ? before : '',
  );
}

/** What word processors, chats and web pages make of ASCII. */
function asTyped(text: string): string {
  return text
    .replace(/[\u00a0\u2000-\u200a\u202f\u3000]/g, ' ')
    .replace(/[\u200b\ufeff]/g, '')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/\uff1a/g, ':')
    .replace(/\uff0c/g, ',')
    .replace(/(^|\s)[\u2013\u2014\u2022](?=\s)/g, '$1-');
}

/** To the end of its line; in a single line, where that is lost, to the next entry or keyword. */
function withoutComments(text: string): string {
  if (/[\r\n]\s*\S/.test(text)) return text.replace(/(^|\s)#[^\r\n]*/g, '$1');
  return text.replace(new RegExp(String.raw`\s#.*?(?=\s-\s|\s["']?${key}|$)`, 'gs'), '');
}

function isOutsideQuotes(text: string): (match: RegExpMatchArray) => boolean {
  const quoted = [...text.matchAll(/(?<=^|[\s,[:-])("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')(?!\s*:)/g)];
  return ({ index = 0 }) => !quoted.some((quote) => quote.index < index && index < quote.index + quote[0].length);
}

function entriesOf(content: string): string[] {
  const trimmed = content.trim();
  if (trimmed.startsWith('[')) return flowEntries(trimmed.slice(1));
  // Without a single dash, a word that begins with a letter begins an entry.
  if (!/(^|\s)-/.test(trimmed))
    return trimmed
      .split(/\s+(?=[A-Za-z])/)
      .filter((entry) => entry !== '')
      .map(unquote);
  const entries: string[] = [];
  let at = 0;
  while (at < trimmed.length) {
    at += /^\s*-?\s*/.exec(trimmed.slice(at))?.[0].length ?? 0;
    const quoted = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')(?=\s|$)/.exec(trimmed.slice(at));
    // From the second character: an option's own dash begins an entry (`- -r file`).
    endOfEntry.lastIndex = at + 1;
    const end = quoted ? at + quoted[0].length : (endOfEntry.exec(trimmed)?.index ?? trimmed.length);
    const entry = trimmed.slice(at, end);
    entries.push(quoted ? unquote(entry) : entry.replace(/\s+/g, ' ').trim());
    at = end;
  }
  return entries.filter((entry) => entry !== '');
}

/**
 * `nvidia, pytorch]`, with entries whose own commas and brackets YAML would have wanted quoted: `numpy>=1.20,<2`,
 * `accelerate[torch]`. What follows the closing bracket belongs to the list around it.
 */
function flowEntries(content: string): string[] {
  const entries: string[] = [];
  let depth = 0;
  let entry = '';
  const end = () => {
    const text = unquote(entry.replace(/\s+/g, ' ').trim());
    const last = entries.length - 1;
    if (/^[<>!=~]/.test(text) && last >= 0) entries[last] += `,${text}`;
    else if (text !== '') entries.push(text);
    entry = '';
  };
  for (const piece of content.match(/(?<=^|[\s,])(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|[\s\S]/g) ?? []) {
    if (piece === '[') depth += 1;
    if (piece === ']') depth -= 1;
    if (piece === ',' && depth <= 0) end();
    else if (depth >= 0 && piece !== '{' && piece !== '}') entry += piece;
  }
  end();
  return entries;
}

function variablesOf(content: string): Array<{ name: string; value: string }> {
  const trimmed = content.trim();
  const isFlow = trimmed.startsWith('{');
  const inner = isFlow ? trimmed.slice(1).replace(/\}[^}]*$/, '') : trimmed;
  const ending = isFlow ? endOfFlowVariable : endOfVariable;
  const found: Array<{ name: string; value: string }> = [];
  let at = 0;
  for (;;) {
    const name = /^[\s,]*["']?([A-Za-z_]\w*)["']?\s*:\s*/.exec(inner.slice(at));
    if (!name?.[1]) return found;
    at += name[0].length;
    const quoted = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/.exec(inner.slice(at));
    ending.lastIndex = at;
    const end = quoted ? at + quoted[0].length : (ending.exec(inner)?.index ?? inner.length);
    found.push({ name: name[1], value: unquote(inner.slice(at, end).trim()) });
    at = end;
  }
}

/** Single quotes double themselves, double ones escape as JSON does. */
function unquote(text: string): string {
  if (/^'.*'$/s.test(text)) return text.slice(1, -1).replaceAll("''", "'");
  if (!/^".*"$/s.test(text)) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}
