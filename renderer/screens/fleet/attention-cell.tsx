import { IconPlayerPause } from '@tabler/icons-react';
import { hostErrorWords } from '#shared/i18n/host-error-words';
import { useWords } from '../../app/i18n';
import { StateBadge } from '../../components/state-badge';
import classes from './fleet.module.css';
import type { FleetRow } from './fleet-rows';

/** What was noticed on a node, the first in words and the rest as a number; all of it on hover. */
export function AttentionCell({ row: { host, summary } }: { row: FleetRow }) {
  const { t, message } = useWords();
  const noticed = [
    ...(host.status.error ? [hostErrorWords(host.status.error, message).title] : []),
    ...(summary?.attention.map(message) ?? []),
    ...host.status.hungCommands,
  ];
  const [first, ...rest] = noticed;
  if (first === undefined) {
    // What a running collection has yet to read may be what needs a look.
    return summary?.observedAtMs && !summary.isCollecting ? (
      <span className="dim">{t('fleetScreen.nothingToDo')}</span>
    ) : (
      <span className="dim">—</span>
    );
  }
  const isHungOnly = !host.status.error && (summary?.attention.length ?? 0) === 0;
  return (
    <span className={classes.attention} title={noticed.join('\n')}>
      <StateBadge tone="warn" variant="plain" icon={isHungOnly ? IconPlayerPause : undefined}>
        {first}
      </StateBadge>
      {rest.length > 0 && <span className="dim">{t('fleetScreen.more', { count: rest.length })}</span>}
    </span>
  );
}
