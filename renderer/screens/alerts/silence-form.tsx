import { Button, Select } from '@mantine/core';
import { IconBellOff } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { Alert, Silence } from '#shared/domain/rules/alert';
import { useWords } from '../../app/i18n';
import { ErrorView } from '../../components/error-view';
import { engine } from '../../rpc/client';
import { useCall } from '../../rpc/use-call';
import { putSilences, useAlerts } from '../../stores/alerts-store';
import classes from './alerts.module.css';
import { SpanField, usualSpanMs, WhyField } from './silence-fields';
import type { AlertWords } from './use-alert-words';

const scopes = ['alert', 'ruleOnHost', 'rule', 'host'] as const;
type Scope = (typeof scopes)[number];

/** Nobody is told of this alert, or of those like it, for a while. */
export function SilenceForm({ alert, words }: { alert: Alert; words: AlertWords }) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const [scope, setScope] = useState<Scope>('alert');
  const [spanMs, setSpanMs] = useState(usualSpanMs);
  const [why, setWhy] = useState('');
  const call = useCall(async (signal, request: Omit<Silence, 'id' | 'who' | 'atMs'>) => {
    const silence = await engine.alerts.silence(request, { signal });
    putSilences([...useAlerts.getState().silences.filter(({ id }) => id !== silence.id), silence]);
    setOpen(false);
    setWhy('');
  });
  if (!isOpen) {
    return (
      <Button
        className={classes.opener}
        variant="default"
        leftSection={<IconBellOff size={14} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {t('alertScreen.silence')}
      </Button>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (why.trim() === '') return;
    void call.run({
      ruleId: scope === 'host' ? null : alert.ruleId,
      hostId: scope === 'rule' ? null : alert.hostId,
      subject: scope === 'alert' ? alert.subject : null,
      untilMs: Date.now() + spanMs,
      why: why.trim(),
    });
  };
  const params = { rule: alert.ruleId, host: words.host(alert.hostId), subject: words.subject(alert) };
  return (
    <form
      className={classes.form}
      aria-label={t('alertScreen.silence')}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        setOpen(false);
      }}
    >
      <Select
        className={classes.grow}
        label={t('alertScreen.scope.label')}
        allowDeselect={false}
        data={scopes.map((value) => ({ value, label: t(`alertScreen.scope.${value}`, params) }))}
        value={scope}
        onChange={(value) => setScope(scopes.find((one) => one === value) ?? 'alert')}
      />
      <SpanField label={t('alertScreen.forHowLong')} spanMs={spanMs} onChange={setSpanMs} />
      <WhyField description={t('alertScreen.silenceHelp')} why={why} onChange={setWhy} />
      <Button type="submit" disabled={why.trim() === ''} loading={call.isRunning}>
        {t('alertScreen.silence')}
      </Button>
      <Button variant="default" onClick={() => setOpen(false)}>
        {t('shell.confirm.cancel')}
      </Button>
      {call.error !== null && <ErrorView error={call.error} variant="inline" />}
    </form>
  );
}
