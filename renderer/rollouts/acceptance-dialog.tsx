import { Button, Modal, Textarea } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import type { AcceptanceSheet } from '#shared/domain/playbook/acceptance';
import { IncidentMenu } from '../actions/incident-menu';
import { useWords } from '../app/i18n';
import { ErrorView } from '../components/error-view';
import { notify } from '../components/notify';
import { notifyError } from '../components/notify-error';
import { StateView } from '../components/state-view';
import { useReturnFocus } from '../components/use-return-focus';
import { engine, native } from '../rpc/client';
import { useCall } from '../rpc/use-call';
import { useQuery } from '../rpc/use-query';
import { useHostName } from '../stores/fleet-store';
import { SheetView } from './sheet-view';
import classes from './sheet-view.module.css';

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
      size={920}
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
  const { rolloutId, hostId, signedOff } = sheet;
  const hostName = useHostName(hostId);
  // What is no longer as it was signed can be signed anew.
  const isSigned = signedOff !== null && signedOff.isSame !== false;
  const [note, setNote] = useState('');
  const sign = useCall(async () =>
    onSigned(await engine.playbooks.signOff({ rolloutId, hostId, note, digest: sheet.digest })),
  );
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
      <SheetView sheet={sheet} hostName={hostName} />
      {!isSigned && (
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
            await engine.playbooks.attachAcceptance({ rolloutId, hostId, incidentId }, { signal });
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
        {!isSigned && (
          <Button loading={sign.isRunning} onClick={() => void sign.run()}>
            {t('rollouts.acceptance.sign')}
          </Button>
        )}
      </div>
    </div>
  );
}
