import { Button, Select, TextInput } from '@mantine/core';
import { IconBellOff } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { Alert, Silence } from '#shared/domain/rules/alert';
import { useWords } from '../../app/i18n';
import { ErrorView } from '../../components/error-view';
import { useFormat } from '../../components/format';
import { engine } from '../../rpc/client';
import { useCall } from '../../rpc/use-call';
import { putSilences, useAlerts } from '../../stores/alerts-store';
import classes from './alerts.module.css';
import type { AlertWords } from './use-alert-words';

const scopes = ['alert', 'ruleOnHost', 'rule', 'host'] as const;
type Scope = (typeof scopes)[number];

const HOUR_MS = 3_600_000;
export const silenceSpansMs = [HOUR_MS / 2, HOUR_MS, 2 * HOUR_MS, 8 * HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS];

/** Nobody is told of this alert, or of those like it, for a while. */
export function SilenceForm({ alert, words }: { alert: Alert; words: AlertWords }) {
  const { t } = useWords();
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const [scope, setScope] = useState<Scope>('alert');
  const [spanMs, setSpanMs] = useState(2 * HOUR_MS);
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
      <Select
        w={120}
        label={t('alertScreen.forHowLong')}
        allowDeselect={false}
        data={silenceSpansMs.map((ms) => ({ value: String(ms), label: spanWords(ms, format) }))}
        value={String(spanMs)}
        onChange={(value) => value && setSpanMs(Number(value))}
      />
      <TextInput
        className={classes.whole}
        data-autofocus
        autoFocus
        label={t('alertScreen.reason')}
        description={t('alertScreen.silenceHelp')}
        maxLength={500}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
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

/** `2 h`, without the minutes that are none. */
export function spanWords(ms: number, format: ReturnType<typeof useFormat>): string {
  return format.duration(ms).replace(/ 0[^ ]*$/u, '');
}
