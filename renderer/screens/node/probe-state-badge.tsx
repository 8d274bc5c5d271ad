import {
  IconClockX,
  IconFileUnknown,
  IconLock,
  IconPlayerPause,
  IconToolsOff,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ProbeState } from '#shared/domain/probe';
import { useWords } from '../../app/i18n';
import { StateBadge, type Tone } from '../../components/state-badge';

const looks: Record<ProbeState, { tone: Tone; icon?: TablerIcon }> = {
  ok: { tone: 'ok' },
  'missing-tool': { tone: 'unknown', icon: IconToolsOff },
  denied: { tone: 'warn', icon: IconLock },
  timeout: { tone: 'warn', icon: IconClockX },
  hung: { tone: 'bad', icon: IconPlayerPause },
  unparsable: { tone: 'warn', icon: IconFileUnknown },
  failed: { tone: 'bad' },
};

export function ProbeStateBadge({ state, variant }: { state: ProbeState; variant?: 'plain' | 'tint' }) {
  const { t } = useWords();
  const { tone, icon } = looks[state];
  return (
    <StateBadge tone={tone} icon={icon} variant={variant}>
      {t(`nodeScreen.probe.state.${state}`)}
    </StateBadge>
  );
}
