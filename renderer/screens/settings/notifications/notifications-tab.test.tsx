import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { ShownChannel } from '#shared/domain/notifications/channel';
import type { Delivery } from '#shared/domain/notifications/notification';
import { navigate } from '../../../app/router';
import { createTopic } from '../../../testing/fake-engine';
import { settings } from '../../../testing/fixtures';
import { renderWithEngine } from '../../../testing/render';
import { SettingsScreen } from '../settings-screen';

const problem = { key: 'notifications.problem.refused', params: { host: 'hooks.site', status: 401, answer: 'no' } };
const hook: ShownChannel = {
  id: 'c1',
  name: 'On call',
  isOn: true,
  target: { kind: 'webhook', origin: 'https://hooks.site', format: 'gantry', signing: 'bearer', caFile: null },
  routing: { minSeverity: 'warn', hosts: '', labels: {}, isOnFiring: true, isOnResolve: true, language: 'en' },
  secretFiles: {},
  secretStates: { url: 'kept', secret: 'kept' },
  waiting: 2,
  last: { atMs: 1_780_000_000_000, isDelivered: false, problem },
};
const delivery: Delivery = {
  id: 1,
  channelId: 'c1',
  key: 'k',
  madeMs: 1_780_000_000_000,
  state: 'waiting',
  tries: 3,
  nextMs: 1_780_000_100_000,
  endedMs: null,
  problem,
  notification: {
    kind: 'firing',
    ruleId: null,
    severity: 'critical',
    alertCount: 10_000,
    hostCount: 1250,
    ruleCount: 40,
    hosts: [{ hostId: 'h1', name: '<b>dgx01</b>' }],
    alerts: [],
    incidents: [],
  },
};

function start(channels: ShownChannel[], log: Delivery[]) {
  navigate({ screen: 'settings', section: 'notifications' });
  return renderWithEngine(<SettingsScreen />, {
    system: { settings: () => settings, updateSettings: (change) => ({ ...settings, ...change }) },
    notifications: {
      channels: () => channels,
      log: () => log,
      watch: createTopic<Record<string, never>>().read,
      test: () => ({ problem }),
      save: ({ channel }) => ({ ...hook, ...channel, id: channel.id ?? 'new' }),
    },
  });
}

it('a channel says how it does and what to do; a change sends only the secrets that were typed', async () => {
  const { engine } = start([hook], [delivery]);
  const channels = await screen.findByRole('table', { name: 'Channels' });
  expect(within(channels).getByText('Webhook · https://hooks.site/…')).toBeTruthy();
  expect(within(channels).getByText(/refused the token or the signature \(401\)/)).toBeTruthy();
  expect(within(channels).getByText('2 messages wait')).toBeTruthy();
  const log = screen.getByRole('table', { name: 'Delivery log' });
  expect(within(log).getByText('[Critical] 10000 alerts of 40 rules: <b>dgx01</b> and 1249 more')).toBeTruthy();
  expect(within(log).getByText('3 tries')).toBeTruthy();

  fireEvent.click(screen.getByRole('button', { name: 'Send a test' }));
  expect(await screen.findByText('The test message to On call did not arrive')).toBeTruthy();

  fireEvent.click(screen.getByRole('button', { name: 'More for On call' }));
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Change' }));
  const dialog = await screen.findByRole('dialog');
  const secret = within(dialog).getByLabelText('Token or key');
  expect((secret as HTMLInputElement).value).toBe('');
  fireEvent.change(secret, { target: { value: 'new token' } });
  fireEvent.click(within(dialog).getByRole('button', { name: 'Save' }));
  const { secretStates: _, waiting: __, last: ___, ...kept } = hook;
  await waitFor(() =>
    expect(engine.inputsOf('notifications.save')).toEqual([{ channel: kept, secrets: { secret: 'new token' } }]),
  );
});

it('where nobody is told it says so, and adds what is chosen once it is complete', async () => {
  const { engine } = start([], []);
  expect(await screen.findByText('Nobody is told yet')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Add' }));
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Syslog' }));
  const dialog = await screen.findByRole('dialog');
  const save = within(dialog).getByRole('button', { name: 'Save' });
  expect(save).toHaveProperty('disabled', true);
  fireEvent.change(within(dialog).getByLabelText('Server'), { target: { value: 'log.site' } });
  fireEvent.change(within(dialog).getByLabelText('Nodes'), { target: { value: 'gpu.model ~' } });
  await waitFor(() => expect(within(dialog).getByLabelText('Nodes').getAttribute('aria-invalid')).toBe('true'));
  fireEvent.change(within(dialog).getByLabelText('Nodes'), { target: { value: 'group = train' } });
  fireEvent.click(save);
  await waitFor(() =>
    expect(engine.inputsOf('notifications.save')).toMatchObject([
      {
        channel: { target: { kind: 'syslog', host: 'log.site', port: 514 }, routing: { hosts: 'group = train' } },
        secrets: {},
      },
    ]),
  );
});
