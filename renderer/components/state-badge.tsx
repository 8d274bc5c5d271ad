import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconFlame,
  IconHelpCircle,
  IconInfoCircle,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Severity } from '#shared/domain/finding';
import { useWords } from '../app/i18n';
import classes from './state-badge.module.css';

export type Tone = 'ok' | 'info' | 'warn' | 'bad' | 'fatal' | 'unknown';

const icons: Record<Tone, TablerIcon> = {
  ok: IconCircleCheck,
  info: IconInfoCircle,
  warn: IconAlertTriangle,
  bad: IconCircleX,
  fatal: IconFlame,
  unknown: IconHelpCircle,
};

interface StateBadgeProps {
  tone: Tone;
  children: ReactNode;
  icon?: TablerIcon;
  /** `plain` leaves the tint away, for tables. */
  variant?: 'tint' | 'plain';
  title?: string;
}

/** A state as icon and words in its colour; the colour never stands alone. */
export function StateBadge({ tone, children, icon, variant = 'tint', title }: StateBadgeProps) {
  const Icon = icon ?? icons[tone];
  return (
    <span className={classes.badge} data-tone={tone} data-variant={variant} title={title}>
      <Icon size={14} stroke={2} aria-hidden />
      <span className="ellipsis">{children}</span>
    </span>
  );
}

export const severityTones: Record<Severity, Tone> = { info: 'info', warn: 'warn', critical: 'bad', fatal: 'fatal' };

interface SeverityBadgeProps {
  severity: Severity;
  variant?: 'tint' | 'plain';
  /** Words of what is so severe; without, how severe it is. */
  children?: ReactNode;
  title?: string;
}

export function SeverityBadge({ severity, variant, children, title }: SeverityBadgeProps) {
  const { t } = useWords();
  return (
    <StateBadge tone={severityTones[severity]} variant={variant} title={title}>
      {children ?? t(`shell.severity.${severity}`)}
    </StateBadge>
  );
}
