import './setup';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { cleanup, configure, render } from '@testing-library/react';
import type { ReactElement } from 'react';
import { afterAll, afterEach } from 'vitest';
import { setLanguage } from '../app/i18n';
import { resetRouter } from '../app/router';
import { theme } from '../app/theme';
import { useConfirm } from '../components/confirm';
import { ConfirmDialog } from '../components/confirm-dialog';
import { WhenFirst } from '../components/when-first';
import { resetQueryCache } from '../rpc/use-query';
import { resetAlerts } from '../stores/alerts-store';
import { closeEvidence } from '../stores/evidence-store';
import { resetFleet } from '../stores/fleet-store';
import { resetFleetView } from '../stores/fleet-view-store';
import { resetMetricsView } from '../stores/metrics-view-store';
import { resetProtection } from '../stores/protection-store';
import { resetRefreshRun } from '../stores/refresh-store';
import { flush } from '../stores/remembered-fleet';
import { stopReplay } from '../stores/replay-store';
import { type FakeEngine, type FakeHandlers, startFakeEngine } from './fake-engine';

// A slow machine renders late, not wrong; and the whole document in a failure hides the failure.
configure({
  asyncUtilTimeout: 60_000,
  getElementError: (message) => new Error(message ?? 'not found'),
});

const engines: FakeEngine[] = [];

afterEach(() => {
  cleanup();
  for (const engine of engines.splice(0)) engine.close();
  resetQueryCache();
  flush();
  localStorage.clear();
  resetFleet();
  resetAlerts();
  resetProtection();
  resetFleetView();
  resetMetricsView();
  resetRefreshRun();
  stopReplay();
  resetRouter();
  closeEvidence();
});

/** Mounted when it is first asked for, as in the window. */
function Confirm() {
  return (
    <WhenFirst isWanted={useConfirm((state) => state.asked !== null)}>
      <ConfirmDialog />
    </WhenFirst>
  );
}

// What a closing dialog does a moment later still needs the document, which goes with the file.
afterAll(() => new Promise((resolve) => setTimeout(resolve, 100)));

/** Renders a part of the window with its providers, served by a fake engine over a real MessageChannel. */
export function renderWithEngine(ui: ReactElement, handlers: FakeHandlers = {}) {
  void setLanguage('en');
  const engine = startFakeEngine(handlers);
  engines.push(engine);
  const view = render(
    <MantineProvider theme={theme} env="test">
      <Notifications />
      {ui}
      <Confirm />
    </MantineProvider>,
  );
  return { engine, ...view };
}
