import type { IncidentSummary } from '#shared/domain/incident';

export type StateFilter = 'open' | 'closed' | 'all';

/** Incidents in a state whose number, title or nodes contain every word of the search. */
export function filterIncidents(
  incidents: readonly IncidentSummary[],
  state: StateFilter,
  search: string,
  hostName: (hostId: string) => string,
): IncidentSummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return incidents.filter((incident) => {
    if (state !== 'all' && incident.state !== state) return false;
    const text = [`inc-${incident.number}`, incident.title, ...incident.hostIds.map(hostName)].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
