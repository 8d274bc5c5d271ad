import { isMap, isSeq, parseDocument } from 'yaml';

/**
 * YAML with one more item (written in one line) behind those of a list at its top, the rest byte for byte; the list is made at the
 * end where there is none. Null: no YAML of one document, a list that is written in brackets, or none where the key stands.
 */
export function addYamlItem(text: string, key: string, item: string): string | null {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !(document.contents === null || isMap(document.contents))) return null;
  const list = document.get(key, true);
  const start = text.trimEnd();
  if (list === undefined) return checked(text, `${start}${start === '' ? '' : '\n'}${key}:\n  - ${item}\n`, key, item);
  const last = isSeq(list) && !list.flow ? list.items.at(-1) : undefined;
  const [, lastEnd] = (last as { range?: [number, number, number] } | undefined)?.range ?? [];
  if (!isSeq(list) || !list.range || lastEnd === undefined) return null;
  const [first] = list.range;
  const indent = text.slice(text.lastIndexOf('\n', first - 1) + 1, first);
  if (!/^ *$/.test(indent)) return null;
  // Behind the last line of the last item, and a comment that stands in it.
  const content = text.slice(0, lastEnd).trimEnd().length;
  const lineEnd = text.indexOf('\n', content);
  const end = lineEnd === -1 ? text.length : lineEnd;
  return checked(text, `${text.slice(0, end)}\n${indent}- ${item}${text.slice(end)}`, key, item);
}

/** Null where the new text does not say just that. */
function checked(before: string, after: string, key: string, item: string): string | null {
  const [old, now] = [before, after].map((text) => {
    const document = parseDocument(text);
    return document.errors.length > 0
      ? undefined
      : (document.toJS({ maxAliasCount: 100 }) as Record<string, unknown> | null);
  });
  const one: unknown = parseDocument(item).toJS();
  const former = old?.[key];
  const wanted = { ...old, [key]: [...(Array.isArray(former) ? former : []), one] };
  return JSON.stringify(now) === JSON.stringify(wanted) ? after : null;
}
