import type { BmcPowerSupply, BmcSensorsFacts } from '#shared/domain/facts/power';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { Value } from '../../../components/value';
import { useMeasure } from './sensor-words';

const tones: Readonly<Record<BmcPowerSupply['state'], Tone>> = {
  ok: 'ok',
  warning: 'warn',
  failed: 'bad',
  'input-lost': 'bad',
  absent: 'unknown',
  unknown: 'unknown',
};

const measured = [
  ['inputV', 'voltage', 'V'],
  ['outputW', 'output', 'W'],
  ['capacityW', 'capacity', 'W'],
] as const;

export function PowerSupplies({ facts }: { facts: Pick<BmcSensorsFacts, 'powerSupplies' | 'redundancy'> }) {
  const { t } = useWords();
  const measure = useMeasure();
  /** Redfish tells these, IPMI does not: a column without a value would be noise. */
  const isTold = (key: keyof BmcPowerSupply) => facts.powerSupplies.some((supply) => supply[key] !== null);
  return (
    <div>
      <FactTable
        label={t('powerTab.supplies.title')}
        rows={facts.powerSupplies}
        rowKey={({ name }) => name}
        empty={t('powerTab.supplies.none')}
        columns={[
          {
            id: 'name',
            header: t('powerTab.supplies.name'),
            cell: (supply, index) => <Value value={supply.name} path={`powerSupplies.${index}.name`} />,
          },
          {
            id: 'state',
            header: t('powerTab.supplies.state'),
            cell: (supply, index) => (
              <Value value={supply.state} path={`powerSupplies.${index}.state`}>
                <StateBadge variant="plain" tone={tones[supply.state]}>
                  {t(`powerTab.supplyState.${supply.state}`)}
                </StateBadge>
              </Value>
            ),
          },
          {
            id: 'input',
            header: t('powerTab.supplies.input'),
            isNumeric: true,
            cell: (supply, index) => (
              <Value value={supply.inputW} unit="watts" path={`powerSupplies.${index}.inputW`} />
            ),
          },
          ...measured
            .filter(([key]) => isTold(key))
            .map(([key, word, unit]) => ({
              id: key,
              header: t(`powerTab.supplies.${word}`),
              isNumeric: true,
              cell: (supply: BmcPowerSupply, index: number) => (
                <Value value={supply[key]} path={`powerSupplies.${index}.${key}`}>
                  {measure(supply[key], unit)}
                </Value>
              ),
            })),
          ...(isTold('serial')
            ? [
                {
                  id: 'serial',
                  header: t('powerTab.supplies.serial'),
                  cell: (supply: BmcPowerSupply, index: number) => (
                    <Value value={supply.serial} isMono path={`powerSupplies.${index}.serial`} />
                  ),
                },
              ]
            : []),
          {
            id: 'detail',
            header: t('powerTab.supplies.detail'),
            isWide: true,
            cell: (supply, index) => <Value value={supply.detail} path={`powerSupplies.${index}.detail`} />,
          },
        ]}
      />
      {facts.redundancy !== null && (
        <p className="dim">
          {t('powerTab.supplies.redundancy')} <Value value={facts.redundancy} path="redundancy" />
        </p>
      )}
    </div>
  );
}
