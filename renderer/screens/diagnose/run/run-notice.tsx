import { Button, Group, Kbd, Progress, Text } from '@mantine/core';
import type { DiagnosisRun, TreeGraph } from '#shared/domain/diagnosis';
import { useWords } from '../../../app/i18n';
import { HostErrorView } from '../../../components/host-error-view';
import { StatePanel } from '../../../components/state-panel';
import { useNow } from '../../../components/use-now';
import { useHost, useHostName } from '../../../stores/fleet-store';
import { leaveWhatIf } from './leave-what-if';
import { AgeNotice, ChangeNotice, DoubtNotice, oldestFacts } from './run-remarks';
import classes from './run-screen.module.css';

interface RunNoticeProps {
  run: DiagnosisRun;
  tree: TreeGraph | null;
  onAgain: () => void;
  onCancel: () => void;
  /** Goes on with what was read until then. */
  onResume: () => void;
  onReadAll: () => void;
}

/** What has to be said about the whole run: it is collecting, hypothetical, failed or cancelled. */
export function RunNotice({ run, tree, onAgain, onCancel, onResume, onReadAll }: RunNoticeProps) {
  const { t, message } = useWords();
  const host = useHost(run.hostId);
  const hostName = useHostName(run.hostId);
  const nowMs = useNow();
  const again = host && (
    <Group gap={8}>
      <Button variant="default" onClick={onResume} title={t('diagnoseScreen.resumeHelp')}>
        {t('diagnoseScreen.resume')}
      </Button>
      <Button variant="default" onClick={onAgain}>
        {t('diagnoseScreen.again')}
      </Button>
    </Group>
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
    default: {
      const canRead = host !== undefined && !run.isWhatIf;
      const oldAtMs = canRead && run.state === 'waiting' ? oldestFacts(run, nowMs) : null;
      return (
        <>
          {run.isWhatIf && <Assumption run={run} />}
          {run.error && (
            <div className={classes.noticeBlock}>
              <StatePanel
                tone="warn"
                variant="inline"
                title={t('diagnoseScreen.readFailed')}
                detail={message(run.error)}
              />
            </div>
          )}
          {run.doubts !== undefined && run.doubts.length > 0 && (
            <DoubtNotice doubts={run.doubts} onRead={canRead ? onReadAll : null} />
          )}
          {oldAtMs !== null && <AgeNotice atMs={oldAtMs} onRead={onReadAll} />}
          {run.change && !run.isWhatIf && <ChangeNotice change={run.change} tree={tree} />}
        </>
      );
    }
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
  return (
    <div className={classes.notice} data-tone="assumption">
      <div className={classes.noticeWords}>
        <Text>{t(run.assumedFacts?.length ? 'diagnoseScreen.whatIfFacts' : 'diagnoseScreen.whatIfBanner')}</Text>
        {run.assumedFacts?.map(({ probeId, path, value }) => (
          <code key={`${probeId} ${path}`}>
            {probeId}: {path} = {String(value)}{' '}
          </code>
        ))}
      </div>
      <Button
        variant="default"
        aria-keyshortcuts="Escape"
        rightSection={
          <Kbd size="xs" aria-hidden>
            Esc
          </Kbd>
        }
        onClick={() => leaveWhatIf(run)}
      >
        {t('diagnoseScreen.returnToReal')}
      </Button>
    </div>
  );
}
