import type { BmcFacts } from '#shared/domain/facts/power';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import { KeyValueTable } from '../../../components/key-value-table';
import { Value } from '../../../components/value';
import classes from './power.module.css';

export function BmcIdentity({ facts }: { facts: BmcFacts }) {
  const { t } = useWords();
  const { presence, power, frus } = facts;
  if (presence !== 'present') return <p className="dim">{t(`powerTab.presence.${presence}`)}</p>;
  return (
    <>
      <KeyValueTable
        rows={[
          { label: t('powerTab.bmc.draw'), value: <Value value={power?.nowW} unit="watts" path="power.nowW" /> },
          {
            label: t('powerTab.bmc.average'),
            value: <Value value={power?.averageW} unit="watts" path="power.averageW" />,
          },
          { label: t('powerTab.bmc.range'), value: <Range power={power} /> },
          { label: t('powerTab.bmc.maker'), value: <Value value={facts.manufacturer} path="manufacturer" /> },
          { label: t('powerTab.bmc.firmware'), value: <Value value={facts.firmwareVersion} path="firmwareVersion" /> },
          { label: t('powerTab.bmc.ipmi'), value: <Value value={facts.ipmiVersion} path="ipmiVersion" /> },
        ]}
      />
      {frus.length > 0 && (
        <div className={classes.below}>
          <FactTable
            label={t('powerTab.fru.title')}
            rows={frus}
            rowKey={(fru, index) => `${fru.id}-${index}`}
            empty=""
            columns={[
              {
                id: 'name',
                header: t('powerTab.fru.name'),
                cell: (fru, index) => <Value value={fru.name} path={`frus.${index}.name`} />,
              },
              {
                id: 'product',
                header: t('powerTab.fru.product'),
                isWide: true,
                cell: (fru, index) => (
                  <Value
                    value={[fru.manufacturer, fru.product].filter(Boolean).join(' ')}
                    path={`frus.${index}.product`}
                  />
                ),
              },
              {
                id: 'serial',
                header: t('powerTab.fru.serial'),
                cell: (fru, index) => <Value value={fru.serial} path={`frus.${index}.serial`} />,
              },
            ]}
          />
        </div>
      )}
    </>
  );
}

function Range({ power }: { power: BmcFacts['power'] }) {
  const { t } = useWords();
  const format = useFormat();
  const isKnown = power !== null && power.minimumW !== null && power.maximumW !== null;
  return (
    <Value value={isKnown ? power.maximumW : null} path="power.maximumW">
      {isKnown &&
        t('powerTab.bmc.rangeOf', {
          lowest: format.number(power.minimumW ?? 0, 0),
          highest: format.number(power.maximumW ?? 0, 0),
        })}
    </Value>
  );
}
