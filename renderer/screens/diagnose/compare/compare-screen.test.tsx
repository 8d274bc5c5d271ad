import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { RunComparison } from '#shared/domain/transcript/run-comparison';
import { currentRoute, navigate } from '../../../app/router';
import { setHosts } from '../../../stores/fleet-store';
import { sshHost } from '../../../testing/fixtures';
import { renderWithEngine } from '../../../testing/render';
import { concludedRun } from '../testing/sample-run';
import { CompareScreen } from './compare-screen';
import { RunsScreen } from './runs-screen';

const older = { ...concludedRun, id: 'run-0', startedAtMs: concludedRun.startedAtMs - 1000, findings: [] };
const head = ({ id, treeId, hostId, state, startedAtMs, updatedAtMs, isWhatIf }: typeof concludedRun) => ({
  ...{ id, treeId, hostId, state, startedAtMs, updatedAtMs, isWhatIf, hostName: 'node-a', madeWith: null },
});
const compared: RunComparison = {
  before: head(older),
  after: head(concludedRun),
  isSameNode: true,
  isTreeChanged: false,
  walk: { isSame: true, partedAt: null, steps: [], findings: [] },
  node: { from: 'versions', changes: [], unread: [] },
  logged: {
    readAtMs: concludedRun.updatedAtMs,
    changes: [
      { kind: 'package', atMs: 5, change: 'upgrade', name: 'nvidia-driver-550', from: '550.90', to: '550.127' },
    ],
    leftOut: 2,
    unread: ['boot'],
  },
  facts: {
    probes: [
      {
        probeId: 'gpu',
        settings: [{ path: 'gpus[GPU-1].powerLimitW', before: '700', after: '500' }],
        settingsCount: 1,
        moved: [{ path: 'gpus[GPU-1].temperatureC', before: '41', after: null }],
        movedCount: 1,
      },
    ],
    unread: ['os'],
  },
  counters: [],
};

function open(section: 'runs' | 'compare') {
  setHosts([sshHost('host-1')]);
  const element =
    section === 'runs' ? <RunsScreen hostId={null} treeId={null} /> : <CompareScreen runId="run-1" otherId={null} />;
  return renderWithEngine(element, {
    trees: { list: () => ({ trees: [], problems: [] }) },
    diagnosis: { list: () => [concludedRun, older] },
    runs: { compare: () => compared },
  });
}

describe('runs', () => {
  it('are compared with the last before, with what the node logged and every fact that is another', async () => {
    navigate({ screen: 'diagnose', section: 'compare', runId: 'run-1' });
    const { engine } = open('compare');
    expect(await screen.findByText(/nvidia-driver-550 550\.90 → 550\.127/)).toBeTruthy();
    expect(engine.inputsOf('runs.compare')).toEqual([{ one: { runId: 'run-1' }, other: { runId: 'run-0' } }]);
    expect(screen.getByText('and 2 more')).toBeTruthy();
    expect(screen.getByText('The node could not tell: starts.')).toBeTruthy();
    const row = within(screen.getByRole('table', { name: 'gpu', hidden: true })).getAllByRole('row', {
      hidden: true,
    })[1];
    expect(row?.textContent).toBe('gpus[GPU-1].powerLimitW700500');
    expect(screen.getByText('Read by one of the two only: os')).toBeTruthy();
  });

  it('are listed, and two that are chosen go to the comparison', async () => {
    open('runs');
    const boxes = await screen.findAllByRole('checkbox');
    const compare = screen.getByRole('button', { name: 'Compare' });
    expect(compare).toHaveProperty('disabled', true);
    for (const box of boxes) fireEvent.click(box);
    fireEvent.click(compare);
    await waitFor(() =>
      expect(currentRoute()).toEqual({ screen: 'diagnose', section: 'compare', runId: 'run-1', otherId: 'run-0' }),
    );
  });
});
