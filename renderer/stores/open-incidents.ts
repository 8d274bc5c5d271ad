import type { IncidentSummary } from '#shared/domain/incident';
import { engine } from '../rpc/client';
import { useQuery } from '../rpc/use-query';

/** Incidents that something of this node can be added to, those that know the node first; asked for when wanted. */
export function useOpenIncidents(hostId: string, isWanted = true): readonly IncidentSummary[] {
  const { data } = useQuery(isWanted ? 'incidents.list' : null, (signal) =>
    engine.incidents.list(undefined, { signal }),
  );
  const open = (data ?? []).filter((incident) => incident.state === 'open');
  return open.sort(
    (a, b) => Number(b.hostIds.includes(hostId)) - Number(a.hostIds.includes(hostId)) || b.number - a.number,
  );
}
