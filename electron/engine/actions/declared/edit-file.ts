import { editJson, isObject } from './edit-json';
import { editLines, editWords } from './edit-lines';
import { addYamlItem } from './edit-yaml-list';

/**
 * How a file writes its settings. `yaml`: `key: value` lines at the left margin. `pbtxt`: protobuf text (Triton's config.pbtxt).
 * `json`: an object. `conf`: lines `key=value`; `ini`: the same in sections; `words`: lines `key value` (chrony.conf, fstab).
 * `yaml-item`: one more item, written in one line, of a list at the top.
 */
export const editFormats = ['yaml', 'pbtxt', 'json', 'conf', 'ini', 'words', 'yaml-item'] as const;

export interface FileEdit {
  readonly format: (typeof editFormats)[number];
  /** A setting at the top of the file. Null: the value is an object whose settings are merged (json alone). */
  readonly key: string | null;
  /** As it stands after the key; of a pbtxt message its body with the brackets, of json the value in JSON. */
  readonly value: string;
  readonly section?: string | null | undefined;
}

/**
 * The text with one setting changed, or added at the end; all else stays byte for byte. Null where it is not clear what
 * belongs to the setting: it is there twice, has a value of several lines (yaml), or its brackets do not match (pbtxt, json).
 */
export function editFile(text: string, { format, key, value, section = null }: FileEdit): string | null {
  if (format === 'json') {
    const wanted = parsed(value);
    if (wanted === undefined) return null;
    if (key !== null) return editJson(text, { [key]: wanted });
    return isObject(wanted) ? editJson(text, wanted) : null;
  }
  if (key === null) return null;
  if (format === 'yaml-item') return addYamlItem(text, key, value);
  if (format === 'conf' || format === 'ini') return editLines(text, { section, key, value });
  if (format === 'words') return editWords(text, key, value);
  const end = text === '' || text.endsWith('\n') ? '' : '\n';
  if (format === 'yaml') {
    const found = [...text.matchAll(new RegExp(`^${escaped(key)}[ \\t]*:(?=[ \\t\\r]|$)[^\\r\\n]*`, 'gm'))];
    const [only] = found;
    if (!only) return isYamlMapping(text) ? `${text}${end}${key}: ${value}\n` : null;
    const after = text.slice(only.index + only[0].length).replace(/^\r?\n/, '');
    const isBlock = /^(?:[ \t]+\S|- )/.test(after) || /:[ \t]*[|>&*[{]/.test(only[0]);
    if (found.length > 1 || isBlock) return null;
    const comment = /[ \t]+#.*$/.exec(only[0])?.[0] ?? '';
    return `${text.slice(0, only.index)}${key}: ${value}${comment}${text.slice(only.index + only[0].length)}`;
  }
  const places = messagesOf(text, key);
  if (places === null || places.length > 1) return null;
  const [place] = places;
  const written = value.startsWith('{') || value.startsWith('[') ? `${key} ${value}` : `${key}: ${value}`;
  if (!place) return `${text}${end}${written}\n`;
  return text.slice(0, place.start) + written + text.slice(place.end);
}

/** Nothing but keys, comments and blank lines at the left margin: another one may be added below. */
function isYamlMapping(text: string): boolean {
  return text
    .split(/\r?\n/)
    .every(
      (line) =>
        line === '' || /^[ \t#]/.test(line) || line === '---' || /^[A-Za-z_][\w.-]*[ \t]*:(?:[ \t]|$)/.test(line),
    );
}

/** Where settings called `key` begin and end at the top of a protobuf text. Null: its brackets or quotes do not match. */
function messagesOf(text: string, key: string): { start: number; end: number }[] | null {
  const found: { start: number; end: number }[] = [];
  let depth = 0;
  let open: number | null = null;
  const token = /#[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[A-Za-z_]\w*|[{}[\]]|["']|[^\s\w{}[\]"'#]|\d[\w.]*/g;
  const close = (end: number) => {
    if (open !== null) found.push({ start: open, end });
    open = null;
  };
  let last = 0;
  for (const match of text.matchAll(token)) {
    const [word] = match;
    if (word === '"' || word === "'") return null;
    if (word.startsWith('#')) continue;
    const isKey = depth === 0 && /^[A-Za-z_]/.test(word) && !/:[ \t]*$/.test(text.slice(0, match.index));
    if (isKey) {
      close(last);
      if (word === key) open = match.index;
    }
    if (word === '{' || word === '[') depth += 1;
    if (word === '}' || word === ']') depth -= 1;
    if (depth < 0) return null;
    last = match.index + word.length;
  }
  close(last);
  return depth === 0 ? found : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function escaped(text: string): string {
  return text.replace(/[^\w]/g, '\\$&');
}
