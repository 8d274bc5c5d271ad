import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ManualWork, SerialJudgement } from '#shared/domain/manual/manual-work';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import classes from '../work.module.css';
import { useTicker } from './ticker-store';

const tones: Record<SerialJudgement, Tone> = {
  expected: 'ok',
  'is-here': 'ok',
  'never-seen': 'info',
  'was-elsewhere': 'info',
  'other-here': 'warn',
  elsewhere: 'warn',
  unreadable: 'warn',
};

interface SerialListProps {
  work: ManualWork;
  onChange: (work: ManualWork) => void;
}

/** Serial numbers as they stand on the parts, held against what the history of parts knows. */
export function SerialList({ work, onChange }: SerialListProps) {
  const { t } = useWords();
  return (
    <section>
      <h2 className={classes.label}>{t('manualWork.serials')}</h2>
      <ul className={classes.list}>
        {work.procedure.serials.map((field) => (
          <SerialItem key={field.id} work={work} field={field} onChange={onChange} />
        ))}
      </ul>
    </section>
  );
}

function SerialItem({
  work,
  field,
  onChange,
}: SerialListProps & { field: ManualWork['procedure']['serials'][number] }) {
  const { t, localized } = useWords();
  const by = useTicker((state) => state.by);
  const serial = work.serials.find(({ id }) => id === field.id);
  const [isEditing, setEditing] = useState(false);
  const [value, setValue] = useState('');
  const [isUnreadable, setUnreadable] = useState(false);
  const isOpen = work.state === 'open';
  const known = field.role === 'old' ? (work.target?.identity ?? null) : null;
  const set = useCall(async (_signal, given: string | null, note: string) => {
    onChange(await engine.manual.setSerial({ workId: work.id, serialId: field.id, value: given, note, by }));
    setEditing(false);
    setUnreadable(false);
    setValue('');
  });
  const label = localized(field.label);
  return (
    <li className={classes.serial}>
      <span>
        {label} {!field.isRequired && <span className="dim">({t('manualWork.optional')})</span>}
      </span>
      {serial && !isEditing ? (
        <div className={classes.row}>
          <code>{serial.value ?? serial.note}</code>
          <StateBadge tone={tones[serial.judgement]} variant="plain">
            {t(`manualWork.judgement.${serial.judgement}`)}
          </StateBadge>
          {isOpen && (
            <Button
              variant="subtle"
              color="gray"
              size="compact-xs"
              onClick={() => {
                setValue(serial.value ?? '');
                setEditing(true);
              }}
            >
              {t('manualWork.change')}
            </Button>
          )}
        </div>
      ) : isOpen ? (
        <form
          className={classes.row}
          onSubmit={(event) => {
            event.preventDefault();
            void set.run(isUnreadable ? null : value, isUnreadable ? value : '');
          }}
        >
          <TextInput
            aria-label={isUnreadable ? `${label}: ${t('manualWork.reason')}` : label}
            placeholder={isUnreadable ? t('manualWork.reason') : undefined}
            maxLength={80}
            spellCheck={false}
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={value.trim() === ''} loading={set.isRunning}>
            {t('manualWork.save')}
          </Button>
          {known && !isUnreadable && value !== known && (
            <Button variant="subtle" size="compact-sm" onClick={() => setValue(known)}>
              {t('manualWork.useKnown', { serial: known })}
            </Button>
          )}
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            onClick={() => {
              setValue('');
              if (isUnreadable || isEditing) setEditing(false);
              setUnreadable(!isUnreadable);
            }}
          >
            {isUnreadable ? t('manualWork.cancel') : t('manualWork.unreadable')}
          </Button>
          {Boolean(set.error) && <ErrorView error={set.error} variant="inline" />}
        </form>
      ) : (
        <span className="dim">–</span>
      )}
    </li>
  );
}
