import { useRoute } from '../../app/router';
import { IncidentDetail } from './detail/incident-detail';
import { IncidentList } from './list/incident-list';

/** Every incident, or one with its timeline. */
export function IncidentsScreen() {
  const route = useRoute();
  if (route.screen !== 'incidents') return null;
  return route.incidentId ? <IncidentDetail key={route.incidentId} incidentId={route.incidentId} /> : <IncidentList />;
}
