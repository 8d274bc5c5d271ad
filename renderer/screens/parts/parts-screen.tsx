import { useWords } from '../../app/i18n';
import { navigate, useRoute } from '../../app/router';
import { SectionTabs } from '../../components/section-tabs';
import { Toolbar } from '../../components/toolbar';
import { CompareTab } from './compare-tab';
import { DriftTab } from './drift-tab';
import classes from './parts-screen.module.css';
import { PassportView } from './passport-view';
import { ProfilesTab } from './profiles-tab';
import { SearchTab } from './search-tab';

const sections = [
  { id: 'search', Panel: SearchTab },
  { id: 'compare', Panel: CompareTab },
  { id: 'drift', Panel: DriftTab },
  { id: 'profiles', Panel: ProfilesTab },
] as const;

/** Parts over the whole fleet: each one's passport, nodes side by side, what differs, and what nodes should be. */
export function PartsScreen() {
  const { t } = useWords();
  const route = useRoute();
  const { partId, section } = route.screen === 'parts' ? route : {};
  if (partId !== undefined) return <PassportView key={partId} id={Number(partId)} />;
  return (
    <>
      <Toolbar title={t('partsScreen.title')} />
      <SectionTabs
        sections={sections}
        current={section}
        onOpen={(id) => navigate({ screen: 'parts', section: id }, { replace: true })}
        label={t('partsScreen.sections')}
        nameOf={(id) => t(`partsScreen.tab.${id}`)}
        panelClassName={classes.panel}
      />
    </>
  );
}
