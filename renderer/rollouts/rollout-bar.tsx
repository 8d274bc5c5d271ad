import { Button } from '@mantine/core';
import { canContinue, isRolling, type Rollout, undoable } from '#shared/domain/rollout';
import { useWords } from '../app/i18n';
import { navigate, type Route } from '../app/router';
import { confirm } from '../components/confirm';
import { StateBadge } from '../components/state-badge';
import { Toolbar } from '../components/toolbar';
import { useIsReplaying } from '../stores/replay-store';
import { rolloutIcons, rolloutTones } from './rollout-tones';
import type { RolloutCommand } from './use-rollout-command';

export interface RolloutBack {
  readonly label: string;
  readonly route: Route;
}

interface RolloutBarProps {
  rollout: Rollout;
  title: string;
  /** How far it has come, in words. */
  progress: string;
  /** Nobody knows how it stands: the engine starts again. */
  isStale: boolean;
  command: RolloutCommand;
  back: RolloutBack;
}

/** How a rollout stands, and what it can be told. */
export function RolloutBar({ rollout, title, progress, isStale, command, back }: RolloutBarProps) {
  const { t } = useWords();
  const isReplaying = useIsReplaying();
  const { state, items, playbook, actionId } = rollout;
  const canGoOn = canContinue(rollout);
  const isWayBack = canGoOn && rollout.wayBack !== undefined;
  const blocked = { disabled: isReplaying, title: isReplaying ? t('replay.noActions') : undefined };
  const undoCount = undoable(items).length;
  const failedIds = new Set(items.flatMap((item) => (item.state === 'failed' ? [item.hostId] : [])));
  async function undo() {
    const isSure = await confirm({
      title: t('rollouts.undoAllTitle', { action: title }),
      detail: t('rollouts.undoDetail', { count: undoCount }),
      confirmLabel: t('rollouts.undo'),
      isDestructive: true,
    });
    if (isSure) command.undo();
  }
  return (
    <Toolbar
      title={title}
      info={
        <>
          {isStale ? (
            <StateBadge tone="warn">{t('rollouts.engineGone')}</StateBadge>
          ) : (
            <StateBadge
              tone={isWayBack ? 'warn' : rolloutTones[state]}
              icon={isWayBack ? undefined : rolloutIcons[state]}
            >
              {isWayBack ? t('rollouts.wayBackStands') : t(`rollouts.state.${state}`)}
            </StateBadge>
          )}
          <span className="dim">{progress}</span>
        </>
      }
    >
      {state === 'running' && (
        <Button variant="default" loading={command.isRunning} onClick={() => command.run('pauseRollout')}>
          {t('rollouts.pause')}
        </Button>
      )}
      {((isRolling(rollout) && state !== 'undoing') || canGoOn) && state !== 'cancelling' && (
        <Button
          variant="default"
          title={t('rollouts.stopHelp')}
          loading={command.isRunning}
          onClick={() => command.run('cancelRollout')}
        >
          {t('rollouts.cancel')}
        </Button>
      )}
      {playbook && !isRolling(rollout) && undoCount > 0 && (
        <Button variant="default" {...blocked} loading={command.isUndoing} onClick={() => void undo()}>
          {t('rollouts.undo')}
        </Button>
      )}
      {playbook && !isRolling(rollout) && failedIds.size > 0 && (
        <Button
          variant={canGoOn ? 'default' : 'filled'}
          title={t('rollouts.planAgainHelp')}
          onClick={() => navigate({ screen: 'setup', playbookId: actionId, hostIds: [...failedIds].join(',') })}
        >
          {t('rollouts.planAgain')}
        </Button>
      )}
      {canGoOn && (
        <Button {...blocked} loading={command.isRunning} onClick={() => command.run('continueRollout')}>
          {t(isWayBack ? 'rollouts.wayBackContinue' : 'rollouts.continue')}
        </Button>
      )}
      <Button variant="default" onClick={() => navigate(back.route)}>
        {back.label}
      </Button>
    </Toolbar>
  );
}
