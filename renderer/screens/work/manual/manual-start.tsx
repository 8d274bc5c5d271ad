import { Autocomplete, Button, Checkbox, Select, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import type { ManualPlan } from '#shared/domain/manual/manual-work';
import { IncidentChoice, type RecordIn } from '../../../actions/incident-choice';
import { PlanChecks } from '../../../actions/plan-checks';
import { useManualProcedures } from '../../../actions/use-action-titles';
import { useWords } from '../../../app/i18n';
import { navigate, type Route } from '../../../app/router';
import { CodeWords } from '../../../components/code-words';
import { ErrorView } from '../../../components/error-view';
import { StatePanel } from '../../../components/state-panel';
import { LoadingLines, StateView } from '../../../components/state-view';
import { Toolbar } from '../../../components/toolbar';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useQuery } from '../../../rpc/use-query';
import { useFleet, useHostName } from '../../../stores/fleet-store';
import { useOpenIncidents } from '../../../stores/open-incidents';
import { useIsReplaying } from '../../../stores/replay-store';
import classes from '../work.module.css';
import { ProcedureFacts, StepWords } from './procedure-facts';

/** What, on which node and part; then how the node is and what will have to be done, and the decision. */
export function ManualStart({ route }: { route: Extract<Route, { screen: 'work' }> }) {
  const { t, localized } = useWords();
  const procedures = useManualProcedures();
  const hosts = useFleet((state) => state.hosts);
  const [procedureId, setProcedureId] = useState<string | null>(route.subject ?? null);
  const [hostId, setHostId] = useState<string | null>(route.hostIds?.split(',')[0] ?? null);
  const [target, setTarget] = useState(route.target ?? '');
  const hostName = useHostName(hostId ?? '');
  const procedure = procedures.data?.find(({ id }) => id === procedureId);
  const wantsPart = procedure?.part !== null && procedure !== undefined;
  const targets = useQuery(wantsPart && hostId ? `manual.targets ${procedureId} ${hostId}` : null, (signal) =>
    engine.manual.targets({ procedureId: procedureId ?? '', hostId: hostId ?? '' }, { signal }),
  );
  const plan = useCall((signal) =>
    engine.manual.plan(
      { procedureId: procedureId ?? '', hostId: hostId ?? '', target: target.trim() || null },
      { signal },
    ),
  );
  const change = <T,>(set: (value: T) => void) => {
    return (value: T) => {
      plan.reset();
      set(value);
    };
  };
  const nodes = [...(hosts?.values() ?? [])].filter(({ spec }) => spec.kind !== 'bundle');
  return (
    <>
      <Toolbar title={t('manualWork.new')}>
        <Button variant="default" onClick={() => navigate({ screen: 'work', section: 'manual' })}>
          {t('manualWork.back')}
        </Button>
      </Toolbar>
      <div className={classes.body}>
        <StateView query={procedures}>
          {(list) => (
            <div className={classes.column}>
              <Select
                label={t('manualWork.procedure')}
                data={list.map(({ id, title }) => ({ value: id, label: localized(title) }))}
                value={procedureId}
                searchable
                onChange={change(setProcedureId)}
              />
              {procedure && <ProcedureFacts procedure={procedure} />}
              <Select
                label={t('manualWork.node')}
                placeholder={t('manualWork.chooseNode')}
                data={nodes.map(({ spec }) => ({ value: spec.id, label: spec.name }))}
                value={hostId}
                searchable
                onChange={change(setHostId)}
              />
              {wantsPart && hostId && (
                <Autocomplete
                  label={t('manualWork.target')}
                  description={t('manualWork.targetHelp')}
                  data={(targets.data ?? []).map(({ slot }) => slot)}
                  value={target}
                  maxLength={120}
                  renderOption={({ option }) => {
                    const part = targets.data?.find(({ slot }) => slot === option.value);
                    return (
                      <span>
                        <code>{option.value}</code>{' '}
                        <span className="dim">{[part?.model, part?.identity].filter(Boolean).join(' · ')}</span>
                      </span>
                    );
                  }}
                  onChange={change(setTarget)}
                />
              )}
              {!plan.result && (
                <div className={classes.row}>
                  <Button
                    disabled={!procedure || !hostId || (wantsPart && target.trim() === '')}
                    loading={plan.isRunning}
                    onClick={() => void plan.run()}
                  >
                    {t('manualWork.showPlan')}
                  </Button>
                  {plan.isRunning && (
                    <span className="dim" role="status">
                      {t('manualWork.looking', { host: hostName })}
                    </span>
                  )}
                </div>
              )}
              {Boolean(plan.error) && <ErrorView error={plan.error} onRetry={() => void plan.run()} variant="inline" />}
              {plan.isRunning && <LoadingLines lines={3} />}
              {plan.result && !plan.isRunning && (
                <Confirm
                  plan={plan.result}
                  hostName={hostName}
                  incidentId={route.incidentId ?? null}
                  onPlanAgain={() => void plan.run()}
                />
              )}
            </div>
          )}
        </StateView>
      </div>
    </>
  );
}

interface ConfirmProps {
  plan: ManualPlan;
  hostName: string;
  incidentId: string | null;
  onPlanAgain: () => void;
}

function Confirm({ plan, hostName, incidentId, onPlanAgain }: ConfirmProps) {
  const { t, localized } = useWords();
  const isReplaying = useIsReplaying();
  const incidents = useOpenIncidents(plan.hostId);
  const [recordIn, setRecordIn] = useState<RecordIn>(incidentId === null ? 'new' : { incidentId });
  /** Kept, so that starting anew after a conflict opens no second one. */
  const openedIncidentId = useRef<string | null>(null);
  const [isUnderstood, setUnderstood] = useState(false);
  const start = useCall(async (_signal) => {
    if (recordIn === 'new' && openedIncidentId.current === null) {
      const title = `${localized(plan.procedure.title)} · ${hostName}`.slice(0, 200);
      openedIncidentId.current = (await engine.incidents.open({ title, hostId: plan.hostId })).id;
    }
    const chosen = recordIn === 'new' ? openedIncidentId.current : (recordIn?.incidentId ?? null);
    const work = await engine.manual.start({
      planId: plan.id,
      fingerprint: plan.fingerprint,
      ...(chosen === null ? {} : { incidentId: chosen }),
    });
    navigate({ screen: 'work', section: 'manual', workId: work.id }, { replace: true });
  });
  return (
    <>
      <PlanChecks checks={plan.checks} />
      <section>
        <h2 className={classes.label}>{t('manualWork.steps')}</h2>
        <ol className={classes.list}>
          {plan.procedure.steps.map((step) => (
            <li key={step.id}>
              <div>{localized(step.title)}</div>
              <StepWords step={step} />
            </li>
          ))}
        </ol>
      </section>
      <section>
        <h2 className={classes.label}>{t('manualWork.verification')}</h2>
        <Text>
          <CodeWords text={localized(plan.procedure.verification)} />
        </Text>
      </section>
      {plan.isBlocked ? (
        <StatePanel tone="warn" variant="inline" title={t('manualWork.blocked')}>
          <Button variant="default" onClick={onPlanAgain}>
            {t('manualWork.showPlan')}
          </Button>
        </StatePanel>
      ) : (
        <>
          <IncidentChoice incidents={incidents} canOpenNew value={recordIn} onChange={setRecordIn} />
          {Boolean(start.error) && <ErrorView error={start.error} onRetry={onPlanAgain} variant="inline" />}
          <div className={classes.foot}>
            <Checkbox
              label={t('manualWork.understood', { host: hostName })}
              checked={isUnderstood}
              onChange={(event) => setUnderstood(event.currentTarget.checked)}
            />
            <Button
              disabled={!isUnderstood || isReplaying}
              title={isReplaying ? t('replay.noActions') : undefined}
              loading={start.isRunning}
              onClick={() => void start.run()}
            >
              {t('manualWork.start', { host: hostName })}
            </Button>
          </div>
        </>
      )}
    </>
  );
}
