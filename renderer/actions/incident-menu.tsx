import { Anchor, Button, Menu } from '@mantine/core';
import { IconAlertSquareRounded, IconChevronDown, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { IncidentSummary } from '#shared/domain/incident';
import { useWords } from '../app/i18n';
import { navigate } from '../app/router';
import { notify } from '../components/notify';
import { notifyError } from '../components/notify-error';
import { engine } from '../rpc/client';
import { useHostName } from '../stores/fleet-store';
import { useOpenIncidents } from '../stores/open-incidents';
import { runTask } from '../stores/tasks-store';

interface IncidentMenuProps {
  hostId: string;
  label: string;
  isDisabled?: boolean;
  /** Title of an incident that is opened for it. */
  newTitle: string;
  /** Says what is in the incident now; otherwise that it is results of the node. */
  doneWords?: (incident: string) => string;
  add: (incidentId: string, signal: AbortSignal) => Promise<IncidentSummary>;
}

/** Freezes something that was read of the node into a new incident, or into one that is open. */
export function IncidentMenu({ hostId, label, isDisabled = false, newTitle, doneWords, add }: IncidentMenuProps) {
  const words = useWords();
  const { t } = words;
  const name = useHostName(hostId);
  const [isOpen, setOpen] = useState(false);
  const open = useOpenIncidents(hostId, isOpen).slice(0, 8);

  const freeze = async (chosenId: string | null) => {
    try {
      const incident = await runTask(t('nodeScreen.evidence.task', { name }), async ({ signal }) => {
        const incidentId = chosenId ?? (await engine.incidents.open({ title: newTitle, hostId }, { signal })).id;
        return add(incidentId, signal);
      });
      const title = t('incidentScreen.name', { number: incident.number, title: incident.title });
      notify(
        {
          message: (
            <>
              {doneWords?.(title) ?? t('nodeScreen.evidence.done', { name, incident: title })}{' '}
              <Anchor
                component="button"
                size="sm"
                underline="always"
                onClick={() => navigate({ screen: 'incidents', incidentId: incident.id })}
              >
                {t('nodeScreen.evidence.show')}
              </Anchor>
            </>
          ),
        },
        words,
      );
    } catch (error) {
      notifyError(error, words);
    }
  };

  return (
    <Menu opened={isOpen} onChange={setOpen}>
      <Menu.Target>
        <Button
          variant="default"
          disabled={isDisabled}
          leftSection={<IconAlertSquareRounded size={14} aria-hidden />}
          rightSection={<IconChevronDown size={12} aria-hidden />}
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPlus size={14} />} onClick={() => void freeze(null)}>
          {t('nodeScreen.evidence.openNew')}
        </Menu.Item>
        {open.length > 0 && <Menu.Label>{t('nodeScreen.evidence.choose')}</Menu.Label>}
        {open.map(({ id, number, title }) => (
          <Menu.Item key={id} onClick={() => void freeze(id)}>
            {t('incidentScreen.name', { number, title })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
