import type { RedfishFacts } from '#shared/domain/facts/power';
import { useWords } from '../../../app/i18n';
import { KeyValueTable } from '../../../components/key-value-table';
import { Value } from '../../../components/value';
import classes from '../node.module.css';
import { Fans } from './fans';
import { PowerSupplies } from './power-supplies';
import { SensorTable } from './sensor-table';

/** The BMC once more, by its newer interface. */
export function Redfish({ facts }: { facts: RedfishFacts }) {
  const { t } = useWords();
  const { system } = facts;
  return (
    <div className={classes.column}>
      {facts.access === 'needs-account' && <p className="dim">{t('powerTab.redfish.needsAccount')}</p>}
      <KeyValueTable
        rows={[
          { label: t('powerTab.redfish.address'), value: <Value value={facts.address} path="address" /> },
          { label: t('powerTab.redfish.version'), value: <Value value={facts.redfishVersion} path="redfishVersion" /> },
          {
            label: t('powerTab.redfish.system'),
            value: (
              <Value value={[system?.manufacturer, system?.model].filter(Boolean).join(' ')} path="system.model" />
            ),
          },
          { label: t('powerTab.redfish.health'), value: <Value value={system?.health} path="system.health" /> },
          ...facts.power.map((one, index) => ({
            key: `${one.name}-${index}`,
            label: t('powerTab.redfish.draw', { name: one.name }),
            value: <Value value={one.nowW} unit="watts" path={`power.${index}.nowW`} />,
          })),
        ]}
      />
      {facts.powerSupplies.length > 0 && <PowerSupplies facts={{ ...facts, redundancy: null }} />}
      <Fans fans={facts.fans} />
      {facts.sensors.length > 0 && <SensorTable sensors={facts.sensors} />}
    </div>
  );
}
