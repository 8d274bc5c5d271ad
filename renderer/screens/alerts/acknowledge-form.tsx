import { Button, TextInput } from '@mantine/core';
import { IconUserCheck } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { Alert } from '#shared/domain/rules/alert';
import { useWords } from '../../app/i18n';
import { ErrorView } from '../../components/error-view';
import { engine } from '../../rpc/client';
import { useCall } from '../../rpc/use-call';
import { putAlert } from '../../stores/alerts-store';
import classes from './alerts.module.css';

/** Says that somebody looks after it, and how. */
export function AcknowledgeForm({ alert }: { alert: Alert }) {
  const { t } = useWords();
  const [why, setWhy] = useState('');
  const call = useCall(async (signal, text: string) => {
    putAlert(await engine.alerts.acknowledge({ alertId: alert.id, why: text }, { signal }));
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (why.trim() !== '') void call.run(why.trim());
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        className={classes.grow}
        label={t('alertScreen.note')}
        placeholder={t('alertScreen.noteHint')}
        maxLength={500}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
      <Button
        type="submit"
        variant="default"
        leftSection={<IconUserCheck size={14} aria-hidden />}
        disabled={why.trim() === ''}
        loading={call.isRunning}
      >
        {t('alertScreen.acknowledge')}
      </Button>
      {call.error !== null && <ErrorView error={call.error} variant="inline" />}
    </form>
  );
}
