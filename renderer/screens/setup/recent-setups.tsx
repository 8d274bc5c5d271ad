import { Anchor } from '@mantine/core';
import { isRolling, type Rollout } from '#shared/domain/rollout';
import { useWords } from '../../app/i18n';
import { navigate } from '../../app/router';
import { StateBadge } from '../../components/state-badge';
import { Ago } from '../../components/time';
import { useProgressWords } from '../../rollouts/rollout-progress';
import { byNode, rolloutIcons, rolloutTones } from '../../rollouts/rollout-tones';
import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import { useHostNames } from '../../stores/fleet-store';
import classes from './setup.module.css';

const shown = 4;

/** What was set up last, what still goes on or stands first: the way back to it. */
export function RecentSetups() {
  const { t, localized } = useWords();
  const hostName = useHostNames();
  const progress = useProgressWords();
  const { data } = useQuery('actions.rollouts', (signal) => engine.actions.rollouts(undefined, { signal }));
  const recent = (data ?? []).filter(({ playbook }) => playbook !== undefined);
  if (recent.length === 0) return null;
  const isOpen = (rollout: Rollout) => isRolling(rollout) || rollout.finishedAtMs === null;
  const sorted = [...recent].sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || b.startedAtMs - a.startedAtMs);
  return (
    <section>
      <h2 className={classes.heading}>{t('setupScreen.recent')}</h2>
      <ul className={classes.recent}>
        {sorted.slice(0, shown).map((rollout) => {
          const nodes = byNode(rollout.items).map(({ hostId }) => hostName(hostId));
          return (
            <li key={rollout.id}>
              <Anchor
                component="button"
                type="button"
                className="ellipsis"
                onClick={() => navigate({ screen: 'setup', rolloutId: rollout.id })}
              >
                {rollout.playbook ? localized(rollout.playbook.title) : rollout.actionId}
              </Anchor>
              <span className="dim ellipsis">
                {nodes.length > 3 ? t('setupScreen.nodes', { count: nodes.length }) : nodes.join(', ')}
              </span>
              <StateBadge tone={rolloutTones[rollout.state]} icon={rolloutIcons[rollout.state]} variant="plain">
                {t(`rollouts.state.${rollout.state}`)}
              </StateBadge>
              <span className="dim">{progress(rollout, 'steps')}</span>
              <span className="dim">
                <Ago atMs={rollout.startedAtMs} />
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
