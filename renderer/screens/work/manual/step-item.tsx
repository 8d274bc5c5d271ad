import { Button, Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ManualWork } from '#shared/domain/manual/manual-work';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { StateBadge } from '../../../components/state-badge';
import { Time } from '../../../components/time';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import classes from '../work.module.css';
import { StepWords } from './procedure-facts';
import { useTicker } from './ticker-store';

interface StepItemProps {
  work: ManualWork;
  step: ManualWork['procedure']['steps'][number];
  onChange: (work: ManualWork) => void;
}

/** A step with its box; one that is left out says why. */
export function StepItem({ work, step, onChange }: StepItemProps) {
  const { t, localized } = useWords();
  const by = useTicker((state) => state.by);
  const [note, setNote] = useState<string | null>(null);
  const mark = work.steps[step.id];
  const isOpen = work.state === 'open';
  const set = useCall(async (_signal, state: 'done' | 'skipped' | 'open', why: string) => {
    onChange(await engine.manual.setStep({ workId: work.id, stepId: step.id, state, note: why, by }));
    setNote(null);
  });
  return (
    <li>
      <div className={classes.step}>
        <Checkbox
          label={localized(step.title)}
          checked={mark?.state === 'done'}
          indeterminate={mark?.state === 'skipped'}
          disabled={!isOpen || set.isRunning}
          onChange={({ currentTarget }) => void set.run(currentTarget.checked ? 'done' : 'open', '')}
        />
        {isOpen && !mark && note === null && (
          <Button variant="subtle" color="gray" size="compact-xs" onClick={() => setNote('')}>
            {t('manualWork.leaveOut')}
          </Button>
        )}
        {isOpen && mark?.state === 'skipped' && (
          <Button variant="subtle" color="gray" size="compact-xs" onClick={() => void set.run('open', '')}>
            {t('manualWork.reopen')}
          </Button>
        )}
      </div>
      <div className={classes.stepWords}>
        {!mark && <StepWords step={step} />}
        {mark && (
          <div className="dim small">
            {mark.state === 'skipped' && (
              <StateBadge tone="warn" variant="plain">
                {t('manualWork.stepState.skipped')}: {mark.note}
              </StateBadge>
            )}{' '}
            {mark.by} · <Time atMs={mark.atMs} />
          </div>
        )}
        {note !== null && (
          <form
            className={classes.row}
            onSubmit={(event) => {
              event.preventDefault();
              void set.run('skipped', note);
            }}
          >
            <TextInput
              autoFocus
              aria-label={t('manualWork.reason')}
              placeholder={t('manualWork.reason')}
              maxLength={2000}
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" disabled={note.trim() === ''} loading={set.isRunning}>
              {t('manualWork.save')}
            </Button>
            <Button variant="subtle" color="gray" onClick={() => setNote(null)}>
              {t('manualWork.cancel')}
            </Button>
          </form>
        )}
        {Boolean(set.error) && <ErrorView error={set.error} variant="inline" />}
      </div>
    </li>
  );
}
