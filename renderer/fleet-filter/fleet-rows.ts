import { useMemo, useRef } from 'react';
import type { HostView } from '#shared/contract/hosts';
import type { NodeSummary } from '#shared/contract/inventory';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useFleet } from '../stores/fleet-store';

export function useFleetRows(): FleetNode[] | undefined {
  const hosts = useFleet((state) => state.hosts);
  const summaries = useFleet((state) => state.summaries);
  const latest = useRef<FleetNode[]>([]);
  return useMemo(() => {
    if (!hosts) return undefined;
    latest.current = updateRows(latest.current, hosts, summaries);
    return latest.current;
  }, [hosts, summaries]);
}

/** A row that nothing happened to stays the same object, so that its line in the table need not be drawn again. */
export function updateRows(
  before: readonly FleetNode[],
  hosts: ReadonlyMap<string, HostView>,
  summaries: ReadonlyMap<string, NodeSummary>,
): FleetNode[] {
  const known = new Map(before.map((row) => [row.id, row]));
  return [...hosts.values()].map((host) => {
    const { id } = host.spec;
    const summary = summaries.get(id);
    const row = known.get(id);
    return row && row.host === host && row.summary === summary ? row : { id, host, summary };
  });
}
