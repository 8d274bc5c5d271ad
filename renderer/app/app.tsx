import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { lazy } from 'react';
import { useConfirm } from '../components/confirm';
import { PromptHost } from '../components/prompt-host';
import { useIsPainted } from '../components/use-is-painted';
import { WhenFirst } from '../components/when-first';
import { useEvidenceDrawer } from '../stores/evidence-store';
import { useAlertsSync } from '../stores/use-alerts-sync';
import { useFleetSync } from '../stores/use-fleet-sync';
import { useProtectionSync } from '../stores/use-protection-sync';
import { useCommandStore } from './commands';
import { ErrorBoundary } from './error-boundary';
import { pageNonce } from './page-nonce';
import { Shell } from './shell';
import { cssVariables, theme } from './theme';
import { useAttention } from './use-attention';
import { useNotificationClicks } from './use-notification-clicks';
import { useSettingsSync } from './use-settings-sync';

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={pageNonce}
    >
      <ErrorBoundary>
        <Root />
      </ErrorBoundary>
    </MantineProvider>
  );
}

function Root() {
  useSettingsSync();
  useAttention();
  useFleetSync();
  useNotificationClicks();
  useAlertsSync();
  useProtectionSync();
  // What lies over the window need not be there before the window is.
  const isPainted = useIsPainted();
  return (
    <>
      <Shell />
      {isPainted && <Overlays />}
    </>
  );
}

// What lies over the window comes when it is first called for.
const CommandPalette = lazy(async () => ({ default: (await import('./command-palette')).CommandPalette }));
const EvidenceDrawer = lazy(async () => ({ default: (await import('../components/evidence-drawer')).EvidenceDrawer }));
const ConfirmDialog = lazy(async () => ({ default: (await import('../components/confirm-dialog')).ConfirmDialog }));

function Overlays() {
  return (
    <>
      {/* Above the screen and below every dialog (200), whose buttons must not be covered. */}
      <Notifications position="top-right" limit={4} containerWidth={360} zIndex={190} />
      <WhenFirst isWanted={useCommandStore((state) => state.timesOpened > 0)}>
        <CommandPalette />
      </WhenFirst>
      <WhenFirst isWanted={useEvidenceDrawer((state) => state.selectedId !== null)}>
        <EvidenceDrawer />
      </WhenFirst>
      <PromptHost />
      <WhenFirst isWanted={useConfirm((state) => state.asked !== null)}>
        <ConfirmDialog />
      </WhenFirst>
    </>
  );
}
