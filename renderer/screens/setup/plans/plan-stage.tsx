import { Button, Progress } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { PlaybookInfo } from '#shared/domain/playbook/playbook';
import type { PlaybookPlan } from '#shared/domain/playbook/playbook-plan';
import { bearingOf, checksToAccept, isBlocking } from '#shared/domain/playbook/preflight';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { describeError } from '../../../components/describe-error';
import { StateBadge } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { Toolbar } from '../../../components/toolbar';
import { StartDecision, type StartOptions } from '../../../rollouts/start-decision';
import type { NodePlan } from '../../../rollouts/use-plans';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useHostNames } from '../../../stores/fleet-store';
import { SudoNotice } from '../../../sudo/sudo-notice';
import { GroupPlan } from './group-plan';
import { dangersOf, planGroups } from './plan-groups';
import { PlanMatrix } from './plan-matrix';
import classes from './plans.module.css';
import { PreflightView, usePreflight } from './preflight-view';

interface PlanStageProps {
  info: PlaybookInfo;
  title: ReactNode;
  plans: ReadonlyMap<string, NodePlan<PlaybookPlan>>;
  onBack: () => void;
  onPlanAgain: () => void;
}

/** What would be done on all chosen nodes, those that are the same folded together, and the decision. */
export function PlanStage({ info, title, plans, onBack, onPlanAgain }: PlanStageProps) {
  const { t, localized } = useWords();
  const hostName = useHostNames();
  const all = [...plans];
  const planned = all.filter(([, { state }]) => state !== 'waiting' && state !== 'planning').length;
  const isPlanning = planned < all.length;
  const made = all.flatMap(([, node]) => ('plan' in node ? [node.plan] : []));
  const failed = all.flatMap(([hostId, node]) => (node.state === 'failed' ? [{ hostId, error: node.error }] : []));
  const groups = planGroups(made);
  /** The group of this node is open; its first one stands for it, as groups grow while nodes are planned. */
  const [openId, setOpenId] = useState<string | null>(null);
  /** How often the nodes were read. */
  const [round, setRound] = useState(0);
  const preflight = usePreflight(
    all.map(([hostId]) => hostId),
    info.id,
    isPlanning ? null : made.map(({ id }) => id),
  );
  const looked = preflight.data ?? [];
  const unfit = new Set(looked.filter(isBlocking).map(({ hostId }) => hostId));
  const ready = all.flatMap(([hostId, node]) => (node.state === 'ready' && !unfit.has(hostId) ? [node.plan] : []));
  const beginning = looked.filter((one) => ready.some(({ hostId }) => hostId === one.hostId));
  const toAccept = checksToAccept(beginning);
  const titles = beginning.flatMap(({ checks }) => checks.filter((check) => bearingOf(check) === 'to-accept'));
  const toAcceptWords = toAccept.map((id) => {
    const title = titles.find((check) => check.id === id)?.title;
    return title ? localized(title) : id;
  });
  const open = groups.find((group) => group.some(({ hostId }) => hostId === openId)) ?? groups[0];
  function planAgain() {
    setRound((count) => count + 1);
    onPlanAgain();
  }
  const begin = useCall(async (_signal, options: StartOptions) => {
    const confirmed = ready.map(({ id, fingerprint }) => ({ planId: id, fingerprint }));
    const { id } = await engine.playbooks.start({ plans: confirmed, ...options, accepted: toAccept });
    navigate({ screen: 'setup', rolloutId: id }, { replace: true });
  });
  return (
    <>
      <Toolbar title={title} info={t('setupScreen.nothingChanged')} />
      <div className={classes.body}>
        <div className={classes.column}>
          {isPlanning && (
            <div role="status">
              <div className="dim">{t('rollouts.planning', { done: planned, total: all.length })}</div>
              <Progress value={(100 * planned) / all.length} aria-label={t('rollouts.plan')} />
            </div>
          )}
          <SudoNotice hostIds={all.map(([hostId]) => hostId)} onGiven={planAgain} />
          {failed.length > 0 && <NoPlans failed={failed} />}
          {groups.length > 1 && open && (
            <PlanMatrix groups={groups} open={open} onOpen={([first]) => setOpenId(first.hostId)} />
          )}
          {open && <GroupPlan key={open[0].hostId} info={info} group={open} round={round} onPlanAgain={planAgain} />}
          <PreflightView query={preflight} />
          {!isPlanning && ready.length === 0 && made.length > 0 && (
            <StatePanel
              tone={made.every(({ isAlreadyDone }) => isAlreadyDone) ? 'info' : 'warn'}
              variant="inline"
              title={t(
                made.every(({ isAlreadyDone }) => isAlreadyDone) ? 'setupScreen.allDone' : 'setupScreen.noneReady',
              )}
            />
          )}
          {unfit.size > 0 && (
            <StatePanel
              tone="denied"
              variant="inline"
              title={t('setupScreen.preflight.unfit', { hosts: [...unfit].map(hostName).join(', ') })}
            />
          )}
          {!isPlanning && ready.length > 0 && ready.length < all.length && (
            <p className="dim">{t('setupScreen.others', { count: all.length - ready.length })}</p>
          )}
          <StartDecision
            hostIds={ready.map(({ hostId }) => hostId)}
            expiresAtMs={Math.min(...ready.map(({ expiresAtMs }) => expiresAtMs))}
            isPlanning={isPlanning || preflight.data === undefined}
            toAccept={
              toAcceptWords.length > 0 ? t('setupScreen.preflight.accept', { checks: toAcceptWords.join(', ') }) : null
            }
            {...dangersOf(ready)}
            incidentId={null}
            isStarting={begin.isRunning}
            error={begin.error}
            onStart={(options) => void begin.run(options)}
            onPlanAgain={planAgain}
            back={
              <Button variant="subtle" color="gray" onClick={onBack} disabled={begin.isRunning}>
                {t('setupScreen.change')}
              </Button>
            }
          />
        </div>
      </div>
    </>
  );
}

/** Nodes that could not be asked. */
function NoPlans({ failed }: { failed: ReadonlyArray<{ hostId: string; error: unknown }> }) {
  const words = useWords();
  const hostName = useHostNames();
  return (
    <ul className={classes.list}>
      {failed.map(({ hostId, error }) => {
        const { title, detail } = describeError(error, words);
        return (
          <li key={hostId}>
            <div className={classes.row}>
              <strong>{hostName(hostId)}</strong>
              <StateBadge tone="bad" variant="plain">
                {words.t('rollouts.planState.failed')}
              </StateBadge>
            </div>
            <div className={`${classes.words} dim`}>{detail ? `${title}: ${detail}` : title}</div>
          </li>
        );
      })}
    </ul>
  );
}
