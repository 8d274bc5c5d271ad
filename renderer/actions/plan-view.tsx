import { Alert, Button, Checkbox, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconBolt, IconKey } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { ActionPlan } from '#shared/domain/action';
import type { LocalizedText } from '#shared/domain/text';
import { useWords } from '../app/i18n';
import { ErrorView } from '../components/error-view';
import { StateBadge, type Tone } from '../components/state-badge';
import { StatePanel } from '../components/state-panel';
import { Ago } from '../components/time';
import { useNow } from '../components/use-now';
import { useOpenIncidents } from '../stores/open-incidents';
import { useIsReplaying } from '../stores/replay-store';
import { SudoNotice } from '../sudo/sudo-notice';
import classes from './action-dialog.module.css';
import { IncidentChoice, type RecordIn } from './incident-choice';
import { PlanChecks } from './plan-checks';
import { PlanValues } from './plan-values';
import { PlannedStepView } from './planned-step';

interface PlanViewProps {
  plan: ActionPlan;
  hostName: string;
  why: LocalizedText | null;
  incidentId: string | null;
  /** A new incident can be opened for it: there is a diagnosis behind the action. */
  canOpenIncident: boolean;
  isStarting: boolean;
  startError: unknown;
  onApply: (recordIn: RecordIn) => void;
  onPlanAgain: () => void;
  /** Null when the action has no parameters. */
  onChangeParameters: (() => void) | null;
  onCancel: () => void;
}

const riskTones: Record<ActionPlan['risk'], Tone> = {
  'read-only': 'ok',
  reversible: 'info',
  disruptive: 'warn',
  destructive: 'bad',
};

/** What would happen, exactly, and the decision to let it happen. */
export function PlanView(props: PlanViewProps) {
  const { plan, hostName, why, isStarting, startError, onPlanAgain } = props;
  const { t, localized } = useWords();
  const isExpired = useNow() >= plan.expiresAtMs;
  const canApply = !plan.isBlocked && !plan.isAlreadyDone && !isExpired;
  return (
    <div className={classes.view}>
      {why && <Text className={classes.words}>{localized(why)}</Text>}
      <PlanFacts plan={plan} />
      {plan.isAlreadyDone ? (
        <StatePanel tone="info" variant="inline" title={t('actionDialog.alreadyDone')} />
      ) : plan.isBlocked ? (
        <StatePanel tone="warn" variant="inline" title={t('actionDialog.blocked')} />
      ) : (
        // Where applying failed, the error says how far it came.
        !startError && <Text c="dimmed">{t('actionDialog.nothingChangedYet', { host: hostName })}</Text>
      )}
      {plan.needsRoot && <SudoNotice hostIds={[plan.hostId]} onGiven={onPlanAgain} />}
      {plan.isBlocked && plan.checks.length > 0 && <PlanChecks checks={plan.checks} />}
      {plan.values && plan.values.length > 0 && <PlanValues values={plan.values} />}
      <section>
        <h3 className={classes.label}>{t('actionDialog.steps')}</h3>
        {plan.steps.length === 0 && <Text c="dimmed">{t('actionDialog.noSteps')}</Text>}
        <ol className={classes.steps}>
          {plan.steps.map((step) => (
            <li key={step.id}>
              <PlannedStepView step={step} />
            </li>
          ))}
        </ol>
      </section>
      {!plan.isBlocked && plan.checks.length > 0 && <PlanChecks checks={plan.checks} />}
      {plan.steps.length > 0 && <Afterwards plan={plan} />}
      {isExpired && !plan.isAlreadyDone && (
        <StatePanel tone="warn" variant="inline" title={t('actionDialog.expired')} />
      )}
      {Boolean(startError) && <ErrorView error={startError} variant="inline" />}
      {canApply && !startError ? (
        <Decision {...props} />
      ) : (
        <div className={classes.buttons}>
          {props.onChangeParameters && (
            <Button variant="subtle" color="gray" onClick={props.onChangeParameters} disabled={isStarting}>
              {t('actionDialog.changeParameters')}
            </Button>
          )}
          <Button variant="default" onClick={props.onCancel}>
            {t('actionDialog.close')}
          </Button>
          <Button onClick={onPlanAgain} disabled={isStarting}>
            {t('actionDialog.planAgain')}
          </Button>
        </div>
      )}
    </div>
  );
}

function Afterwards({ plan }: { plan: ActionPlan }) {
  const { t, localized } = useWords();
  return (
    <>
      <section>
        <h3 className={classes.label}>{t('actionDialog.verification')}</h3>
        <Text className={classes.words}>{localized(plan.verification)}</Text>
      </section>
      <section>
        <h3 className={classes.label}>{t('actionDialog.undo')}</h3>
        {plan.undo ? (
          <Text className={classes.words}>{localized(plan.undo)}</Text>
        ) : (
          <Text className={classes.noUndo}>
            <IconAlertTriangle size={14} aria-hidden /> {t('actionDialog.noUndo')}
          </Text>
        )}
      </section>
    </>
  );
}

function PlanFacts({ plan }: { plan: ActionPlan }) {
  const { t } = useWords();
  return (
    <div className={classes.facts}>
      <StateBadge tone={riskTones[plan.risk]}>{t(`actionDialog.risk.${plan.risk}`)}</StateBadge>
      <StateBadge tone={plan.needsRoot ? 'warn' : 'unknown'} icon={IconKey} variant={plan.needsRoot ? 'tint' : 'plain'}>
        {t(plan.needsRoot ? 'actionDialog.needsRoot' : 'actionDialog.noRoot')}
      </StateBadge>
      <StateBadge
        tone={plan.interruptsJobs ? 'warn' : 'unknown'}
        icon={IconBolt}
        variant={plan.interruptsJobs ? 'tint' : 'plain'}
      >
        {t(plan.interruptsJobs ? 'actionDialog.interruptsJobs' : 'actionDialog.noInterruption')}
      </StateBadge>
      <span className={`dim small ${classes.age}`}>
        <Ago atMs={plan.createdAtMs} />
      </span>
    </div>
  );
}

/** Cancel has the focus; a plan that interrupts or destroys something takes a deliberate act more. */
function Decision(props: PlanViewProps) {
  const { plan, hostName, incidentId, canOpenIncident, isStarting, onApply, onChangeParameters, onCancel } = props;
  const { t } = useWords();
  const [isUnderstood, setUnderstood] = useState(false);
  const [typed, setTyped] = useState('');
  const [chosenRecord, setChosenRecord] = useState<RecordIn | undefined>(undefined);
  const incidents = useOpenIncidents(plan.hostId);
  const cancelButton = useRef<HTMLButtonElement>(null);
  useEffect(() => cancelButton.current?.focus({ preventScroll: true }), []);

  const needsTyping = plan.risk === 'destructive';
  const needsTick = !needsTyping && (plan.risk === 'disruptive' || plan.interruptsJobs);
  // What interrupts or destroys something goes on record unless the user decides otherwise.
  const ofHost = incidents.find((incident) => incident.id === incidentId || incident.hostIds.includes(plan.hostId));
  const natural = ofHost ? { incidentId: ofHost.id } : canOpenIncident && (needsTick || needsTyping) ? 'new' : null;
  const recordIn = chosenRecord === undefined ? natural : chosenRecord;
  const isReplaying = useIsReplaying();
  const isConfirmed = needsTyping ? typed.trim() === hostName : !needsTick || isUnderstood;
  return (
    <>
      <IncidentChoice incidents={incidents} canOpenNew={canOpenIncident} value={recordIn} onChange={setChosenRecord} />
      <div className={classes.decision}>
        {isReplaying && <StatePanel tone="denied" variant="inline" title={t('replay.noActions')} />}
        {needsTick && (
          <Checkbox
            label={t('actionDialog.confirmDisruptive', { host: hostName })}
            checked={isUnderstood}
            onChange={(event) => setUnderstood(event.currentTarget.checked)}
          />
        )}
        {needsTyping && (
          <Alert variant="outline" color="red" p="sm">
            <TextInput
              label={t('actionDialog.confirmDestructive', { host: hostName })}
              value={typed}
              autoComplete="off"
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          </Alert>
        )}
        <div className={classes.buttons}>
          {onChangeParameters && (
            <Button variant="subtle" color="gray" onClick={onChangeParameters} disabled={isStarting}>
              {t('actionDialog.changeParameters')}
            </Button>
          )}
          <Button ref={cancelButton} variant="default" onClick={onCancel} disabled={isStarting}>
            {t('actionDialog.cancel')}
          </Button>
          <Button disabled={!isConfirmed || isReplaying} loading={isStarting} onClick={() => onApply(recordIn)}>
            {t('actionDialog.apply', { host: hostName })}
          </Button>
        </div>
      </div>
    </>
  );
}
