import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { settings } from '../testing/fixtures';
import { renderWithEngine } from '../testing/render';
import { currentRoute, navigate } from './router';
import { Shell } from './shell';

it('goes back and forward by key also from a tab, which has a use for arrow keys of its own', async () => {
  navigate({ screen: 'settings' });
  renderWithEngine(<Shell />, { system: { settings: () => settings } });
  const tab = await screen.findByRole('tab', { name: 'General' });
  tab.focus();
  fireEvent.keyDown(tab, { key: 'ArrowLeft', code: 'ArrowLeft', altKey: true });
  await waitFor(() => expect(currentRoute()).toEqual({ screen: 'fleet' }));
  fireEvent.keyDown(document.body, { key: 'ArrowRight', code: 'ArrowRight', altKey: true });
  await waitFor(() => expect(currentRoute()).toEqual({ screen: 'settings' }));
});
