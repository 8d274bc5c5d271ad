import { Tabs } from '@mantine/core';
import { useWords } from '../../app/i18n';
import { navigate, useRoute } from '../../app/router';
import { Toolbar } from '../../components/toolbar';
import { CompareTab } from './compare-tab';
import { DriftTab } from './drift-tab';
import classes from './parts-screen.module.css';
import { PassportView } from './passport-view';
import { ProfilesTab } from './profiles-tab';
import { SearchTab } from './search-tab';

const tabs = [
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
  const current = tabs.find((tab) => tab.id === section)?.id ?? 'search';
  return (
    <>
      <Toolbar title={t('partsScreen.title')} />
      <Tabs
        className={classes.tabs}
        value={current}
        onChange={(next) => next && navigate({ screen: 'parts', section: next }, { replace: true })}
      >
        <Tabs.List px="md" pt={4} aria-label={t('partsScreen.sections')}>
          {tabs.map(({ id }) => (
            <Tabs.Tab key={id} value={id}>
              {t(`partsScreen.tab.${id}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map(({ id, Panel }) => (
          <Tabs.Panel key={id} value={id} className={classes.panel}>
            <Panel />
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
