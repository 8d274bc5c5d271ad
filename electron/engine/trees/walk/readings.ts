import { rebootBetween } from '#shared/domain/boot-time';
import type { ProbeResult } from '#shared/domain/probe';
import type { WalkBasis } from './walk-basis';

/** Everything a probe read, oldest first, also what failed. */
export function allResults({ results, again = {} }: Pick<WalkBasis, 'results' | 'again'>): ProbeResult[] {
  return [...results, ...Object.values(again).flat()].sort((one, other) => one.observedAtMs - other.observedAtMs);
}

/** When the node booted between these readings; null when it did not. */
export function bootedAgainAtMs(all: readonly ProbeResult[]): number | null {
  return rebootBetween(all.filter(({ probeId, state }) => probeId === 'os' && state === 'ok'));
}

/** The readings of a probe that came, oldest first, each time once; none from before the node's last boot. */
export function readingsOf(probeId: string, all: readonly ProbeResult[]): ProbeResult[] {
  const sinceMs = bootedAgainAtMs(all) ?? Number.NEGATIVE_INFINITY;
  const read = all.filter(
    (one) => one.probeId === probeId && one.state === 'ok' && one.facts !== null && one.observedAtMs >= sinceMs,
  );
  return read.filter((one, index) => index === 0 || one.observedAtMs !== read[index - 1]?.observedAtMs);
}
