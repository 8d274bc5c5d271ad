import { Anchor, Button, Modal, Textarea } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import type { AcceptanceLine, AcceptanceSheet } from '#shared/domain/playbook/acceptance';
import { printable } from '#shared/domain/text';
import { IncidentMenu } from '../actions/incident-menu';
import { useWords } from '../app/i18n';
import { ErrorView } from '../components/error-view';
import { useFormat } from '../components/format';
import { notify } from '../components/notify';
import { notifyError } from '../components/notify-error';
import { StateBadge, type Tone } from '../components/state-badge';
import { StateView } from '../components/state-view';
import { useReturnFocus } from '../components/use-return-focus';
import { engine, native } from '../rpc/client';
import { useCall } from '../rpc/use-call';
import { useQuery } from '../rpc/use-query';
import { openEvidence } from '../stores/evidence-store';
import { useHostName } from '../stores/fleet-store';
import classes from './acceptance-dialog.module.css';

const tones: Record<AcceptanceLine['outcome'], Tone> = { met: 'ok', 'not-met': 'bad', unknown: 'unknown' };

interface AcceptanceDialogProps {
  rolloutId: string;
  hostId: string;
  onClose: () => void;
}

/** What a playbook came to on a node, measured; to hand on and to sign off. */
export function AcceptanceDialog({ rolloutId, hostId, onClose }: AcceptanceDialogProps) {
  const { t } = useWords();
  useReturnFocus(true);
  const host = useHostName(hostId);
  const query = useQuery(`playbooks.acceptance ${rolloutId} ${hostId}`, (signal) =>
    engine.playbooks.acceptance({ rolloutId, hostId }, { signal }),
  );
  return (
    <Modal
      opened
      onClose={onClose}
      size={820}
      title={t('rollouts.acceptance.title', { host })}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <StateView query={query}>
        {(sheet) => <Sheet sheet={sheet} onSigned={(signed) => query.set(() => signed)} />}
      </StateView>
    </Modal>
  );
}

function Sheet({ sheet, onSigned }: { sheet: AcceptanceSheet; onSigned: (sheet: AcceptanceSheet) => void }) {
  const words = useWords();
  const { t, localized, language } = words;
  const format = useFormat();
  const { rolloutId, hostId, steps, versions, gpuListing, signedOff } = sheet;
  const [note, setNote] = useState('');
  const sign = useCall(async () => onSigned(await engine.playbooks.signOff({ rolloutId, hostId, note })));
  const save = useCall(async (signal) => {
    try {
      const { fileName, text } = await engine.playbooks.exportAcceptance({ rolloutId, hostId, language }, { signal });
      const filters = [{ name: 'Markdown', extensions: ['md'] }];
      const saved = await native.dialog.saveFile({ suggestedName: fileName, content: text, filters });
      if (saved) notify({ message: t('metricsScreen.saved', { path: saved.path }) }, words);
    } catch (error) {
      if (!signal.aborted) notifyError(error, words);
    }
  });
  return (
    <div className={classes.sheet}>
      <div className={classes.head}>
        <strong>{localized(sheet.title)}</strong>
        <StateBadge tone={tones[sheet.outcome]}>{t(`rollouts.acceptance.outcome.${sheet.outcome}`)}</StateBadge>
        <span className="dim">{format.dateTime(sheet.madeAtMs)}</span>
      </div>
      <ol className={classes.lines}>
        {steps.map((step) => (
          <li key={step.stepId}>
            <Line line={step} />
            {step.values.map((line) => (
              <Line key={line.title.en} line={line} isInner />
            ))}
          </li>
        ))}
      </ol>
      <section>
        <h3 className={classes.label}>{t('rollouts.acceptance.versions')}</h3>
        <dl className={classes.versions}>
          {versions.map(({ id, value }) => (
            <div key={id}>
              <dt>{t(`rollouts.acceptance.version.${id}`)}</dt>
              <dd>{value === null ? t('rollouts.acceptance.notTold') : printable(value)}</dd>
            </div>
          ))}
        </dl>
      </section>
      {gpuListing && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by key
        <pre className={classes.listing} tabIndex={0}>
          {printable(gpuListing.text.trimEnd())}
        </pre>
      )}
      {signedOff ? (
        <p className={classes.signed}>
          {t('rollouts.acceptance.signed', { operator: signedOff.operator, at: format.dateTime(signedOff.atMs) })}
          {signedOff.note !== '' && `: ${signedOff.note}`}
        </p>
      ) : (
        <Textarea
          label={t('rollouts.acceptance.note')}
          autosize
          minRows={1}
          maxRows={4}
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      )}
      {Boolean(sign.error) && <ErrorView error={sign.error} variant="inline" />}
      <div className={classes.buttons}>
        <IncidentMenu
          hostId={hostId}
          label={t('rollouts.acceptance.attach')}
          newTitle={t('rollouts.acceptance.incidentTitle', { playbook: localized(sheet.title), host: sheet.hostName })}
          doneWords={(incident) => t('rollouts.acceptance.attached', { incident })}
          add={async (incidentId, signal) => {
            const { text } = await engine.playbooks.exportAcceptance({ rolloutId, hostId, language }, { signal });
            await engine.incidents.addNote({ incidentId, text }, { signal });
            return engine.incidents.get({ incidentId }, { signal });
          }}
        />
        <Button
          variant="default"
          loading={save.isRunning}
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={() => void save.run()}
        >
          {t('rollouts.acceptance.export')}
        </Button>
        {!signedOff && (
          <Button loading={sign.isRunning} onClick={() => void sign.run()}>
            {t('rollouts.acceptance.sign')}
          </Button>
        )}
      </div>
    </div>
  );
}

function Line({ line, isInner }: { line: AcceptanceLine; isInner?: boolean }) {
  const { t, localized } = useWords();
  const [evidenceId] = line.evidenceIds;
  return (
    <div className={classes.line} data-inner={isInner || undefined}>
      <StateBadge tone={tones[line.outcome]} variant="plain">
        {t(`rollouts.acceptance.outcome.${line.outcome}`)}
      </StateBadge>
      <div className={classes.words}>
        <span>{localized(line.title)}</span>
        {line.measured && <span className="dim">{localized(line.measured)}</span>}
        {line.expected && line.outcome !== 'met' && (
          <span className="dim">{t('rollouts.acceptance.expected', { expected: localized(line.expected) })}</span>
        )}
      </div>
      {evidenceId && (
        <Anchor component="button" type="button" size="xs" underline="always" onClick={() => openEvidence(evidenceId)}>
          {t('actionDialog.output')}
        </Anchor>
      )}
    </div>
  );
}
