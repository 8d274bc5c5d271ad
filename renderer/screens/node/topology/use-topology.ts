import { useMemo } from 'react';
import type { NodeFacts, ProbeId } from '#shared/domain/facts/index';
import type { Topology } from '#shared/domain/topology/topology';
import { topologyOf } from '#shared/domain/topology/topology-of';
import { factsOf } from '../node-results';
import { useResults } from '../probe-section';

/** What the picture is made of. */
const probeIds = [
  'cpu',
  'numa',
  'pci',
  'gpu',
  'amd-gpu',
  'gpu-topology',
  'nvlink',
  'rdma',
  'network',
  'nvme',
] as const satisfies readonly ProbeId[];

/** The picture of the node from what each probe last told, also where its last run told nothing. */
export function useTopology(): { topology: Topology; hasPci: boolean } {
  const { results, stale } = useResults();
  return useMemo(() => {
    const facts = Object.fromEntries(
      probeIds.flatMap((id) => {
        const found = factsOf<ProbeId>(id, results.get(id)) ?? factsOf<ProbeId>(id, stale.get(id));
        return found ? [[id, found]] : [];
      }),
    ) as NodeFacts;
    return { topology: topologyOf(facts), hasPci: facts.pci !== undefined };
  }, [results, stale]);
}
