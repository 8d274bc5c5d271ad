import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { settings } from '../testing/fixtures';
import { renderWithEngine } from '../testing/render';
import { currentRoute, navigate } from './router';
import { navigation } from './screens';
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

it('opens each screen of the navigation by the key of its place', async () => {
  navigate({ screen: 'settings' });
  renderWithEngine(<Shell />, { system: { settings: () => settings } });
  const places = within(await screen.findByRole('navigation')).getAllByRole('button');
  expect(places.map(({ textContent }) => textContent)).toEqual([
    ...['Fleet', 'Heat map', 'Metrics', 'Alerts', 'Protection', 'Diagnose', 'Incidents', 'Work', 'Parts'],
    ...['Set up', 'Settings'],
    'Commands',
  ]);
  const opened = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', ','].map((key) => {
    act(() => navigate({ screen: 'node', hostId: 'gpu01' }));
    fireEvent.keyDown(document.documentElement, { key, code: key === ',' ? 'Comma' : `Digit${key}`, ctrlKey: true });
    return currentRoute().screen;
  });
  expect(opened).toEqual(navigation.map(({ name }) => name));
});
