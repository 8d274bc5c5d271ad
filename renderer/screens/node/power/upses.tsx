import type { UpsDevice, UpsFacts } from '#shared/domain/facts/power';
import { useWords } from '../../../app/i18n';
import { KeyValueTable } from '../../../components/key-value-table';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { Value } from '../../../components/value';
import classes from './power.module.css';
import { useMeasure } from './sensor-words';

export function Upses({ facts }: { facts: UpsFacts }) {
  const { t } = useWords();
  if (facts.devices.length === 0) return <p className="dim">{t('powerTab.ups.none')}</p>;
  return facts.devices.map((device, index) => <Ups key={device.name} device={device} path={`devices.${index}`} />);
}

function Ups({ device, path }: { device: UpsDevice; path: string }) {
  const { t } = useWords();
  const measure = useMeasure();
  const volts = [
    ['input', device.inputV, 'inputV'],
    ['output', device.outputV, 'outputV'],
    ['battery', device.batteryV, 'batteryV'],
  ] as const;
  return (
    <>
      <div className={classes.head}>
        <Value value={device.name} path={`${path}.name`} />
        {device.problem !== null ? (
          <StateBadge tone="warn">{t(`powerTab.ups.problem.${device.problem}`)}</StateBadge>
        ) : (
          device.states.map((state) => (
            <StateBadge key={state} tone={toneOf(state)}>
              {state === 'other' ? (device.statusText ?? '') : t(`powerTab.upsState.${state}`)}
            </StateBadge>
          ))
        )}
      </div>
      {device.problem === null && (
        <KeyValueTable
          rows={[
            {
              label: t('powerTab.ups.charge'),
              value: <Value value={device.chargePercent} unit="percent" path={`${path}.chargePercent`} />,
            },
            {
              label: t('powerTab.ups.runtime'),
              value: <Value value={device.runtimeSeconds} unit="seconds" path={`${path}.runtimeSeconds`} />,
            },
            {
              label: t('powerTab.ups.load'),
              value: <Value value={device.loadPercent} unit="percent" path={`${path}.loadPercent`} />,
            },
            {
              label: t('powerTab.ups.power'),
              value: <Value value={device.powerW} unit="watts" path={`${path}.powerW`} />,
            },
            {
              label: t('powerTab.ups.nominal'),
              value: <Value value={device.nominalPowerW} unit="watts" path={`${path}.nominalPowerW`} />,
            },
            ...volts.map(([name, value, key]) => ({
              label: t(`powerTab.ups.${name}`),
              value: (
                <Value value={value} path={`${path}.${key}`}>
                  {measure(value, 'V')}
                </Value>
              ),
            })),
            {
              label: t('powerTab.ups.model'),
              value: (
                <Value value={[device.manufacturer, device.model].filter(Boolean).join(' ')} path={`${path}.model`} />
              ),
            },
            { label: t('powerTab.ups.serial'), value: <Value value={device.serial} path={`${path}.serial`} /> },
            {
              label: t('powerTab.ups.firmware'),
              value: <Value value={device.firmwareVersion} path={`${path}.firmwareVersion`} />,
            },
            {
              label: t('powerTab.ups.batteryDate'),
              value: <Value value={device.batteryDate} path={`${path}.batteryDate`} />,
            },
          ]}
        />
      )}
    </>
  );
}

function toneOf(state: UpsDevice['states'][number]): Tone {
  if (['low-battery', 'forced-shutdown', 'overloaded', 'alarm'].includes(state)) return 'bad';
  if (['on-battery', 'discharging', 'replace-battery', 'bypass', 'off'].includes(state)) return 'warn';
  return state === 'online' ? 'ok' : 'info';
}
