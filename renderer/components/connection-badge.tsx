import {
  IconArchive,
  IconDeviceDesktop,
  IconPlugConnected,
  IconPlugConnectedX,
  IconPlugX,
  IconRefresh,
} from '@tabler/icons-react';
import type { HostView } from '#shared/contract/hosts';
import { hostErrorWords } from '#shared/i18n/host-error-words';
import { useWords } from '../app/i18n';
import { StateBadge } from './state-badge';

/** How a node can be reached right now; a failed connection says why on hover. */
export function ConnectionBadge({ host, variant = 'plain' }: { host: HostView; variant?: 'plain' | 'tint' }) {
  const words = useWords();
  const { t } = words;
  if (host.spec.kind === 'local') {
    return (
      <StateBadge tone="unknown" icon={IconDeviceDesktop} variant={variant}>
        {t('shell.connection.local')}
      </StateBadge>
    );
  }
  if (host.spec.kind === 'bundle') {
    return (
      <StateBadge tone="unknown" icon={IconArchive} variant={variant}>
        {t('shell.connection.bundle')}
      </StateBadge>
    );
  }
  const { connection, error } = host.status;
  const looks = {
    idle: { tone: 'unknown', icon: IconPlugX },
    connecting: { tone: 'info', icon: IconRefresh },
    connected: { tone: 'ok', icon: IconPlugConnected },
    reconnecting: { tone: 'warn', icon: IconRefresh },
    failed: { tone: 'bad', icon: IconPlugConnectedX },
  } as const;
  const { tone, icon } = looks[connection];
  const why = error ? hostErrorWords(error, words.message) : null;
  return (
    <StateBadge
      tone={tone}
      icon={icon}
      variant={variant}
      title={why ? t('shell.titleThen', { title: why.title, detail: why.explain }) : undefined}
    >
      {t(`shell.connection.${connection}`)}
    </StateBadge>
  );
}
