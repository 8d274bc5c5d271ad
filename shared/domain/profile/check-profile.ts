import type { Severity } from '../finding';
import { sortBySlot } from '../parts/compare-parts';
import type { NodeParts } from '../parts/index';
import type { Part, PartKind, PartValue } from '../parts/part';
import { type Aspect, aspectOf, severityOf } from './aspects';
import { judgeValue, type WantedValue, wantedValue } from './expect-value';
import { type CountExpectation, isLike, type PartExpectation, type Profile, type ValueExpectation } from './profile';

/** One way in which a node is not what its profile says, of all the parts that deviate in the same way. */
export interface ProfileDifference {
  readonly aspect: Aspect;
  readonly severity: Severity;
  readonly kind: PartKind;
  /** Null where whole parts are missing, too many, or could not be read. */
  readonly attribute: string | null;
  readonly wanted: WantedValue | null;
  /** The value that was found; of missing and extra parts how many there are; null: not known. */
  readonly found: PartValue;
  /** Model of the parts it is about, as wanted or as found. */
  readonly model: string | null;
  readonly slots: readonly string[];
  readonly parts: readonly Part[];
}

/**
 * What is not as the profile says. What could not be read is told as `unknown`, never as met and never as missing; of
 * `unreadKinds` the look may not have seen every part.
 */
export function checkProfile(
  profile: Profile,
  look: NodeParts,
  unreadKinds: readonly PartKind[] = [],
): ProfileDifference[] {
  const left = new Map<PartKind, Set<Part>>();
  for (const part of look.parts) left.set(part.kind, (left.get(part.kind) ?? new Set()).add(part));
  // A place in a certain slot is filled before parts are counted anywhere.
  const ordered = [...profile.parts].sort((a, b) => Number(b.slots !== undefined) - Number(a.slots !== undefined));
  const isRead = new Set(look.knownKinds.filter((kind) => !unreadKinds.includes(kind)));
  const unread = new Set(ordered.map(({ kind }) => kind).filter((kind) => !isRead.has(kind)));
  const judged = ordered.filter(({ kind }) => look.knownKinds.includes(kind));
  const found = new Map(
    judged.map((expectation) => [expectation, take(expectation, left.get(expectation.kind) ?? new Set())]),
  );
  return [
    ...judged.flatMap((expectation) => {
      const parts = found.get(expectation);
      if (!parts) return [];
      // While nvidia-smi or amd-smi fails, lspci has another name for each GPU.
      const counted = judgeCount(expectation, parts).filter(
        ({ aspect, kind }) => (aspect !== 'missing' && aspect !== 'model') || isRead.has(kind),
      );
      return [...counted, ...unknownModels(expectation, parts), ...judgeParts(expectation, parts)];
    }),
    ...[...unread].map((kind) => difference('unknown', { kind }, {})),
  ];
}

interface FoundParts {
  readonly matching: readonly Part[];
  /** In a slot of the profile, and of another model. */
  readonly others: readonly Part[];
  readonly emptySlots: readonly string[];
}

function take(expectation: PartExpectation, left: Set<Part>): FoundParts {
  const { slots = [], model, count } = expectation;
  const isWanted = (part: Part) => model === undefined || part.model === null || isLike(part.model, model);
  const matching: Part[] = [];
  const others: Part[] = [];
  const emptySlots: string[] = [];
  for (const slot of slots) {
    const part = [...left].find((one) => one.slot === slot);
    if (!part) emptySlots.push(slot);
    else {
      (isWanted(part) ? matching : others).push(part);
      left.delete(part);
    }
  }
  // The same system may number its slots otherwise: a part of the model elsewhere fills the place. What has no model to be
  // told by (software, fans, a link of a nameless device) is its slot.
  const isCounted = expectation.slots === undefined || count !== undefined;
  const fits = (part: Part) => isWanted(part) && (slots.length === 0 || (model !== undefined && part.model !== null));
  const rest = sortBySlot([...left].filter(fits));
  const taken = expectation.slots === undefined || isCounted ? rest : rest.slice(0, emptySlots.length);
  const stillEmpty = emptySlots.slice(taken.length);
  for (const part of taken) left.delete(part);
  return { matching: [...matching, ...taken], others, emptySlots: stillEmpty };
}

function judgeCount(expectation: PartExpectation, { matching, others, emptySlots }: FoundParts): ProfileDifference[] {
  const { kind, model = null, slots, count = slots?.length } = expectation;
  const differences: ProfileDifference[] = [];
  const have = matching.length;
  const [least, most] = limitsOf(count);
  // A link goes with its device, of which it is told that it is missing.
  if (have + others.length < least && kind !== 'pci-link') {
    const wanted: WantedValue = { how: typeof count === 'number' ? 'equals' : 'at-least', values: [least] };
    differences.push(difference('missing', expectation, { wanted, found: have, model, slots: emptySlots }));
  }
  if (have > most) {
    const wanted: WantedValue = { how: typeof count === 'number' ? 'equals' : 'at-most', values: [most] };
    const extra = matching.slice(most);
    differences.push(difference('extra', { kind }, { wanted, found: have, model, parts: extra }));
  }
  for (const [found, parts] of groupBy(others, (part) => part.model)) {
    const wanted: WantedValue = { how: 'like', values: [model ?? '*'] };
    differences.push(difference('model', expectation, { attribute: 'model', wanted, found, model, parts }));
  }
  return differences;
}

/** That a part is there does not say that it is the right one. */
function unknownModels({ kind, model }: PartExpectation, { matching }: FoundParts): ProfileDifference[] {
  const parts = model === undefined ? [] : matching.filter((part) => part.model === null);
  if (model === undefined || parts.length === 0) return [];
  return [difference('unknown', { kind }, { attribute: 'model', wanted: { how: 'like', values: [model] }, parts })];
}

function limitsOf(count: CountExpectation | undefined): [number, number] {
  if (count === undefined) return [0, Number.POSITIVE_INFINITY];
  if (typeof count === 'number') return [count, count];
  return [count.min ?? 0, count.max ?? Number.POSITIVE_INFINITY];
}

function judgeParts(expectation: PartExpectation, { matching }: FoundParts): ProfileDifference[] {
  return Object.entries(expectation.attributes).flatMap(([attribute, wanted]) => {
    const verdicts = matching.map((part) => {
      const value = part.attributes[attribute] ?? null;
      return { part, value, verdict: judgeValue(wanted, value, part) };
    });
    const deviating = verdicts.filter(({ verdict }) => verdict === 'not-met');
    const unknown = verdicts.filter(({ verdict }) => verdict === 'unknown').map(({ part }) => part);
    const aspect = aspectOf(attribute);
    return [
      ...[
        ...groupBy(deviating, ({ part, value }) => JSON.stringify([value, wantedValue(wanted, part), part.model])),
      ].map(([, group]) =>
        difference(
          aspect,
          { ...expectation, ...severityIn(wanted) },
          {
            attribute,
            wanted: wantedValue(wanted, group[0]?.part ?? null),
            found: group[0]?.value ?? null,
            model: group[0]?.part.model ?? null,
            parts: group.map(({ part }) => part),
          },
        ),
      ),
      ...(unknown.length > 0
        ? [
            difference(
              'unknown',
              { kind: expectation.kind },
              {
                attribute,
                wanted: wantedValue(wanted, unknown[0] ?? null),
                model: unknown[0]?.model ?? null,
                parts: unknown,
              },
            ),
          ]
        : []),
    ];
  });
}

function severityIn(wanted: ValueExpectation): { severity?: Severity | undefined } {
  return typeof wanted === 'object' && wanted.severity ? { severity: wanted.severity } : {};
}

function difference(
  aspect: Aspect,
  { kind, severity }: Pick<PartExpectation, 'kind'> & { severity?: Severity | undefined },
  values: Partial<ProfileDifference>,
): ProfileDifference {
  const parts = values.parts ?? [];
  return {
    aspect,
    kind,
    severity: severity ?? severityOf(aspect, kind),
    attribute: null,
    wanted: null,
    found: null,
    model: null,
    ...values,
    parts,
    slots: values.slots ?? parts.map(({ slot }) => slot),
  };
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
