import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { configure, render } from '@testing-library/react';
import type { ReactElement } from 'react';
import { setLanguage } from '../app/i18n';
import { theme } from '../app/theme';
import { useConfirm } from '../components/confirm';
import { ConfirmDialog } from '../components/confirm-dialog';
import { WhenFirst } from '../components/when-first';
import { type FakeHandlers, startFakeEngine } from './fake-engine';

// A slow machine renders late, not wrong; and the whole document in a failure hides the failure.
configure({
  asyncUtilTimeout: 60_000,
  getElementError: (message) => new Error(message ?? 'not found'),
});

/** Mounted when it is first asked for, as in the window. */
function Confirm() {
  return (
    <WhenFirst isWanted={useConfirm((state) => state.asked !== null)}>
      <ConfirmDialog />
    </WhenFirst>
  );
}

/** Renders a part of the window with its providers, served by a fake engine over a real MessageChannel. */
export function renderWithEngine(ui: ReactElement, handlers: FakeHandlers = {}) {
  void setLanguage('en');
  const engine = startFakeEngine(handlers);
  const view = render(
    <MantineProvider theme={theme} env="test">
      <Notifications />
      {ui}
      <Confirm />
    </MantineProvider>,
  );
  return { engine, ...view };
}
