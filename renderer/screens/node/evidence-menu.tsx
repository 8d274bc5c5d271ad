import { IncidentMenu } from '../../actions/incident-menu';
import { useWords } from '../../app/i18n';
import { engine } from '../../rpc/client';
import { useHostName } from '../../stores/fleet-store';
import { useResults } from './probe-section';

/** Freezes what is on screen, with its raw output, into an incident. */
export function EvidenceMenu({ hostId }: { hostId: string }) {
  const { t } = useWords();
  const { results } = useResults();
  const name = useHostName(hostId);
  return (
    <IncidentMenu
      hostId={hostId}
      label={t('nodeScreen.evidence.button')}
      isDisabled={results.size === 0}
      newTitle={t('nodeScreen.evidence.title', { name })}
      add={(incidentId, signal) =>
        engine.incidents.addEvidence({ incidentId, hostId, probeIds: [...results.keys()] }, { signal })
      }
    />
  );
}
