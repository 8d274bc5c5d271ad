import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { setHosts, useFleet } from '../stores/fleet-store';
import { sshHost } from '../testing/fixtures';
import { renderWithEngine } from '../testing/render';
import { SudoNotice } from './sudo-notice';

const denied = { isSudoDenied: true };

it('gives the password to the nodes of one user, stops at the first that refuses it, and keeps it in the form alone', async () => {
  const other = sshHost('gpu03', denied);
  if (other.spec.kind === 'ssh') other.spec.target.user = 'root2';
  setHosts([sshHost('gpu01', denied), sshHost('gpu02', denied), other, sshHost('gpu04')]);
  const asked: string[] = [];
  const onGiven = vi.fn();
  renderWithEngine(<SudoNotice hostIds={['gpu01', 'gpu02', 'gpu03', 'gpu04']} onGiven={onGiven} />, {
    hosts: {
      giveSudoPassword: ({ hostId, password }: { hostId: string; password: string }) => {
        asked.push(`${hostId} ${password}`);
        const isRight = password === 'right' && (hostId !== 'gpu02' || asked.length > 3);
        return { answer: isRight ? 'right' : 'wrong', words: '' };
      },
    },
  });
  fireEvent.click(await screen.findByRole('button', { name: 'Enter sudo password…' }));
  const form = within(await screen.findByRole('dialog', { name: 'sudo password' }));
  const field = () => form.getByLabelText(/^Password of/) as HTMLInputElement;
  const use = async (password: string) => {
    fireEvent.change(field(), { target: { value: password } });
    fireEvent.submit(field());
  };
  expect(form.getByLabelText('Use it for 1 more node of ops: gpu02')).toBeTruthy();
  await use('typo');
  expect(await form.findByText(/the password is wrong/)).toBeTruthy();
  await waitFor(() => expect(document.activeElement).toBe(field()));
  await use('right');
  expect(await form.findByLabelText('Password of ops on gpu02')).toBeTruthy();
  expect(await form.findByText(/the password is wrong/)).toBeTruthy();
  await use('right');
  expect(await form.findByLabelText('Password of root2 on gpu03')).toBeTruthy();
  expect(field().value).toBe('');
  fireEvent.keyDown(field(), { key: 'Escape' });
  await waitFor(() => expect(onGiven).toHaveBeenCalledOnce());
  expect(asked).toEqual(['gpu01 typo', 'gpu01 right', 'gpu02 right', 'gpu02 right']);
  expect(JSON.stringify(useFleet.getState())).not.toContain('right');
});

it('says who has the password, and forgets it', async () => {
  setHosts([sshHost('gpu01', { hasSudoPassword: true, isSudoDenied: false })]);
  const forgotten: string[] = [];
  renderWithEngine(<SudoNotice hostIds={['gpu01']} />, {
    hosts: {
      forgetSudoPassword: ({ hostId }: { hostId: string }) => {
        forgotten.push(hostId);
        return sshHost(hostId).status;
      },
    },
  });
  expect(await screen.findByText('sudo password given: gpu01')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Forget sudo password' }));
  await waitFor(() => expect(forgotten).toEqual(['gpu01']));
});
