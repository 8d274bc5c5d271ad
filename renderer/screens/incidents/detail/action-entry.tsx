import type { ActionRun } from '#shared/domain/action';
import { RunSteps } from '../../../actions/run-steps';
import { outcomeTones, runTones } from '../../../actions/run-tones';
import { isRunning } from '../../../actions/use-action-flow';
import { useActionTitles } from '../../../actions/use-action-titles';
import { useWords } from '../../../app/i18n';
import { StateBadge } from '../../../components/state-badge';
import { useHostName } from '../../../stores/fleet-store';
import { FetchReport } from './file-entry';
import classes from './timeline.module.css';

/** An action on record: what was done where, what came of it, and what ran. One that began has nothing to tell yet. */
export function ActionEntry({ run, incidentId }: { run: ActionRun; incidentId: string }) {
  const { t, localized, message } = useWords();
  const titles = useActionTitles();
  const hostName = useHostName(run.plan.hostId);
  const what = (
    <strong>
      {titles.get(run.plan.actionId) ?? run.plan.actionId} · {hostName}
    </strong>
  );
  if (isRunning(run)) return <div className={classes.began}>{what}</div>;
  return (
    <div className={classes.box}>
      <div className={classes.boxHead}>
        {what}
        <StateBadge tone={runTones[run.state]}>{t(`actionDialog.runState.${run.state}`)}</StateBadge>
      </div>
      {run.verification && (
        <div className={classes.verification}>
          <StateBadge tone={outcomeTones[run.verification.outcome]} variant="plain">
            {t(`actionDialog.verificationOutcome.${run.verification.outcome}`)}
          </StateBadge>
          <span className={classes.text}>{localized(run.verification.detail)}</span>
        </div>
      )}
      {run.error && <div>{message(run.error)}</div>}
      <FetchReport run={run} incidentId={incidentId} />
      <details className={classes.more}>
        <summary>{t('incidentScreen.showSteps')}</summary>
        <RunSteps run={run} />
      </details>
    </div>
  );
}
