import { create } from 'zustand';
import type { HostView } from '#shared/contract/hosts';
import type { NodeSummary } from '#shared/contract/inventory';
import type { HostStatus } from '#shared/domain/host';

interface FleetState {
  /** Undefined until the first list came. */
  hosts: ReadonlyMap<string, HostView> | undefined;
  summaries: ReadonlyMap<string, NodeSummary>;
  loadError: unknown;
  /** Counts requests to list the hosts again. */
  listing: number;
}

const initial: FleetState = { hosts: undefined, summaries: new Map(), loadError: null, listing: 0 };

/** Every host with its connection and its summary, kept current by `useFleetSync`. */
export const useFleet = create<FleetState>(() => initial);

export function resetFleet(): void {
  useFleet.setState(initial, true);
}

/** Asks for the list of hosts again, after some were added or removed. */
export function reloadHosts(): void {
  useFleet.setState(({ listing }) => ({ listing: listing + 1 }));
}

export function setHosts(views: readonly HostView[]): void {
  const hosts = new Map(views.map((view) => [view.spec.id, view]));
  useFleet.setState(({ summaries }) => ({
    hosts,
    loadError: null,
    summaries: new Map([...summaries].filter(([hostId]) => hosts.has(hostId))),
  }));
}

/** Takes a burst of statuses at once; one of an unknown host means that the list is out of date. */
export function applyStatuses(statuses: readonly HostStatus[]): void {
  const { hosts } = useFleet.getState();
  if (!hosts) return;
  const next = new Map(hosts);
  let isOutdated = false;
  for (const status of statuses) {
    const view = next.get(status.hostId);
    if (view) next.set(status.hostId, { ...view, status });
    else isOutdated = true;
  }
  useFleet.setState({ hosts: next });
  if (isOutdated) reloadHosts();
}

export function applySummaries(changed: readonly NodeSummary[]): void {
  useFleet.setState(({ summaries }) => {
    const next = new Map(summaries);
    for (const summary of changed) next.set(summary.hostId, summary);
    return { summaries: next };
  });
}

export function useHost(hostId: string): HostView | undefined {
  return useFleet((state) => state.hosts?.get(hostId));
}

export function useSummary(hostId: string): NodeSummary | undefined {
  return useFleet((state) => state.summaries.get(hostId));
}
