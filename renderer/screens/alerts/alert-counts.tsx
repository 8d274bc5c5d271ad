import { IconHourglassLow } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useWords } from '../../app/i18n';
import { SeverityBadge, StateBadge } from '../../components/state-badge';
import { useAlerts } from '../../stores/alerts-store';
import { useHostNames } from '../../stores/fleet-store';
import classes from './alerts.module.css';
import { useRules } from './use-rules';
import { useWatching } from './use-watching';

const worstFirst = ['fatal', 'critical', 'warn', 'info'] as const;

/** How many fire and may soon, and what nobody can tell: unknown is not said to be well. */
export function AlertCounts() {
  const { t } = useWords();
  const open = useAlerts((state) => state.open);
  const watching = useWatching();
  const problems = useRules().data?.problems.length;
  const hostName = useHostNames();
  const { counts, pending, isPendingBad } = useMemo(() => {
    const found = { counts: { info: 0, warn: 0, critical: 0, fatal: 0 }, pending: 0, isPendingBad: false };
    for (const { state, severity } of open?.values() ?? []) {
      if (state === 'firing') found.counts[severity] += 1;
      else if (state === 'pending') {
        found.pending += 1;
        found.isPendingBad ||= severity === 'critical' || severity === 'fatal';
      }
    }
    return found;
  }, [open]);
  if (!open) return null;
  const fired = worstFirst.filter((severity) => counts[severity] > 0);
  const { unwatchedIds = [], partlyIds = [], total = 0 } = watching ?? {};
  const isAllTold = watching !== null && total > 0 && unwatchedIds.length === 0 && partlyIds.length === 0;
  const namesOf = (ids: readonly string[]) => ids.slice(0, 30).map(hostName).join('\n');
  return (
    <div className={classes.counts} role="status">
      {fired.map((severity) => (
        <SeverityBadge key={severity} severity={severity}>
          {t(`alertScreen.firing.${severity}`, { count: counts[severity] })}
        </SeverityBadge>
      ))}
      {pending > 0 && (
        <StateBadge
          tone={isPendingBad ? 'warn' : 'unknown'}
          icon={IconHourglassLow}
          title={t('alertScreen.stateHelp.pending')}
        >
          {t('alertScreen.pending', { count: pending })}
        </StateBadge>
      )}
      {fired.length === 0 && pending === 0 && isAllTold && problems === 0 && (
        <StateBadge tone="ok">{t('alertScreen.noneFires')}</StateBadge>
      )}
      {unwatchedIds.length > 0 && (
        <StateBadge tone="unknown" title={`${t('alertScreen.unwatchedDetail')}\n${namesOf(unwatchedIds)}`}>
          {t('alertScreen.unwatched', { count: unwatchedIds.length, total })}
        </StateBadge>
      )}
      {partlyIds.length > 0 && (
        <StateBadge tone="unknown" title={`${t('alertScreen.partlyDetail')}\n${namesOf(partlyIds)}`}>
          {t('alertScreen.partly', { count: partlyIds.length })}
        </StateBadge>
      )}
      {problems !== undefined && problems > 0 && (
        <StateBadge tone="bad" title={t('alertScreen.problemsDetail')}>
          {t('alertScreen.problems', { count: problems })}
        </StateBadge>
      )}
    </div>
  );
}
