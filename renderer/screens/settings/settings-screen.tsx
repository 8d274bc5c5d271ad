import { useWords } from '../../app/i18n';
import { navigate, useRoute } from '../../app/router';
import { SectionTabs } from '../../components/section-tabs';
import { Toolbar } from '../../components/toolbar';
import { AboutTab } from './about-tab';
import { AuditTab } from './audit-tab';
import { DemoTab } from './demo-tab';
import { GeneralTab } from './general-tab';
import { NotificationsTab } from './notifications/notifications-tab';
import { PrometheusTab } from './prometheus-tab';
import classes from './settings.module.css';
import { SiteTab } from './site/site-tab';
import { TelemetryTab } from './telemetry-tab';

const sections = [
  { id: 'general', Panel: GeneralTab },
  { id: 'telemetry', Panel: TelemetryTab },
  { id: 'notifications', Panel: NotificationsTab },
  { id: 'prometheus', Panel: PrometheusTab },
  { id: 'site', Panel: SiteTab },
  { id: 'demo', Panel: DemoTab },
  { id: 'audit', Panel: AuditTab },
  { id: 'about', Panel: AboutTab },
] as const;

export function SettingsScreen() {
  const { t } = useWords();
  const route = useRoute();
  return (
    <>
      <Toolbar title={t('shell.nav.settings')} />
      <SectionTabs
        sections={sections}
        current={route.screen === 'settings' ? route.section : undefined}
        onOpen={(id) => navigate({ screen: 'settings', section: id }, { replace: true })}
        label={t('settings.sections')}
        nameOf={(id) => t(`settings.tab.${id}`)}
        panelClassName={classes.panel}
      />
    </>
  );
}
