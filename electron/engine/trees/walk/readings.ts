import type { ProbeResult } from '#shared/domain/probe';
import type { WalkBasis } from './walk-basis';

/** Everything a probe read, oldest first, also what failed. */
export function allResults({ results, again = {} }: Pick<WalkBasis, 'results' | 'again'>): ProbeResult[] {
  return [...results, ...Object.values(again).flat()].sort((one, other) => one.observedAtMs - other.observedAtMs);
}

/** The readings of a probe that came, oldest first, each time once. */
export function readingsOf(probeId: string, all: readonly ProbeResult[]): ProbeResult[] {
  const read = all.filter((one) => one.probeId === probeId && one.state === 'ok' && one.facts !== null);
  return read.filter((one, index) => index === 0 || one.observedAtMs !== read[index - 1]?.observedAtMs);
}
