/** A value with where it stands in the text. */
interface Place {
  readonly start: number;
  readonly end: number;
}
interface Member extends Place {
  readonly key: string;
  readonly value: Place;
}

/** What lies between the words of JSON; the comments that some programs allow in theirs too. */
const blank = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const string = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y;
const scalar = /-?\d[\d.eE+-]*|true|false|null/y;

/**
 * The text of a JSON object with settings in it: an object is merged into an object key by key, all else takes the place of what
 * was there. What is not named stays byte for byte, comments too. Null for what is no JSON object, or says a key of ours twice.
 */
export function editJson(text: string, settings: Readonly<Record<string, unknown>>): string | null {
  if (text.trim() === '') return `${JSON.stringify(settings, null, 2)}\n`;
  const start = after(blank, text, text.startsWith('\ufeff') ? 1 : 0);
  const root = valueAt(text, start);
  if (root === null || text[root.start] !== '{' || after(blank, text, root.end) !== text.length) return null;
  return edited(text, root, settings, /\n([ \t]+)"/.exec(text)?.[1] ?? '  ');
}

function edited(
  text: string,
  root: Place,
  settings: Readonly<Record<string, unknown>>,
  indent: string,
  depth = 1,
): string | null {
  let changed = text;
  let end = root.end;
  for (const [key, value] of Object.entries(settings)) {
    const members = membersOf(changed, { start: root.start, end });
    if (members === null) return null;
    const named = members.filter((one) => one.key === key);
    if (named.length > 1) return null;
    const before = changed.length;
    const place = named[0]?.value;
    const next = place
      ? replaced(changed, place, value, indent, depth)
      : added(changed, { start: root.start, end }, members, key, value, indent, depth);
    if (next === null) return null;
    changed = next;
    end += changed.length - before;
  }
  return changed;
}

function replaced(text: string, place: Place, value: unknown, indent: string, depth: number): string | null {
  if (isObject(value) && text[place.start] === '{') return edited(text, place, value, indent, depth + 1);
  const now: unknown = place.end - place.start < 200 ? plain(text.slice(place.start, place.end)) : undefined;
  if (now !== undefined && JSON.stringify(now) === JSON.stringify(value)) return text;
  return text.slice(0, place.start) + written(value, indent, depth) + text.slice(place.end);
}

function added(
  text: string,
  root: Place,
  members: readonly Member[],
  key: string,
  value: unknown,
  indent: string,
  depth: number,
): string {
  const line = `\n${indent.repeat(depth)}${JSON.stringify(key)}: ${written(value, indent, depth)}`;
  const last = members.at(-1);
  if (last) return `${text.slice(0, last.end)},${line}${text.slice(last.end)}`;
  const at = root.end - 1;
  // A comment may be all that is in it: the member goes below.
  return `${text.slice(0, at).trimEnd()}${line}\n${indent.repeat(depth - 1)}${text.slice(at)}`;
}

function written(value: unknown, indent: string, depth: number): string {
  return JSON.stringify(value, null, indent).replaceAll('\n', `\n${indent.repeat(depth)}`);
}

function plain(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Null where the text is no JSON there. */
function valueAt(text: string, start: number): Place | null {
  const first = text[start];
  if (first === '{') return endOf(membersIn(text, start));
  if (first === '[') return endOf(itemsIn(text, start));
  const end = first === '"' ? after(string, text, start) : after(scalar, text, start);
  // A number may be longer than one is: JSON.parse knows.
  return end > start && plain(text.slice(start, end)) !== undefined ? { start, end } : null;
}

function endOf(found: { place: Place } | null): Place | null {
  return found?.place ?? null;
}

function membersOf(text: string, { start }: Place): readonly Member[] | null {
  return membersIn(text, start)?.members ?? null;
}

function membersIn(text: string, start: number): { place: Place; members: Member[] } | null {
  const members: Member[] = [];
  let at = after(blank, text, start + 1);
  if (text[at] === '}') return { place: { start, end: at + 1 }, members };
  for (;;) {
    const keyEnd = after(string, text, at);
    const key = plain(text.slice(at, keyEnd));
    const colon = after(blank, text, keyEnd);
    if (typeof key !== 'string' || text[colon] !== ':') return null;
    const value = valueAt(text, after(blank, text, colon + 1));
    if (value === null) return null;
    members.push({ key, value, start: at, end: value.end });
    at = after(blank, text, value.end);
    if (text[at] === '}') return { place: { start, end: at + 1 }, members };
    if (text[at] !== ',') return null;
    at = after(blank, text, at + 1);
  }
}

function itemsIn(text: string, start: number): { place: Place } | null {
  let at = after(blank, text, start + 1);
  if (text[at] === ']') return { place: { start, end: at + 1 } };
  for (;;) {
    const item = valueAt(text, at);
    if (item === null) return null;
    at = after(blank, text, item.end);
    if (text[at] === ']') return { place: { start, end: at + 1 } };
    if (text[at] !== ',') return null;
    at = after(blank, text, at + 1);
  }
}

function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
