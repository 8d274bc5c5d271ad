import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { PromptHost } from '../components/prompt-host';
import { useFleetSync } from '../stores/use-fleet-sync';
import { CommandPalette } from './command-palette';
import { ErrorBoundary } from './error-boundary';
import { useWords } from './i18n';
import { Shell } from './shell';
import { cssVariables, theme } from './theme';
import { useSettingsSync } from './use-settings-sync';

/** The policy of the page lets through style elements with this nonce only; the build writes the meta tag. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <Modals>
        <Notifications position="bottom-right" limit={4} containerWidth={360} zIndex={400} />
        <ErrorBoundary>
          <Root />
        </ErrorBoundary>
      </Modals>
    </MantineProvider>
  );
}

/** Dialogs that are opened by a call, with a name for the button that closes them. */
function Modals({ children }: { children: ReactNode }) {
  const { t } = useWords();
  return (
    <ModalsProvider modalProps={{ closeButtonProps: { 'aria-label': t('shell.confirm.close') } }}>
      {children}
    </ModalsProvider>
  );
}

function Root() {
  useSettingsSync();
  useFleetSync();
  return (
    <>
      <Shell />
      <CommandPalette />
      <PromptHost />
    </>
  );
}
