import type { NetworkFacts } from '#shared/domain/facts/network';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { StateBadge } from '../../../components/state-badge';
import { Value } from '../../../components/value';
import classes from './network.module.css';

/** Each bond with its members; nothing where there is none. */
export function BondTable({ facts: { bonds } }: { facts: NetworkFacts }) {
  const { t } = useWords();
  return bonds.map((bond, at) => {
    const path = `bonds.${at}`;
    const facts = [
      bond.mode,
      bond.lacpRate && t('networkTab.lacpRate', { rate: bond.lacpRate }),
      bond.transmitHashPolicy && t('networkTab.hash', { policy: bond.transmitHashPolicy }),
      bond.activeMember && t('networkTab.activeMember', { name: bond.activeMember }),
      bond.primaryMember && t('networkTab.primaryMember', { name: bond.primaryMember }),
      bond.partnerMacAddress && t('networkTab.partner', { address: bond.partnerMacAddress }),
    ];
    return (
      <div key={bond.name} className={classes.bond}>
        <h3>
          {t('networkTab.bond', { name: bond.name })} <span className="dim">{facts.filter(Boolean).join(' · ')}</span>
        </h3>
        <FactTable
          label={t('networkTab.bond', { name: bond.name })}
          rows={bond.members}
          rowKey={({ name }) => name}
          empty={t('networkTab.noMembers')}
          columns={[
            {
              id: 'member',
              header: t('networkTab.member'),
              cell: (row, index) => <Value value={row.name} path={`${path}.members.${index}.name`} />,
            },
            {
              id: 'state',
              header: t('networkTab.state'),
              cell: (row, index) => (
                <Value value={row.state} path={`${path}.members.${index}.state`}>
                  <StateBadge variant="plain" tone={row.state === 'up' ? 'ok' : 'warn'}>
                    {row.state}
                  </StateBadge>
                </Value>
              ),
            },
            {
              id: 'speed',
              header: t('networkTab.speed'),
              isNumeric: true,
              cell: (row, index) => (
                <Value value={row.speedMbitPerSec} unit="mbit" path={`${path}.members.${index}.speedMbitPerSec`} />
              ),
            },
            {
              id: 'failures',
              header: t('networkTab.failures'),
              isNumeric: true,
              cell: (row, index) => (
                <Value value={row.linkFailures} unit="count" path={`${path}.members.${index}.linkFailures`} />
              ),
            },
            {
              id: 'mac',
              header: t('networkTab.permanentMac'),
              cell: (row, index) => (
                <Value value={row.permanentMacAddress} path={`${path}.members.${index}.permanentMacAddress`} isMono />
              ),
            },
            {
              id: 'aggregator',
              header: t('networkTab.aggregator'),
              isNumeric: true,
              cell: (row, index) => (
                <Value value={row.aggregatorId} unit="count" path={`${path}.members.${index}.aggregatorId`} />
              ),
            },
            {
              id: 'churn',
              header: t('networkTab.churn'),
              cell: (row, index) => (
                <Value
                  value={row.actorChurn && row.partnerChurn && `${row.actorChurn} / ${row.partnerChurn}`}
                  path={`${path}.members.${index}.actorChurn`}
                />
              ),
            },
          ]}
        />
      </div>
    );
  });
}
