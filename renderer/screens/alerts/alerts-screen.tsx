import { useCommands } from '../../app/commands';
import { useWords } from '../../app/i18n';
import { navigate, useRoute } from '../../app/router';
import { SectionTabs } from '../../components/section-tabs';
import { Toolbar } from '../../components/toolbar';
import { AlertCounts } from './alert-counts';
import classes from './alerts.module.css';
import { AlertsTab } from './alerts-tab';
import { RulesTab } from './rules/rules-tab';
import { SilencesTab } from './silences-tab';

const sections = [
  { id: 'alerts', Panel: AlertsTab },
  { id: 'silences', Panel: SilencesTab },
  { id: 'rules', Panel: RulesTab },
] as const;

/** What the rules say of the nodes, what people said to that, and the rules. */
export function AlertsScreen() {
  const { t } = useWords();
  const route = useRoute();
  useCommands(
    sections.map(({ id }) => ({
      id: `alerts.section.${id}`,
      label: t(`alertScreen.tab.${id}`),
      group: t('shell.palette.thisScreen'),
      run: () => navigate({ screen: 'alerts', section: id }, { replace: true }),
    })),
  );
  return (
    <>
      <Toolbar title={t('shell.nav.alerts')} info={<AlertCounts />} />
      <SectionTabs
        sections={sections}
        current={route.screen === 'alerts' ? route.section : undefined}
        onOpen={(id) => navigate({ screen: 'alerts', section: id }, { replace: true })}
        label={t('alertScreen.sections')}
        nameOf={(id) => t(`alertScreen.tab.${id}`)}
        panelClassName={classes.panel}
      />
    </>
  );
}
