import type { Severity } from '../finding';
import { isIdentityAttribute } from '../parts/identities';
import type { PartKind } from '../parts/part';

/** What a difference is about: decides its code, how bad it is, and whether a new profile counts it. */
export const aspects = [
  'missing',
  'extra',
  'state',
  'model',
  'link',
  'firmware',
  'power',
  'ecc',
  'driver',
  'setting',
  'unknown',
] as const;
export type Aspect = (typeof aspects)[number];

/** By the words in an attribute's name; the first that fits. */
const byName: ReadonlyArray<readonly [RegExp, Aspect]> = [
  [/^(?:state|isPresent|health|status)$/i, 'state'],
  [/ecc/i, 'ecc'],
  [/driver|kernel|cuda/i, 'driver'],
  [/firmware|vbios|bios|infoRom|microcode|psid/i, 'firmware'],
  [/powerLimit|powerCap/i, 'power'],
  [/link|width|generation|trained|rate|speed|lanes/i, 'link'],
];

export function aspectOf(attribute: string): Aspect {
  return byName.find(([name]) => name.test(attribute))?.[1] ?? 'setting';
}

/** Without this part the node can't do what it is for. */
const vital: readonly PartKind[] = ['gpu', 'nvswitch', 'dimm', 'nic', 'cpu', 'disk'];

/** critical: hardware that is not there or does not work. warn: it works, not as it should. */
export function severityOf(aspect: Aspect, kind: PartKind): Severity {
  switch (aspect) {
    case 'missing':
    case 'state':
      return vital.includes(kind) ? 'critical' : 'warn';
    case 'extra':
    case 'unknown':
      return 'info';
    case 'model':
    case 'link':
    case 'firmware':
    case 'power':
    case 'ecc':
    case 'driver':
      return 'warn';
    case 'setting':
      return 'info';
  }
}

/** Sizes are set by what is plugged in; they belong to a profile like a model does. */
const sizes = /(?:size|total|capacity)(?:Bytes)?$|(?:mtu|mode|cores?|threads?|sockets?|version|release|partNumber)/i;

/** Whether a profile made from a node counts an attribute unless somebody says otherwise. Never what names the one part. */
export function isCountedByDefault(attribute: string): boolean {
  // A link at rest does not tell its generation; whether it is as good as it can be is an attribute of its own.
  if (isIdentityAttribute(attribute) || attribute === 'linkGeneration') return false;
  return aspectOf(attribute) !== 'setting' || sizes.test(attribute);
}
