import type { NodeFacts } from '../facts/index';
import { diskParts } from './disk-parts';
import { amdGpuParts, gpuParts, nvswitchParts, otherGpuParts } from './gpu-parts';
import { nicParts } from './nic-parts';
import { nodeParts } from './node-parts';
import type { Part, PartKind, PartReader } from './part';
import { pciLinkParts } from './pci-link-parts';
import { bmcParts, fanParts, powerSupplyParts, upsParts } from './power-parts';
import { softwareParts } from './software-parts';
import { cpuParts, dimmParts } from './system-parts';
import { tapeParts } from './tape-parts';

/** One line a kind of part. Of two readers of one kind, the first to name a slot has it. */
export const partReaders: readonly PartReader[] = [
  nodeParts,
  cpuParts,
  dimmParts,
  gpuParts,
  amdGpuParts,
  otherGpuParts,
  nvswitchParts,
  ...diskParts,
  tapeParts,
  nicParts,
  pciLinkParts,
  bmcParts,
  powerSupplyParts,
  fanParts,
  upsParts,
  ...softwareParts,
];

/** What one reader found. Without facts for it there is no section, which says nothing of such parts. */
export interface PartSection {
  /** The reader: its kind and the probes that it needs. */
  readonly reader: string;
  readonly kind: PartKind;
  readonly parts: readonly Part[];
}

export interface NodeParts {
  readonly parts: readonly Part[];
  /** Kinds that could be read: of another kind it is not known whether the node has any. */
  readonly knownKinds: readonly PartKind[];
  readonly sections: readonly PartSection[];
}

/** Everything a node is made of, as far as its facts tell. Pure: the same facts give the same parts. */
export function partsOf(facts: NodeFacts): NodeParts {
  const seen = new Set<string>();
  const isFirst = ({ kind, slot }: Part) => {
    const place = `${kind} ${slot}`;
    if (seen.has(place)) return false;
    seen.add(place);
    return true;
  };
  const sections = partReaders
    .filter(({ needs, isTold }) => needs.every((id) => facts[id] !== undefined) && (isTold?.(facts) ?? true))
    .map((reader) => ({ reader: readerId(reader), kind: reader.kind, parts: reader.read(facts).filter(isFirst) }));
  return {
    parts: sections.flatMap(({ parts }) => parts),
    knownKinds: [...new Set(sections.map(({ kind }) => kind))],
    sections,
  };
}

/** Of every reader there is. */
export function readerIds(): ReadonlySet<string> {
  return new Set(partReaders.map(readerId));
}

function readerId({ kind, needs }: PartReader): string {
  return `${kind}:${needs.join('+')}`;
}
