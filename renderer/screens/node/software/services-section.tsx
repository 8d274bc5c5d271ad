import type { ServicesFacts, TimeSyncFacts } from '#shared/domain/facts/software';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { KeyValueTable } from '../../../components/key-value-table';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { Value } from '../../../components/value';

const tones: Readonly<Record<string, Tone>> = { active: 'ok', failed: 'bad', activating: 'warn', reloading: 'warn' };

export function ServiceTable({ facts }: { facts: ServicesFacts }) {
  const { t } = useWords();
  const failed = facts.failedUnits && (facts.failedUnits.join(', ') || t('software.noneFailed'));
  return (
    <>
      <KeyValueTable
        rows={[
          { label: t('software.failedUnits'), value: <Value value={failed} path="failedUnits" isClamped /> },
          {
            label: t('software.fabricManager'),
            value: <Value value={facts.fabricManagerVersion} path="fabricManagerVersion" />,
          },
          { label: t('software.dcgm'), value: <Value value={facts.dcgmVersion} path="dcgmVersion" /> },
        ]}
      />
      <FactTable
        label={t('software.services')}
        rows={facts.services}
        rowKey={({ name }) => name}
        empty={t('software.noServices')}
        columns={[
          {
            id: 'name',
            header: t('software.service'),
            isWide: true,
            cell: ({ name }, index) => <Value value={name} path={`services.${index}.name`} />,
          },
          {
            id: 'state',
            header: t('software.state'),
            cell: ({ activeState, subState }, index) => (
              <Value value={activeState} path={`services.${index}.activeState`}>
                <StateBadge variant="plain" tone={tones[activeState ?? ''] ?? 'unknown'}>
                  {[activeState, subState].filter(Boolean).join(', ')}
                </StateBadge>
              </Value>
            ),
          },
          {
            id: 'enabled',
            header: t('software.enabled'),
            cell: ({ unitFileState }, index) => (
              <Value value={unitFileState} path={`services.${index}.unitFileState`} />
            ),
          },
          {
            id: 'restarts',
            header: t('software.restarts'),
            isNumeric: true,
            cell: ({ restarts }, index) => <Value value={restarts} path={`services.${index}.restarts`} />,
          },
        ]}
      />
    </>
  );
}

export function TimeSync({ facts }: { facts: TimeSyncFacts }) {
  const { t, language } = useWords();
  const { offsetSeconds } = facts;
  const milliseconds =
    offsetSeconds === null
      ? null
      : new Intl.NumberFormat(language, { maximumSignificantDigits: 3 }).format(offsetSeconds * 1000);
  return (
    <KeyValueTable
      rows={[
        {
          label: t('software.timeService'),
          value: <Value value={facts.service ?? t('software.noTimeService')} path="service" />,
        },
        {
          label: t('software.synchronized'),
          value: <Value value={facts.isSynchronized} unit="flag" path="isSynchronized" />,
        },
        {
          label: t('software.offset'),
          value: <Value value={milliseconds && t('software.offsetValue', { milliseconds })} path="offsetSeconds" />,
        },
        { label: t('software.reference'), value: <Value value={facts.reference} path="reference" /> },
        { label: t('software.stratum'), value: <Value value={facts.stratum} path="stratum" /> },
        { label: t('software.timeZone'), value: <Value value={facts.timeZone} path="timeZone" /> },
      ]}
    />
  );
}
