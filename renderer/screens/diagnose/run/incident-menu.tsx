import { Button, Menu, Modal, TextInput } from '@mantine/core';
import { IconAlertSquareRounded } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { DiagnosisRun } from '#shared/domain/diagnosis';
import type { IncidentSummary } from '#shared/domain/incident';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { ErrorView } from '../../../components/error-view';
import { notify } from '../../../components/notify';
import { notifyError } from '../../../components/notify-error';
import { useTreeTitles } from '../../../findings/use-trees';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useOpenIncidents } from '../../../stores/open-incidents';
import classes from './side-panel.module.css';

interface IncidentMenuProps {
  run: Pick<DiagnosisRun, 'id' | 'hostId' | 'treeId' | 'findings'>;
  hostName: string;
}

/** Puts the run with its findings and evidence on record: in a new incident, or in one that is open. */
export function IncidentMenu({ run, hostName }: IncidentMenuProps) {
  const words = useWords();
  const { t, localized } = words;
  const titles = useTreeTitles();
  const [isNaming, setNaming] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const closeNaming = () => {
    setNaming(false);
    // The entry that opened the dialog went with its menu.
    requestAnimationFrame(() => button.current?.focus());
  };
  const [isMenuOpen, setMenuOpen] = useState(false);
  const open = useOpenIncidents(run.hostId, isMenuOpen);
  const [worst] = run.findings;
  const finding = worst ? localized(worst.title) : (titles.get(run.treeId) ?? run.treeId);

  function said(incident: IncidentSummary): void {
    closeNaming();
    const name = t('incidentScreen.number', { number: incident.number });
    notify(
      {
        title: t('diagnoseScreen.incidentAdded', { incident: name }),
        message: (
          <Button variant="default" onClick={() => navigate({ screen: 'incidents', incidentId: incident.id })}>
            {t('diagnoseScreen.showIncident')}
          </Button>
        ),
      },
      words,
    );
  }
  const add = useCall((signal, incidentId: string) =>
    engine.incidents
      .addDiagnosis({ incidentId, runId: run.id }, { signal })
      .then(said, (error: unknown) => notifyError(error, words)),
  );
  const create = useCall((signal, title: string) =>
    engine.incidents.open({ title, hostId: run.hostId, diagnosisRunId: run.id }, { signal }).then(said),
  );

  return (
    <>
      <Menu opened={isMenuOpen} onChange={setMenuOpen}>
        <Menu.Target>
          <Button
            ref={button}
            variant="default"
            loading={add.isRunning}
            leftSection={<IconAlertSquareRounded size={14} aria-hidden />}
          >
            {t('diagnoseScreen.incident')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setNaming(true)}>{t('diagnoseScreen.openIncident')}…</Menu.Item>
          {open.slice(0, 8).map(({ id, number, title }) => (
            <Menu.Item key={id} onClick={() => void add.run(id)}>
              {t('diagnoseScreen.addToIncident', { incident: t('incidentScreen.name', { number, title }) })}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={isNaming}
        returnFocus={false}
        onClose={closeNaming}
        title={t('diagnoseScreen.openIncident')}
        closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
      >
        <NewIncident
          initialTitle={t('findings.onHost', { finding, host: hostName }).slice(0, 200)}
          isBusy={create.isRunning}
          error={create.error}
          onCreate={(title) => void create.run(title)}
        />
      </Modal>
    </>
  );
}

interface NewIncidentProps {
  initialTitle: string;
  isBusy: boolean;
  error: unknown;
  onCreate: (title: string) => void;
}

function NewIncident({ initialTitle, isBusy, error, onCreate }: NewIncidentProps) {
  const { t } = useWords();
  const [title, setTitle] = useState(initialTitle);
  return (
    <form
      className={classes.list}
      onSubmit={(event) => {
        event.preventDefault();
        if (title.trim() !== '' && !isBusy) onCreate(title.trim());
      }}
    >
      <TextInput
        data-autofocus
        label={t('diagnoseScreen.incidentTitle')}
        maxLength={200}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      {Boolean(error) && <ErrorView error={error} variant="inline" />}
      <div>
        <Button type="submit" loading={isBusy} disabled={title.trim() === ''}>
          {t('diagnoseScreen.openIncident')}
        </Button>
      </div>
    </form>
  );
}
