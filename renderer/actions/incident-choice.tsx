import { Select } from '@mantine/core';
import type { IncidentSummary } from '#shared/domain/incident';
import { useWords } from '../app/i18n';

/** Where an action is put on record: an incident by id, a new one, or none. */
export type RecordIn = { readonly incidentId: string } | 'new' | null;

interface IncidentChoiceProps {
  incidents: readonly IncidentSummary[];
  canOpenNew: boolean;
  value: RecordIn;
  onChange: (value: RecordIn) => void;
}

/** Asks where to put the action on record. Nothing to choose while there is nowhere to. */
export function IncidentChoice({ incidents, canOpenNew, value, onChange }: IncidentChoiceProps) {
  const { t } = useWords();
  if (incidents.length === 0 && !canOpenNew) return null;
  return (
    <Select
      label={t('actionDialog.recordIn')}
      description={t('actionDialog.recordHelp')}
      data={[
        ...(canOpenNew ? [{ value: 'new', label: t('actionDialog.newIncident') }] : []),
        ...incidents.map(({ id, number, title }) => ({
          value: `incident:${id}`,
          label: t('incidentScreen.name', { number, title }),
        })),
      ]}
      value={value === null ? null : value === 'new' ? value : `incident:${value.incidentId}`}
      placeholder={t('actionDialog.recordNowhere')}
      clearable
      onChange={(chosen) =>
        onChange(chosen === null ? null : chosen === 'new' ? 'new' : { incidentId: chosen.slice('incident:'.length) })
      }
    />
  );
}
