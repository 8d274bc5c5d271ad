import type { Incident } from '#shared/domain/incident';
import { engine } from '../../../rpc/client';
import { type Query, useQuery } from '../../../rpc/use-query';
import { useStream } from '../../../rpc/use-stream';

/** One incident, loaded again whenever something is added to it. */
export function useIncident(incidentId: string): Query<Incident> {
  const query = useQuery(`incidents.get:${incidentId}`, (signal) => engine.incidents.get({ incidentId }, { signal }));
  useStream(
    `incidents.watch:${incidentId}`,
    (signal) => engine.incidents.watch(undefined, { signal }),
    (changed) => {
      const latest = changed.findLast((incident) => incident.id === incidentId);
      if (!latest) return;
      const isNews = latest.entryCount !== query.data?.entries.length || latest.title !== query.data?.title;
      if (isNews) query.refetch();
    },
  );
  return query;
}
