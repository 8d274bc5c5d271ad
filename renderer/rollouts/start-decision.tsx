import { Alert, Button, Checkbox, NumberInput, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { IncidentChoice, type RecordIn } from '../actions/incident-choice';
import { useWords } from '../app/i18n';
import { ErrorView } from '../components/error-view';
import { StatePanel } from '../components/state-panel';
import { useNow } from '../components/use-now';
import { useHostNames } from '../stores/fleet-store';
import { useOpenIncidents } from '../stores/open-incidents';
import { useIsReplaying } from '../stores/replay-store';
import classes from './start-decision.module.css';

export interface StartOptions {
  readonly batchSize: number;
  readonly incidentId?: string;
}

interface StartDecisionProps {
  /** Those on which something would be done, and until when all their plans hold. */
  hostIds: readonly string[];
  expiresAtMs: number;
  isPlanning: boolean;
  /** Nobody may be disturbed unasked. */
  isDisruptive: boolean;
  /** Something can't be taken back: how many there are has to be typed. */
  isDestructive: boolean;
  /** What is to be accepted besides, in words; other words ask again. */
  toAccept?: string | null;
  incidentId: string | null;
  isStarting: boolean;
  error: unknown;
  onStart: (options: StartOptions) => void;
  onPlanAgain: () => void;
  /** Leads back to nodes and parameters. */
  back: ReactNode;
}

/** The decision over plans that were shown: how many nodes at a time, on which record, and the deliberate act. */
export function StartDecision(props: StartDecisionProps) {
  const {
    hostIds,
    isPlanning,
    toAccept = null,
    isDisruptive,
    isDestructive,
    isStarting,
    error,
    onStart,
    onPlanAgain,
    back,
  } = props;
  const { t } = useWords();
  const hostName = useHostNames();
  const isReplaying = useIsReplaying();
  const isExpired = useNow() >= props.expiresAtMs;
  const [batchSize, setBatchSize] = useState(1);
  const [isUnderstood, setUnderstood] = useState(false);
  const [acceptedWords, setAcceptedWords] = useState<string | null>(null);
  const [typed, setTyped] = useState('');
  const [recordIn, setRecordIn] = useState<RecordIn>(
    props.incidentId === null ? null : { incidentId: props.incidentId },
  );
  const [firstId = ''] = hostIds;
  const incidents = useOpenIncidents(firstId);
  const count = hostIds.length;
  const toType = count === 1 ? hostName(firstId) : String(count);
  const isConfirmed = isDestructive ? typed.trim() === toType : !isDisruptive || isUnderstood;
  const isAccepted = toAccept === null || acceptedWords === toAccept;
  const chosen = typeof recordIn === 'object' && recordIn !== null ? { incidentId: recordIn.incidentId } : {};
  return (
    <>
      {isExpired && count > 0 && <StatePanel tone="warn" variant="inline" title={t('rollouts.expired')} />}
      {Boolean(error) && <ErrorView error={error} variant="inline" />}
      {count > 0 && (
        <div className={classes.choices}>
          {count > 1 && (
            <NumberInput
              label={t('rollouts.batch')}
              description={t('rollouts.batchHelp')}
              min={1}
              max={Math.min(100, count)}
              allowDecimal={false}
              clampBehavior="strict"
              value={batchSize}
              onChange={(value) => setBatchSize(typeof value === 'number' && value >= 1 ? value : 1)}
            />
          )}
          <IncidentChoice incidents={incidents} canOpenNew={false} value={recordIn} onChange={setRecordIn} />
        </div>
      )}
      {count > 0 && toAccept !== null && (
        <Checkbox
          label={toAccept}
          checked={isAccepted}
          onChange={(event) => setAcceptedWords(event.currentTarget.checked ? toAccept : null)}
        />
      )}
      <div className={classes.foot}>
        {count > 0 && isDestructive ? (
          <Alert variant="outline" color="red" p="xs">
            <TextInput
              label={t('actionDialog.confirmDestructive', { host: toType })}
              value={typed}
              autoComplete="off"
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          </Alert>
        ) : count > 0 && isDisruptive ? (
          <Checkbox
            label={t('rollouts.understood')}
            checked={isUnderstood}
            onChange={(event) => setUnderstood(event.currentTarget.checked)}
          />
        ) : (
          <span />
        )}
        {back}
        <Button variant="default" onClick={onPlanAgain} disabled={isStarting || isPlanning}>
          {t('rollouts.planAgain')}
        </Button>
        <Button
          disabled={isPlanning || isExpired || count === 0 || isReplaying || !isConfirmed || !isAccepted}
          title={isReplaying ? t('replay.noActions') : undefined}
          loading={isStarting}
          onClick={() => onStart({ batchSize: Math.min(batchSize, count), ...chosen })}
        >
          {t('rollouts.start', { count })}
        </Button>
      </div>
    </>
  );
}
