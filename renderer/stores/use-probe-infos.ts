import { useMemo } from 'react';
import type { ProbeInfo } from '#shared/domain/probe';
import { engine } from '../rpc/client';
import { useQuery } from '../rpc/use-query';

/** What is fixed about each probe, by id. Empty until it came. */
export function useProbeInfos(): ReadonlyMap<string, ProbeInfo> {
  const { data } = useQuery('probes', (signal) => engine.probes.list(undefined, { signal }));
  return useMemo(() => new Map((data ?? []).map((info) => [info.id, info])), [data]);
}
