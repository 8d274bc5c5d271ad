import { IconPlayerPause } from '@tabler/icons-react';
import { noticed } from '#shared/domain/fleet/fields';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useWords } from '../../../app/i18n';
import { SeverityBadge, StateBadge } from '../../../components/state-badge';
import classes from '../fleet.module.css';

/** What was noticed on a node, the first in words and the rest as a number; all of it on hover. */
export function AttentionCell({ row }: { row: FleetNode }) {
  const { t, message, localized } = useWords();
  const { host, summary, alerts } = row;
  const all = noticed(row, { say: message });
  const [first, ...rest] = all;
  if (first === undefined) {
    // What a running collection has yet to read may be what needs a look.
    return summary?.observedAtMs && !summary.isCollecting ? (
      <span className="dim">{t('fleetScreen.nothingToDo')}</span>
    ) : (
      <span className="dim">—</span>
    );
  }
  const isHungOnly = !host.status.error && !alerts && (summary?.attention.length ?? 0) === 0;
  return (
    <span className={classes.attention} title={all.join('\n')}>
      {alerts && !host.status.error ? (
        <SeverityBadge severity={alerts.worst} variant="plain" title={first}>
          {localized(alerts.title)}
        </SeverityBadge>
      ) : (
        <StateBadge tone="warn" variant="plain" icon={isHungOnly ? IconPlayerPause : undefined}>
          {first}
        </StateBadge>
      )}
      {rest.length > 0 && <span className="dim">{t('fleetScreen.more', { count: rest.length })}</span>}
    </span>
  );
}
