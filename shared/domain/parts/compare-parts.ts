import { distinctIdentities, isIdentityAttribute } from './identities';
import { type NodeParts, type PartSection, partReaders } from './index';
import { type Part, type PartKind, type PartValue, partKinds } from './part';

/**
 * How a part of one look relates to the other look. `swapped`: another one is in its slot. `moved`: the same one in another
 * slot; of two nodes: the one of its model that is left over. `not-compared`: the other look could not read such parts.
 */
export type PartRelation = 'same' | 'moved' | 'swapped' | 'added' | 'removed' | 'not-compared';

export interface ValueComparison<Value> {
  readonly name: string;
  readonly before: Value;
  readonly after: Value;
  /** `unknown`: one of the two is null or told by another tool, which is no difference. */
  readonly state: 'same' | 'different' | 'unknown';
}

export interface PartPair {
  readonly kind: PartKind;
  readonly relation: PartRelation;
  readonly before: Part | null;
  readonly after: Part | null;
  /** Of two parts, `model` first, in the order of the part's reader. */
  readonly attributes: readonly ValueComparison<PartValue>[];
  /** What only grows: told apart, and never a difference of its own. */
  readonly counters: readonly ValueComparison<number | null>[];
  readonly isDifferent: boolean;
}

export interface PartsComparison {
  readonly pairs: readonly PartPair[];
  /** Kinds of which one look or both could not tell everything. */
  readonly unread: ReadonlyArray<{ readonly kind: PartKind; readonly side: 'before' | 'after' | 'both' }>;
}

/** How many values one look has and the other could not tell: of these nobody knows whether they are the same. */
export function countUncompared(pairs: readonly PartPair[]): number {
  const isOneSided = ({ state, before, after }: ValueComparison<PartValue>) =>
    state === 'unknown' && (before !== null || after !== null);
  return pairs.reduce((sum, { attributes }) => sum + attributes.filter(isOneSided).length, 0);
}

/** One node at two times, where serial numbers tell parts, or two nodes, where slots and models do. */
export type ComparisonMode = 'time' | 'nodes';

/**
 * Puts the parts of two looks side by side. Symmetric: swapping the looks swaps `before` and `after`. What one look could
 * not read is never `added` or `removed`.
 */
export function compareParts(before: NodeParts, after: NodeParts, mode: ComparisonMode): PartsComparison {
  const kinds = [...new Set([...before.parts, ...after.parts].map(({ kind }) => kind))].sort(byKind);
  const wasRead = { before: readersOf(before), after: readersOf(after) };
  const readerOf = new Map([...before.sections, ...after.sections].flatMap(withReader));
  const isRead = (part: Part, side: 'before' | 'after') => wasRead[side].has(readerOf.get(part) ?? '');
  const isComparable = (one: Part | null, other: Part | null) =>
    one === null || other === null || (isRead(one, 'after') && isRead(other, 'before'));
  const pairs = kinds.flatMap((kind) => {
    const couples = match(ofKind(before, kind), ofKind(after, kind), mode);
    return couples
      .map(([one, other, relation]) =>
        isComparable(one, other)
          ? pairOf(kind, one, other, relationOf(one, other, relation, isRead), mode)
          : toldByAnother(pairOf(kind, one, other, relation, mode)),
      )
      .sort((a, b) => bySlot(slotOf(a), slotOf(b)));
  });
  return { pairs, unread: unreadKinds(before, after) };
}

type Couple = readonly [Part | null, Part | null, 'same' | 'moved' | 'swapped'];

function match(before: readonly Part[], after: readonly Part[], mode: ComparisonMode): Couple[] {
  const couples: Couple[] = [];
  const left = { before: new Set(before), after: new Set(after) };
  const couple = (one: Part, other: Part, relation: Couple[2]) => {
    left.before.delete(one);
    left.after.delete(other);
    couples.push([one, other, relation]);
  };
  const identities = { before: distinctIdentities(before), after: distinctIdentities(after) };

  if (mode === 'time') {
    const names = new Set([...identities.before.values(), ...identities.after.values()].flat().map(({ name }) => name));
    for (const name of [...names].sort(serialFirst)) {
      const key = (part: Part, side: 'before' | 'after') =>
        identities[side]
          .get(part)
          ?.find((one) => one.name === name)
          ?.value.toLowerCase();
      const others = indexBy(left.after, (part) => key(part, 'after'));
      for (const one of [...left.before]) {
        const value = key(one, 'before');
        const other = value === undefined ? undefined : others.get(value);
        if (other) couple(one, other, one.slot === other.slot ? 'same' : 'moved');
      }
    }
  }

  const bySlots = indexBy(left.after, ({ slot }) => slot);
  for (const one of [...left.before]) {
    const other = bySlots.get(one.slot);
    if (!other) continue;
    const known = identities.after.get(other) ?? [];
    const isOther = identities.before.get(one)?.some(({ name }) => known.some((identity) => identity.name === name));
    couple(one, other, mode === 'time' && isOther ? 'swapped' : 'same');
  }

  if (mode === 'nodes') {
    const others = sortBySlot([...left.after]);
    for (const one of sortBySlot([...left.before])) {
      const other = others.find(({ model }) => model !== null && model === one.model);
      if (!other) continue;
      others.splice(others.indexOf(other), 1);
      couple(one, other, 'moved');
    }
  }
  for (const one of left.before) couples.push([one, null, 'same']);
  for (const other of left.after) couples.push([null, other, 'same']);
  return couples;
}

function relationOf(
  one: Part | null,
  other: Part | null,
  relation: Couple[2],
  isRead: (part: Part, side: 'before' | 'after') => boolean,
): PartRelation {
  if (one && other) return relation;
  if (one) return isRead(one, 'after') ? 'removed' : 'not-compared';
  return other && isRead(other, 'before') ? 'added' : 'not-compared';
}

function pairOf(
  kind: PartKind,
  before: Part | null,
  after: Part | null,
  relation: PartRelation,
  mode: ComparisonMode,
): PartPair {
  const attributes =
    before && after
      ? compareValues<PartValue>(
          { model: before.model, ...before.attributes },
          { model: after.model, ...after.attributes },
        )
      : [];
  const counters = before && after && relation !== 'swapped' ? compareValues(before.counters, after.counters) : [];
  const isChanged = attributes.some(
    ({ name, state }) => state === 'different' && !(mode === 'nodes' && isIdentityAttribute(name)),
  );
  const isElsewhere = relation === 'moved' && mode === 'time';
  const isDifferent = isChanged || isElsewhere || ['swapped', 'added', 'removed'].includes(relation);
  const shown = mode === 'nodes' ? attributes.filter(({ name }) => !isIdentityAttribute(name)) : attributes;
  return { kind, relation, before, after, attributes: shown, counters, isDifferent };
}

/**
 * The same part, told by another tool because its own could not be asked in one of the looks (lspci names a GPU while amd-smi
 * fails): what the two call it, and where they put it, says nothing of the part.
 */
function toldByAnother(pair: PartPair): PartPair {
  if (pair.relation === 'swapped') return pair;
  const unknown = <Value>(one: ValueComparison<Value>): ValueComparison<Value> =>
    one.state === 'different' ? { ...one, state: 'unknown' } : one;
  return {
    ...pair,
    relation: 'same',
    attributes: pair.attributes.map(unknown),
    counters: pair.counters.map(unknown),
    isDifferent: false,
  };
}

function compareValues<Value extends PartValue>(
  before: Readonly<Record<string, Value | null>>,
  after: Readonly<Record<string, Value | null>>,
): ValueComparison<Value | null>[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.map((name) => {
    const values = { before: before[name] ?? null, after: after[name] ?? null };
    const isUnknown = values.before === null || values.after === null;
    return { name, ...values, state: isUnknown ? 'unknown' : values.before === values.after ? 'same' : 'different' };
  });
}

function unreadKinds(before: NodeParts, after: NodeParts): PartsComparison['unread'] {
  const wasRead = { before: readersOf(before), after: readersOf(after) };
  const missing = (sections: readonly PartSection[], side: 'before' | 'after') =>
    sections.filter(({ reader, parts }) => parts.length > 0 && !wasRead[side].has(reader)).map(({ kind }) => kind);
  const known = new Set([...before.knownKinds, ...after.knownKinds]);
  const sides = [
    ...missing(after.sections, 'before').map((kind) => ({ kind, side: 'before' as const })),
    ...missing(before.sections, 'after').map((kind) => ({ kind, side: 'after' as const })),
    ...partReaders.filter(({ kind }) => !known.has(kind)).map(({ kind }) => ({ kind, side: 'both' as const })),
  ];
  const once = new Map(sides.map((one) => [`${one.kind} ${one.side}`, one]));
  return [...once.values()].sort((a, b) => byKind(a.kind, b.kind));
}

function readersOf({ sections }: NodeParts): ReadonlySet<string> {
  return new Set(sections.map(({ reader }) => reader));
}

function withReader({ reader, parts }: PartSection): Array<[Part, string]> {
  return parts.map((part) => [part, reader]);
}

function ofKind({ parts }: NodeParts, kind: PartKind): Part[] {
  return parts.filter((part) => part.kind === kind);
}

function indexBy(parts: Iterable<Part>, keyOf: (part: Part) => string | undefined): Map<string, Part> {
  const index = new Map<string, Part>();
  for (const part of parts) {
    const key = keyOf(part);
    if (key !== undefined) index.set(key, part);
  }
  return index;
}

function byKind(a: PartKind, b: PartKind): number {
  return partKinds.indexOf(a) - partKinds.indexOf(b);
}

function serialFirst(a: string, b: string): number {
  return Number(b === 'serial') - Number(a === 'serial') || (a < b ? -1 : 1);
}

const slots = new Intl.Collator('en', { numeric: true });

function bySlot(a: string, b: string): number {
  return slots.compare(a, b) || (a < b ? -1 : Number(a > b));
}

/** In the order in which a person counts: DIMM2 before DIMM10. */
export function sortBySlot(parts: readonly Part[]): Part[] {
  return [...parts].sort((a, b) => bySlot(a.slot, b.slot));
}

function slotOf({ before, after }: PartPair): string {
  return (after ?? before)?.slot ?? '';
}
