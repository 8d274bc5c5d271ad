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

/** The picture of the node from what each probe last told, and how old the oldest is whose last run told nothing. */
export function useTopology(): { topology: Topology; hasPci: boolean; staleAtMs: number | null } {
  const { results, stale } = useResults();
  return useMemo(() => {
    const staleTimes: number[] = [];
    const facts = Object.fromEntries(
      probeIds.flatMap((id) => {
        const now = factsOf<ProbeId>(id, results.get(id));
        const older = stale.get(id);
        const found = now ?? factsOf<ProbeId>(id, older);
        if (!now && found && older) staleTimes.push(older.observedAtMs);
        return found ? [[id, found]] : [];
      }),
    ) as NodeFacts;
    const staleAtMs = staleTimes.length > 0 ? Math.min(...staleTimes) : null;
    return { topology: topologyOf(facts), hasPci: facts.pci !== undefined, staleAtMs };
  }, [results, stale]);
}
