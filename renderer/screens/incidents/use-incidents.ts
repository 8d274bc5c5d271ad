import type { IncidentSummary } from '#shared/domain/incident';
import { engine } from '../../rpc/client';
import { type Query, useQuery } from '../../rpc/use-query';
import { useStream } from '../../rpc/use-stream';

/** Every incident, kept current, newest number first. */
export function useIncidents(): Query<IncidentSummary[]> {
  const query = useQuery('incidents.list', (signal) => engine.incidents.list(undefined, { signal }));
  useStream(
    'incidents.watch',
    (signal) => engine.incidents.watch(undefined, { signal }),
    (changed) => query.set((list) => list && mergeIncidents(list, changed)),
  );
  return query;
}

/** The list with each changed incident in its place; one that is new comes in by its number. */
export function mergeIncidents(
  list: readonly IncidentSummary[],
  changed: readonly IncidentSummary[],
): IncidentSummary[] {
  const byId = new Map(list.map((incident) => [incident.id, incident]));
  for (const incident of changed) byId.set(incident.id, incident);
  return [...byId.values()].sort((a, b) => b.number - a.number);
}
