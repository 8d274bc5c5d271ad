import { Button } from '@mantine/core';
import type { RolloutItem } from '#shared/domain/rollout';
import { useWords } from '../app/i18n';
import { FactTable } from '../components/fact-table';
import { StateBadge } from '../components/state-badge';
import { useHostNames } from '../stores/fleet-store';
import { itemIcons, itemTones } from './rollout-tones';
import classes from './rollout-view.module.css';

interface NodeTableProps {
  items: readonly RolloutItem[];
  onOpenRun: (runId: string) => void;
}

/** The nodes of one action with what came of it. */
export function NodeTable({ items, onOpenRun }: NodeTableProps) {
  const { t, message, localized } = useWords();
  const hostName = useHostNames();
  return (
    <FactTable
      label={t('rollouts.nodesLabel')}
      rows={items}
      rowKey={({ hostId }) => hostId}
      empty=""
      columns={[
        { id: 'node', header: t('rollouts.column.node'), cell: ({ hostId }) => hostName(hostId) },
        {
          id: 'state',
          header: t('rollouts.column.state'),
          cell: ({ state }) => (
            <StateBadge tone={itemTones[state]} icon={itemIcons[state]} variant="plain">
              {t(`rollouts.itemState.${state}`)}
            </StateBadge>
          ),
        },
        {
          id: 'detail',
          header: t('rollouts.column.detail'),
          isWide: true,
          cell: ({ error, blockedBy }) => (
            <span className={classes.words}>
              {error ? [message(error), ...(blockedBy ?? []).map(localized)].join('\n') : ''}
            </span>
          ),
        },
        {
          id: 'run',
          header: '',
          cell: ({ runId }) =>
            runId && (
              <Button variant="subtle" size="compact-xs" onClick={() => onOpenRun(runId)}>
                {t('rollouts.openRun')}
              </Button>
            ),
        },
      ]}
    />
  );
}
