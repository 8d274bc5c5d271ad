import type { StepVisit } from '#shared/domain/diagnosis';
import type { ProbeResult } from '#shared/domain/probe';
import type { CompiledStep } from '../compile/compiled-tree';
import type { SavedBasis } from './diagnosis-repository';

/** A first reading older than this is made again before later ones are compared with it. */
const firstReadingLastsMs = 10 * 60_000;
/** Readings that belong to no step: whether it is still the same boot when a run goes on later. */
const atResume = '';

/** The probes a step looks at: what it reads itself, else what its evidence comes from. */
export function probesOfStep(step: CompiledStep | undefined, { evidence }: StepVisit): string[] {
  const definition = step?.definition;
  const own = definition?.kind === 'probe' ? [...definition.probes, ...(definition.optional ?? [])] : [];
  return [...new Set(own.length > 0 ? own : evidence.map(({ probeId }) => probeId))];
}

/** Fresh results in the place of older ones. What counted on from an older first reading is to be read anew. */
export function withResults(basis: SavedBasis, fresh: readonly ProbeResult[]): SavedBasis {
  const isFresh = ({ probeId }: ProbeResult): boolean => fresh.some((one) => one.probeId === probeId);
  const again = Object.entries(basis.again ?? {}).filter(([, results]) => !results.some(isFresh));
  return {
    ...basis,
    results: [...basis.results.filter((one) => !isFresh(one)), ...fresh],
    again: Object.fromEntries(again),
  };
}

export function isOutdated({ results }: SavedBasis, probeIds: readonly string[], nowMs: number): boolean {
  return results.some(
    ({ probeId, observedAtMs }) => probeIds.includes(probeId) && nowMs - observedAtMs > firstReadingLastsMs,
  );
}

/** With what was read for this run and is kept with the node, but did not get into the run before it ended. */
export function withKept(
  basis: SavedBasis,
  kept: readonly ProbeResult[],
  { probeIds, startedAtMs }: { probeIds: readonly string[]; startedAtMs: number },
): SavedBasis {
  // What a lost connection cut off says nothing about the node.
  const read = basis.results.filter(({ reason }) => reason?.key !== 'probes.connectionLost');
  const more = kept.filter(
    ({ probeId, observedAtMs, state }) =>
      probeIds.includes(probeId) &&
      observedAtMs >= startedAtMs &&
      state === 'ok' &&
      !read.some((one) => one.probeId === probeId),
  );
  return { ...basis, results: [...read, ...more] };
}

/** What a run lacks to go on; beside anything else `os`, which says whether the node has booted meanwhile. */
export function missingProbes({ results }: SavedBasis, probeIds: readonly string[]): string[] {
  const missing = probeIds.filter((id) => !results.some(({ probeId }) => probeId === id));
  return missing.length === 0 ? [] : [...new Set([...missing, 'os'])];
}

export function withMissing(basis: SavedBasis, read: readonly ProbeResult[]): SavedBasis {
  const isKnown = ({ probeId }: ProbeResult): boolean => basis.results.some((one) => one.probeId === probeId);
  return {
    ...basis,
    results: [...basis.results, ...read.filter((one) => !isKnown(one))],
    again: { ...basis.again, [atResume]: read.filter(isKnown) },
  };
}
