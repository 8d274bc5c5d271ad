import { useMemo } from 'react';
import { useWords } from '../../app/i18n';
import { SeverityBadge, StateBadge } from '../../components/state-badge';
import { useAlerts } from '../../stores/alerts-store';
import { useHostNames } from '../../stores/fleet-store';
import classes from './alerts.module.css';
import { useWatching } from './use-watching';

const worstFirst = ['fatal', 'critical', 'warn', 'info'] as const;

/** How many fire, by severity, and of how many nodes nobody can tell. */
export function AlertCounts() {
  const { t } = useWords();
  const open = useAlerts((state) => state.open);
  const watching = useWatching();
  const hostName = useHostNames();
  const counts = useMemo(() => {
    const bySeverity = { info: 0, warn: 0, critical: 0, fatal: 0 };
    for (const { state, severity } of open?.values() ?? []) if (state === 'firing') bySeverity[severity] += 1;
    return bySeverity;
  }, [open]);
  if (!open) return null;
  const fired = worstFirst.filter((severity) => counts[severity] > 0);
  const unwatched = watching?.unwatchedIds ?? [];
  const isBlind = watching !== null && unwatched.length === watching.total;
  return (
    <div className={classes.counts} role="status">
      {fired.map((severity) => (
        <SeverityBadge key={severity} severity={severity}>
          {t(`alertScreen.firing.${severity}`, { count: counts[severity] })}
        </SeverityBadge>
      ))}
      {fired.length === 0 && watching !== null && !isBlind && (
        <StateBadge tone="ok">{t('alertScreen.noneFires')}</StateBadge>
      )}
      {unwatched.length > 0 && watching && (
        <StateBadge
          tone="unknown"
          title={`${t('alertScreen.unwatchedDetail')}\n${unwatched.slice(0, 30).map(hostName).join('\n')}`}
        >
          {t('alertScreen.unwatched', { count: unwatched.length, total: watching.total })}
        </StateBadge>
      )}
    </div>
  );
}
