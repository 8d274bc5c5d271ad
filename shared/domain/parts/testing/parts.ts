import type { NodeParts } from '../index';
import type { Part } from '../part';

/** A part with what a test says of it. */
export function part(values: Partial<Part>): Part {
  return {
    kind: 'gpu',
    slot: '00000000:1b:00.0',
    identity: null,
    model: 'NVIDIA H100 80GB HBM3',
    attributes: {},
    counters: {},
    source: { probeId: 'gpu', factPath: 'gpus.0' },
    ...values,
  };
}

/** A look that could read these kinds, and those of its parts. */
export function look(parts: readonly Part[], kinds: readonly Part['kind'][] = []): NodeParts {
  const knownKinds = [...new Set([...parts.map(({ kind }) => kind), ...kinds])];
  const sections = knownKinds.map((kind) => ({
    reader: `${kind}:test`,
    kind,
    parts: parts.filter((one) => one.kind === kind),
  }));
  return { parts: sections.flatMap((section) => section.parts), knownKinds, sections };
}
