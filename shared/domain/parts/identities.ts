import type { Part } from './part';

/** A name under which a part is known wherever it goes: its serial number, UUID, GUID or MAC address. */
export interface Identity {
  /** `serial` for what its reader calls the identity, else the name of the attribute. */
  readonly name: string;
  readonly value: string;
}

/**
 * What firmware prints where nobody wrote a serial number in: `Not Specified`, `To Be Filled By O.E.M.`, `Unknown`, `N/A`,
 * `Default string`, `NO DIMM`, `00000000`, `FFFFFFFF`, `123456789`, `System Serial Number`. Source: dmidecode of many boards.
 */
const placeholder =
  /^(?:not? (?:specified|available|applicable|provided|present|set(?:table)?|populated|dimm|asset tag|module installed)|n\/?a|none|null|nil|tbd|invalid|unknown?|undefined|unspecified|empty|default[ _]?(?:string)?|(?:to be )?filled(?: by o\.?e\.?m\.?)?|to be filled(?: by o\.?e\.?m\.?)?|o\.?e\.?m\.?|(?:system|chassis|base ?board|board) serial number|s\/?n|serial ?(?:number|num)?|sernum\d*|assettagnum\d*|<bad index>|xx+|x+|0*1234567(?:89?0?)?|0?123456789abcdef|\[?(?:n\/a|not supported|unknown error)\]?)$/i;
/** The UUID of boards whose maker left AMI's example in, and what QEMU calls the disks of every machine. */
const ofEveryMachine = /^(?:03000200-0400-0500-0006-000700080009|qm0000\d|drive-[a-z]+\d+(?:-\d+)*)$/i;
/** One character over and over, with separators or not: 00000000, FF:FF:FF:FF:FF:FF, ........ */
const repeated = /^(?:0x)?([^\s])\1*$/i;

/** The text as an identity; null for what stands in its place where there is none. */
export function usableIdentity(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  const value = text.trim();
  const bare = value.replace(/[-:.\s]/g, '');
  if (bare === '' || placeholder.test(value) || ofEveryMachine.test(value) || repeated.test(bare)) return null;
  return value;
}

/** Whether an attribute names the one part, and not its kind: two equal parts differ in it. */
export function isIdentityAttribute(name: string): boolean {
  return /(?:uuid|serial|serialNumber|guid|wwn|wwid|eui64|macAddress|assetTag)$/i.test(name);
}

/** Everything that a part can be told by, the best first. */
export function identitiesOf(part: Part): Identity[] {
  const named = Object.entries(part.attributes).flatMap(([name, value]) => {
    const usable = isIdentityAttribute(name) ? usableIdentity(value) : null;
    return usable === null ? [] : [{ name, value: usable }];
  });
  const own = usableIdentity(part.identity);
  if (own === null || named.some(({ value }) => value === own)) return named;
  return [{ name: 'serial', value: own }, ...named];
}

/**
 * The identities of each part that tell it from the others: what two parts of a kind share in one look (boards with two
 * GPUs, DIMMs of one batch with one serial number) names neither.
 */
export function distinctIdentities(parts: readonly Part[]): ReadonlyMap<Part, readonly Identity[]> {
  const counts = new Map<string, number>();
  const all = new Map(parts.map((part) => [part, identitiesOf(part)]));
  for (const [part, identities] of all) {
    for (const value of new Set(identities.map((one) => one.value))) {
      const key = identityKey(part, value);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return new Map(
    [...all].map(([part, identities]) => [
      part,
      identities.filter(({ value }) => counts.get(identityKey(part, value)) === 1),
    ]),
  );
}

/** One text may name a disk and a DIMM: identities count within a kind, whatever the case of their letters. */
export function identityKey({ kind }: Pick<Part, 'kind'>, value: string): string {
  return `${kind} ${value.toLowerCase()}`;
}
