import { UnstyledButton } from '@mantine/core';
import { IconCommand } from '@tabler/icons-react';
import { openPalette } from './commands';
import { useWords } from './i18n';
import { modifierKey } from './modifier-key';
import { navigate, type ScreenName, useRoute } from './router';
import { screens } from './screens';
import classes from './shell.module.css';

export function Navigation() {
  const { t } = useWords();
  const { screen } = useRoute();
  // A node belongs to the fleet.
  const current: ScreenName = screen === 'node' ? 'fleet' : screen;
  return (
    <nav className={classes.navigation} aria-label={t('shell.nav.label')}>
      {screens
        .filter((entry) => entry.isInNavigation)
        .map(({ name, route, icon: Icon }, index) => (
          <UnstyledButton
            key={name}
            className={classes.link}
            data-bottom={name === 'settings' || undefined}
            aria-current={current === name ? 'page' : undefined}
            title={`${t(`shell.nav.${name}`)} (${modifierKey}${index + 1})`}
            onClick={() => navigate(route)}
          >
            <Icon size={20} stroke={1.6} aria-hidden />
            <span>{t(`shell.nav.${name}`)}</span>
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
