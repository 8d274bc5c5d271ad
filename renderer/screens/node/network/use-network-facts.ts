import { useMemo } from 'react';
import type { NodeFacts, ProbeId } from '#shared/domain/facts/index';
import { factsOf } from '../node-results';
import { useResults } from '../probe-section';

/** What the judgements of the tab stand on. */
const probeIds = [
  'network',
  'rdma',
  'gpudirect',
  'sharp',
  'gpu',
  'gpu-topology',
  'pci',
] as const satisfies readonly ProbeId[];

/** What each probe last told, also where its last run told nothing. */
export function useNetworkFacts(): NodeFacts {
  const { results, stale } = useResults();
  return useMemo(
    () =>
      Object.fromEntries(
        probeIds.flatMap((id) => {
          const found = factsOf<ProbeId>(id, results.get(id)) ?? factsOf<ProbeId>(id, stale.get(id));
          return found ? [[id, found]] : [];
        }),
      ),
    [results, stale],
  );
}
