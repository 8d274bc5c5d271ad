import { Select } from '@mantine/core';
import { useWords } from '../app/i18n';
import { useEngine } from '../rpc/client';
import { useQuery } from '../rpc/use-query';

interface IncidentChoiceProps {
  hostId: string;
  value: string | null;
  onChange: (incidentId: string | null) => void;
}

/** Where the action is put on record. Nothing to choose while no incident is open. */
export function IncidentChoice({ hostId, value, onChange }: IncidentChoiceProps) {
  const { t } = useWords();
  const engine = useEngine();
  const { data } = useQuery('incidents.list', (signal) => engine.incidents.list(undefined, { signal }));
  const open = (data ?? []).filter((incident) => incident.state === 'open');
  const ofHostFirst = [...open].sort(
    (a, b) => Number(b.hostIds.includes(hostId)) - Number(a.hostIds.includes(hostId)) || b.number - a.number,
  );
  if (open.length === 0) return null;
  return (
    <Select
      label={t('actionDialog.recordIn')}
      description={t('actionDialog.recordHelp')}
      data={ofHostFirst.map(({ id, number, title }) => ({ value: id, label: `INC-${number} ${title}` }))}
      value={value}
      placeholder={t('actionDialog.recordNowhere')}
      clearable
      onChange={onChange}
    />
  );
}
