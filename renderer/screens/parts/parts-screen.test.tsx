import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { Passport } from '#shared/domain/parts/history';
import { part } from '#shared/domain/parts/testing/parts';
import { currentRoute, navigate } from '../../app/router';
import { setHosts } from '../../stores/fleet-store';
import { sshHost } from '../../testing/fixtures';
import { renderWithEngine } from '../../testing/render';
import { PartsScreen } from './parts-screen';

const passport: Passport = {
  id: 7,
  kind: 'gpu',
  model: 'NVIDIA H100 80GB HBM3',
  identities: [
    { name: 'serial', value: '1650323012345' },
    { name: 'uuid', value: 'GPU-1' },
  ],
  hostId: 'gpu01',
  slot: '1b',
  isThere: true,
  nodesAtOnce: 1,
  hasNote: false,
  note: '',
  warrantyUntil: null,
  stays: [
    { hostId: 'gpu01', slot: '1b', fromMs: 2000, toMs: 3000, isOpen: true, isOutdated: false },
    { hostId: 'gone', slot: '43', fromMs: 1000, toMs: 1500, isOpen: false, isOutdated: false },
  ],
  counters: [{ atMs: 1000, values: { remappedRows: 3 } }],
  events: [
    { atMs: 1400, hostId: 'gone', event: { kind: 'log', text: 'Xid 79: GPU has fallen off the bus', xid: 79 } },
    { atMs: 1200, hostId: 'gone', event: { kind: 'changed', attribute: 'vbiosVersion', before: '95', after: '96' } },
  ],
};

it('finds a part by a piece of its serial number and opens its passport', async () => {
  setHosts([sshHost('gpu01')]);
  navigate({ screen: 'parts' });
  const { engine } = renderWithEngine(<PartsScreen />, {
    parts: {
      search: ({ text }) => (text === '' || passport.identities[0]?.value.includes(text) ? [passport] : []),
      passport: () => passport,
    },
  });
  fireEvent.change(await screen.findByLabelText('Serial number, UUID, model or note'), { target: { value: '3230' } });
  await waitFor(() => expect(engine.inputsOf('parts.search')).toContainEqual({ text: '3230', limit: 200 }));
  fireEvent.click(await screen.findByRole('button', { name: '1650323012345' }));
  expect(currentRoute()).toEqual({ screen: 'parts', partId: '7' });
  expect(await screen.findByText('Xid 79: GPU has fallen off the bus')).toBeTruthy();
  expect(screen.getByText('VBIOS went from 95 to 96')).toBeTruthy();
  expect(within(screen.getByRole('table', { name: 'Where it has been' })).getAllByRole('row')).toHaveLength(3);
});

it('keeps a note with the end of the warranty, and refuses what is no date', async () => {
  navigate({ screen: 'parts', partId: '7' });
  const { engine } = renderWithEngine(<PartsScreen />, {
    parts: { passport: () => passport, setNote: (input) => ({ ...passport, ...input }) },
  });
  fireEvent.change(await screen.findByLabelText('Note'), { target: { value: 'RMA 4711' } });
  const until = screen.getByLabelText('Warranty until');
  for (const value of ['next year', '2027-02-31']) {
    fireEvent.change(until, { target: { value } });
    expect(screen.getByText('A date such as 2027-03-31, please.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Save' })).toHaveProperty('disabled', true);
  }
  fireEvent.change(until, { target: { value: '2027-03-31' } });
  fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() =>
    expect(engine.inputsOf('parts.setNote')).toEqual([{ id: 7, note: 'RMA 4711', warrantyUntil: '2027-03-31' }]),
  );
});

it('shows only what differs between two nodes, and all of it on request', async () => {
  setHosts([sshHost('gpu01'), sshHost('gpu02')]);
  navigate({ screen: 'parts', section: 'compare', before: 'gpu01@2', after: 'gpu02' });
  const one = part({ slot: '1b' });
  const same = { kind: 'gpu' as const, relation: 'same' as const, before: one, after: one, counters: [] };
  const { engine } = renderWithEngine(<PartsScreen />, {
    parts: {
      versions: () => [],
      compare: ({ before, after }) => ({
        before: { ...before, seenAtMs: 1 },
        after: { ...after, seenAtMs: 2 },
        mode: 'nodes',
        pairs: [
          {
            ...same,
            isDifferent: true,
            attributes: [
              { name: 'vbiosVersion', before: '95', after: '96', state: 'different' },
              { name: 'eccMode', before: 'Enabled', after: 'Enabled', state: 'same' },
            ],
          },
        ],
        unread: [{ kind: 'dimm', side: 'after' }],
      }),
    },
  });
  const table = await screen.findByRole('table', { name: 'GPUs' });
  expect(engine.inputsOf('parts.compare')).toEqual([
    { before: { hostId: 'gpu01', version: 2 }, after: { hostId: 'gpu02' } },
  ]);
  expect(within(table).getByText('VBIOS')).toBeTruthy();
  expect(within(table).queryByText('ECC')).toBeNull();
  expect(screen.getByText('Memory modules: not read on the right')).toBeTruthy();
  fireEvent.click(screen.getByRole('checkbox', { name: 'Show everything' }));
  expect(within(table).getByText('ECC')).toBeTruthy();
});

it('names the nodes that have another driver than most of their kind', async () => {
  setHosts(['gpu01', 'gpu02', 'gpu03'].map((name) => sshHost(name)));
  navigate({ screen: 'parts', section: 'drift' });
  renderWithEngine(<PartsScreen />, {
    parts: {
      drift: () => [
        {
          title: 'NVIDIA DGXH100',
          hostIds: ['gpu01', 'gpu02', 'gpu03'],
          rows: [
            {
              kind: 'node',
              model: null,
              attribute: 'driverVersion',
              values: [
                { value: '570.86', hostIds: ['gpu01', 'gpu02'], isMinority: false },
                { value: '550.54', hostIds: ['gpu03'], isMinority: true },
              ],
            },
          ],
        },
      ],
    },
  });
  fireEvent.click(await screen.findByRole('button', { name: 'gpu03' }));
  expect(currentRoute()).toMatchObject({ screen: 'node', hostId: 'gpu03' });
  expect(screen.queryByRole('button', { name: 'gpu01' })).toBeNull();
});
