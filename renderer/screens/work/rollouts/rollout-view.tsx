import { Button, Modal, Progress } from '@mantine/core';
import { useState } from 'react';
import type { ActionRun } from '#shared/domain/action';
import { canContinue, isRolling, type Rollout, type RolloutItem, type RolloutItemState } from '#shared/domain/rollout';
import { RunView } from '../../../actions/run-view';
import { useActionFlow } from '../../../actions/use-action-flow';
import { useActionTitles } from '../../../actions/use-action-titles';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { ErrorView } from '../../../components/error-view';
import { FactTable } from '../../../components/fact-table';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { StateView } from '../../../components/state-view';
import { Toolbar } from '../../../components/toolbar';
import { useReturnFocus } from '../../../components/use-return-focus';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useQuery } from '../../../rpc/use-query';
import { useStream } from '../../../rpc/use-stream';
import { useHostNames } from '../../../stores/fleet-store';
import { useIsReplaying } from '../../../stores/replay-store';
import classes from '../work.module.css';
import { doneCount, rolloutTones } from './rollout-list';
import { useRolloutTask } from './use-rollout-task';

const itemTones: Record<RolloutItemState, Tone> = {
  waiting: 'unknown',
  running: 'info',
  done: 'ok',
  'not-needed': 'ok',
  failed: 'bad',
  unknown: 'warn',
  undone: 'warn',
};

/** One rollout node by node, while it goes on and afterwards. */
export function RolloutView({ rolloutId }: { rolloutId: string }) {
  const query = useQuery(`actions.rollout ${rolloutId}`, (signal) => engine.actions.rollout({ rolloutId }, { signal }));
  /** A rollout that goes on again is watched again. */
  const [round, setRound] = useState(0);
  useStream(
    `actions.rollout ${rolloutId} ${round}`,
    (signal) => engine.actions.watchRollout({ rolloutId }, { signal }),
    (items) => query.set((before) => items.at(-1) ?? before),
  );
  return (
    <StateView query={query}>
      {(rollout) => (
        <Loaded
          rollout={rollout}
          onChange={(next) => {
            query.set(() => next);
            setRound((count) => count + 1);
          }}
          onLookAgain={query.refetch}
        />
      )}
    </StateView>
  );
}

interface LoadedProps {
  rollout: Rollout;
  onChange: (rollout: Rollout) => void;
  onLookAgain: () => void;
}

function Loaded({ rollout, onChange, onLookAgain }: LoadedProps) {
  const { t, message, localized } = useWords();
  const titles = useActionTitles();
  const hostName = useHostNames();
  const isReplaying = useIsReplaying();
  const [runId, setRunId] = useState<string | null>(null);
  const { id: rolloutId, state, items } = rollout;
  const command = useCall(async (_signal, what: 'pauseRollout' | 'continueRollout' | 'cancelRollout') =>
    onChange(await engine.actions[what]({ rolloutId })),
  );
  const done = doneCount(rollout);
  const canGoOn = canContinue(rollout);
  const isOfSteps = rollout.playbook !== undefined;
  const title = rollout.playbook
    ? localized(rollout.playbook.title)
    : (titles.get(rollout.actionId) ?? rollout.actionId);
  useRolloutTask(rollout, t('rollouts.task', { action: title, count: items.length }));
  const help = state === 'interrupted' || state === 'stopped' ? t(`rollouts.${state}Help`) : null;
  return (
    <>
      <Toolbar
        title={title}
        info={
          <>
            <StateBadge tone={rolloutTones[state]}>{t(`rollouts.state.${state}`)}</StateBadge>
            <span className="dim">{t('rollouts.progress', { done, total: items.length })}</span>
          </>
        }
      >
        {state === 'running' && (
          <Button variant="default" loading={command.isRunning} onClick={() => void command.run('pauseRollout')}>
            {t('rollouts.pause')}
          </Button>
        )}
        {(isRolling(rollout) || canGoOn) && state !== 'cancelling' && (
          <Button
            variant="default"
            title={t('rollouts.stopHelp')}
            loading={command.isRunning}
            onClick={() => void command.run('cancelRollout')}
          >
            {t('rollouts.cancel')}
          </Button>
        )}
        {canGoOn && (
          <Button
            disabled={isReplaying}
            title={isReplaying ? t('replay.noActions') : undefined}
            loading={command.isRunning}
            onClick={() => void command.run('continueRollout')}
          >
            {t('rollouts.continue')}
          </Button>
        )}
        <Button variant="default" onClick={() => navigate({ screen: 'work', section: 'rollouts' })}>
          {t('rollouts.back')}
        </Button>
      </Toolbar>
      <div className={classes.body}>
        <div className={classes.column}>
          <Progress
            value={(100 * done) / Math.max(1, items.length)}
            animated={isRolling(rollout)}
            aria-label={t('rollouts.progress', { done, total: items.length })}
          />
          {help && canGoOn && <StatePanel tone="warn" variant="inline" title={help} />}
          {Boolean(command.error) && <ErrorView error={command.error} variant="inline" />}
          <FactTable
            label={t('rollouts.nodesLabel')}
            rows={items}
            rowKey={({ hostId, step }) => `${hostId} ${step?.id ?? ''}`}
            empty=""
            columns={[
              { id: 'node', header: t('rollouts.column.node'), cell: ({ hostId }) => hostName(hostId) },
              ...(isOfSteps
                ? [
                    {
                      id: 'step',
                      header: t('rollouts.column.step'),
                      cell: ({ step }: RolloutItem) => (step ? localized(step.title) : ''),
                    },
                  ]
                : []),
              {
                id: 'state',
                header: t('rollouts.column.state'),
                cell: (item) => (
                  <StateBadge tone={itemTones[item.state]} variant="plain">
                    {t(`rollouts.itemState.${item.state}`)}
                  </StateBadge>
                ),
              },
              {
                id: 'detail',
                header: t('rollouts.column.detail'),
                isWide: true,
                cell: ({ error, blockedBy }) => (
                  <span className={classes.words}>
                    {error ? [message(error), ...(blockedBy ?? []).map(localized)].join('\n') : ''}
                  </span>
                ),
              },
              {
                id: 'run',
                header: '',
                cell: (item) =>
                  item.runId && (
                    <Button variant="subtle" size="compact-xs" onClick={() => setRunId(item.runId)}>
                      {t('rollouts.openRun')}
                    </Button>
                  ),
              },
            ]}
          />
        </div>
      </div>
      {runId && (
        <RunDialog
          runId={runId}
          onClose={() => {
            setRunId(null);
            onLookAgain();
          }}
        />
      )}
    </>
  );
}

/** What ran on one node, with its undo. */
function RunDialog({ runId, onClose }: { runId: string; onClose: () => void }) {
  const { t } = useWords();
  const titles = useActionTitles();
  const hostName = useHostNames();
  useReturnFocus(true);
  const query = useQuery(`actions.run ${runId}`, async (signal): Promise<ActionRun | null> => {
    const runs = await engine.actions.runs({}, { signal });
    return runs.find(({ id }) => id === runId) ?? null;
  });
  const run = query.data;
  const title = run
    ? t('actionDialog.title', {
        action: titles.get(run.plan.actionId) ?? run.plan.actionId,
        host: hostName(run.plan.hostId),
      })
    : t('actionDialog.loading');
  return (
    <Modal
      opened
      onClose={onClose}
      size={760}
      title={title}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <StateView query={query}>
        {(found) => found && <SavedRun initial={found} title={title} onClose={onClose} />}
      </StateView>
    </Modal>
  );
}

function SavedRun({ initial, title, onClose }: { initial: ActionRun; title: string; onClose: () => void }) {
  const { actionId, hostId } = initial.plan;
  const flow = useActionFlow({ actionId, hostId, title, newIncident: null, initialRun: initial });
  return <RunView flow={flow} run={flow.run ?? initial} onAgain={null} onClose={onClose} />;
}
