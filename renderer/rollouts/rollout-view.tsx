import { Progress } from '@mantine/core';
import { useRef, useState } from 'react';
import { canContinue, isRolling, type Rollout } from '#shared/domain/rollout';
import { useActionTitles } from '../actions/use-action-titles';
import { useWords } from '../app/i18n';
import { ErrorView } from '../components/error-view';
import { StatePanel } from '../components/state-panel';
import { StateView } from '../components/state-view';
import { engine } from '../rpc/client';
import { useQuery } from '../rpc/use-query';
import { useStream } from '../rpc/use-stream';
import { SudoNotice } from '../sudo/sudo-notice';
import { minutesOf } from './duration-words';
import { NodeSteps } from './node-steps';
import { NodeTable } from './node-table';
import { type RolloutBack, RolloutBar } from './rollout-bar';
import { minutesLeft, useProgressWords } from './rollout-progress';
import { byNode, doneCount } from './rollout-tones';
import classes from './rollout-view.module.css';
import { RunDialog } from './run-dialog';
import { useRolloutCommand } from './use-rollout-command';
import { useRolloutTask } from './use-rollout-task';

interface RolloutViewProps {
  rolloutId: string;
  back: RolloutBack;
}

/** One rollout node by node, of a playbook step by step, while it goes on and afterwards. */
export function RolloutView({ rolloutId, back }: RolloutViewProps) {
  const query = useQuery(`actions.rollout ${rolloutId}`, (signal) => engine.actions.rollout({ rolloutId }, { signal }));
  /** A rollout that goes on again is watched again. */
  const [round, setRound] = useState(0);
  const stream = useStream(
    `actions.rollout ${rolloutId} ${round}`,
    (signal) => engine.actions.watchRollout({ rolloutId }, { signal }),
    (items) => query.set((before) => items.at(-1) ?? before),
  );
  // From the end of an engine until the next one tells how things stand, what is shown is from before.
  const isCut = useRef(false);
  if (stream.state !== 'connecting') isCut.current = stream.state === 'retrying';
  return (
    <StateView query={query}>
      {(rollout) => (
        <Loaded
          rollout={rollout}
          isStale={isCut.current && isRolling(rollout)}
          back={back}
          onChange={(next) => {
            query.set(() => next);
            setRound((count) => count + 1);
          }}
          onWatch={() => setRound((count) => count + 1)}
          onLookAgain={query.refetch}
        />
      )}
    </StateView>
  );
}

interface LoadedProps {
  rollout: Rollout;
  /** The engine that carried it out is gone, and the next one has not answered yet. */
  isStale: boolean;
  back: RolloutBack;
  onChange: (rollout: Rollout) => void;
  onWatch: () => void;
  onLookAgain: () => void;
}

function Loaded({ rollout, isStale, back, onChange, onWatch, onLookAgain }: LoadedProps) {
  const { t, localized } = useWords();
  const titles = useActionTitles();
  const [runId, setRunId] = useState<string | null>(null);
  const command = useRolloutCommand(rollout.id, { onChange, onWatch });
  const { state, items, playbook } = rollout;
  const progress = useProgressWords()(rollout, playbook ? 'steps' : 'nodes');
  const left = playbook && state === 'running' ? minutesLeft(rollout) : undefined;
  const leftWords = left ? t('rollouts.left', minutesOf(left)) : t('rollouts.leftUnknown');
  const title = playbook ? localized(playbook.title) : (titles.get(rollout.actionId) ?? rollout.actionId);
  useRolloutTask(rollout, t('rollouts.task', { action: title, count: byNode(items).length }));
  const standsHelp = state === 'interrupted' || state === 'stopped' ? t(`rollouts.${state}Help`) : null;
  const help = rollout.wayBack ? t('rollouts.wayBackHelp') : standsHelp;
  return (
    <>
      <RolloutBar
        rollout={rollout}
        title={title}
        progress={left === undefined || isStale ? progress : `${progress} · ${leftWords}`}
        isStale={isStale}
        command={command}
        back={back}
      />
      <div className={classes.body}>
        <div className={classes.column}>
          <Progress
            value={(100 * doneCount(rollout)) / Math.max(1, items.length)}
            animated={isRolling(rollout) && !isStale}
            aria-label={progress}
          />
          {isStale && <StatePanel tone="warn" variant="inline" title={t('rollouts.engineGoneHelp')} />}
          {help && canContinue(rollout) && <StatePanel tone="warn" variant="inline" title={help} />}
          <SudoNotice hostIds={items.map(({ hostId }) => hostId)} />
          {Boolean(command.error) && <ErrorView error={command.error} variant="inline" />}
          {playbook ? (
            <NodeSteps rollout={rollout} command={command} onOpenRun={setRunId} />
          ) : (
            <NodeTable items={items} onOpenRun={setRunId} />
          )}
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
