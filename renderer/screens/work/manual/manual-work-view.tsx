import { Anchor, Button, Modal, Text, Textarea, TextInput } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { type ManualWork, manualPhases, openItems } from '#shared/domain/manual/manual-work';
import { outcomeTones } from '../../../actions/run-tones';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { CodeWords } from '../../../components/code-words';
import { ErrorView } from '../../../components/error-view';
import { notify } from '../../../components/notify';
import { StateBadge } from '../../../components/state-badge';
import { StateView } from '../../../components/state-view';
import { Time } from '../../../components/time';
import { Toolbar } from '../../../components/toolbar';
import { useReturnFocus } from '../../../components/use-return-focus';
import { engine, native } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useQuery } from '../../../rpc/use-query';
import { useStream } from '../../../rpc/use-stream';
import { useHostName } from '../../../stores/fleet-store';
import classes from '../work.module.css';
import { toneOf, useStateWord } from './manual-list';
import { PhotoList } from './photo-list';
import { ProcedureFacts } from './procedure-facts';
import { SerialList } from './serial-list';
import { StepItem } from './step-item';
import { useTicker } from './ticker-store';

/** One work: its checklist, kept current whoever ticks it where. */
export function ManualWorkView({ workId }: { workId: string }) {
  const query = useQuery(`manual.get ${workId}`, (signal) => engine.manual.get({ workId }, { signal }));
  useStream(
    `manual.watch ${workId}`,
    (signal) => engine.manual.watch({ workId }, { signal }),
    (items) => query.set((before) => items.at(-1) ?? before),
  );
  return (
    <StateView query={query}>{(work) => <Loaded work={work} onChange={(next) => query.set(() => next)} />}</StateView>
  );
}

function Loaded({ work, onChange }: { work: ManualWork; onChange: (work: ManualWork) => void }) {
  const { t, localized, language } = useWords();
  const words = useWords();
  const hostName = useHostName(work.hostId);
  const stateWord = useStateWord();
  const by = useTicker((state) => state.by);
  const [isAborting, setAborting] = useState(false);
  const { procedure, target } = work;
  const isOpen = work.state === 'open';
  const left = openItems(work);
  const leftCount = left.steps.length + left.serials.length + left.photos.length;
  const verify = useCall(async (signal) => onChange(await engine.manual.verify({ workId: work.id, by }, { signal })));
  const print = useCall(async (signal) => {
    const { fileName, html } = await engine.manual.workOrder({ workId: work.id, language }, { signal });
    const { bytes } = await native.pdf.print({ html }, { signal });
    const filters = [{ name: 'PDF', extensions: ['pdf'] }];
    const saved = await native.dialog.saveFile({ suggestedName: `${fileName}.pdf`, content: bytes, filters });
    if (saved) notify({ message: t('manualWork.saved', { path: saved.path }) }, words);
  });
  return (
    <>
      <Toolbar
        title={`${localized(procedure.title)} · ${hostName}`}
        info={<StateBadge tone={toneOf(work)}>{stateWord(work)}</StateBadge>}
      >
        <Button
          variant="default"
          leftSection={<IconPrinter size={14} aria-hidden />}
          loading={print.isRunning}
          onClick={() => void print.run()}
        >
          {t('manualWork.print')}
        </Button>
        <Button variant="default" onClick={() => navigate({ screen: 'work', section: 'manual' })}>
          {t('manualWork.back')}
        </Button>
      </Toolbar>
      <div className={classes.body}>
        <div className={classes.column}>
          {Boolean(print.error) && <ErrorView error={print.error} variant="inline" />}
          <ProcedureFacts procedure={procedure} />
          <div className={classes.facts}>
            {target && (
              <span>
                <span className="dim">{t('manualWork.target')}</span> <code>{target.slot}</code>{' '}
                <span className="dim">{[target.model, target.identity].filter(Boolean).join(' · ')}</span>
              </span>
            )}
            <span className="dim">
              {t('manualWork.started')} <Time atMs={work.startedAtMs} /> · {work.startedBy}
            </span>
            {work.incidentId && (
              <Anchor
                component="button"
                type="button"
                onClick={() => work.incidentId && navigate({ screen: 'incidents', incidentId: work.incidentId })}
              >
                {t('manualWork.onIncident')}
              </Anchor>
            )}
          </div>
          {isOpen && (
            <TextInput
              label={t('manualWork.by')}
              description={t('manualWork.byHelp')}
              placeholder={work.startedBy}
              maxLength={80}
              w={260}
              value={by}
              onChange={(event) => useTicker.setState({ by: event.currentTarget.value })}
            />
          )}
          {manualPhases.map((phase) => {
            const steps = procedure.steps.filter((step) => step.phase === phase);
            return (
              steps.length > 0 && (
                <section key={phase}>
                  <h2 className={classes.label}>{t(`manualWork.phase.${phase}`)}</h2>
                  <ol className={classes.list}>
                    {steps.map((step) => (
                      <StepItem key={step.id} work={work} step={step} onChange={onChange} />
                    ))}
                  </ol>
                </section>
              )
            );
          })}
          {procedure.serials.length > 0 && <SerialList work={work} onChange={onChange} />}
          <PhotoList work={work} onChange={onChange} />
          <section>
            <h2 className={classes.label}>{t('manualWork.verification')}</h2>
            <Text>
              <CodeWords text={localized(procedure.verification)} />
            </Text>
            {work.verifications.length > 0 && (
              <ul className={classes.list} style={{ marginTop: 8 }}>
                {work.verifications.map(({ atMs, by: who, outcome, detail }) => (
                  <li key={atMs}>
                    <div className={classes.row}>
                      <StateBadge tone={outcomeTones[outcome]}>{t(`manualWork.verdict.${outcome}`)}</StateBadge>
                      <span className="dim small">
                        <Time atMs={atMs} /> · {who}
                      </span>
                    </div>
                    <div className={classes.words}>{localized(detail)}</div>
                  </li>
                ))}
              </ul>
            )}
            {work.abortReason && <p className={classes.words}>{work.abortReason}</p>}
          </section>
          {Boolean(verify.error) && <ErrorView error={verify.error} variant="inline" />}
          {isOpen && (
            <div className={classes.foot}>
              <span className="dim" role="status">
                {leftCount > 0 ? t('manualWork.verifyLeft', { count: leftCount }) : t('manualWork.verifyHelp')}
              </span>
              <Button variant="default" onClick={() => setAborting(true)}>
                {t('manualWork.abort')}
              </Button>
              <Button disabled={leftCount > 0} loading={verify.isRunning} onClick={() => void verify.run()}>
                {t('manualWork.verify')}
              </Button>
            </div>
          )}
        </div>
      </div>
      {isAborting && <AbortDialog work={work} onChange={onChange} onClose={() => setAborting(false)} />}
    </>
  );
}

interface AbortDialogProps {
  work: ManualWork;
  onChange: (work: ManualWork) => void;
  onClose: () => void;
}

function AbortDialog({ work, onChange, onClose }: AbortDialogProps) {
  const { t } = useWords();
  useReturnFocus(true);
  const [reason, setReason] = useState('');
  const by = useTicker((state) => state.by);
  const abort = useCall(async () => {
    onChange(await engine.manual.abort({ workId: work.id, by, reason }));
    onClose();
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('manualWork.abortTitle')}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <Textarea
        data-autofocus
        label={t('manualWork.reason')}
        autosize
        minRows={3}
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {Boolean(abort.error) && <ErrorView error={abort.error} variant="inline" />}
      <div className={classes.row} style={{ justifyContent: 'flex-end', marginTop: 12 }}>
        <Button variant="default" onClick={onClose}>
          {t('manualWork.cancel')}
        </Button>
        <Button disabled={reason.trim() === ''} loading={abort.isRunning} onClick={() => void abort.run()}>
          {t('manualWork.abortTitle')}
        </Button>
      </div>
    </Modal>
  );
}
