import { Button, Loader, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { ActionInfo, ActionRun } from '#shared/domain/action';
import type { LocalizedText } from '#shared/domain/text';
import { useWords } from '../app/i18n';
import { ErrorView } from '../components/error-view';
import { fieldProblem, initialDrafts } from '../forms/drafts';
import classes from './action-dialog.module.css';
import { ParametersView } from './parameters-view';
import { PlanView } from './plan-view';
import { RunView } from './run-view';
import { type NewIncident, useActionFlow } from './use-action-flow';

export interface ActionStepsProps {
  info: ActionInfo;
  hostName: string;
  hostId: string;
  /** What a finding filled in already; the rest is asked. */
  parameters: Readonly<Record<string, unknown>>;
  why?: LocalizedText | null;
  incidentId?: string | null;
  /** Offers to record the action in a new incident that starts with this diagnosis. */
  newIncident?: NewIncident | null;
  onDidFinish?: (run: ActionRun) => void;
  /** Offers to diagnose again once the action has ended. */
  onAgain?: () => void;
  onClose: () => void;
}

/** Where the dialog is: asking, planning, showing the plan, or showing what became of it. */
export function ActionSteps(props: ActionStepsProps) {
  const {
    info,
    hostName,
    hostId,
    parameters,
    why,
    incidentId,
    newIncident = null,
    onDidFinish,
    onAgain,
    onClose,
  } = props;
  const { t, localized } = useWords();
  const title = t('actionDialog.title', { action: localized(info.title), host: hostName });
  const flow = useActionFlow({ actionId: info.id, hostId, title, newIncident, onDidFinish });
  const [values, setValues] = useState(parameters);
  const [isAsking, setAsking] = useState(() => !isComplete(info, parameters));

  const planNow = useRef(flow.plan.run);
  planNow.current = flow.plan.run;
  const isCompleteAtFirst = useRef(!isAsking);
  const firstParameters = useRef(parameters);
  useEffect(() => {
    if (isCompleteAtFirst.current) void planNow.current(firstParameters.current);
  }, []);

  if (flow.run) return <RunView flow={flow} run={flow.run} onAgain={onAgain ?? null} onClose={onClose} />;
  if (isAsking) {
    return (
      <ParametersView
        info={info}
        hostId={hostId}
        given={values}
        onCancel={onClose}
        onSubmit={(answers) => {
          setValues(answers);
          setAsking(false);
          void flow.plan.run(answers);
        }}
      />
    );
  }
  if (flow.plan.isRunning || (!flow.plan.result && !flow.plan.error)) {
    return (
      <div role="status" className={classes.planning}>
        <Loader size="sm" />
        <Text>{t('actionDialog.planning', { host: hostName })}</Text>
        <Button variant="default" onClick={onClose}>
          {t('actionDialog.cancel')}
        </Button>
      </div>
    );
  }
  if (!flow.plan.result) {
    return (
      <>
        <ErrorView error={flow.plan.error} onRetry={() => void flow.plan.run(values)} variant="inline" />
        <div className={classes.buttons}>
          {info.parameters.length > 0 && (
            <Button variant="default" onClick={() => setAsking(true)}>
              {t('actionDialog.changeParameters')}
            </Button>
          )}
          <Button variant="default" onClick={onClose}>
            {t('actionDialog.close')}
          </Button>
        </div>
      </>
    );
  }
  return (
    <PlanView
      plan={flow.plan.result}
      hostName={hostName}
      why={why ?? null}
      incidentId={incidentId ?? null}
      canOpenIncident={newIncident !== null}
      isStarting={flow.command.isRunning}
      startError={flow.command.error}
      onApply={(recordIn) => flow.plan.result && flow.apply(flow.plan.result, recordIn)}
      onPlanAgain={() => {
        flow.command.reset();
        void flow.plan.run(values);
      }}
      onChangeParameters={info.parameters.length > 0 ? () => setAsking(true) : null}
      onCancel={onClose}
    />
  );
}

/** Whether the parameters that came with the suggestion leave nothing to ask. */
function isComplete(info: ActionInfo, parameters: Readonly<Record<string, unknown>>): boolean {
  const drafts = initialDrafts(info.parameters, parameters);
  return info.parameters.every((field) => {
    const draft = drafts[field.name];
    const isGiven = parameters[field.name] !== undefined || !field.isRequired;
    return isGiven && draft !== undefined && !draft.isUnknown && fieldProblem(field, draft) === null;
  });
}
