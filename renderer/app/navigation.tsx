import { UnstyledButton } from '@mantine/core';
import { IconCommand } from '@tabler/icons-react';
import { useAlerts } from '../stores/alerts-store';
import { useProtection } from '../stores/protection-store';
import { openPalette } from './commands';
import { useWords } from './i18n';
import { modifierKey } from './modifier-key';
import { navigate, type ScreenName, useRoute } from './router';
import { navigation } from './screens';
import classes from './shell.module.css';

export function Navigation() {
  const { t } = useWords();
  const { screen } = useRoute();
  // A node belongs to the fleet.
  const current: ScreenName = screen === 'node' ? 'fleet' : screen;
  return (
    <nav className={classes.navigation} aria-label={t('shell.nav.label')}>
      {navigation.map(({ name, route, icon: Icon, key }) => (
        <UnstyledButton
          key={name}
          className={classes.link}
          data-bottom={name === 'settings' || undefined}
          aria-current={current === name ? 'page' : undefined}
          title={`${t(`shell.nav.${name}`)} (${modifierKey}${key})`}
          onClick={() => navigate(route)}
        >
          <Icon size={20} stroke={1.6} aria-hidden />
          <span>{t(`shell.nav.${name}`)}</span>
          {name === 'alerts' && <FiringCount />}
          {name === 'protection' && <HeldCount />}
        </UnstyledButton>
      ))}
      <UnstyledButton
        className={classes.link}
        title={t('shell.nav.paletteHint', { shortcut: `${modifierKey}K` })}
        onClick={openPalette}
      >
        <IconCommand size={20} stroke={1.6} aria-hidden />
        <span>{t('shell.nav.palette')}</span>
      </UnstyledButton>
    </nav>
  );
}

/** How many fire that nobody silenced, as bad as the worst of them. */
function FiringCount() {
  const { t } = useWords();
  const firing = useAlerts((state) => state.firing);
  const worst = useAlerts((state) => state.worst);
  if (worst === null) return null;
  const words = t(`fleet.alerts.${worst}`, { count: firing });
  return (
    <span className={classes.count} data-severity={worst} title={words}>
      <span aria-hidden>{firing > 99 ? '99+' : firing}</span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}

/** How many GPUs protection holds lower now. */
function HeldCount() {
  const { t } = useWords();
  const held = useProtection((state) => state.status?.held.length ?? 0);
  if (held === 0) return null;
  const words = t('protectionScreen.acting', { count: held });
  return (
    <span className={classes.count} data-severity="warn" title={words}>
      <span aria-hidden>{held > 99 ? '99+' : held}</span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
