import type { Alert } from '#shared/domain/rules/alert';
import { IncidentMenu } from '../../actions/incident-menu';
import { useWords } from '../../app/i18n';
import { engine } from '../../rpc/client';
import { useHostName } from '../../stores/fleet-store';

/** Puts an alert, with the minute before it, into a new incident or one that is open. */
export function AlertIncident({ alert }: { alert: Alert }) {
  const { t, localized } = useWords();
  const host = useHostName(alert.hostId);
  return (
    <IncidentMenu
      hostId={alert.hostId}
      label={t('alertScreen.toIncident')}
      newTitle={t('alertScreen.incidentTitle', { title: localized(alert.title), host }).slice(0, 200)}
      add={(incidentId, signal) => engine.alerts.addToIncident({ alertId: alert.id, incidentId }, { signal })}
    />
  );
}
