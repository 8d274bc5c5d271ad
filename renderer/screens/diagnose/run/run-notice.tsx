import { Button, Progress, Text } from '@mantine/core';
import type { DiagnosisRun } from '#shared/domain/diagnosis';
import { useWords } from '../../../app/i18n';
import { goBack, navigate } from '../../../app/router';
import { HostErrorView } from '../../../components/host-error-view';
import { StatePanel } from '../../../components/state-panel';
import { useHost, useHostName } from '../../../stores/fleet-store';
import classes from './run-screen.module.css';

interface RunNoticeProps {
  run: DiagnosisRun;
  onAgain: () => void;
  onCancel: () => void;
}

/** What has to be said about the whole run: it is collecting, hypothetical, failed or cancelled. */
export function RunNotice({ run, onAgain, onCancel }: RunNoticeProps) {
  const { t, message } = useWords();
  const host = useHost(run.hostId);
  const hostName = useHostName(run.hostId);
  const again = host && (
    <Button variant="default" onClick={onAgain}>
      {t('diagnoseScreen.again')}
    </Button>
  );
  switch (run.state) {
    case 'collecting':
      return <Collecting run={run} hostName={hostName} onCancel={onCancel} />;
    case 'failed':
      return (
        <div className={classes.noticeBlock}>
          {host?.status.error ? (
            <HostErrorView error={host.status.error}>{again}</HostErrorView>
          ) : (
            <StatePanel
              tone="bad"
              variant="inline"
              title={t('diagnoseScreen.failedTitle')}
              detail={run.error ? message(run.error) : null}
            >
              {again}
            </StatePanel>
          )}
        </div>
      );
    case 'cancelled':
      return (
        <div className={classes.noticeBlock}>
          <StatePanel
            tone="unknown"
            variant="inline"
            title={t('diagnoseScreen.cancelledTitle')}
            detail={t('diagnoseScreen.cancelledText')}
          >
            {again}
          </StatePanel>
        </div>
      );
    default:
      return run.isWhatIf ? <Assumption run={run} /> : null;
  }
}

function Collecting({ run, hostName, onCancel }: { run: DiagnosisRun; hostName: string; onCancel: () => void }) {
  const { t } = useWords();
  const { reading } = run;
  const { running } = run.progress;
  const { done, total } = reading ? { done: reading.done, total: reading.times } : run.progress;
  const words = { host: hostName, done, total };
  return (
    <div className={classes.notice} role="status">
      <Progress
        className={classes.progress}
        value={total > 0 ? (100 * done) / total : 0}
        animated
        aria-label={t('diagnoseScreen.collecting', { host: hostName })}
      />
      <div className={classes.noticeWords}>
        <Text fw={500}>
          {reading
            ? t('diagnoseScreen.readingAgain', { ...words, seconds: reading.everyMs / 1000 })
            : t('diagnoseScreen.collectingProgress', words)}
        </Text>
        {running.length > 0 && (
          <div className={classes.running}>
            <span>{t('diagnoseScreen.collectingNow')}</span>
            <code className="ellipsis">{running.join(', ')}</code>
          </div>
        )}
      </div>
      <Button variant="default" onClick={onCancel}>
        {t('diagnoseScreen.cancel')}
      </Button>
    </div>
  );
}

/** Leads back to the run by the facts; one saved without its origin was opened from there. */
function Assumption({ run }: { run: DiagnosisRun }) {
  const { t } = useWords();
  const originId = run.whatIfOf;
  return (
    <div className={classes.notice} data-tone="assumption">
      <Text className={classes.noticeWords}>{t('diagnoseScreen.whatIfBanner')}</Text>
      <Button
        variant="default"
        onClick={() => (originId ? navigate({ screen: 'diagnose', runId: originId }) : goBack())}
      >
        {t('diagnoseScreen.returnToReal')}
      </Button>
    </div>
  );
}
