import { Button, Modal, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { ErrorView } from '../../../components/error-view';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useFleet } from '../../../stores/fleet-store';
import classes from './incident-list.module.css';

/** Opens an incident by hand and shows it. */
export function NewIncident({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('incidentScreen.new')}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <NewIncidentForm onClose={onClose} />
    </Modal>
  );
}

function NewIncidentForm({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const hosts = useFleet((state) => state.hosts);
  const [title, setTitle] = useState('');
  const [hostId, setHostId] = useState<string | null>(null);
  const create = useCall((signal) =>
    engine.incidents.open({ title: title.trim(), ...(hostId ? { hostId } : {}) }, { signal }),
  );
  const isEmpty = title.trim() === '';
  return (
    <form
      className={classes.form}
      onSubmit={async (event) => {
        event.preventDefault();
        if (isEmpty || create.isRunning) return;
        const incident = await create.run();
        if (!incident) return;
        onClose();
        navigate({ screen: 'incidents', incidentId: incident.id });
      }}
    >
      <TextInput
        data-autofocus
        label={t('incidentScreen.titleLabel')}
        placeholder={t('incidentScreen.titlePlaceholder')}
        maxLength={200}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <Select
        label={t('incidentScreen.node')}
        placeholder={t('incidentScreen.noNode')}
        clearable
        searchable
        data={[...(hosts?.values() ?? [])].map(({ spec }) => ({ value: spec.id, label: spec.name }))}
        value={hostId}
        onChange={setHostId}
      />
      {Boolean(create.error) && <ErrorView error={create.error} variant="inline" />}
      <div>
        <Button type="submit" disabled={isEmpty} loading={create.isRunning}>
          {t('incidentScreen.create')}
        </Button>
      </div>
    </form>
  );
}
