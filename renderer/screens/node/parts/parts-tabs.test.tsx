import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { ProfileSummary } from '#shared/contract/profiles';
import type { Finding } from '#shared/domain/finding';
import type { PartsVersion } from '#shared/domain/parts/history';
import { part } from '#shared/domain/parts/testing/parts';
import { currentRoute, navigate } from '../../../app/router';
import { setHosts } from '../../../stores/fleet-store';
import { sshHost } from '../../../testing/fixtures';
import { renderWithEngine } from '../../../testing/render';
import { ChangesTab } from './changes-tab';
import { PartsTab } from './parts-tab';
import { ProfileTab } from './profile-tab';

const open = (section: string) => {
  setHosts([sshHost('gpu01')]);
  navigate({ screen: 'node', hostId: 'gpu01', section });
};
const gpu = part({ identity: '1650323012345', attributes: { vbiosVersion: '96.00', powerLimitW: 700, eccMode: null } });

it('lists parts by kind, opens what one tells, and leads to its passport', async () => {
  open('parts');
  renderWithEngine(<PartsTab />, {
    parts: {
      get: () => ({
        hostId: 'gpu01',
        seenAtMs: 1,
        parts: [{ part: gpu, passportId: 7 }],
        knownKinds: ['gpu'],
        unreadKinds: ['dimm'],
      }),
    },
  });
  const table = await screen.findByRole('table', { name: 'GPUs' });
  expect(screen.getByText(/Could not be read completely: Memory modules/)).toBeTruthy();
  fireEvent.click(within(table).getByRole('button', { name: `Details of ${gpu.slot}` }));
  expect(within(table).getByText('700 W')).toBeTruthy();
  fireEvent.click(within(table).getByRole('button', { name: 'Passport' }));
  expect(currentRoute()).toEqual({ screen: 'parts', partId: '7' });
});

const version = (number: number, changes: PartsVersion['changes'] = []): PartsVersion => ({
  number,
  firstSeenMs: number * 1000,
  lastSeenMs: number * 1000 + 500,
  changes,
  carriedCount: 0,
});

it('tells each change in a sentence and compares two chosen versions', async () => {
  open('changes');
  const changed: PartsVersion['changes'][number] = {
    kind: 'gpu',
    change: 'changed',
    count: 2,
    model: null,
    slots: ['1b', '43'],
    attribute: 'vbiosVersion',
    before: '95',
    after: '96',
  };
  renderWithEngine(<ChangesTab />, { parts: { versions: () => [version(3, [changed]), version(2), version(1)] } });
  expect(await screen.findByText('GPUs: VBIOS of 2 from 95 to 96')).toBeTruthy();
  const compare = screen.getByRole('button', { name: 'Compare' });
  expect(compare).toHaveProperty('disabled', true);
  fireEvent.click(screen.getByRole('checkbox', { name: 'Version 3, to be compared' }));
  fireEvent.click(screen.getByRole('checkbox', { name: 'Version 1, to be compared' }));
  fireEvent.click(compare);
  expect(currentRoute()).toMatchObject({ section: 'compare', before: 'gpu01@1', after: 'gpu01@3' });
});

it('says so when there is one version only', async () => {
  open('changes');
  renderWithEngine(<ChangesTab />, { parts: { versions: () => [version(1)] } });
  expect(await screen.findByText('Nothing has changed since it was first read.')).toBeTruthy();
});

const profile: ProfileSummary = {
  id: 'dgx-h100',
  name: { en: 'NVIDIA DGX H100' },
  description: null,
  isBuiltIn: true,
  hostIds: [],
};
const finding: Finding = {
  id: 'f1',
  code: 'P-MISSING',
  hostId: 'gpu01',
  state: 'unhealthy',
  severity: 'critical',
  title: { en: 'GPUs: 7 found, 8 expected' },
  explanation: { en: 'One is missing.' },
  advice: [],
  subjects: [],
  evidence: [],
  actions: [],
  sources: [],
  observedAtMs: 1000,
  origin: { profileId: 'dgx-h100' },
};

it('shows how a node differs from its profile, and puts that into an incident', async () => {
  open('profile');
  const { engine } = renderWithEngine(<ProfileTab />, {
    profiles: {
      list: () => [profile],
      suggest: () => [profile],
      check: () => ({
        profile,
        findings: [finding, { ...finding, id: 'f2', state: 'unknown', severity: 'info' }],
        observedAtMs: 1000,
      }),
    },
    incidents: {
      list: () => [],
      open: ({ title }) => ({ ...incident, title }),
      addProfileCheck: () => incident,
    },
  });
  expect(await screen.findByText('1 difference')).toBeTruthy();
  expect(screen.getByText('1 could not be judged')).toBeTruthy();
  expect(screen.getAllByText('GPUs: 7 found, 8 expected')).toHaveLength(2);
  fireEvent.click(screen.getByRole('button', { name: 'Add differences to incident' }));
  fireEvent.click(await screen.findByRole('menuitem', { name: /new incident/i }));
  await waitFor(() =>
    expect(engine.inputsOf('incidents.addProfileCheck')).toEqual([
      { incidentId: 'i1', hostId: 'gpu01', profileId: 'dgx-h100' },
    ]),
  );
});

it('does not say that a node is as it should be while some of it could not be judged', async () => {
  open('profile');
  const unknown: Finding = { ...finding, state: 'unknown', severity: 'info', title: { en: 'GPUs: could not be read' } };
  renderWithEngine(<ProfileTab />, {
    profiles: {
      list: () => [profile],
      suggest: () => [profile],
      check: () => ({ profile, findings: [unknown], observedAtMs: 1000 }),
    },
  });
  expect(await screen.findByText('1 could not be judged')).toBeTruthy();
  expect(screen.queryByText('As the profile says')).toBeNull();
  expect(screen.getByText('Nothing that was read differs from NVIDIA DGX H100.')).toBeTruthy();
});

it('offers profiles where none is assigned, and makes one of what was chosen', async () => {
  open('profile');
  const { engine } = renderWithEngine(<ProfileTab />, {
    profiles: {
      list: () => [profile],
      suggest: () => [],
      check: () => ({ profile: null, findings: [], observedAtMs: null }),
      countable: () => [
        {
          kind: 'gpu',
          count: 8,
          isCounted: true,
          attributes: [
            { name: 'vbiosVersion', isCounted: true },
            { name: 'eccMode', isCounted: true },
          ],
        },
        { kind: 'software', count: 20, isCounted: false, attributes: [{ name: 'version', isCounted: true }] },
      ],
      fromNode: ({ name }) => ({
        id: 'golden',
        name: { en: name },
        sources: [],
        parts: [{ kind: 'gpu', attributes: {} }],
      }),
      assign: () => ({}),
    },
  });
  expect(await screen.findByText('No profile is assigned')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Make a profile from this node' }));
  const dialog = await screen.findByRole('dialog');
  fireEvent.click(await within(dialog).findByRole('checkbox', { name: 'ECC' }));
  fireEvent.click(within(dialog).getByRole('button', { name: 'Make profile' }));
  await waitFor(() =>
    expect(engine.inputsOf('profiles.fromNode')).toEqual([
      { hostId: 'gpu01', name: 'gpu01', counted: { gpu: ['vbiosVersion'] } },
    ]),
  );
  await waitFor(() => expect(engine.inputsOf('profiles.assign')).toEqual([{ hostId: 'gpu01', profileId: 'golden' }]));
});

const incident = {
  id: 'i1',
  number: 1,
  title: 'x',
  state: 'open' as const,
  severity: null,
  hostIds: ['gpu01'],
  openedAtMs: 1,
  updatedAtMs: 1,
  entryCount: 1,
};
