import { Text } from '@mantine/core';
import type { DiagnosisRun, StepVisit } from '#shared/domain/diagnosis';
import { useWords } from '../../../app/i18n';
import { StateBadge } from '../../../components/state-badge';
import { EvidenceLink } from '../../../findings/evidence-link';
import { SudoNotice } from '../../../sudo/sudo-notice';
import classes from './side-panel.module.css';

interface ProbeListProps {
  run: DiagnosisRun;
  visit: StepVisit | null;
  /** Reads the step anew. */
  onRead: () => void;
}

/** What a step read, each probe with how it went. Those of a step not reached yet are not known to the run. */
export function ProbeList({ run, visit, onRead }: ProbeListProps) {
  const { t, message } = useWords();
  const states = new Map(run.probes.map((probe) => [probe.probeId, probe]));
  const evidence = visit?.evidence ?? [];
  const probeIds = [...new Set(evidence.map((ref) => ref.probeId))];
  if (probeIds.length === 0) return null;
  return (
    <section>
      <h3 className={classes.label}>{t('diagnoseScreen.probes')}</h3>
      <ul className={classes.probes}>
        {probeIds.map((probeId) => {
          const probe = states.get(probeId);
          const ref = evidence.find((candidate) => candidate.probeId === probeId);
          return (
            <li key={probeId}>
              {ref && <EvidenceLink evidence={{ ...ref, factPath: null }} />}
              {probe && (
                <StateBadge tone={probe.state === 'ok' ? 'ok' : 'warn'} variant="plain">
                  <ProbeState state={probe.state} />
                </StateBadge>
              )}
              {probe?.reason && <Text c="dimmed">{message(probe.reason)}</Text>}
              {probe?.state === 'denied' && <SudoNotice isButton hostIds={[run.hostId]} onGiven={onRead} />}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function ProbeState({ state }: { state: string }) {
  const { t } = useWords();
  switch (state) {
    case 'ok':
    case 'missing-tool':
    case 'denied':
    case 'timeout':
    case 'hung':
    case 'unparsable':
    case 'failed':
      return t(`diagnoseScreen.probeState.${state}`);
    default:
      return state;
  }
}
