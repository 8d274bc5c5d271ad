import { Button, Modal } from '@mantine/core';
import { IconBellOff } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { Silence } from '#shared/domain/rules/alert';
import { useWords } from '../../app/i18n';
import { ErrorView } from '../../components/error-view';
import { FactTable } from '../../components/fact-table';
import { useFormat } from '../../components/format';
import { StatePanel } from '../../components/state-panel';
import { LoadingLines } from '../../components/state-view';
import { useReturnFocus } from '../../components/use-return-focus';
import { engine } from '../../rpc/client';
import { useCall } from '../../rpc/use-call';
import { putSilences, useAlerts } from '../../stores/alerts-store';
import classes from './alerts.module.css';
import { SpanField, usualSpanMs, WhyField } from './silence-fields';
import { type AlertWords, useAlertWords } from './use-alert-words';

type Change = { silence: Silence; kind: 'extend' | 'end' };

/** What nobody is told of, until when, and why. */
export function SilencesTab() {
  const { t } = useWords();
  const format = useFormat();
  const words = useAlertWords();
  const open = useAlerts((state) => state.open);
  const silences = useAlerts((state) => state.silences);
  const [change, setChange] = useState<Change | null>(null);
  if (!open) return <LoadingLines />;
  if (silences.length === 0) {
    return (
      <StatePanel icon={IconBellOff} title={t('alertScreen.noSilences')} detail={t('alertScreen.noSilencesDetail')} />
    );
  }
  return (
    <div className={classes.page}>
      <FactTable
        label={t('alertScreen.tab.silences')}
        empty={t('alertScreen.noSilences')}
        rows={silences}
        rowKey={({ id }) => id}
        columns={[
          {
            id: 'what',
            header: t('alertScreen.column.covers'),
            isWide: true,
            cell: (silence) => <span title={silence.subject ?? undefined}>{coverWords(silence, words, t)}</span>,
          },
          { id: 'until', header: t('alertScreen.column.until'), cell: ({ untilMs }) => format.dateTime(untilMs) },
          { id: 'who', header: t('alertScreen.column.who'), cell: ({ who }) => who },
          { id: 'why', header: t('alertScreen.reason'), isWide: true, cell: ({ why }) => why },
          {
            id: 'actions',
            header: '',
            cell: (silence) => (
              <span className={classes.rowButtons}>
                {(['extend', 'end'] as const).map((kind) => (
                  <Button key={kind} size="compact-xs" variant="default" onClick={() => setChange({ silence, kind })}>
                    {t(`alertScreen.${kind}`)}
                  </Button>
                ))}
              </span>
            ),
          },
        ]}
      />
      {change && (
        <ChangeSilence change={change} covers={coverWords(change.silence, words, t)} onClose={() => setChange(null)} />
      )}
    </div>
  );
}

function coverWords(
  { ruleId, hostId, subject }: Silence,
  words: AlertWords,
  t: ReturnType<typeof useWords.getState>['t'],
): string {
  const rule = ruleId ?? t('alertScreen.everyRule');
  const host = hostId === null ? t('alertScreen.everyNode') : words.host(hostId);
  const part = subject === null || hostId === null ? null : words.subject({ hostId, subject });
  return [rule, host, part].filter((each) => each !== null).join(' · ');
}

function ChangeSilence({ change, covers, onClose }: { change: Change; covers: string; onClose: () => void }) {
  const { t } = useWords();
  const { silence, kind } = change;
  const [why, setWhy] = useState('');
  const [spanMs, setSpanMs] = useState(usualSpanMs);
  useReturnFocus(true);
  const call = useCall(async (signal) => {
    const reason = why.trim();
    const others = () => useAlerts.getState().silences.filter(({ id }) => id !== silence.id);
    if (kind === 'end') {
      await engine.alerts.endSilence({ silenceId: silence.id, why: reason }, { signal });
      putSilences(others());
    } else {
      const untilMs = silence.untilMs + spanMs;
      const longer = await engine.alerts.extendSilence({ silenceId: silence.id, untilMs, why: reason }, { signal });
      putSilences([...others(), longer]);
    }
    onClose();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (why.trim() !== '') void call.run();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(`alertScreen.${kind}Title`)}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <form className={classes.form} onSubmit={submit}>
        <p className={classes.whole}>{covers}</p>
        {kind === 'extend' && (
          <SpanField isWhole label={t('alertScreen.longerBy')} spanMs={spanMs} onChange={setSpanMs} />
        )}
        <WhyField description={t('alertScreen.inAudit')} why={why} onChange={setWhy} />
        <Button type="submit" disabled={why.trim() === ''} loading={call.isRunning}>
          {t(`alertScreen.${kind}`)}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t('shell.confirm.cancel')}
        </Button>
        {call.error !== null && <ErrorView error={call.error} variant="inline" />}
      </form>
    </Modal>
  );
}
