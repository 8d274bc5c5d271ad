import { useEffect, useRef } from 'react';
import { type Query, useQuery } from '../rpc/use-query';
import { useSummary } from '../stores/fleet-store';

/** A query over what was collected from a node: asked again each time a collection of it is through. */
export function useSettledQuery<T>(
  hostId: string,
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
): Query<T> {
  const query = useQuery(key, load);
  const summary = useSummary(hostId);
  const settledAtMs = summary?.isCollecting ? null : (summary?.observedAtMs ?? null);
  const seen = useRef(settledAtMs);
  const { refetch } = query;
  useEffect(() => {
    if (settledAtMs === null || settledAtMs === seen.current) return;
    const isFirst = seen.current === null && query.loadedAtMs === null;
    seen.current = settledAtMs;
    if (!isFirst) refetch();
  }, [settledAtMs, refetch, query.loadedAtMs]);
  return query;
}
