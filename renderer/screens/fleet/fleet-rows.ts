import { useMemo, useRef } from 'react';
import type { HostView } from '#shared/contract/hosts';
import type { NodeSummary } from '#shared/contract/inventory';
import { useFleet } from '../../stores/fleet-store';

/** A line of the fleet: a node with what is known of it. */
export interface FleetRow {
  id: string;
  host: HostView;
  summary: NodeSummary | undefined;
}

export type FleetFilter = 'all' | 'attention' | 'offline';

export function useFleetRows(): FleetRow[] | undefined {
  const hosts = useFleet((state) => state.hosts);
  const summaries = useFleet((state) => state.summaries);
  const latest = useRef<FleetRow[]>([]);
  return useMemo(() => {
    if (!hosts) return undefined;
    latest.current = updateRows(latest.current, hosts, summaries);
    return latest.current;
  }, [hosts, summaries]);
}

/** A row that nothing happened to stays the same object, so that its line in the table need not be drawn again. */
export function updateRows(
  before: readonly FleetRow[],
  hosts: ReadonlyMap<string, HostView>,
  summaries: ReadonlyMap<string, NodeSummary>,
): FleetRow[] {
  const known = new Map(before.map((row) => [row.id, row]));
  return [...hosts.values()].map((host) => {
    const { id } = host.spec;
    const summary = summaries.get(id);
    const row = known.get(id);
    return row && row.host === host && row.summary === summary ? row : { id, host, summary };
  });
}

/** True when the node has something noticed, a connection that failed, or a command that hangs. */
export function needsAttention({ host, summary }: FleetRow): boolean {
  return isOffline(host) || host.status.hungCommands.length > 0 || (summary?.attention.length ?? 0) > 0;
}

function isOffline({ status }: HostView): boolean {
  return status.connection === 'failed' || status.connection === 'reconnecting';
}

/** Keeps the rows of the filter in which every word of `search` occurs somewhere. */
export function filterRows(rows: readonly FleetRow[], search: string, filter: FleetFilter): FleetRow[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (filter === 'attention' && !needsAttention(row)) return false;
    if (filter === 'offline' && !isOffline(row.host)) return false;
    if (words.length === 0) return true;
    const text = searchText(row);
    return words.every((word) => text.includes(word));
  });
}

function searchText({ host: { spec }, summary }: FleetRow): string {
  const target = spec.kind === 'ssh' ? [spec.target.address, spec.target.user, spec.target.alias] : [];
  const known = summary
    ? [
        summary.osName,
        summary.kernelRelease,
        summary.cpuModel,
        summary.driverVersion,
        ...(summary.gpuModels?.map(({ name }) => name) ?? []),
      ]
    : [];
  return [spec.name, ...spec.tags, ...target, ...known].filter(Boolean).join('\n').toLocaleLowerCase();
}

/** `8 × H100 80GB HBM3`: the maker's name is the same on every card and says nothing in a column. */
export function shortGpuName(name: string): string {
  return name.replace(/^NVIDIA\s+/i, '');
}

/** `8 × H100 80GB HBM3, 1 × T400`; empty without a GPU. Null: not known. */
export function gpuText({ summary }: FleetRow): string | null {
  if (!summary?.gpuModels) return null;
  return summary.gpuModels.map(({ name, count }) => `${count} × ${shortGpuName(name)}`).join(', ');
}
