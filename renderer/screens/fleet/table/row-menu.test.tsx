import { fireEvent, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import { sshHost } from '../../../testing/fixtures';
import { renderWithEngine } from '../../../testing/render';
import { RowMenu } from './row-menu';

function Line() {
  const [open, setOpen] = useState<string | null>(null);
  const row = { id: 'gpu01', host: sshHost('gpu01'), summary: undefined };
  return <RowMenu row={row} label="Actions for gpu01" isReached isOpen={open === 'gpu01'} onOpen={setOpen} />;
}
const menu = <Line />;

describe('RowMenu', () => {
  it('gives the focus back to its button when it is closed', async () => {
    renderWithEngine(menu);
    fireEvent.click(screen.getByRole('button', { name: 'Actions for gpu01' }));
    fireEvent.keyDown(await screen.findByRole('menu'), { key: 'Escape' });
    await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('Actions for gpu01'));
  });

  it('asks before a node is removed', async () => {
    const { engine } = renderWithEngine(menu, {
      hosts: { remove: () => ({}) },
    });
    fireEvent.click(screen.getByRole('button', { name: 'Actions for gpu01' }));
    fireEvent.click(await screen.findByText('Remove from the fleet'));
    expect(await screen.findByText(/Nothing on the node itself changes/)).toBeTruthy();
    expect(engine.inputsOf('hosts.remove')).toEqual([]);
    fireEvent.click(screen.getByRole('button', { name: 'Remove gpu01' }));
    await waitFor(() => expect(engine.inputsOf('hosts.remove')).toEqual([{ hostId: 'gpu01' }]));
  });
});
