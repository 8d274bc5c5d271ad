import { Anchor } from '@mantine/core';
import { IconPlayerPause } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Message } from '#shared/domain/text';
import { useWords } from '../../app/i18n';
import { navigate } from '../../app/router';
import { CodeWords } from '../../components/code-words';
import { HostErrorView } from '../../components/host-error-view';
import { SeverityBadge, StateBadge } from '../../components/state-badge';
import { StatePanel } from '../../components/state-panel';
import { useAlerts } from '../../stores/alerts-store';
import { useHost } from '../../stores/fleet-store';
import classes from './node.module.css';

interface NodeBannersProps {
  hostId: string;
  /** What was noticed and is told of below. */
  noticed: readonly Message[];
  children?: ReactNode;
}

/** What keeps the node from being seen, and what was noticed about it. */
export function NodeBanners({ hostId, noticed, children }: NodeBannersProps) {
  const { t, message } = useWords();
  const status = useHost(hostId)?.status;
  const hungCommands = status?.hungCommands ?? [];
  // A hanging command says so itself, with its whole line.
  const attention = noticed.filter(({ key }) => key !== 'probes.hung' || hungCommands.length === 0);
  return (
    <div className={classes.banners}>
      {children}
      {status?.error && <HostErrorView error={status.error} />}
      {hungCommands.map((command) => (
        <StatePanel
          key={command}
          variant="inline"
          tone="warn"
          icon={IconPlayerPause}
          title={t('nodeScreen.hungTitle')}
          detail={<CodeWords text={t('nodeScreen.hung', { command })} />}
        />
      ))}
      <FiringHere hostId={hostId} />
      {attention.length > 0 && (
        <div className={classes.notices} role="status" aria-label={t('nodeScreen.attention')}>
          {attention.map((item) => (
            <StateBadge key={JSON.stringify(item)} tone="warn">
              {message(item)}
            </StateBadge>
          ))}
        </div>
      )}
    </div>
  );
}

/** What fires on the node now, and the way to it. */
function FiringHere({ hostId }: { hostId: string }) {
  const { t, localized } = useWords();
  const alerts = useAlerts((state) => state.byHost.get(hostId));
  if (!alerts) return null;
  return (
    <div className={classes.notices} role="status">
      <SeverityBadge severity={alerts.worst}>
        {localized(alerts.title)}
        {alerts.count > 1 && ` · ${t(`fleet.alerts.${alerts.worst}`, { count: alerts.count })}`}
      </SeverityBadge>
      <Anchor component="button" size="xs" underline="always" onClick={() => navigate({ screen: 'alerts', hostId })}>
        {t('alertScreen.showOfNode')}
      </Anchor>
    </div>
  );
}
