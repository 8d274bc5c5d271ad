import { Button, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { isRolling, type Rollout, type RolloutItem, undoable } from '#shared/domain/rollout';
import { useWords } from '../app/i18n';
import { confirm } from '../components/confirm';
import { useFormat } from '../components/format';
import { StateBadge } from '../components/state-badge';
import { useNow } from '../components/use-now';
import { useHostNames } from '../stores/fleet-store';
import { useIsReplaying } from '../stores/replay-store';
import { AcceptanceDialog } from './acceptance-dialog';
import { minutesOf } from './duration-words';
import { LiveRun } from './live-run';
import { LockNotice } from './lock-notice';
import { useProgressWords } from './rollout-progress';
import { byNode, itemIcons, itemTones, type NodeItems } from './rollout-tones';
import classes from './rollout-view.module.css';
import type { RolloutCommand } from './use-rollout-command';

interface NodeStepsProps {
  rollout: Rollout;
  command: RolloutCommand;
  onOpenRun: (runId: string) => void;
}

/** A playbook on its nodes: each node with its steps, open where something happens or went wrong. */
export function NodeSteps({ rollout, command, onOpenRun }: NodeStepsProps) {
  const nodes = byNode(rollout.items);
  const [opened, setOpened] = useState<ReadonlyMap<string, boolean>>(new Map());
  return (
    <div className={classes.nodes}>
      {nodes.map((node) => {
        const isNews = node.state === 'running' || node.state === 'failed' || node.state === 'unknown';
        const isOpen = opened.get(node.hostId) ?? (isNews || nodes.length === 1);
        return (
          <Node
            key={node.hostId}
            node={node}
            isOpen={isOpen}
            rolloutId={rollout.id}
            canUndo={!isRolling(rollout)}
            command={command}
            onToggle={() => setOpened((before) => new Map(before).set(node.hostId, !isOpen))}
            onOpenRun={onOpenRun}
          />
        );
      })}
    </div>
  );
}

interface NodeProps {
  rolloutId: string;
  node: NodeItems;
  isOpen: boolean;
  canUndo: boolean;
  command: RolloutCommand;
  onToggle: () => void;
  onOpenRun: (runId: string) => void;
}

function Node({ rolloutId, node, isOpen, canUndo, command, onToggle, onOpenRun }: NodeProps) {
  const { t, localized } = useWords();
  const name = useHostNames()(node.hostId);
  const isReplaying = useIsReplaying();
  const [isSheetOpen, setSheet] = useState(false);
  const { items, state } = node;
  const isOver = state === 'done' || state === 'not-needed' || state === 'failed';
  const progress = useProgressWords()(node, 'steps');
  const undoCount = undoable(items).length;
  const current = items.find((item) => item.state === state);
  const isTold = state === 'running' || state === 'failed' || state === 'unknown';
  async function undo() {
    const isSure = await confirm({
      title: t('rollouts.undoNodeTitle', { host: name }),
      detail: t('rollouts.undoDetail', { count: undoCount }),
      confirmLabel: t('rollouts.undo'),
      isDestructive: true,
    });
    if (isSure) command.undo([node.hostId]);
  }
  return (
    <section className={classes.node} data-open={isOpen || undefined} aria-label={name}>
      <div className={classes.nodeHead}>
        <UnstyledButton className={classes.toggle} aria-expanded={isOpen} onClick={onToggle}>
          <IconChevronRight size={14} className={classes.chevron} data-open={isOpen || undefined} aria-hidden />
          <strong className="ellipsis">{name}</strong>
          <StateBadge tone={itemTones[state]} icon={itemIcons[state]} variant="plain">
            {t(`rollouts.itemState.${state}`)}
          </StateBadge>
          <span className="dim">{progress}</span>
          {!isOpen && isTold && current?.step && <span className="dim ellipsis">{localized(current.step.title)}</span>}
        </UnstyledButton>
        {isOver && (
          <Button variant="subtle" size="compact-xs" onClick={() => setSheet(true)}>
            {t('rollouts.acceptance.open')}
          </Button>
        )}
        {canUndo && undoCount > 0 && (
          <Button
            variant="subtle"
            size="compact-xs"
            disabled={isReplaying || command.isUndoing}
            title={isReplaying ? t('replay.noActions') : undefined}
            onClick={() => void undo()}
          >
            {t('rollouts.undo')}
          </Button>
        )}
      </div>
      {isOpen && (
        <ol className={classes.steps}>
          {items.map((item, index) => (
            <Step key={item.step?.id ?? index} item={item} onOpenRun={onOpenRun} />
          ))}
        </ol>
      )}
      {isSheetOpen && <AcceptanceDialog rolloutId={rolloutId} hostId={node.hostId} onClose={() => setSheet(false)} />}
    </section>
  );
}

function Step({ item, onOpenRun }: { item: RolloutItem; onOpenRun: (runId: string) => void }) {
  const { t, message, localized } = useWords();
  const { state, step, runId, error, blockedBy } = item;
  return (
    <li>
      <StateBadge tone={itemTones[state]} icon={itemIcons[state]} variant="plain">
        {t(`rollouts.itemState.${state}`)}
      </StateBadge>
      <div className={classes.stepWords}>
        <span>{step ? localized(step.title) : ''}</span>
        {error && <span className={classes.trouble}>{message(error)}</span>}
        {error?.key === 'actions.nodeLocked' && <LockNotice hostId={item.hostId} saysFree />}
        {blockedBy?.map((reason) => (
          <span key={reason.en} className={classes.words}>
            {localized(reason)}
          </span>
        ))}
        {state === 'running' && runId && <LiveRun runId={runId} />}
      </div>
      <span className="dim small">
        <Took item={item} />
      </span>
      {runId ? (
        <Button variant="subtle" size="compact-xs" onClick={() => onOpenRun(runId)}>
          {t('rollouts.openRun')}
        </Button>
      ) : (
        <span />
      )}
    </li>
  );
}

/** How long a step took or has taken so far, beside what it usually takes while it is not over. */
function Took({ item: { state, startedAtMs, finishedAtMs, step } }: { item: RolloutItem }) {
  const { t } = useWords();
  const format = useFormat();
  const now = useNow();
  const isOver = state !== 'waiting' && state !== 'running';
  const usual = step?.duration && !isOver ? t('rollouts.usually', minutesOf(step.duration)) : null;
  // Of one that was taken back it would be the time until then.
  const hasTime = startedAtMs !== null && state !== 'undone' && (finishedAtMs !== null || state === 'running');
  const tookMs = hasTime ? (finishedAtMs ?? now) - startedAtMs : null;
  // What was begun a moment ago has taken no time worth telling; the clock of this window may be behind.
  const isTold = tookMs !== null && (isOver || tookMs >= 1000);
  const took = isTold ? format.duration(Math.max(0, tookMs)) : null;
  return [took, usual].filter((text) => text !== null).join(' · ');
}
