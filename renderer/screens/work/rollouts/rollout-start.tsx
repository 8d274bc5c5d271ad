import { Button, Checkbox, MultiSelect, NumberInput, Progress, Select } from '@mantine/core';
import { useRef, useState } from 'react';
import type { ActionInfo } from '#shared/domain/action';
import { IncidentChoice, type RecordIn } from '../../../actions/incident-choice';
import { useActionInfos } from '../../../actions/use-action-titles';
import { useWords } from '../../../app/i18n';
import { navigate, type Route } from '../../../app/router';
import { describeError } from '../../../components/describe-error';
import { ErrorView } from '../../../components/error-view';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { StateView } from '../../../components/state-view';
import { Toolbar } from '../../../components/toolbar';
import { useNow } from '../../../components/use-now';
import { focusFirstProblem } from '../../../forms/focus-fields';
import { FormFields } from '../../../forms/form-fields';
import { useDrafts } from '../../../forms/use-drafts';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useFleet, useHostNames } from '../../../stores/fleet-store';
import { useOpenIncidents } from '../../../stores/open-incidents';
import { useIsReplaying } from '../../../stores/replay-store';
import classes from '../work.module.css';
import { PlanGroupView } from './plan-group-view';
import { planGroups } from './plan-groups';
import { type NodePlan, usePlans } from './use-plans';

/** Nodes, action and parameters once; then what would be done on each, and the decision. */
export function RolloutStart({ route }: { route: Extract<Route, { screen: 'work' }> }) {
  const { t, localized } = useWords();
  const infos = useActionInfos();
  const hosts = useFleet((state) => state.hosts);
  const [actionId, setActionId] = useState<string | null>(route.subject ?? null);
  const [hostIds, setHostIds] = useState<string[]>(() => route.hostIds?.split(',').filter(Boolean) ?? []);
  const { plans, start, reset } = usePlans();
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
                      start(info.id, hostIds, parameters);
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
                onPlanAgain={() => start(actionId, hostIds, last.current)}
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

const tones: Record<NodePlan['state'], Tone> = {
  waiting: 'unknown',
  planning: 'info',
  ready: 'ok',
  blocked: 'warn',
  done: 'ok',
  failed: 'bad',
};

interface PlansProps {
  plans: ReadonlyMap<string, NodePlan>;
  incidentId: string | null;
  isDisruptive: boolean;
  onBack: () => void;
  onPlanAgain: () => void;
}

function Plans({ plans, incidentId, isDisruptive, onBack, onPlanAgain }: PlansProps) {
  const words = useWords();
  const { t, localized } = words;
  const hostName = useHostNames();
  const isReplaying = useIsReplaying();
  const now = useNow();
  const [batchSize, setBatchSize] = useState<number>(1);
  const [isUnderstood, setUnderstood] = useState(false);
  const [recordIn, setRecordIn] = useState<RecordIn>(incidentId === null ? null : { incidentId });
  const incidents = useOpenIncidents([...plans.keys()][0] ?? '');
  const all = [...plans];
  const planned = all.filter(([, { state }]) => state !== 'waiting' && state !== 'planning').length;
  const isPlanning = planned < all.length;
  const ready = all.flatMap(([, node]) => (node.state === 'ready' ? [node.plan] : []));
  const others = all.filter(([, { state }]) => state === 'blocked' || state === 'done' || state === 'failed');
  const isExpired = ready.some(({ expiresAtMs }) => now >= expiresAtMs);
  const begin = useCall(async () => {
    const confirmed = ready.map(({ id, fingerprint }) => ({ planId: id, fingerprint }));
    const chosen = typeof recordIn === 'object' && recordIn !== null ? { incidentId: recordIn.incidentId } : {};
    const { id } = await engine.actions.roll({ plans: confirmed, batchSize, ...chosen });
    navigate({ screen: 'work', section: 'rollouts', rolloutId: id }, { replace: true });
  });
  const reasonOf = (node: NodePlan): string => {
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
      {planGroups(ready).map(({ plans: same }, index) => (
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
      {isExpired && <StatePanel tone="warn" variant="inline" title={t('rollouts.expired')} />}
      {Boolean(begin.error) && <ErrorView error={begin.error} variant="inline" />}
      {ready.length > 0 && (
        <NumberInput
          label={t('rollouts.batch')}
          description={t('rollouts.batchHelp')}
          w={260}
          min={1}
          max={Math.min(100, ready.length)}
          allowDecimal={false}
          clampBehavior="strict"
          value={batchSize}
          onChange={(value) => setBatchSize(typeof value === 'number' && value >= 1 ? value : 1)}
        />
      )}
      {ready.length > 0 && (
        <IncidentChoice incidents={incidents} canOpenNew={false} value={recordIn} onChange={setRecordIn} />
      )}
      <div className={classes.foot}>
        {ready.length > 0 && isDisruptive ? (
          <Checkbox
            label={t('rollouts.understood')}
            checked={isUnderstood}
            onChange={(event) => setUnderstood(event.currentTarget.checked)}
          />
        ) : (
          <span />
        )}
        <Button variant="subtle" color="gray" onClick={onBack} disabled={begin.isRunning}>
          {t('rollouts.parameters')}
        </Button>
        <Button variant="default" onClick={onPlanAgain} disabled={begin.isRunning || isPlanning}>
          {t('rollouts.planAgain')}
        </Button>
        <Button
          disabled={isPlanning || isExpired || ready.length === 0 || isReplaying || (isDisruptive && !isUnderstood)}
          title={isReplaying ? t('replay.noActions') : undefined}
          loading={begin.isRunning}
          onClick={() => void begin.run()}
        >
          {t('rollouts.start', { count: ready.length })}
        </Button>
      </div>
    </div>
  );
}
