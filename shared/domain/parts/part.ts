import type { NodeFacts, ProbeId } from '../facts/index';

/** What a node is made of, one kind a sort of thing that can be missing, swapped or set up differently. */
export const partKinds = [
  'node',
  'cpu',
  'dimm',
  'gpu',
  'nvswitch',
  'nic',
  'disk',
  'tape',
  'power-supply',
  'fan',
  'bmc',
  'ups',
  'pci-link',
  'software',
] as const;
export type PartKind = (typeof partKinds)[number];

export type PartValue = string | number | boolean | null;

/**
 * A thing a node is made of, as one look at it told. Readings that change by the minute (temperature, memory in use) are not
 * in it: two looks at an untouched node give the same parts.
 */
export interface Part {
  readonly kind: PartKind;
  /** Where it is: PCI address, DIMM locator, package name. Unique within a node and kind. */
  readonly slot: string;
  /** Serial number or UUID that moves with it; null where none is told. */
  readonly identity: string | null;
  /** Product name as its maker prints it. */
  readonly model: string | null;
  /** What it is and how it is set: firmware, limits, trained link. Null: not known. Names and units are in its reader. */
  readonly attributes: Readonly<Record<string, PartValue>>;
  /** What only grows in the life of a part (errors, remapped rows), or until it is reset (`…SinceReset`). Null: not known. */
  readonly counters: Readonly<Record<string, number | null>>;
  /** Where its values were read, for evidence. */
  readonly source: { readonly probeId: ProbeId; readonly factPath: string };
}

export type PartUnit =
  | 'bytes'
  | 'celsius'
  | 'watts'
  | 'megahertz'
  | 'count'
  | 'mebibytesPerSec'
  | 'megabitsPerSec'
  | 'none';

/** Reads one kind of part out of facts. Its words are `parts.kind.KIND` and `parts.attribute.NAME`. */
export interface PartReader {
  readonly kind: PartKind;
  /** Without facts of all of these nothing can be said of such parts, neither that they are there nor that they are missing. */
  readonly needs: readonly ProbeId[];
  /** Whether the facts tell of all such parts; they do without this. */
  readonly isTold?: (facts: NodeFacts) => boolean;
  /** That its probes failed puts no doubt on what other readers of its kind found. */
  readonly isSupplement?: boolean;
  /** Attributes and counters in the order in which they are shown, with their units. */
  readonly attributes: Readonly<Record<string, PartUnit>>;
  readonly counters: Readonly<Record<string, PartUnit>>;
  read(facts: NodeFacts): readonly Part[];
}
