import { Anchor, Button, Menu } from '@mantine/core';
import { IconAlertSquareRounded, IconChevronDown, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useWords } from '../../app/i18n';
import { navigate } from '../../app/router';
import { notify } from '../../components/notify';
import { notifyError } from '../../components/notify-error';
import { engine } from '../../rpc/client';
import { useHostName } from '../../stores/fleet-store';
import { useOpenIncidents } from '../../stores/open-incidents';
import { runTask } from '../../stores/tasks-store';
import { useResults } from './probe-section';

/** Freezes what is on screen, with its raw output, into an incident. */
export function EvidenceMenu({ hostId }: { hostId: string }) {
  const words = useWords();
  const { t } = words;
  const { results } = useResults();
  const name = useHostName(hostId);
  const [isOpen, setOpen] = useState(false);
  const open = useOpenIncidents(hostId, isOpen).slice(0, 8);

  const freeze = async (incidentId: string | null) => {
    try {
      const incident = await runTask(t('nodeScreen.evidence.task', { name }), async ({ signal }) => {
        const target =
          incidentId ??
          (await engine.incidents.open({ title: t('nodeScreen.evidence.title', { name }), hostId }, { signal })).id;
        return engine.incidents.addEvidence({ incidentId: target, hostId, probeIds: [...results.keys()] }, { signal });
      });
      const label = t('incidentScreen.name', { number: incident.number, title: incident.title });
      notify(
        {
          message: (
            <>
              {t('nodeScreen.evidence.done', { name, incident: label })}{' '}
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
          disabled={results.size === 0}
          leftSection={<IconAlertSquareRounded size={14} aria-hidden />}
          rightSection={<IconChevronDown size={12} aria-hidden />}
        >
          {t('nodeScreen.evidence.button')}
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
