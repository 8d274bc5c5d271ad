import { sortBySlot } from '../parts/compare-parts';
import { isIdentityAttribute } from '../parts/identities';
import type { NodeParts } from '../parts/index';
import type { Part, PartKind } from '../parts/part';
import { isCountedByDefault } from './aspects';
import { maxPatternLength, type PartExpectation, type Profile } from './profile';

/** What a profile is to be made of: attributes by kind. Kinds that are not named are left out. */
export type CountedAttributes = Readonly<Partial<Record<PartKind, readonly string[]>>>;

/** Packages differ from node to node without harm; what a profile says of them is chosen by hand. */
const leftOut: readonly PartKind[] = ['software', 'tape', 'ups'];

/** Kinds and attributes that a profile counts unless somebody says otherwise: never serial numbers and UUIDs. */
export function countedByDefault({ parts, knownKinds }: NodeParts): CountedAttributes {
  return Object.fromEntries(
    knownKinds
      .filter((kind) => !leftOut.includes(kind) && parts.some((part) => part.kind === kind))
      .map((kind) => [kind, attributesOf(parts, kind).filter(isCountedByDefault)]),
  );
}

/** Attributes that parts of a kind have, each once. */
export function attributesOf(parts: readonly Part[], kind: PartKind): string[] {
  return [...new Set(parts.filter((part) => part.kind === kind).flatMap(({ attributes }) => Object.keys(attributes)))];
}

/** Makes a profile of a golden node: equal parts together, with their slots. What is not known of it is not expected. */
export function makeProfile(
  look: NodeParts,
  counted: CountedAttributes,
  head: Pick<Profile, 'id' | 'name' | 'description' | 'sources'>,
): Profile {
  const node = look.parts.find(({ kind }) => kind === 'node');
  const gpus = look.parts.filter(({ kind }) => kind === 'gpu');
  const vendor = node?.attributes.vendor;
  const gpuModels = new Set(gpus.map(({ model }) => model));
  const [gpuModel] = gpuModels;
  const parts = Object.entries(counted).flatMap(([kind, names]) =>
    expectationsOf(sortBySlot(look.parts.filter((part) => part.kind === kind && part.slot !== '')), names ?? []),
  );
  return {
    ...head,
    matches: {
      ...(typeof vendor === 'string' && vendor !== '' ? { vendor: patternOf(vendor) } : {}),
      ...(node?.model ? { product: patternOf(node.model) } : {}),
      ...(gpuModels.size === 1 && gpuModel ? { gpu: patternOf(gpuModel), gpuCount: gpus.length } : {}),
    },
    parts,
  };
}

function expectationsOf(parts: readonly Part[], names: readonly string[]): PartExpectation[] {
  const groups = new Map<string, PartExpectation & { slots: string[] }>();
  for (const { kind, slot, model, attributes } of parts) {
    const values = Object.fromEntries(
      names.flatMap((name) => {
        const value = attributes[name];
        return value === null || value === undefined || isIdentityAttribute(name) ? [] : [[name, value]];
      }),
    );
    const key = JSON.stringify([model, values]);
    const known = groups.get(key);
    if (known) known.slots.push(slot);
    else groups.set(key, { kind, ...(model ? { model: patternOf(model) } : {}), slots: [slot], attributes: values });
  }
  return [...groups.values()];
}

/** A node may print a name of any length. */
function patternOf(name: string): string {
  return name.length > maxPatternLength ? `${name.slice(0, maxPatternLength - 1)}*` : name;
}
