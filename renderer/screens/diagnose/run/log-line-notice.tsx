import { Anchor } from '@mantine/core';
import type { DiagnosisRun } from '#shared/domain/diagnosis';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { LogEvidenceWords } from '../../../findings/log-evidence-words';
import { entryTitle } from '../../../findings/log-words';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import classes from './run-screen.module.css';

/** The line of the kernel log that a run was started for, and the incident it belongs to. */
export function LogLineNotice({ run }: { run: DiagnosisRun }) {
  const { t, localized } = useWords();
  const { logLine, incidentId } = run;
  if (!logLine) return null;
  const { entry, line } = logLine;
  return (
    <details className={classes.noticeBlock}>
      <summary className={classes.logLine}>
        <span>
          {t('kernelLog.startedFor')}: <strong>{entry ? entryTitle(entry, localized) : line}</strong>
        </span>{' '}
        {incidentId && !run.isWhatIf && <Belongs incidentId={incidentId} />}
      </summary>
      <div className={classes.logLineWords}>
        <LogEvidenceWords evidence={logLine} />
      </div>
    </details>
  );
}

function Belongs({ incidentId }: { incidentId: string }) {
  const { t } = useWords();
  const { data } = useQuery('incidents.list', (signal) => engine.incidents.list(undefined, { signal }));
  const incident = data?.find(({ id }) => id === incidentId);
  if (!incident) return null;
  return (
    <Anchor
      component="button"
      type="button"
      size="sm"
      onClick={(event) => {
        event.preventDefault();
        navigate({ screen: 'incidents', incidentId });
      }}
    >
      {t('kernelLog.goesToIncident', { number: incident.number })}
    </Anchor>
  );
}
