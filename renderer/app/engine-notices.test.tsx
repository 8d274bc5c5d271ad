import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { Message } from '#shared/domain/text';
import { createTopic } from '../testing/fake-engine';
import { renderWithEngine } from '../testing/render';
import { EngineNotices } from './engine-notices';

const file = '/data/gantry.db.damaged-2026';
const keptAside: Message = { key: 'engine.databaseKeptAside', params: { file } };

it('says what the engine found at its start, and what comes up later, until each was read', async () => {
  const notices = createTopic<Message[]>([[keptAside]]);
  renderWithEngine(<EngineNotices />, { system: { watchNotices: notices.read } });
  expect((await screen.findByRole('status')).textContent).toContain(file);
  fireEvent.click(screen.getByRole('button', { name: 'Close' }));
  await waitFor(() => expect(screen.queryByRole('status')).toBe(null));
  notices.push([keptAside, { key: 'engine.secretNotSaved', params: { detail: 'disk is full' } }]);
  expect((await screen.findByRole('status')).textContent).toMatch(/disk is full.*until Gantry ends/);
});
