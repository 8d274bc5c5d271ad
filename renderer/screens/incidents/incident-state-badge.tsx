import { IconCircleCheck, IconCircleDot } from '@tabler/icons-react';
import type { IncidentSummary } from '#shared/domain/incident';
import { useWords } from '../../app/i18n';
import { StateBadge } from '../../components/state-badge';

interface IncidentStateBadgeProps {
  state: IncidentSummary['state'];
  variant?: 'tint' | 'plain';
}

export function IncidentStateBadge({ state, variant }: IncidentStateBadgeProps) {
  const { t } = useWords();
  return (
    <StateBadge
      tone={state === 'open' ? 'info' : 'unknown'}
      icon={state === 'open' ? IconCircleDot : IconCircleCheck}
      variant={variant}
    >
      {t(`incidentScreen.state.${state}`)}
    </StateBadge>
  );
}
