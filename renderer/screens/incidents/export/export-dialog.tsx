import { Button, Checkbox, Modal, SegmentedControl, Select, Text } from '@mantine/core';
import { useState } from 'react';
import type { Incident, ReportFormat } from '#shared/domain/incident';
import { type Language, languages } from '#shared/domain/text';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { notify } from '../../../components/notify';
import { notifyError } from '../../../components/notify-error';
import { engine, native } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { runTask } from '../../../stores/tasks-store';
import classes from './export-dialog.module.css';
import { exportReport } from './export-report';
import { RedactionTable } from './redaction-table';
import { ReportPreview } from './report-preview';
import { useReportPreview } from './use-report-preview';

/** As offered, the one most asked for first. */
const formats: readonly ReportFormat[] = ['pdf', 'html', 'markdown', 'zip'];

/** Chooses a report's form and language, shows everything it hides and how it will look, and saves it. */
export function ExportDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Modal
      opened
      onClose={onClose}
      size="min(1320px, calc(100vw - 48px))"
      title={t('incidentScreen.reportTitle', { number: t('incidentScreen.number', { number: incident.number }) })}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
      classNames={{ body: classes.body }}
    >
      <ExportForm incident={incident} onClose={onClose} />
    </Modal>
  );
}

function ExportForm({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const words = useWords();
  const { t } = words;
  const [format, setFormat] = useState<ReportFormat>('pdf');
  const [language, setLanguage] = useState<Language>(words.language);
  const [isRedacted, setRedacted] = useState(true);
  const [reveal, setReveal] = useState<readonly string[]>([]);
  const options = { incidentId: incident.id, language, isRedacted, reveal: [...reveal] };
  const preview = useReportPreview(options, incident.entryCount);
  const formatName = t(`incidentScreen.formatName.${format}`);

  const save = useCall((signal) =>
    runTask(
      t('incidentScreen.exporting', { format: formatName }),
      (task) => exportReport({ engine, native }, format, options, task.signal),
      { signal },
    ),
  );

  async function onSave(): Promise<void> {
    const path = await save.run();
    if (path === undefined) return;
    if (path === null) {
      notify({ message: t('incidentScreen.exportCancelled') }, words);
      return;
    }
    notify(
      {
        title: t('incidentScreen.exported'),
        autoClose: 15_000,
        message: (
          <div className={classes.saved}>
            <code>{path}</code>
            <Button
              variant="default"
              onClick={() => {
                native.shell.showItemInFolder({ path }).catch((error: unknown) => notifyError(error, words));
              }}
            >
              {t('incidentScreen.showInFolder')}
            </Button>
          </div>
        ),
      },
      words,
    );
    onClose();
  }

  return (
    <div className={classes.panes}>
      <div className={classes.options}>
        <div>
          <h3 className={classes.label}>{t('incidentScreen.format')}</h3>
          <SegmentedControl
            fullWidth
            aria-label={t('incidentScreen.format')}
            data={formats.map((value) => ({ value, label: t(`incidentScreen.formatName.${value}`) }))}
            value={format}
            onChange={setFormat}
          />
          <Text className="small" c="dimmed" mt={4}>
            {t(`incidentScreen.formatHelp.${format}`)}
          </Text>
        </div>
        <Select
          label={t('incidentScreen.reportLanguage')}
          allowDeselect={false}
          data={languages.map((value) => ({ value, label: t(`incidentScreen.languageName.${value}`) }))}
          value={language}
          onChange={(value) => setLanguage(value ?? language)}
        />
        <Checkbox
          label={t('incidentScreen.redact')}
          description={t(isRedacted ? 'incidentScreen.redactHelp' : 'incidentScreen.unredacted')}
          checked={isRedacted}
          onChange={(event) => setRedacted(event.currentTarget.checked)}
        />
        {isRedacted && (
          <RedactionTable
            redactions={preview.data?.redactions ?? null}
            reveal={reveal}
            onReveal={(token, isShown) =>
              setReveal((tokens) => (isShown ? [...tokens, token] : tokens.filter((other) => other !== token)))
            }
          />
        )}
        {Boolean(save.error) && <ErrorView error={save.error} variant="inline" />}
      </div>
      <ReportPreview preview={preview} note={format === 'zip' ? t('incidentScreen.previewZip') : null} />
      {/* After the frame, from which the tab key would leave the dialog otherwise. */}
      <div className={classes.buttons}>
        <Button variant="default" onClick={save.isRunning ? save.cancel : onClose}>
          {t('incidentScreen.cancel')}
        </Button>
        <Button data-autofocus loading={save.isRunning} onClick={() => void onSave()}>
          {t('incidentScreen.exportAs', { format: formatName })}
        </Button>
      </div>
    </div>
  );
}
