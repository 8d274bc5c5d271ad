import type { SensorsFacts } from '#shared/domain/facts/power';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { StateBadge } from '../../../components/state-badge';
import { Value } from '../../../components/value';
import { useMeasure } from './sensor-words';

const units = { temperature: '°C', fan: 'RPM', voltage: 'V', current: 'A', power: 'W', humidity: '%' } as const;

export function HostSensors({ facts }: { facts: SensorsFacts }) {
  const { t } = useWords();
  const measure = useMeasure();
  const rows = facts.chips.flatMap((chip, index) =>
    chip.readings.map((reading, at) => ({ chip, reading, path: `chips.${index}.readings.${at}` })),
  );
  return (
    <FactTable
      label={t('powerTab.host.title')}
      rows={rows}
      rowKey={({ path }) => path}
      empty={t('powerTab.host.none')}
      columns={[
        { id: 'chip', header: t('powerTab.host.chip'), cell: ({ chip }) => <span className="dim">{chip.name}</span> },
        {
          id: 'label',
          header: t('powerTab.sensors.name'),
          cell: ({ reading, path }) => <Value value={reading.label} path={`${path}.label`} />,
        },
        {
          id: 'value',
          header: t('powerTab.sensors.value'),
          isNumeric: true,
          cell: ({ reading, path }) => (
            <Value value={reading.value} path={`${path}.value`}>
              {measure(reading.value, units[reading.kind])}
            </Value>
          ),
        },
        {
          id: 'limit',
          header: t('powerTab.host.limit'),
          isNumeric: true,
          cell: ({ reading, path }) => (
            <Value value={reading.critical ?? reading.maximum} path={`${path}.critical`}>
              {measure(reading.critical ?? reading.maximum, units[reading.kind])}
            </Value>
          ),
        },
        {
          id: 'alarm',
          header: t('powerTab.sensors.state'),
          isWide: true,
          cell: ({ reading, path }) => (
            <Value value={reading.isAlarm} path={`${path}.isAlarm`}>
              <StateBadge variant="plain" tone={reading.isAlarm ? 'warn' : 'ok'}>
                {t(reading.isAlarm ? 'powerTab.host.alarm' : 'powerTab.state.ok')}
              </StateBadge>
            </Value>
          ),
        },
      ]}
    />
  );
}
