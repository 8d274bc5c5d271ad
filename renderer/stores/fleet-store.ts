import { create } from 'zustand';
import type { HostView, RemovedHost } from '#shared/contract/hosts';
import type { NodeSummary } from '#shared/contract/inventory';
import type { HostStatus } from '#shared/domain/host';
import { rememberedFleet, rememberFleet } from './remembered-fleet';

interface FleetState {
  /** Undefined when there is neither a list nor one remembered from the last session. */
  hosts: ReadonlyMap<string, HostView> | undefined;
  /** The engine has listed the hosts; until then they are what the window remembers. */
  isListed: boolean;
  summaries: ReadonlyMap<string, NodeSummary>;
  /** Of every host there ever was: incidents speak of removed ones too. */
  names: Readonly<Record<string, string>>;
  /** Which hosts are the demo fleet's; null until the engine has said so. */
  demoHostIds: ReadonlySet<string> | null;
  loadError: unknown;
  /** Counts requests to list the hosts again. */
  listing: number;
}

function initial(): FleetState {
  const remembered = rememberedFleet();
  return {
    hosts: remembered ? byId(remembered.hosts) : undefined,
    isListed: false,
    summaries: new Map(remembered?.summaries.map((summary) => [summary.hostId, summary])),
    names: {},
    demoHostIds: null,
    loadError: null,
    listing: 0,
  };
}

function byId(views: readonly HostView[]): ReadonlyMap<string, HostView> {
  return new Map(views.map((view) => [view.spec.id, view]));
}

/** Every host with its connection and its summary, kept current by `useFleetSync`. */
export const useFleet = create<FleetState>(initial);

useFleet.subscribe(({ hosts, isListed, summaries, demoHostIds }) => {
  if (hosts && isListed && demoHostIds) rememberFleet(hosts.values(), summaries.values(), demoHostIds);
});

/** Starts over with what is remembered. */
export function resetFleet(): void {
  useFleet.setState(initial(), true);
}

/** Asks for the list of hosts again, after some were added or removed. */
export function reloadHosts(): void {
  useFleet.setState(({ listing }) => ({ listing: listing + 1 }));
}

export function setHosts(views: readonly HostView[]): void {
  const hosts = byId(views);
  useFleet.setState(({ summaries }) => ({
    hosts,
    isListed: true,
    loadError: null,
    summaries: new Map([...summaries].filter(([hostId]) => hosts.has(hostId))),
  }));
}

/** Takes a burst of statuses at once; one of an unknown or a removed host means that the list is out of date. */
export function applyStatuses(statuses: ReadonlyArray<HostStatus | RemovedHost>): void {
  const { hosts, isListed } = useFleet.getState();
  if (!hosts || !isListed) return;
  const next = new Map(hosts);
  let isOutdated = false;
  for (const status of statuses) {
    const view = next.get(status.hostId);
    if ('isRemoved' in status) isOutdated ||= view !== undefined;
    else if (view) next.set(status.hostId, { ...view, status });
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

/** Also of a host that was removed; the id where even that is not known. */
export function useHostName(hostId: string): string {
  return useFleet((state) => nameIn(state, hostId));
}

export function useHostNames(): (hostId: string) => string {
  const hosts = useFleet((state) => state.hosts);
  const names = useFleet((state) => state.names);
  return (hostId) => nameIn({ hosts, names }, hostId);
}

function nameIn({ hosts, names }: Pick<FleetState, 'hosts' | 'names'>, hostId: string): string {
  return hosts?.get(hostId)?.spec.name ?? names[hostId] ?? hostId;
}

export function useSummary(hostId: string): NodeSummary | undefined {
  return useFleet((state) => state.summaries.get(hostId));
}
