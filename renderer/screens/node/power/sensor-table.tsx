import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { type BmcSensor, sensorKinds } from '#shared/domain/facts/power';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { Value } from '../../../components/value';
import classes from './power.module.css';
import { SensorStateBadge, useMeasure } from './sensor-words';

type Shown = 'all' | 'trouble' | 'read';

/** All sensors of the BMC by their kind. Boards list a hundred that say nothing: those with a reading come first. */
export function SensorTable({ sensors }: { sensors: readonly BmcSensor[] }) {
  const { t } = useWords();
  const measure = useMeasure();
  const [shown, setShown] = useState<Shown>('read');
  const rows = sensors
    .map((sensor, index) => ({ sensor, path: `sensors.${index}` }))
    .filter(({ sensor }) => isShown(sensor, shown))
    .sort((one, other) => sensorKinds.indexOf(one.sensor.kind) - sensorKinds.indexOf(other.sensor.kind));
  const hasLimits = sensors.some(
    (one) => one.lowerCritical !== null || one.upperWarning !== null || one.upperCritical !== null,
  );
  const count = (which: Shown) => sensors.filter((sensor) => isShown(sensor, which)).length;
  return (
    <div>
      <div className={classes.head}>
        <SegmentedControl
          size="xs"
          value={shown}
          onChange={(value) => setShown(value as Shown)}
          aria-label={t('powerTab.sensors.show')}
          data={(['read', 'trouble', 'all'] as const).map((value) => ({
            value,
            label: t(`powerTab.sensors.shown.${value}`, { count: count(value) }),
          }))}
        />
      </div>
      <FactTable
        label={t('powerTab.sensors.all')}
        rows={rows}
        rowKey={({ path }) => path}
        empty={t('powerTab.sensors.none')}
        columns={[
          {
            id: 'kind',
            header: t('powerTab.sensors.kind'),
            cell: ({ sensor }) => <span className="dim">{t(`powerTab.kind.${sensor.kind}`)}</span>,
          },
          {
            id: 'name',
            header: t('powerTab.sensors.name'),
            cell: ({ sensor, path }) => <Value value={sensor.name} path={`${path}.rawName`} />,
          },
          {
            id: 'value',
            header: t('powerTab.sensors.value'),
            isNumeric: true,
            cell: ({ sensor, path }) =>
              sensor.value === null ? null : (
                <Value value={sensor.value} path={`${path}.value`}>
                  {measure(sensor.value, sensor.unit)}
                </Value>
              ),
          },
          {
            id: 'state',
            header: t('powerTab.sensors.state'),
            cell: ({ sensor, path }) => (
              <Value value={sensor.state} path={`${path}.state`}>
                <SensorStateBadge state={sensor.state} />
              </Value>
            ),
          },
          ...(hasLimits
            ? [
                {
                  id: 'limits',
                  header: t('powerTab.sensors.limits'),
                  isNumeric: true,
                  cell: ({ sensor }: (typeof rows)[number]) => (
                    <span className="dim">
                      {[sensor.lowerCritical, sensor.upperWarning, sensor.upperCritical].every((one) => one === null)
                        ? null
                        : [sensor.lowerCritical, sensor.upperWarning, sensor.upperCritical]
                            .map((one) => (one === null ? '–' : measure(one, sensor.unit)))
                            .join(' / ')}
                    </span>
                  ),
                },
              ]
            : []),
          {
            id: 'detail',
            header: t('powerTab.sensors.detail'),
            isWide: true,
            // Beside a reading that is well, `ok` says nothing more.
            cell: ({ sensor, path }) =>
              sensor.value !== null && sensor.state === 'ok' ? null : (
                <Value value={sensor.detail} path={`${path}.detail`} />
              ),
          },
        ]}
      />
    </div>
  );
}

function isShown({ state, value, detail }: BmcSensor, shown: Shown): boolean {
  const isTrouble = state === 'warning' || state === 'critical';
  if (shown === 'trouble') return isTrouble;
  return (
    shown === 'all' || isTrouble || value !== null || (state !== 'absent' && detail !== null && !/^0x/.test(detail))
  );
}
