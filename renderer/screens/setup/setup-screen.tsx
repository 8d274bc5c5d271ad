import { useWords } from '../../app/i18n';
import { navigate, useRoute } from '../../app/router';
import { SectionTabs } from '../../components/section-tabs';
import { Toolbar } from '../../components/toolbar';
import { RolloutView } from '../../rollouts/rollout-view';
import { GeneratorList } from './generators/generator-list';
import { GeneratorScreen } from './generators/generator-screen';
import { PlaybookStart } from './playbook-start';
import classes from './setup.module.css';
import { SetupHome } from './setup-home';

const sections = [
  { id: 'playbooks', Panel: SetupHome },
  { id: 'generators', Panel: GeneratorList },
] as const;

/** From what a node is to what it is to become: a goal, its plan, its run; and files to go with it. */
export function SetupScreen() {
  const { t } = useWords();
  const route = useRoute();
  if (route.screen !== 'setup') return null;
  const { playbookId, rolloutId, generatorId } = route;
  if (rolloutId) {
    return (
      <RolloutView
        key={rolloutId}
        rolloutId={rolloutId}
        back={{ label: t('setupScreen.back'), route: { screen: 'setup' } }}
      />
    );
  }
  if (playbookId) {
    const { hostIds = '', given } = route;
    return <PlaybookStart key={playbookId} playbookId={playbookId} hostIds={hostIds} given={given} />;
  }
  if (generatorId) return <GeneratorScreen key={generatorId} generatorId={generatorId} />;
  return (
    <>
      <Toolbar title={t('shell.nav.setup')} />
      <SectionTabs
        sections={sections}
        current={route.section}
        onOpen={(id) => navigate({ ...route, section: id }, { replace: true })}
        label={t('shell.nav.setup')}
        nameOf={(id) => t(`setupScreen.section.${id}`)}
        panelClassName={classes.panel}
      />
    </>
  );
}
