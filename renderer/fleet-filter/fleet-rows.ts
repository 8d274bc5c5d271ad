import { useMemo, useRef } from 'react';
import type { HostView } from '#shared/contract/hosts';
import type { NodeSummary } from '#shared/contract/inventory';
import type { FleetNode, HostAlerts } from '#shared/domain/fleet/fleet-node';
import { useAlerts } from '../stores/alerts-store';
import { useFleet } from '../stores/fleet-store';
import { useProtection } from '../stores/protection-store';

export function useFleetRows(): FleetNode[] | undefined {
  const hosts = useFleet((state) => state.hosts);
  const summaries = useFleet((state) => state.summaries);
  const alerts = useAlerts((state) => state.byHost);
  const heldGpus = useProtection((state) => state.heldByHost);
  const latest = useRef<FleetNode[]>([]);
  return useMemo(() => {
    if (!hosts) return undefined;
    latest.current = updateRows(latest.current, hosts, summaries, alerts, heldGpus);
    return latest.current;
  }, [hosts, summaries, alerts, heldGpus]);
}

/** A row that nothing happened to stays the same object, so that its line in the table need not be drawn again. */
export function updateRows(
  before: readonly FleetNode[],
  hosts: ReadonlyMap<string, HostView>,
  summaries: ReadonlyMap<string, NodeSummary>,
  alertsOf: ReadonlyMap<string, HostAlerts>,
  heldOf: ReadonlyMap<string, number> = new Map(),
): FleetNode[] {
  const known = new Map(before.map((row) => [row.id, row]));
  return [...hosts.values()].map((host) => {
    const { id } = host.spec;
    const summary = summaries.get(id);
    const alerts = alertsOf.get(id);
    const heldGpus = heldOf.get(id) ?? 0;
    const row = known.get(id);
    const isSame =
      row && row.host === host && row.summary === summary && row.alerts === alerts && row.heldGpus === heldGpus;
    return isSame ? row : { id, host, summary, alerts, heldGpus };
  });
}
