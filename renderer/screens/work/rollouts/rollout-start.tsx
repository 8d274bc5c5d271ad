import { Button, MultiSelect, Progress, Select } from '@mantine/core';
import { useRef, useState } from 'react';
import type { ActionInfo, ActionPlan } from '#shared/domain/action';
import { useActionInfos } from '../../../actions/use-action-titles';
import { useWords } from '../../../app/i18n';
import { navigate, type Route } from '../../../app/router';
import { describeError } from '../../../components/describe-error';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { StateView } from '../../../components/state-view';
import { Toolbar } from '../../../components/toolbar';
import { focusFirstProblem } from '../../../forms/focus-fields';
import { FormFields } from '../../../forms/form-fields';
import { useDrafts } from '../../../forms/use-drafts';
import { doingOf, groupsBy } from '../../../rollouts/plan-groups';
import { StartDecision, type StartOptions } from '../../../rollouts/start-decision';
import { type NodePlan, usePlans } from '../../../rollouts/use-plans';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useFleet, useHostNames } from '../../../stores/fleet-store';
import classes from '../work.module.css';
import { PlanGroupView } from './plan-group-view';

/** Nodes, action and parameters once; then what would be done on each, and the decision. */
export function RolloutStart({ route }: { route: Extract<Route, { screen: 'work' }> }) {
  const { t, localized } = useWords();
  const infos = useActionInfos();
  const hosts = useFleet((state) => state.hosts);
  const [actionId, setActionId] = useState<string | null>(route.subject ?? null);
  const [hostIds, setHostIds] = useState<string[]>(() => route.hostIds?.split(',').filter(Boolean) ?? []);
  const { plans, start, reset } = usePlans<ActionPlan>((hostId, parameters, signal) =>
    engine.actions.plan({ actionId: actionId ?? '', hostId, parameters: { ...parameters } }, { signal }),
  );
  const last = useRef<Readonly<Record<string, unknown>>>({});
  const nodes = [...(hosts?.values() ?? [])].filter(({ spec }) => spec.kind !== 'bundle');
  const info = infos.data?.find(({ id }) => id === actionId);
  return (
    <>
      <Toolbar title={t('rollouts.new')}>
        <Button variant="default" onClick={() => navigate({ screen: 'work', section: 'rollouts' })}>
          {t('rollouts.back')}
        </Button>
      </Toolbar>
      <div className={classes.body}>
        <StateView query={infos}>
          {(list) =>
            plans.size === 0 || actionId === null ? (
              <div className={classes.column}>
                <Select
                  label={t('rollouts.action')}
                  data={list.map(({ id, title, ownFile }) => ({
                    value: id,
                    label: ownFile === undefined ? localized(title) : t('rollouts.own', { action: localized(title) }),
                  }))}
                  value={actionId}
                  searchable
                  onChange={setActionId}
                />
                <MultiSelect
                  label={t('rollouts.nodesLabel')}
                  placeholder={t('rollouts.nodesPlaceholder')}
                  data={nodes.map(({ spec }) => ({ value: spec.id, label: spec.name }))}
                  value={hostIds}
                  searchable
                  hidePickedOptions
                  onChange={setHostIds}
                />
                {info && (
                  <Parameters
                    key={info.id}
                    info={info}
                    given={last.current}
                    hostIds={hostIds}
                    onSubmit={(parameters) => {
                      last.current = parameters;
                      start(hostIds, parameters);
                    }}
                  />
                )}
              </div>
            ) : (
              <Plans
                plans={plans}
                incidentId={route.incidentId ?? null}
                isDisruptive={info?.interruptsJobs ?? true}
                onBack={reset}
                onPlanAgain={() => start(hostIds, last.current)}
              />
            )
          }
        </StateView>
      </div>
    </>
  );
}

interface ParametersProps {
  info: ActionInfo;
  given: Readonly<Record<string, unknown>>;
  hostIds: readonly string[];
  onSubmit: (parameters: Readonly<Record<string, unknown>>) => void;
}

function Parameters({ info, given, hostIds, onSubmit }: ParametersProps) {
  const { t, localized } = useWords();
  const form = useDrafts(info.parameters, given);
  return (
    <form
      className={classes.column}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const answers = form.submit();
        if (answers) onSubmit(Object.fromEntries(Object.entries(answers).filter(([, value]) => value !== null)));
        else focusFirstProblem(event.currentTarget);
      }}
    >
      <span className="dim">{localized(info.description)}</span>
      <FormFields
        fields={info.parameters}
        drafts={form.drafts}
        problems={form.problems}
        canBeUnknown={false}
        // GPUs are chosen from a list where they are those of one node.
        hostId={hostIds.length === 1 ? hostIds[0] : undefined}
        onChange={form.change}
      />
      <div>
        <Button type="submit" disabled={hostIds.length === 0}>
          {t('rollouts.plan')}
        </Button>
      </div>
    </form>
  );
}

const tones: Record<NodePlan<ActionPlan>['state'], Tone> = {
  waiting: 'unknown',
  planning: 'info',
  ready: 'ok',
  blocked: 'warn',
  done: 'ok',
  failed: 'bad',
};

interface PlansProps {
  plans: ReadonlyMap<string, NodePlan<ActionPlan>>;
  incidentId: string | null;
  isDisruptive: boolean;
  onBack: () => void;
  onPlanAgain: () => void;
}

function Plans({ plans, incidentId, isDisruptive, onBack, onPlanAgain }: PlansProps) {
  const words = useWords();
  const { t, localized } = words;
  const hostName = useHostNames();
  const all = [...plans];
  const planned = all.filter(([, { state }]) => state !== 'waiting' && state !== 'planning').length;
  const isPlanning = planned < all.length;
  const ready = all.flatMap(([, node]) => (node.state === 'ready' ? [node.plan] : []));
  const others = all.filter(([, { state }]) => state === 'blocked' || state === 'done' || state === 'failed');
  const begin = useCall(async (_signal, options: StartOptions) => {
    const confirmed = ready.map(({ id, fingerprint }) => ({ planId: id, fingerprint }));
    const { id } = await engine.actions.roll({ plans: confirmed, ...options });
    navigate({ screen: 'work', section: 'rollouts', rolloutId: id }, { replace: true });
  });
  const reasonOf = (node: NodePlan<ActionPlan>): string => {
    if (node.state === 'failed') {
      const { title, detail } = describeError(node.error, words);
      return detail ? `${title}: ${detail}` : title;
    }
    if (node.state !== 'blocked') return '';
    const failed = node.plan.checks.filter(({ outcome }) => outcome === 'fail' || outcome === 'unknown');
    return failed.map(({ detail }) => localized(detail)).join('\n');
  };
  return (
    <div className={classes.column}>
      {isPlanning && (
        <div role="status">
          <div className="dim">{t('rollouts.planning', { done: planned, total: all.length })}</div>
          <Progress value={(100 * planned) / all.length} aria-label={t('rollouts.plan')} />
        </div>
      )}
      {groupsBy(ready, doingOf).map((same, index) => (
        <PlanGroupView key={same[0].id} plans={same} isFirst={index === 0} hostName={hostName} />
      ))}
      {others.length > 0 && (
        <section>
          <h2 className={classes.label}>{t('rollouts.leftOut', { count: others.length })}</h2>
          <ul className={classes.list}>
            {others.map(([hostId, node]) => (
              <li key={hostId}>
                <div className={classes.row}>
                  <strong>{hostName(hostId)}</strong>
                  <StateBadge tone={tones[node.state]} variant="plain">
                    {t(`rollouts.planState.${node.state}`)}
                  </StateBadge>
                </div>
                <div className={`${classes.words} dim`}>{reasonOf(node)}</div>
              </li>
            ))}
          </ul>
        </section>
      )}
      {!isPlanning && ready.length === 0 && <StatePanel tone="info" variant="inline" title={t('rollouts.nothing')} />}
      <StartDecision
        hostIds={ready.map(({ hostId }) => hostId)}
        expiresAtMs={Math.min(...ready.map(({ expiresAtMs }) => expiresAtMs))}
        isPlanning={isPlanning}
        isDisruptive={isDisruptive}
        isDestructive={ready.some(({ risk }) => risk === 'destructive')}
        incidentId={incidentId}
        isStarting={begin.isRunning}
        error={begin.error}
        onStart={(options) => void begin.run(options)}
        onPlanAgain={onPlanAgain}
        back={
          <Button variant="subtle" color="gray" onClick={onBack} disabled={begin.isRunning}>
            {t('rollouts.parameters')}
          </Button>
        }
      />
    </div>
  );
}
