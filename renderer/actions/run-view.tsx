import { Button, Progress, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { ActionRun } from '#shared/domain/action';
import { useWords } from '../app/i18n';
import { ErrorView } from '../components/error-view';
import { StateBadge } from '../components/state-badge';
import { StatePanel } from '../components/state-panel';
import { useIsReplaying } from '../stores/replay-store';
import { SudoNotice } from '../sudo/sudo-notice';
import classes from './action-dialog.module.css';
import { RunSteps } from './run-steps';
import { outcomeTones, runTones } from './run-tones';
import { type ActionFlow, isRunning, progressOf } from './use-action-flow';

interface RunViewProps {
  flow: ActionFlow;
  run: ActionRun;
  /** Null where there is no diagnosis behind the action. */
  onAgain: (() => void) | null;
  onClose: () => void;
}

/** What is happening on the node and what came of it. */
export function RunView({ flow, run, onAgain, onClose }: RunViewProps) {
  const isReplaying = useIsReplaying();
  const { t, localized, message } = useWords();
  const { done, total } = progressOf(run);
  const isBusy = isRunning(run);
  // What had the focus, the button that applied the plan, is gone.
  const view = useRef<HTMLDivElement>(null);
  useEffect(() => view.current?.focus({ preventScroll: true }), []);
  return (
    <div ref={view} tabIndex={-1} className={classes.view}>
      <div className={classes.facts} role="status">
        <StateBadge tone={runTones[run.state]}>{t(`actionDialog.runState.${run.state}`)}</StateBadge>
        <span className="dim">{t('actionDialog.progress', { done, total })}</span>
      </div>
      {isBusy && (
        <Progress
          value={(100 * done) / Math.max(1, total)}
          animated
          aria-label={t(`actionDialog.runState.${run.state}`)}
        />
      )}
      <RunSteps run={run} />
      {run.verification && (
        <section>
          <h3 className={classes.label}>{t('actionDialog.result')}</h3>
          <div className={classes.verification}>
            <StateBadge tone={outcomeTones[run.verification.outcome]}>
              {t(`actionDialog.verificationOutcome.${run.verification.outcome}`)}
            </StateBadge>
            <Text className={classes.words}>{localized(run.verification.detail)}</Text>
          </div>
        </section>
      )}
      {run.error && (
        <StatePanel tone={run.state === 'interrupted' ? 'warn' : 'bad'} variant="inline" title={message(run.error)} />
      )}
      {!isBusy && <SudoNotice hostIds={[run.plan.hostId]} />}
      {Boolean(flow.command.error) && <ErrorView error={flow.command.error} variant="inline" />}
      {isBusy && (
        <Text component="div" className="small" c="dimmed">
          <div>{t('actionDialog.stopHelp')}</div>
          <div>{t('actionDialog.keepsRunning')}</div>
        </Text>
      )}
      <div className={classes.buttons}>
        {isBusy && run.state !== 'undoing' && (
          <Button variant="default" loading={flow.command.isRunning} onClick={flow.stop}>
            {t('actionDialog.stop')}
          </Button>
        )}
        {run.state === 'interrupted' && (
          <Button loading={flow.command.isRunning} onClick={flow.recheck}>
            {t('actionDialog.recheck')}
          </Button>
        )}
        {!isBusy && run.canUndo && (
          <Button
            variant="default"
            disabled={isReplaying}
            title={isReplaying ? t('replay.noActions') : undefined}
            loading={flow.command.isRunning}
            onClick={flow.undo}
          >
            {t('actionDialog.doUndo')}
          </Button>
        )}
        {!isBusy && onAgain && (
          <Button
            variant="default"
            onClick={() => {
              onClose();
              onAgain();
            }}
          >
            {t('actionDialog.diagnoseAgain')}
          </Button>
        )}
        <Button variant={isBusy || run.state === 'interrupted' ? 'default' : 'filled'} onClick={onClose}>
          {t('actionDialog.close')}
        </Button>
      </div>
    </div>
  );
}
