import { useWords } from '../../app/i18n';
import { navigate, useRoute } from '../../app/router';
import { SectionTabs } from '../../components/section-tabs';
import { Toolbar } from '../../components/toolbar';
import { RolloutView } from '../../rollouts/rollout-view';
import { ManualList } from './manual/manual-list';
import { ManualStart } from './manual/manual-start';
import { ManualWorkView } from './manual/manual-work-view';
import { RolloutList } from './rollouts/rollout-list';
import { RolloutStart } from './rollouts/rollout-start';
import classes from './work.module.css';

const sections = [
  { id: 'manual', Panel: ManualList },
  { id: 'rollouts', Panel: RolloutList },
] as const;

/** What takes longer than a dialog: work by hand, and one action on several nodes. */
export function WorkScreen() {
  const { t } = useWords();
  const route = useRoute();
  if (route.screen !== 'work') return null;
  const { workId, rolloutId } = route;
  if (workId === 'new') return <ManualStart key={`${route.hostIds} ${route.subject}`} route={route} />;
  if (workId) return <ManualWorkView key={workId} workId={workId} />;
  if (rolloutId === 'new') return <RolloutStart key={`${route.hostIds} ${route.subject}`} route={route} />;
  if (rolloutId)
    return (
      <RolloutView
        key={rolloutId}
        rolloutId={rolloutId}
        back={{ label: t('rollouts.back'), route: { screen: 'work', section: 'rollouts' } }}
      />
    );
  return (
    <>
      <Toolbar title={t('shell.nav.work')} />
      <SectionTabs
        sections={sections}
        current={route.section}
        onOpen={(id) => navigate({ screen: 'work', section: id }, { replace: true })}
        label={t('shell.nav.work')}
        nameOf={(id) => t(id === 'manual' ? 'manualWork.choose' : 'rollouts.title')}
        panelClassName={classes.panel}
      />
    </>
  );
}
