import { useMemo } from 'react';
import type { NodeFacts, ProbeId } from '#shared/domain/facts/index';
import type { ProbeState } from '#shared/domain/probe';
import type { ValueSource } from '../../../components/value';
import { factsOf } from '../node-results';
import { useResults } from '../probe-section';

const storageProbes = [
  'block-devices',
  'file-systems',
  'nvme',
  'disk-health',
  'raid',
  'ceph',
  'nfs',
  'tape',
] as const satisfies readonly ProbeId[];

interface StorageView {
  /** What the last run of each probe read. */
  facts: NodeFacts;
  states: Partial<Record<ProbeId, ProbeState>>;
  isAsked: boolean;
  sourceOf: (probeId: ProbeId) => ValueSource | null;
}

/** What all probes of storage say together: a disk, and a tier, is known by several of them. */
export function useStorageView(): StorageView {
  const { results, infos } = useResults();
  return useMemo(() => {
    const known = storageProbes.flatMap((id) => {
      const facts = factsOf(id, results.get(id));
      return facts ? [[id, facts] as const] : [];
    });
    const states = storageProbes.flatMap((id) => {
      const result = results.get(id);
      return result ? [[id, result.state] as const] : [];
    });
    return {
      facts: Object.fromEntries(known) as NodeFacts,
      states: Object.fromEntries(states),
      isAsked: states.length > 0,
      sourceOf: (probeId) => {
        const result = results.get(probeId);
        return result ? { result, info: infos.get(probeId) } : null;
      },
    };
  }, [results, infos]);
}
