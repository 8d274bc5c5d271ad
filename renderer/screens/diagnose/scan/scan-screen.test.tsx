import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Finding } from '#shared/domain/finding';
import type { RankedFinding, Scan, ScanNode } from '#shared/domain/scan/scan';
import { currentRoute, navigate } from '../../../app/router';
import { setHosts } from '../../../stores/fleet-store';
import { createTopic, type FakeHandlers } from '../../../testing/fake-engine';
import { sshHost } from '../../../testing/fixtures';
import { renderWithEngine } from '../../../testing/render';
import { DiagnoseScreen } from '../diagnose-screen';

const node: ScanNode = {
  hostId: 'host-1',
  state: 'done',
  error: null,
  progress: { done: 9, total: 9, running: [] },
  reading: null,
  finishedAtMs: 2000,
  unread: [{ probeId: 'bmc', state: 'denied', reason: null }],
  walks: [
    {
      treeId: 'power',
      runId: 'scan-1:0:power',
      state: 'waiting',
      reason: null,
      question: { stepId: 'feed', title: { en: 'Which feed?' } },
      findings: [],
    },
  ],
  changes: [{ kind: 'reboot-required', packages: ['linux-image'] }],
};

function ranked(code: string, values: Partial<RankedFinding> & { of?: Partial<Finding> } = {}): RankedFinding {
  const { of, ...rest } = values;
  const finding: Finding = {
    id: `id-${code}`,
    code,
    hostId: 'host-1',
    state: 'degraded',
    severity: 'critical',
    title: { en: `Title of ${code}` },
    explanation: { en: 'Because.' },
    advice: [],
    subjects: [],
    evidence: [],
    actions: [],
    sources: [],
    observedAtMs: 1000,
    origin: { treeId: 'ecc-errors', runId: 'scan-1:0:ecc-errors', stepId: 's' },
    ...of,
  };
  return {
    finding,
    treeIds: ['ecc-errors'],
    causeId: null,
    because: null,
    isRootCause: false,
    locality: null,
    ...rest,
  };
}

const scan: Scan = {
  id: 'scan-1',
  state: 'done',
  startedAtMs: 1000,
  updatedAtMs: 2000,
  finishedAtMs: 2000,
  hostIds: ['host-1', 'host-2'],
  nodes: [
    node,
    {
      ...node,
      hostId: 'host-2',
      state: 'failed',
      error: { key: 'diagnosis.hostUnavailable', params: { code: 'refused' } },
      unread: [],
      walks: [],
      changes: [],
    },
  ],
  ranked: [
    ranked('F-G1', { isRootCause: true, locality: { kind: 'card', count: 1 } }),
    ranked('F-A1', { causeId: 'id-F-G1', because: 'explains' }),
  ],
  unjudged: [ranked('F-J0', { of: { state: 'unknown', severity: 'warn' } })],
  healthy: [],
};

function open(handlers: FakeHandlers) {
  setHosts(
    ['host-1', 'host-2'].map((id, index) => {
      const view = sshHost(id);
      return { ...view, spec: { ...view.spec, name: `node-${'ab'[index]}` } };
    }),
  );
  return renderWithEngine(<DiagnoseScreen />, {
    trees: { list: () => ({ trees: [], problems: [] }) },
    incidents: { list: () => [] },
    actions: { list: () => [] },
    ...handlers,
    scan: { list: () => [], get: () => scan, watch: createTopic<Scan>().read, ...handlers.scan },
  });
}

describe('choosing what to scan', () => {
  it('scans the nodes that the filter shows but those that were left out, and opens the scan', async () => {
    navigate({ screen: 'diagnose', scanId: 'new' });
    const { engine } = open({ scan: { start: () => scan } });
    fireEvent.click(await screen.findByRole('checkbox', { name: 'node-a' }));
    fireEvent.click(screen.getByRole('button', { name: 'Scan 1 node' }));
    await waitFor(() => expect(currentRoute()).toEqual({ screen: 'diagnose', scanId: 'scan-1' }));
    expect(engine.inputsOf('scan.start')).toEqual([{ hostIds: ['host-2'] }]);
  });

  it('lists what was scanned before', async () => {
    navigate({ screen: 'diagnose', scanId: 'new' });
    open({ scan: { list: () => [scan] } });
    const row = (await screen.findByText('node-a, node-b')).closest('tr');
    fireEvent.click(within(row ?? document.body).getByRole('button'));
    expect(currentRoute()).toEqual({ screen: 'diagnose', scanId: 'scan-1' });
  });
});

describe('a scan', () => {
  it('shows the root cause with its place and the consequence folded under it', async () => {
    navigate({ screen: 'diagnose', scanId: 'scan-1' });
    open({});
    expect(await screen.findByText('Title of F-G1')).toBeTruthy();
    expect(screen.getByText('Root cause')).toBeTruthy();
    expect(screen.getByText('One GPU of several: look at the card and its slot.')).toBeTruthy();
    const folded = screen.getByText('1 consequence').closest('details');
    expect(folded?.open).toBe(false);
    expect(within(folded ?? document.body).getByText('Title of F-A1')).toBeTruthy();
    expect(screen.getByText('A reboot is due for linux-image')).toBeTruthy();
  });

  it('calls no cause the root cause before everything of its node was judged', async () => {
    navigate({ screen: 'diagnose', scanId: 'scan-1' });
    open({
      scan: { get: () => ({ ...scan, state: 'running', nodes: [{ ...node, state: 'reading', finishedAtMs: null }] }) },
    });
    expect(await screen.findByText('Root cause so far')).toBeTruthy();
    expect(screen.queryByText('Root cause')).toBeNull();
  });

  it('says of what it could not judge why: nodes, commands, trees and their questions', async () => {
    navigate({ screen: 'diagnose', scanId: 'scan-1' });
    open({});
    const list = (await screen.findByRole('heading', { name: 'What could not be judged' })).parentElement;
    const lines = within(list ?? document.body)
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent);
    expect(lines[0]).toContain('Title of F-J0');
    expect(lines[1]).toContain('bmc could not be read');
    expect(lines[2]).toContain('Which feed?');
    expect(lines[3]).toContain('node-b');
    expect(lines[3]).toContain('could not be reached');
    expect(screen.getByText('1 of 2 nodes judged whole')).toBeTruthy();
  });

  it('does not call it nothing found where nothing was judged', async () => {
    navigate({ screen: 'diagnose', scanId: 'scan-1' });
    const nodes = scan.nodes.map((one) => ({ ...one, state: 'failed' as const, walks: [] }));
    open({ scan: { get: () => ({ ...scan, state: 'interrupted', nodes, ranked: [], unjudged: [] }) } });
    expect(await screen.findByText('Nothing could be judged.')).toBeTruthy();
  });

  it('opens the walk behind a finding', async () => {
    navigate({ screen: 'diagnose', scanId: 'scan-1' });
    open({});
    const [first] = await screen.findAllByRole('button', { name: 'Open the walk' });
    if (first) fireEvent.click(first);
    expect(currentRoute()).toEqual({ screen: 'diagnose', runId: 'scan-1:0:ecc-errors' });
  });

  it('tells how far each node is while it runs, and can be cancelled', async () => {
    navigate({ screen: 'diagnose', scanId: 'scan-1' });
    const running: Scan = {
      ...scan,
      state: 'running',
      ranked: [],
      nodes: [{ ...node, state: 'collecting', finishedAtMs: null, progress: { done: 4, total: 9, running: ['bmc'] } }],
    };
    const { engine } = open({ scan: { get: () => running, cancel: () => ({ ...running, state: 'cancelled' }) } });
    expect(await screen.findByText('4 / 9')).toBeTruthy();
    expect(screen.getByText('Nothing was found yet.')).toBeTruthy();
    expect(screen.queryByText('Nothing was found by what could be judged.')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Cancel, keep what came' }));
    await waitFor(() => expect(engine.inputsOf('scan.cancel')).toEqual([{ scanId: 'scan-1' }]));
  });
});
