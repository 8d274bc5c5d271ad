import type { PlaybookInfo } from '#shared/domain/playbook/playbook';
import { useWords } from '../../app/i18n';
import { navigate, useRoute } from '../../app/router';
import { StatePanel } from '../../components/state-panel';
import { StateView } from '../../components/state-view';
import { PlaybookCard } from './playbook-card';
import { RecentSetups } from './recent-setups';
import classes from './setup.module.css';
import { usePlaybooks } from './use-playbooks';

/** What a node can become, the parts of the way there, and what was set up lately. */
export function SetupHome() {
  const { t } = useWords();
  const route = useRoute();
  const hostIds = route.screen === 'setup' ? route.hostIds : undefined;
  const playbooks = usePlaybooks();
  const open = ({ id }: PlaybookInfo) => navigate({ screen: 'setup', playbookId: id, hostIds });
  return (
    <div className={classes.home}>
      <RecentSetups />
      <StateView
        query={playbooks}
        isEmpty={(list) => list.length === 0}
        empty={<StatePanel title={t('setupScreen.noPlaybooks')} />}
      >
        {(list) => (
          <>
            <Group title={t('setupScreen.goals')} playbooks={list.filter(({ isGoal }) => isGoal)} onOpen={open} />
            <Group title={t('setupScreen.parts')} playbooks={list.filter(({ isGoal }) => !isGoal)} onOpen={open} />
          </>
        )}
      </StateView>
    </div>
  );
}

interface GroupProps {
  title: string;
  playbooks: readonly PlaybookInfo[];
  onOpen: (playbook: PlaybookInfo) => void;
}

function Group({ title, playbooks, onOpen }: GroupProps) {
  if (playbooks.length === 0) return null;
  return (
    <section>
      <h2 className={classes.heading}>{title}</h2>
      <ul className={classes.cards}>
        {playbooks.map((playbook) => (
          <li key={playbook.id}>
            <PlaybookCard playbook={playbook} onOpen={() => onOpen(playbook)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
