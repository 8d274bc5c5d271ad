import { rebootBetween } from '#shared/domain/boot-time';
import { contradictions } from '#shared/domain/contradictions';
import type { Doubt } from '#shared/domain/diagnosis';
import type { GpuFacts } from '#shared/domain/facts/gpu';
import type { NodeFacts } from '#shared/domain/facts/index';
import type { EvidenceRef } from '#shared/domain/finding';
import type { ProbeInfo, ProbeResult } from '#shared/domain/probe';
import { evidenceRef } from '../../probes/evidence-ref';
import { allResults } from '../walk/readings';
import type { WalkBasis } from '../walk/walk-basis';

/**
 * Why what a walk stands on is to be taken with care: it spans a boot of the node, probes contradict each other, or nvidia-smi did not
 * list the same GPUs each time it was asked.
 */
export function doubtsOf(basis: Pick<WalkBasis, 'results' | 'again'>, probeInfo: readonly ProbeInfo[]): Doubt[] {
  const read = allResults(basis).filter(({ state, facts }) => state === 'ok' && facts !== null);
  const refTo = (result: ProbeResult | undefined, path: string): EvidenceRef[] =>
    result === undefined
      ? []
      : [
          evidenceRef(
            result,
            probeInfo.find(({ id }) => id === result.probeId),
            path,
          ),
        ];
  const boots = read.filter(({ probeId }) => probeId === 'os');
  const rebooted: Doubt[] =
    rebootBetween(boots) === null
      ? []
      : [
          {
            kind: 'rebooted',
            message: { key: 'diagnosis.doubts.rebooted' },
            evidence: [boots[0], boots.at(-1)].flatMap((result) => refTo(result, 'bootId')),
          },
        ];
  const ofProbe = (probeId: string): ProbeResult | undefined =>
    basis.results.find((one) => one.probeId === probeId && one.state === 'ok');
  const facts = Object.fromEntries(
    basis.results.flatMap((one) => (one.state === 'ok' && one.facts !== null ? [[one.probeId, one.facts]] : [])),
  ) as NodeFacts;
  const askedGpus = read.filter(({ probeId }) => probeId === 'gpu');
  const differing = tolerant(() => notInEachReading(askedGpus));
  const changed: Doubt[] =
    differing.length === 0
      ? []
      : [
          {
            kind: 'contradiction',
            message: { key: 'diagnosis.doubts.gpusDiffer', params: { gpus: differing.slice(0, 16).join(', ') } },
            evidence: [askedGpus[0], askedGpus.at(-1)].flatMap((result) => refTo(result, 'gpus')),
          },
        ];
  return [
    ...rebooted,
    ...changed,
    ...tolerant(() => contradictions(facts)).map(({ what, one, other }): Doubt => {
      const params = {
        one: one.value,
        other: other.value,
        oneProbe: `${one.probeId}: ${one.path}`,
        otherProbe: `${other.probeId}: ${other.path}`,
      };
      return {
        kind: 'contradiction',
        message: { key: `diagnosis.doubts.${what}`, params },
        evidence: [one, other].flatMap(({ probeId, path }) => refTo(ofProbe(probeId), path)),
      };
    }),
  ];
}

/** Bus ids of GPUs that the driver had in some of these readings only. */
function notInEachReading(readings: readonly ProbeResult[]): string[] {
  const listed = readings.map(
    ({ facts }) =>
      new Set((facts as GpuFacts).gpus.filter(({ state }) => state !== 'lost').map(({ pciBusId }) => pciBusId)),
  );
  const all = new Set(listed.flatMap((ids) => [...ids]));
  return [...all].filter((id) => !listed.every((ids) => ids.has(id)));
}

/** Facts of an older version, kept with a run, may lack what is compared. */
function tolerant<T>(compare: () => T[]): T[] {
  try {
    return compare();
  } catch (error) {
    if (error instanceof TypeError) return [];
    throw error;
  }
}
