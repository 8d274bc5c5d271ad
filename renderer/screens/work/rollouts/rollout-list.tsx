import { Anchor, Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { Rollout } from '#shared/domain/rollout';
import { useActionTitles } from '../../../actions/use-action-titles';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { FactTable } from '../../../components/fact-table';
import { StateBadge } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { StateView } from '../../../components/state-view';
import { Ago } from '../../../components/time';
import { useProgressWords } from '../../../rollouts/rollout-progress';
import { rolloutIcons, rolloutTones } from '../../../rollouts/rollout-tones';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import classes from '../work.module.css';

const open = ({ id }: Rollout) => navigate({ screen: 'work', section: 'rollouts', rolloutId: id });

/** What was done to several nodes, newest first. */
export function RolloutList() {
  const { t, localized } = useWords();
  const rollouts = useQuery('actions.rollouts', (signal) => engine.actions.rollouts(undefined, { signal }));
  const titles = useActionTitles();
  const progress = useProgressWords();
  const start = (
    <Button
      leftSection={<IconPlus size={14} aria-hidden />}
      onClick={() => navigate({ screen: 'work', section: 'rollouts', rolloutId: 'new' })}
    >
      {t('rollouts.new')}
    </Button>
  );
  return (
    <StateView
      query={rollouts}
      isEmpty={(list) => list.length === 0}
      empty={
        <StatePanel title={t('rollouts.empty')} detail={t('rollouts.help')}>
          {start}
        </StatePanel>
      }
    >
      {(list) => (
        <>
          <div className={classes.head}>
            <span className="dim">{t('rollouts.help')}</span>
            {start}
          </div>
          <FactTable
            label={t('rollouts.title')}
            rows={list}
            rowKey={({ id }) => id}
            empty={t('rollouts.empty')}
            onSelect={open}
            columns={[
              {
                id: 'action',
                header: t('rollouts.column.action'),
                isWide: true,
                cell: (rollout) => (
                  <Anchor component="button" type="button" onClick={() => open(rollout)}>
                    {rollout.playbook
                      ? localized(rollout.playbook.title)
                      : (titles.get(rollout.actionId) ?? rollout.actionId)}
                  </Anchor>
                ),
              },
              {
                id: 'state',
                header: t('rollouts.column.state'),
                cell: ({ state }) => (
                  <StateBadge tone={rolloutTones[state]} icon={rolloutIcons[state]} variant="plain">
                    {t(`rollouts.state.${state}`)}
                  </StateBadge>
                ),
              },
              {
                id: 'done',
                header: t('rollouts.column.done'),
                cell: (rollout) => progress(rollout, rollout.playbook ? 'steps' : 'nodes'),
              },
              {
                id: 'started',
                header: t('rollouts.column.started'),
                cell: ({ startedAtMs }) => <Ago atMs={startedAtMs} />,
              },
            ]}
          />
        </>
      )}
    </StateView>
  );
}
