import { Tabs } from '@mantine/core';
import { useWords } from '../../app/i18n';
import { navigate, useRoute } from '../../app/router';
import { Toolbar } from '../../components/toolbar';
import { AboutTab } from './about-tab';
import { AuditTab } from './audit-tab';
import { DemoTab } from './demo-tab';
import { GeneralTab } from './general-tab';
import classes from './settings.module.css';

const tabs = [
  { id: 'general', Panel: GeneralTab },
  { id: 'demo', Panel: DemoTab },
  { id: 'audit', Panel: AuditTab },
  { id: 'about', Panel: AboutTab },
] as const;

export function SettingsScreen() {
  const { t } = useWords();
  const route = useRoute();
  const section = route.screen === 'settings' ? route.section : undefined;
  const current = tabs.find((tab) => tab.id === section)?.id ?? 'general';
  return (
    <>
      <Toolbar title={t('shell.nav.settings')} />
      <Tabs
        className={classes.tabs}
        value={current}
        onChange={(next) => next && navigate({ screen: 'settings', section: next }, { replace: true })}
      >
        <Tabs.List px="md" pt={4} aria-label={t('settings.sections')}>
          {tabs.map(({ id }) => (
            <Tabs.Tab key={id} value={id}>
              {t(`settings.tab.${id}`)}
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
