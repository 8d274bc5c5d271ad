import type { NodeFacts } from '../facts/index';
import { gpuParts } from './gpu-parts';
import type { Part, PartKind, PartReader } from './part';

/** One line a kind of part. */
export const partReaders: readonly PartReader[] = [gpuParts];

export interface NodeParts {
  readonly parts: readonly Part[];
  /** Kinds that could be read: of another kind it is not known whether the node has any. */
  readonly knownKinds: readonly PartKind[];
}

/** Everything a node is made of, as far as its facts tell. Pure: the same facts give the same parts. */
export function partsOf(facts: NodeFacts): NodeParts {
  const readable = partReaders.filter(({ needs }) => needs.every((id) => facts[id] !== undefined));
  return {
    parts: readable.flatMap((reader) => reader.read(facts)),
    knownKinds: readable.map(({ kind }) => kind),
  };
}
