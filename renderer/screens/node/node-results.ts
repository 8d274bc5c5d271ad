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
  infos: ReadonlyMap<string, ProbeInfo>;
  isLoading: boolean;
  error: unknown;
  reload: () => void;
}

const none: ReadonlyMap<string, ProbeResult> = new Map();

/** The last result of each probe of a node, and each new one as it arrives. */
export function useNodeResults(hostId: string): NodeResults {
  const infos = useProbeInfos();
  const query = useQuery(`inventory/${hostId}`, async (signal) => {
    const { results } = await engine.inventory.get({ hostId }, { signal });
    return new Map(results.map((result) => [result.probeId, result]));
  });
  useStream(
    `inventory/${hostId}`,
    (signal) => engine.inventory.watch({ hostId }, { signal }),
    (arrived) =>
      query.set((known) => {
        const next = new Map(known);
        for (const result of arrived) next.set(result.probeId, result);
        return next;
      }),
  );
  const results = query.data ?? none;
  return useMemo(
    () => ({ hostId, results, infos, isLoading: query.isLoading, error: query.error, reload: query.refetch }),
    [hostId, results, infos, query.isLoading, query.error, query.refetch],
  );
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
