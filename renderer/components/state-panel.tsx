import { Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleX,
  IconHelpCircle,
  IconInfoCircle,
  IconLock,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './state-panel.module.css';

interface StatePanelProps {
  tone?: 'info' | 'warn' | 'bad' | 'denied' | 'unknown';
  icon?: TablerIcon;
  title: string;
  detail?: ReactNode;
  /** Buttons or more words below. */
  children?: ReactNode;
  /** `inline` is a box in the flow of a page instead of its whole middle. */
  variant?: 'page' | 'inline';
}

const icons = {
  info: IconInfoCircle,
  warn: IconAlertTriangle,
  bad: IconCircleX,
  denied: IconLock,
  unknown: IconHelpCircle,
};

/** Says what is (not) here and what to do: the empty, error and denied states of every view. */
export function StatePanel({ tone = 'info', icon, title, detail, children, variant = 'page' }: StatePanelProps) {
  const Icon = icon ?? icons[tone];
  return (
    <div className={classes.panel} data-variant={variant} data-tone={tone} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon className={classes.icon} size={variant === 'page' ? 28 : 18} stroke={1.5} aria-hidden />
      <div className={classes.words}>
        <Text fw={600}>{title}</Text>
        {detail && (
          <Text component="div" c="dimmed">
            {detail}
          </Text>
        )}
        {children && <div className={classes.more}>{children}</div>}
      </div>
    </div>
  );
}
