import {
  IconBellRinging,
  IconCircleCheck,
  IconHelpCircle,
  IconHourglassLow,
  type TablerIcon,
} from '@tabler/icons-react';
import type { Alert } from '#shared/domain/rules/alert';
import { useWords } from '../../app/i18n';
import { StateBadge, severityTones, type Tone } from '../../components/state-badge';

type Shown = Pick<Alert, 'state' | 'severity' | 'isAbandoned'>;

/** Whether it fires, may soon, or is over. */
export function AlertStateBadge({ alert, variant }: { alert: Shown; variant?: 'tint' | 'plain' }) {
  const { t } = useWords();
  const state = alert.isAbandoned ? 'abandoned' : alert.state;
  const looks: Record<typeof state, [Tone, TablerIcon]> = {
    pending: ['unknown', IconHourglassLow],
    firing: [severityTones[alert.severity], IconBellRinging],
    resolved: ['ok', IconCircleCheck],
    abandoned: ['unknown', IconHelpCircle],
  };
  const [tone, icon] = looks[state];
  return (
    <StateBadge tone={tone} icon={icon} variant={variant} title={t(`alertScreen.stateHelp.${state}`)}>
      {t(`alertScreen.state.${state}`)}
    </StateBadge>
  );
}
