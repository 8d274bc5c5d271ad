import { useEffect, useMemo, useRef, useState } from 'react';
import { engine } from '../rpc/client';
import { useQuery } from '../rpc/use-query';
import { useFleet } from './fleet-store';

/** Which GPUs each node has; asked again after a collection. */
export function useNodeGpus() {
  const summaries = useFleet((state) => state.summaries);
  // How many were collected, and when last: no other change can bring or take a GPU.
  const collected = useMemo(() => {
    const times = [...summaries.values()].flatMap(({ observedAtMs, isCollecting }) =>
      observedAtMs !== null && !isCollecting ? [observedAtMs] : [],
    );
    return `${times.length}/${Math.max(0, ...times)}`;
  }, [summaries]);
  const settled = useSettled(collected);
  const query = useQuery('telemetry/gpus', (signal) => engine.telemetry.gpus(undefined, { signal }));
  const { refetch } = query;
  const asked = useRef(settled);
  useEffect(() => {
    if (asked.current === settled) return;
    asked.current = settled;
    refetch();
  }, [settled, refetch]);
  const gpus = useMemo(() => new Map(query.data?.map((node) => [node.hostId, node])), [query.data]);
  return { query, gpus };
}

/** A value once it has not changed for a while: while a fleet is collected it changes many times a second. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 500);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
