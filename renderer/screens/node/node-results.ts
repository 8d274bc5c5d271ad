import { useMemo } from 'react';
import { type FactsOf, factsSchemas, type ProbeId } from '#shared/domain/facts/index';
import type { ProbeInfo, ProbeResult } from '#shared/domain/probe';
import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import { useStream } from '../../rpc/use-stream';
import { useProbeInfos } from '../../stores/use-probe-infos';

export interface NodeResults {
  hostId: string;
  results: ReadonlyMap<string, ProbeResult>;
  /** The last result with facts of each probe whose last run had none. */
  stale: ReadonlyMap<string, ProbeResult>;
  infos: ReadonlyMap<string, ProbeInfo>;
  isLoading: boolean;
  error: unknown;
  reload: () => void;
}

type Known = Pick<NodeResults, 'results' | 'stale'>;

const nothing: Known = { results: new Map(), stale: new Map() };

/** The last result of each probe of a node, and each new one as it arrives. */
export function useNodeResults(hostId: string): NodeResults {
  const infos = useProbeInfos();
  const query = useQuery(`inventory/${hostId}`, async (signal): Promise<Known> => {
    const { results, staleResults } = await engine.inventory.get({ hostId }, { signal });
    return { results: byProbe(results), stale: byProbe(staleResults) };
  });
  useStream(
    `inventory/${hostId}`,
    (signal) => engine.inventory.watch({ hostId }, { signal }),
    (arrived) => query.set((known) => arrived.reduce(withResult, known ?? nothing)),
  );
  const { results, stale } = query.data ?? nothing;
  return useMemo(
    () => ({ hostId, results, stale, infos, isLoading: query.isLoading, error: query.error, reload: query.refetch }),
    [hostId, results, stale, infos, query.isLoading, query.error, query.refetch],
  );
}

function byProbe(results: readonly ProbeResult[]): Map<string, ProbeResult> {
  return new Map(results.map((result) => [result.probeId, result]));
}

/** A run without facts leaves what was known before as stale; one with facts replaces it. */
export function withResult({ results, stale }: Known, result: ProbeResult): Known {
  const { probeId } = result;
  const before = results.get(probeId);
  const nextStale = new Map(stale);
  if (result.state === 'ok') nextStale.delete(probeId);
  else if (before?.state === 'ok') nextStale.set(probeId, before);
  return { results: new Map(results).set(probeId, result), stale: nextStale };
}

const checked = new WeakMap<ProbeResult, unknown>();

/** A result's facts in the shape of today's schema; null when it has none, or was saved in another shape. */
export function factsOf<Id extends ProbeId>(probeId: Id, result: ProbeResult | undefined): FactsOf<Id> | null {
  if (result?.state !== 'ok') return null;
  if (!checked.has(result)) {
    const parsed = factsSchemas[probeId].safeParse(result.facts);
    checked.set(result, parsed.success ? parsed.data : null);
  }
  return checked.get(result) as FactsOf<Id> | null;
}
