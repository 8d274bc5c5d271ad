import type { NetworkModulesFacts } from '#shared/domain/facts/network';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import { StateBadge } from '../../../components/state-badge';
import { Value } from '../../../components/value';

/** What is plugged into the ports: cables, and optics with the light of each lane. */
export function ModuleTable({ facts: { modules } }: { facts: NetworkModulesFacts }) {
  const { t } = useWords();
  const format = useFormat();
  const light = (values: ReadonlyArray<number | null>) =>
    values.length === 0
      ? null
      : values.map((value) => (value === null ? t('networkTab.dark') : format.number(value, 1))).join(' · ');
  return (
    <FactTable
      label={t('networkTab.modules')}
      rows={modules}
      rowKey={(row) => row.interface}
      empty={t('networkTab.noModules')}
      columns={[
        {
          id: 'name',
          header: t('networkTab.interface'),
          cell: (row, at) => <Value value={row.interface} path={`modules.${at}.interface`} />,
        },
        {
          id: 'kind',
          header: t('networkTab.kind'),
          cell: (row, at) => <Value value={row.identifier} path={`modules.${at}.identifier`} />,
        },
        {
          id: 'vendor',
          header: t('networkTab.part'),
          cell: (row, at) => (
            <Value value={[row.vendor, row.partNumber].filter(Boolean).join(' ')} path={`modules.${at}.partNumber`} />
          ),
        },
        {
          id: 'serial',
          header: t('networkTab.serial'),
          cell: (row, at) => <Value value={row.serialNumber} path={`modules.${at}.serialNumber`} isMono />,
        },
        {
          id: 'length',
          header: t('networkTab.length'),
          isNumeric: true,
          cell: (row, at) => (
            <Value value={row.cableLengthM} path={`modules.${at}.cableLengthM`}>
              {row.cableLengthM} m
            </Value>
          ),
        },
        {
          id: 'temperature',
          header: t('networkTab.temperature'),
          isNumeric: true,
          cell: (row, at) => <Value value={row.temperatureC} unit="celsius" path={`modules.${at}.temperatureC`} />,
        },
        {
          id: 'rx',
          header: t('networkTab.rxPower'),
          cell: (row, at) => <Value value={light(row.rxPowerDbm)} path={`modules.${at}.rxPowerDbm`} />,
        },
        {
          id: 'tx',
          header: t('networkTab.txPower'),
          cell: (row, at) => <Value value={light(row.txPowerDbm)} path={`modules.${at}.txPowerDbm`} />,
        },
        {
          id: 'alarms',
          header: t('networkTab.alarms'),
          cell: (row, at) => (
            <Value value={row.alarms.join(', ') || t('nodeScreen.list.none')} path={`modules.${at}.alarms`}>
              {row.alarms.length > 0 ? (
                <StateBadge tone="warn" variant="plain">
                  {row.alarms.join(', ')}
                </StateBadge>
              ) : undefined}
            </Value>
          ),
        },
      ]}
    />
  );
}
