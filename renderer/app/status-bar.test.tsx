import { act, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { resetFleet, setHosts } from '../stores/fleet-store';
import { renderWithEngine } from '../testing/render';
import { StatusBar } from './status-bar';

it('counts no nodes before it knows of any, and says so once it knows that there are none', () => {
  resetFleet();
  renderWithEngine(<StatusBar />);
  expect(screen.queryByText('No nodes')).toBe(null);
  act(() => setHosts([]));
  expect(screen.getByText('No nodes')).toBeTruthy();
});
