import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Message } from '#shared/domain/text';
import type { FakeHandlers } from '../../../testing/fake-engine';
import { refused, sshHost } from '../../../testing/fixtures';
import { renderWithEngine } from '../../../testing/render';
import { AddHostsDialog } from './add-hosts-dialog';
import { type AddHostsTab, closeAddHosts, openAddHosts } from './add-hosts-store';

afterEach(closeAddHosts);

function start(tab: AddHostsTab, hosts: NonNullable<FakeHandlers['hosts']>) {
  openAddHosts(tab);
  return renderWithEngine(<AddHostsDialog />, {
    hosts: { add: ({ hosts: given }) => given.map((_host, index) => sshHost(`new${index}`).spec), ...hosts },
    inventory: { refresh: () => ({ ok: 1, total: 1, durationMs: 1, roundTrips: 1, nodeCpuMs: null }) },
  });
}

const entry = (alias: string, problem: Message | null = null, isAlreadyAdded = false) => {
  const { spec } = sshHost(alias);
  if (spec.kind !== 'ssh') throw new Error('not ssh');
  return { alias, target: { ...spec.target, alias }, problem, isAlreadyAdded };
};

describe('adding nodes', () => {
  it('takes the entries of ssh config that were picked, and none that can not be used', async () => {
    const { engine } = start('config', {
      readSshConfig: () => ({
        file: '/home/ops/.ssh/config',
        entries: [
          entry('gpu01'),
          entry('gpu02', { key: 'hosts.config.proxyCommand' }),
          entry('gpu03', null, true),
          entry('gpu04'),
        ],
        problems: [],
      }),
    });
    fireEvent.click(await screen.findByLabelText('Select all that can be added'));
    fireEvent.click(screen.getByLabelText('Select gpu01'));
    fireEvent.click(screen.getByRole('button', { name: 'Add 1 node' }));
    await waitFor(() => expect(engine.inputsOf('hosts.add')).toHaveLength(1));
    expect(engine.inputsOf('hosts.add')).toEqual([
      { hosts: [{ kind: 'ssh', name: 'gpu04', target: entry('gpu04').target }] },
    ]);
    await waitFor(() => expect(engine.inputsOf('inventory.refresh')).toEqual([{ hostId: 'new0' }]));
  });

  it('keeps the keyboard on the button that starts a test and cancels it', async () => {
    const { engine } = start('manual', { test: () => new Promise<never>(() => undefined) });
    fireEvent.change(await screen.findByLabelText(/^Address/), { target: { value: 'gpu07' } });
    const button = screen.getByRole('button', { name: 'Test connection' });
    button.focus();
    fireEvent.click(button);
    expect(await screen.findByRole('button', { name: 'Cancel the test' })).toBe(button);
    expect(document.activeElement).toBe(button);
    fireEvent.click(button);
    expect(await screen.findByRole('button', { name: 'Test connection' })).toBe(button);
    expect(engine.inputsOf('hosts.test')).toHaveLength(1);
  });

  it('says what failed in a connection test and what to do about it', async () => {
    const { engine } = start('manual', {
      test: () => ({
        steps: [
          { step: 'resolve', outcome: 'pass', durationMs: 2, detail: '10.0.0.7' },
          { step: 'connect', outcome: 'fail', durationMs: 4, detail: '' },
          { step: 'authenticate', outcome: 'skipped', durationMs: 0, detail: '' },
        ],
        error: refused,
        roundTripMs: null,
        sudo: 'unknown',
      }),
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Test connection' }));
    expect(await screen.findByText('An address is needed')).toBeTruthy();
    fireEvent.change(screen.getByLabelText(/^Address/), { target: { value: ' gpu07 ' } });
    fireEvent.change(screen.getByLabelText(/^Jump hosts/), { target: { value: 'ops@bastion:2222, inner' } });
    fireEvent.click(screen.getByRole('button', { name: 'Test connection' }));
    const row = async (step: string) => within((await screen.findByText(step)).closest('li') as HTMLElement);
    expect((await row('Reach the port')).getByText('Failed')).toBeTruthy();
    expect((await row('Sign in')).getByText('Not tried')).toBeTruthy();
    expect(screen.getByText(/nothing listens on port 22/)).toBeTruthy();
    expect(screen.getByText('What to do')).toBeTruthy();
    expect(engine.inputsOf('hosts.test')).toEqual([
      { host: { kind: 'ssh', target: { address: 'gpu07', proxyJump: ['ops@bastion:2222', 'inner'] } } },
    ]);
  });

  it('names the lines of a pasted list that it does not understand, and adds the others', async () => {
    const { engine } = start('list', {
      parseList: ({ text }) => {
        const lines = text.split('\n');
        return {
          hosts: lines
            .filter((line) => !line.includes('$'))
            .map((address) => ({ kind: 'ssh' as const, target: { address } })),
          problems: lines.flatMap((line, index) =>
            line.includes('$') ? [{ line: index + 1, text: line, detail: 'not an address' }] : [],
          ),
        };
      },
    });
    const field = await screen.findByLabelText(/One node a line/);
    fireEvent.change(field, { target: { value: 'gpu01\n$(reboot)\ngpu03' } });
    expect(await screen.findByText(/Line 2: not an address/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Add 2 nodes' }));
    await waitFor(() =>
      expect(engine.inputsOf('hosts.add')).toEqual([
        {
          hosts: [
            { kind: 'ssh', target: { address: 'gpu01' } },
            { kind: 'ssh', target: { address: 'gpu03' } },
          ],
        },
      ]),
    );
  });

  it('shows what an Ansible inventory would add before it adds it, and adds what is left chosen', async () => {
    const found = (name: string, over: object = {}) => ({
      host: { kind: 'ssh' as const, name, tags: ['gpu'], target: { address: name } },
      target: { ...entry(name).target, alias: null, address: name },
      line: 2,
      knownAs: null,
      sameAs: null,
      ...over,
    });
    const { engine } = start('ansible', {
      readAnsibleInventory: () => ({
        format: 'ini',
        hosts: [found('gpu01'), found('gpu02'), found('gpu03', { knownAs: 'old' })],
        notes: [{ line: 7, message: { key: 'hosts.ansible.secret', params: { variable: 'ansible_password' } } }],
      }),
    });
    fireEvent.change(await screen.findByLabelText('Or paste it here'), { target: { value: '[gpu]\ngpu[01:03]' } });
    expect(await screen.findByText('already there as old')).toBeTruthy();
    expect(screen.getByText('INI: 2 new, 1 already there')).toBeTruthy();
    expect(screen.getByText(/Line 7: ansible_password is a secret/)).toBeTruthy();
    fireEvent.click(screen.getByLabelText('Select gpu02'));
    fireEvent.click(screen.getByRole('button', { name: 'Add 1 node' }));
    await waitFor(() => expect(engine.inputsOf('hosts.add')).toHaveLength(1));
    expect(engine.inputsOf('hosts.readAnsibleInventory')).toEqual([{ text: '[gpu]\ngpu[01:03]' }]);
    expect(engine.inputsOf('hosts.add')).toEqual([
      { hosts: [{ kind: 'ssh', name: 'gpu01', tags: ['gpu'], target: { address: 'gpu01' } }] },
    ]);
  });
});
