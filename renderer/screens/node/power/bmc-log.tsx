import type { BmcLogFacts } from '#shared/domain/facts/power';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { Value } from '../../../components/value';
import classes from './power.module.css';

const tones: Readonly<Record<BmcLogFacts['entries'][number]['severity'], Tone>> = {
  info: 'info',
  warning: 'warn',
  critical: 'bad',
  unknown: 'unknown',
};

/** A BMC's clock that is further off than this makes its times of little use. */
const clockTrustSeconds = 120;

/** Most BMCs drop new events once their log is full. */
const fullPercent = 95;

export function BmcLog({ facts }: { facts: BmcLogFacts }) {
  const { t } = useWords();
  const format = useFormat();
  const { entryCount, usedPercent, clockOffsetSeconds } = facts;
  const isOff = clockOffsetSeconds !== null && Math.abs(clockOffsetSeconds) > clockTrustSeconds;
  return (
    <>
      <div className={classes.head}>
        {entryCount !== null && (
          <span className="dim">{t('powerTab.log.count', { count: entryCount, shown: facts.entries.length })}</span>
        )}
        {usedPercent !== null && usedPercent >= fullPercent && !facts.isOverflown && (
          <StateBadge tone="warn">{t('powerTab.log.nearlyFull', { percent: format.percent(usedPercent) })}</StateBadge>
        )}
        {usedPercent !== null && usedPercent < fullPercent && (
          <span className="dim">{t('powerTab.log.used', { percent: format.percent(usedPercent) })}</span>
        )}
        {facts.isOverflown && <StateBadge tone="warn">{t('powerTab.log.overflown')}</StateBadge>}
        {isOff ? (
          <StateBadge tone="warn">
            {t(clockOffsetSeconds > 0 ? 'powerTab.log.clockAhead' : 'powerTab.log.clockBehind', {
              offset: format.duration(Math.abs(clockOffsetSeconds) * 1000),
            })}
          </StateBadge>
        ) : (
          <span className="dim">
            {t(clockOffsetSeconds === null ? 'powerTab.log.clockUnknown' : 'powerTab.log.clockGood')}
          </span>
        )}
      </div>
      <FactTable
        label={t('powerTab.log.title')}
        rows={facts.entries}
        rowKey={({ id }, index) => `${id}-${index}`}
        empty={t('powerTab.log.none')}
        columns={[
          {
            id: 'at',
            header: t('powerTab.log.at'),
            cell: (entry, index) => (
              <Value value={entry.atMs ?? entry.time} path={`log.entries.${index}.time`}>
                {entry.atMs === null ? entry.time : format.dateTime(entry.atMs)}
              </Value>
            ),
          },
          {
            id: 'severity',
            header: t('powerTab.log.severity'),
            cell: (entry, index) => (
              <Value value={entry.severity} path={`log.entries.${index}.severity`}>
                <StateBadge variant="plain" tone={tones[entry.severity]}>
                  {t(`powerTab.severity.${entry.severity}`)}
                </StateBadge>
              </Value>
            ),
          },
          {
            id: 'sensor',
            header: t('powerTab.log.sensor'),
            cell: (entry, index) => <Value value={entry.sensor} path={`log.entries.${index}.sensor`} />,
          },
          {
            id: 'event',
            header: t('powerTab.log.event'),
            isWide: true,
            cell: (entry, index) => (
              <Value value={entry.event} path={`log.entries.${index}.event`}>
                {entry.isAsserted === false ? t('powerTab.log.over', { event: entry.event ?? '' }) : entry.event}
              </Value>
            ),
          },
        ]}
      />
    </>
  );
}
