import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderWithEngine } from '../testing/render';
import { EngineNotices } from './engine-notices';

const info = {
  version: '1',
  dataDir: '/data',
  platform: 'linux',
  secretStorage: 'memory' as const,
};

it('says that a damaged database was kept aside, and where, until that was read', async () => {
  const file = '/data/gantry.db.damaged-2026';
  renderWithEngine(<EngineNotices />, {
    system: { info: () => ({ ...info, notices: [{ key: 'engine.databaseKeptAside', params: { file } }] }) },
  });
  expect((await screen.findByRole('status')).textContent).toContain(file);
  fireEvent.click(screen.getByRole('button', { name: 'Close' }));
  await waitFor(() => expect(screen.queryByRole('status')).toBe(null));
});
