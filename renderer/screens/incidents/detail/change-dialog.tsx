import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Incident } from '#shared/domain/incident';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { useReturnFocus } from '../../../components/use-return-focus';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import classes from './incident-detail.module.css';

export type IncidentChange = 'rename' | 'close' | 'reopen';

interface ChangeDialogProps {
  incident: Incident;
  change: IncidentChange;
  onDidChange: () => void;
  onClose: () => void;
}

const fieldLabels = { rename: 'renameLabel', close: 'closeReason', reopen: 'reopenReason' } as const;

/** A new title, or why the incident is closed or opened again. */
export function ChangeDialog({ incident, change, onDidChange, onClose }: ChangeDialogProps) {
  const { t } = useWords();
  useReturnFocus(true);
  const [text, setText] = useState(change === 'rename' ? incident.title : '');
  const send = useCall((signal, words: string) => {
    const incidentId = incident.id;
    switch (change) {
      case 'rename':
        return engine.incidents.rename({ incidentId, title: words }, { signal });
      case 'close':
        return engine.incidents.close({ incidentId, reason: words }, { signal });
      case 'reopen':
        return engine.incidents.reopen({ incidentId, reason: words }, { signal });
    }
  });
  const isEmpty = text.trim() === '';
  const label = t(`incidentScreen.${fieldLabels[change]}`);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(`incidentScreen.${change}`)}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <form
        className={classes.form}
        onSubmit={async (event) => {
          event.preventDefault();
          if (isEmpty || send.isRunning) return;
          const changed = await send.run(text.trim());
          if (!changed) return;
          onDidChange();
          onClose();
        }}
      >
        {change === 'rename' ? (
          <TextInput
            data-autofocus
            label={label}
            maxLength={200}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        ) : (
          <Textarea
            data-autofocus
            label={label}
            autosize
            minRows={3}
            maxRows={10}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        {Boolean(send.error) && <ErrorView error={send.error} variant="inline" />}
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose}>
            {t('incidentScreen.cancel')}
          </Button>
          <Button type="submit" disabled={isEmpty} loading={send.isRunning}>
            {t(change === 'rename' ? 'incidentScreen.save' : `incidentScreen.${change}`)}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
