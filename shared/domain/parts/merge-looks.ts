import { compareParts, sortBySlot } from './compare-parts';
import { type NodeParts, type PartSection, readerIds } from './index';
import type { Part } from './part';

export interface MergedLook extends NodeParts {
  /** What the newer look could not tell and the older one did: readers, and `KIND SLOT ATTRIBUTE` of single values. */
  readonly carried: readonly string[];
}

/**
 * What is known of a node after one more look at it: the new look, and what was known before of that which it could not read.
 * So a tool that fails once hides no change that happens meanwhile, and is itself no change.
 */
export function mergeLooks(known: NodeParts, look: NodeParts): MergedLook {
  const { pairs } = compareParts(known, look, 'time');
  const carried: string[] = [];
  const read = new Set(look.sections.map(({ reader }) => reader));
  const readerOf = new Map(known.sections.flatMap(({ reader, parts }) => parts.map((part) => [part, reader] as const)));
  const filled = new Map<Part, Part>();
  /** What another tool told of parts that their own could not be asked for: they stay as they were known. */
  const kept = new Set<Part>();
  for (const { before, after, relation } of pairs) {
    if (!before || !after || relation === 'swapped') continue;
    if (!read.has(readerOf.get(before) ?? '')) {
      kept.add(before).add(after);
      continue;
    }
    const whole = fill(before, after);
    filled.set(after, whole.part);
    carried.push(...whole.names.map((name) => carriedValue(after, name)));
  }
  const isGone = new Set(
    pairs.flatMap(({ before, after, relation }) =>
      before && !kept.has(before) && (after || relation === 'removed') ? [before] : [],
    ),
  );
  const ids = readerIds();
  const sections = [
    ...look.sections.map((section) => ({
      ...section,
      parts: section.parts.flatMap((part) => (kept.has(part) ? [] : [filled.get(part) ?? part])),
    })),
    ...known.sections
      // A reader that this version of Gantry does not have can't be waited for where another one reads such parts.
      .filter(({ reader, kind }) => !read.has(reader) && (ids.has(reader) || !look.knownKinds.includes(kind)))
      .map((section) => ({ ...section, parts: section.parts.filter((part) => !isGone.has(part)) })),
  ];
  carried.push(...sections.map(({ reader }) => reader).filter((reader) => !read.has(reader)));
  return { ...lookOf(sections), carried: carried.sort() };
}

/** A look again, in one order for the same parts. */
export function lookOf(sections: readonly PartSection[]): NodeParts {
  const sorted = [...sections]
    .sort((a, b) => (a.reader < b.reader ? -1 : 1))
    .map((section) => ({ ...section, parts: sortBySlot(section.parts) }));
  return {
    sections: sorted,
    parts: sorted.flatMap(({ parts }) => parts),
    knownKinds: [...new Set(sorted.map(({ kind }) => kind))],
  };
}

/** The look without what was carried over from an older one: null and not read, as it was. */
export function asRead(look: NodeParts, carried: readonly string[]): NodeParts {
  if (carried.length === 0) return look;
  const names = new Set(carried);
  const withoutCarried = (part: Part): Part => ({
    ...part,
    identity: names.has(carriedValue(part, 'identity')) ? null : part.identity,
    model: names.has(carriedValue(part, 'model')) ? null : part.model,
    attributes: Object.fromEntries(
      Object.entries(part.attributes).map(([name, value]) => [
        name,
        names.has(carriedValue(part, name)) ? null : value,
      ]),
    ),
  });
  return lookOf(
    look.sections
      .filter(({ reader }) => !names.has(reader))
      .map((section) => ({ ...section, parts: section.parts.map(withoutCarried) })),
  );
}

function carriedValue({ kind, slot }: Part, name: string): string {
  return `${kind} ${slot} ${name}`;
}

/** A value that is not known now is the one that was known; of another model nothing is. */
function fill(before: Part, after: Part): { part: Part; names: string[] } {
  const names: string[] = [];
  if (before.model !== null && after.model !== null && before.model !== after.model) return { part: after, names };
  const kept = <Value>(name: string, now: Value | null, then: Value | null | undefined): Value | null => {
    if (now !== null || then === null || then === undefined) return now;
    names.push(name);
    return then;
  };
  const part: Part = {
    ...after,
    identity: kept('identity', after.identity, before.identity),
    model: kept('model', after.model, before.model),
    attributes: Object.fromEntries(
      Object.entries(after.attributes).map(([name, value]) => [name, kept(name, value, before.attributes[name])]),
    ),
  };
  return { part, names };
}
