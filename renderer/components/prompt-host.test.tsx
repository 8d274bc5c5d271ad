import { fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Prompt } from '#shared/contract/hosts';
import { createTopic } from '../testing/fake-engine';
import { renderWithEngine } from '../testing/render';
import { PromptHost } from './prompt-host';

type PromptEvent = { event: 'opened'; prompt: Prompt } | { event: 'closed'; id: string };

const password: Prompt = {
  kind: 'credentials',
  id: 'p1',
  hostId: 'gpu01',
  method: 'password',
  target: 'ops@gpu01',
  keyFile: null,
  instructions: null,
  fields: [{ text: 'Password:', isSecret: true }],
  isRetry: false,
  canRemember: true,
};

const hostKey: Prompt = {
  kind: 'host-key',
  id: 'p2',
  hostId: 'gpu01',
  target: 'ops@gpu01',
  offered: { keyType: 'ssh-ed25519', sha256: 'SHA256:abcdef' },
  knownHostsFile: '/home/ops/.ssh/known_hosts',
};

function start(...prompts: Prompt[]) {
  const topic = createTopic<PromptEvent>(prompts.map((prompt) => ({ event: 'opened', prompt })));
  const view = renderWithEngine(<PromptHost />, {
    hosts: { watchPrompts: topic.read, answerPrompt: () => ({}) },
  });
  return { ...view, topic };
}

describe('PromptHost', () => {
  it('hides what is typed into a secret field and hands it over', async () => {
    const { engine } = start(password);
    const field = await screen.findByLabelText('Password:');
    expect(field.getAttribute('type')).toBe('password');
    fireEvent.change(field, { target: { value: 'hunter2' } });
    fireEvent.click(screen.getByLabelText(/Remember/));
    fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
    await waitFor(() =>
      expect(engine.inputsOf('hosts.answerPrompt')).toEqual([{ id: 'p1', answers: ['hunter2'], remember: true }]),
    );
    expect(screen.queryByLabelText('Password:')).toBeNull();
  });

  it('does not offer to remember where that is not allowed', async () => {
    start({ ...password, canRemember: false, isRetry: true });
    await screen.findByLabelText('Password:');
    expect(screen.queryByLabelText(/Remember/)).toBeNull();
    expect(screen.getByText(/not accepted/)).toBeTruthy();
  });

  it('shows the fingerprint of an unknown server and trusts it only when told to', async () => {
    const { engine } = start(hostKey);
    expect(await screen.findByText('SHA256:abcdef')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Do not connect' }));
    await waitFor(() =>
      expect(engine.inputsOf('hosts.answerPrompt')).toEqual([{ id: 'p2', answers: null, remember: false }]),
    );
  });

  it('asks one question after the other, and drops one that the engine closed', async () => {
    const { topic } = start(hostKey, password);
    expect(await screen.findByText('SHA256:abcdef')).toBeTruthy();
    expect(screen.getByText('1 more question is waiting')).toBeTruthy();
    topic.push({ event: 'closed', id: 'p2' });
    expect(await screen.findByLabelText('Password:')).toBeTruthy();
    expect(screen.queryByText(/waiting/)).toBeNull();
  });
});
