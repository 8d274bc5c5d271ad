import { Menu } from '@mantine/core';
import { useContext } from 'react';
import { exportFormats } from '#shared/domain/fleet/export/export-formats';
import { fleetFieldIds } from '#shared/domain/fleet/fields';
import { standardColumns } from '#shared/domain/fleet/fleet-view';
import { useWords } from '../../../app/i18n';
import { useFleetView } from '../../../stores/fleet-view-store';
import { ExportedContext } from './exported-context';
import { useExport } from './use-export';

export function ExportMenu() {
  const { t } = useWords();
  const { rows, shown, selected, filter } = useContext(ExportedContext);
  const columns = useFleetView((state) => state.columns);
  const fields = columns?.map(({ field }) => field) ?? [...standardColumns];
  const save = useExport();
  const some = selected.length > 0 ? selected : shown;
  const scopes = [
    {
      key: 'shown',
      label: t(selected.length > 0 ? 'fleetScreen.export.selected' : 'fleetScreen.export.shown', {
        count: some.length,
      }),
      nodes: some,
      fields,
      filter,
    },
    {
      key: 'all',
      label: t('fleetScreen.export.all', { count: rows.length }),
      nodes: rows,
      fields: fleetFieldIds,
      filter: '',
    },
  ];
  return scopes.map(({ key, label, ...what }) => (
    <div key={key}>
      <Menu.Label>{label}</Menu.Label>
      {exportFormats.map((format) => (
        <Menu.Item
          key={format}
          aria-label={`${t(`fleetScreen.export.${format}`)}: ${label}`}
          onClick={() => void save(format, what)}
        >
          {t(`fleetScreen.export.${format}`)}
        </Menu.Item>
      ))}
    </div>
  ));
}
