import { useMemo } from 'react';
import type { NodeFacts } from '#shared/domain/facts/index';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';

/** What was last read of a node, to judge a file by; null without a node, or while nothing is there. */
export function useNodeFacts(hostId: string | null): NodeFacts | null {
  const { data } = useQuery(hostId === null ? null : `inventory.get:${hostId}`, (signal) =>
    engine.inventory.get({ hostId: hostId ?? '' }, { signal }),
  );
  return useMemo(() => {
    if (hostId === null || !data) return null;
    const known = data.results.filter(({ state }) => state === 'ok');
    return Object.fromEntries(known.map(({ probeId, facts }) => [probeId, facts])) as NodeFacts;
  }, [hostId, data]);
}
