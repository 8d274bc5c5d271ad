import { Button, MultiSelect, Select, Text } from '@mantine/core';
import { IconDatabasePlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Incident } from '#shared/domain/incident';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useQuery } from '../../../rpc/use-query';
import { useFleet } from '../../../stores/fleet-store';
import classes from './incident-detail.module.css';

/** Freezes what probes last read on a node, with the raw output, into the incident. */
export function AddEvidence({ incident, onDidAdd }: { incident: Incident; onDidAdd: () => void }) {
  const { t } = useWords();
  const hosts = useFleet((state) => state.hosts);
  const firstHostId = incident.hostIds.find((id) => hosts?.has(id)) ?? null;
  const [chosenHostId, setChosenHostId] = useState<string | null>(null);
  const [probeIds, setProbeIds] = useState<string[]>([]);
  const hostId = chosenHostId ?? firstHostId;
  const inventory = useQuery(hostId ? `inventory.get:${hostId}` : null, (signal) =>
    engine.inventory.get({ hostId: hostId ?? '' }, { signal }),
  );
  const known = inventory.data?.results.map((result) => result.probeId) ?? [];
  const add = useCall((signal) =>
    engine.incidents.addEvidence({ incidentId: incident.id, hostId: hostId ?? '', probeIds }, { signal }),
  );
  if (!hosts || hosts.size === 0) return null;
  return (
    <form
      className={classes.form}
      onSubmit={async (event) => {
        event.preventDefault();
        if (probeIds.length === 0 || add.isRunning || !(await add.run())) return;
        setProbeIds([]);
        onDidAdd();
      }}
    >
      <div>
        <h2 className={classes.label}>{t('incidentScreen.addEvidence')}</h2>
        <Text className="small" c="dimmed">
          {t('incidentScreen.addEvidenceText')}
        </Text>
      </div>
      <Select
        label={t('incidentScreen.node')}
        searchable
        allowDeselect={false}
        data={[...hosts.values()].map(({ spec }) => ({ value: spec.id, label: spec.name }))}
        value={hostId}
        onChange={(value) => {
          setChosenHostId(value);
          setProbeIds([]);
        }}
      />
      <MultiSelect
        label={t('incidentScreen.probes')}
        placeholder={probeIds.length === 0 ? t('incidentScreen.chooseProbes') : undefined}
        description={hostId && inventory.data && known.length === 0 ? t('incidentScreen.noResults') : undefined}
        searchable
        disabled={!hostId || known.length === 0}
        data={known}
        value={probeIds}
        onChange={setProbeIds}
      />
      {Boolean(add.error) && <ErrorView error={add.error} variant="inline" />}
      <div className={classes.buttons}>
        <Button
          type="submit"
          variant="default"
          leftSection={<IconDatabasePlus size={14} aria-hidden />}
          disabled={probeIds.length === 0}
          loading={add.isRunning}
        >
          {t('incidentScreen.addEvidence')}
        </Button>
      </div>
    </form>
  );
}
