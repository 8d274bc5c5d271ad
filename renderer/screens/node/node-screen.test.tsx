import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { probeIds } from '#shared/domain/facts/index';
import type { ProbeResult } from '#shared/domain/probe';
import type { Message } from '#shared/domain/text';
import { endProcess, samplePlan } from '../../actions/testing/sample-action';
import { useCommandStore } from '../../app/commands';
import { navigate } from '../../app/router';
import { useEvidenceDrawer } from '../../stores/evidence-store';
import { useFleetSync } from '../../stores/use-fleet-sync';
import { createTopic, type FakeHandlers } from '../../testing/fake-engine';
import { probeResult, refused, sshHost, summary } from '../../testing/fixtures';
import { renderWithEngine } from '../../testing/render';
import { withResult } from './node-results';
import { NodeScreen } from './node-screen';
import { probesOfSection } from './sections';

function Node() {
  useFleetSync();
  return <NodeScreen />;
}

const memory = (totalBytes: number | null) => ({
  totalBytes,
  availableBytes: null,
  freeBytes: null,
  cachedBytes: null,
  sharedBytes: null,
  swapTotalBytes: null,
  swapFreeBytes: null,
  hugePagesTotal: null,
  hugePagesFree: null,
  hugePageSizeBytes: null,
  hugePagePools: [],
  transparentHugePages: null,
  transparentHugePageDefrag: null,
});

interface Options {
  results?: ProbeResult[];
  staleResults?: ProbeResult[];
  arriving?: ReturnType<typeof createTopic<ProbeResult>>;
  host?: ReturnType<typeof sshHost>;
  incidents?: FakeHandlers['incidents'];
  actions?: FakeHandlers['actions'];
  section?: string;
  attention?: Message[];
  isRead?: boolean;
}

function start({
  results = [],
  staleResults = [],
  arriving,
  host = sshHost('gpu01'),
  incidents,
  actions = { list: () => [] },
  section = 'system',
  attention = [],
  isRead = true,
}: Options) {
  navigate({ screen: 'node', hostId: 'gpu01', section });
  return renderWithEngine(<Node />, {
    hosts: { list: () => [host], watch: createTopic<never>().read },
    probes: { list: () => [{ id: 'memory', factName: 'memory', commands: [], sources: { '': 'memory' } }] },
    incidents: { list: () => [], ...incidents },
    actions,
    inventory: {
      watchSummaries: createTopic([[summary('gpu01', { attention, ...(isRead ? {} : { observedAtMs: null }) })]]).read,
      get: () => ({ hostId: 'gpu01', isCollecting: false, results, staleResults }),
      watch: (arriving ?? createTopic<ProbeResult>()).read,
    },
  });
}

const section = (name: string) => screen.findByRole('region', { name });

describe('the node', () => {
  it('shows a value with its unit, and the command behind it on a click', async () => {
    start({ results: [probeResult('memory', { facts: memory(2 ** 40) })] });
    fireEvent.click(await screen.findByText(/1.TiB/));
    expect(useEvidenceDrawer.getState()).toMatchObject({ selectedId: 'evidence-memory', factPath: 'totalBytes' });
  });

  it('shows what is missing permission with the sudoers line that would allow it', async () => {
    const sudoers = 'ops ALL=(root) NOPASSWD: /usr/bin/fuser -v /dev/nvidia0';
    const reason = { key: 'probes.denied', params: { tool: 'fuser', sudoers } };
    start({ section: 'gpus', results: [probeResult('gpu-holders', { state: 'denied', reason })] });
    const holders = await section('Who has the device files open');
    expect(await within(holders).findByText('Not permitted')).toBeTruthy();
    expect(within(holders).getByText(sudoers)).toBeTruthy();
    expect(within(holders).getByText(/says nothing about the health/)).toBeTruthy();
  });

  it('shows how the processes on a GPU were started, and that others need sudo', async () => {
    const facts = { processes: [{ pid: 4242, variables: { CUDA_VISIBLE_DEVICES: '0,1' } }], isComplete: false };
    start({ section: 'gpus', results: [probeResult('gpu-process-environment', { facts })] });
    const shown = await section('Variables of the processes that use a GPU');
    const line = await within(shown).findByRole('row', { name: /4242.*CUDA_VISIBLE_DEVICES.*0,1/ });
    expect(within(shown).getByText(/other users need sudo/)).toBeTruthy();
    fireEvent.click(within(line).getByText('0,1'));
    expect(useEvidenceDrawer.getState().selectedId).toBe('evidence-gpu-process-environment');
  });

  it('keeps facts of an earlier run, marked as stale, when the last run had none', async () => {
    start({
      results: [probeResult('memory', { state: 'timeout' })],
      staleResults: [probeResult('memory', { facts: memory(2 ** 40), observedAtMs: Date.now() - 3_600_000 })],
    });
    const shown = await section('Memory');
    expect(await within(shown).findByText('Time limit')).toBeTruthy();
    expect(within(shown).getByText(/Stale/)).toBeTruthy();
    expect(within(shown).getByText(/1.TiB/)).toBeTruthy();
  });

  it('shows results as they arrive', async () => {
    const arriving = createTopic<ProbeResult>();
    start({ arriving });
    await waitFor(async () => expect(within(await section('Memory')).getByText(/Not collected yet/)).toBeTruthy());
    arriving.push(probeResult('memory', { facts: memory(2 ** 30) }));
    expect(await screen.findByText(/1.GiB/)).toBeTruthy();
  });

  it('does not trust facts in a shape of another version', async () => {
    start({ results: [probeResult('memory', { facts: { totalBytes: 'many' } })] });
    expect(await within(await section('Memory')).findByText(/saved by another version/)).toBeTruthy();
  });

  it('says why the node can not be reached and what to do', async () => {
    start({ host: sshHost('gpu01', { connection: 'failed', error: refused }) });
    const alert = await screen.findByRole('alert');
    expect(within(alert).getByText(/refused the connection/)).toBeTruthy();
    expect(within(alert).getByText('What to do')).toBeTruthy();
  });

  it('names a hanging command once, with its whole line, and what was noticed where it is told in full', async () => {
    const hung = { key: 'probes.hung', params: { tool: 'nvidia-smi' } };
    const full = { key: 'inventory.attentionFileSystemFull', params: { mountPoint: '/raid', percent: 99 } };
    const host = sshHost('gpu01', { hungCommands: ['nvidia-smi -L'] });
    start({ host, attention: [hung, full], section: 'storage' });
    expect(await screen.findByText('File system /raid is 99 % full.')).toBeTruthy();
    act(() => navigate({ screen: 'node', hostId: 'gpu01', section: 'probes' }));
    expect(await screen.findByText('nvidia-smi -L')).toBeTruthy();
    await waitFor(() => expect(screen.queryByText('File system /raid is 99 % full.')).toBeNull());
    expect(screen.queryByText(/nvidia-smi did not finish/)).toBeNull();
  });

  it('freezes what was collected into a new incident', async () => {
    const incident = {
      id: 'i1',
      number: 7,
      title: 'Evidence of gpu01',
      state: 'open' as const,
      severity: null,
      hostIds: ['gpu01'],
      openedAtMs: 1,
      updatedAtMs: 1,
      entryCount: 1,
    };
    const { engine } = start({
      results: [probeResult('memory', { facts: memory(1) })],
      incidents: { list: () => [], open: () => incident, addEvidence: () => incident },
    });
    await screen.findByText('1 B');
    fireEvent.click(screen.getByRole('button', { name: /Add to incident/ }));
    fireEvent.click(await screen.findByText('New incident with this evidence'));
    await waitFor(() =>
      expect(engine.inputsOf('incidents.addEvidence')).toEqual([
        { incidentId: 'i1', hostId: 'gpu01', probeIds: ['memory'] },
      ]),
    );
    expect(await screen.findByText(/frozen into INC-7/)).toBeTruthy();
  });

  it('offers every action that can change it, and asks what one needs to know', async () => {
    const { engine } = start({ actions: { list: () => [endProcess], plan: () => samplePlan({ hostId: 'gpu01' }) } });
    fireEvent.click(await screen.findByRole('button', { name: 'More for this node' }));
    fireEvent.click(await screen.findByRole('menuitem', { name: 'End a process…' }));
    fireEvent.change(await screen.findByLabelText(/^Process id/), { target: { value: '4711' } });
    fireEvent.click(screen.getByRole('button', { name: 'Show the plan' }));
    expect(await screen.findByText('kill -TERM 4711')).toBeTruthy();
    expect(engine.inputsOf('actions.plan')).toEqual([
      { actionId: 'gpu-process-end', hostId: 'gpu01', parameters: { pid: 4711 } },
    ]);
  });

  it('marks the sections in which something was noticed or could not be read', async () => {
    const full = { key: 'inventory.attentionFileSystemFull', params: { mountPoint: '/raid', percent: 99 } };
    start({
      attention: [full],
      results: [probeResult('bmc', { state: 'denied' }), probeResult('ups', { state: 'missing-tool' })],
    });
    expect(await screen.findByRole('tab', { name: 'Storage, 1 thing noticed' })).toBeTruthy();
    expect(await screen.findByRole('tab', { name: 'Power & cooling, 1 part could not be read' })).toBeTruthy();
    expect(screen.getAllByRole('tab')).toHaveLength(14);
    expect(screen.getAllByRole('tab', { name: /noticed|could not be read/ })).toHaveLength(2);
  });

  it('marks a PCIe link that trained low at the section of its device, that of a switch at the picture of all', async () => {
    const low = (device: string) => ({
      key: 'inventory.attentionPcieLow',
      params: { device, name: device, address: '0000:1b:00.0', trained: 'x8', capable: 'x16' },
    });
    start({ attention: ['gpu', 'nic', 'nvme', 'switch'].map(low) });
    for (const section of ['GPUs', 'Network', 'Storage', 'Topology']) {
      expect(await screen.findByRole('tab', { name: `${section}, 1 thing noticed` })).toBeTruthy();
    }
  });

  it('goes from section to section by key, and the palette offers each', async () => {
    start({});
    await screen.findByRole('tab', { name: 'System', selected: true });
    fireEvent.keyDown(document.documentElement, { key: 'PageDown', ctrlKey: true });
    await screen.findByRole('tab', { name: 'Storage', selected: true });
    fireEvent.keyDown(document.documentElement, { key: 'PageUp', ctrlKey: true });
    await screen.findByRole('tab', { name: 'System', selected: true });
    const offered = [...useCommandStore.getState().groups.values()].flat();
    act(() => offered.find(({ label }) => label === 'Network')?.run());
    await screen.findByRole('tab', { name: 'Network', selected: true });
  });

  it('says once that a node was never collected, in every section that would show facts', async () => {
    start({ section: 'gpus', isRead: false });
    expect(await screen.findByText('Not collected yet', { selector: 'p' })).toBeTruthy();
    expect(screen.getAllByText(/Not collected yet/)).toHaveLength(1);
  });

  it('says so when the node was removed', async () => {
    start({ host: sshHost('another') });
    expect(await screen.findByText(/not part of the fleet/)).toBeTruthy();
  });
});

describe('withResult', () => {
  it('keeps the facts of before through any number of runs without facts', () => {
    const good = probeResult('memory', { facts: memory(1) });
    const states = ['timeout', 'hung', 'failed'] as const;
    const known = states.reduce((before, state) => withResult(before, probeResult('memory', { state })), {
      results: new Map([['memory', good]]),
      stale: new Map(),
    } as ReturnType<typeof withResult>);
    expect([known.results.get('memory')?.state, known.stale.get('memory')]).toEqual(['failed', good]);
    expect(withResult(known, good).stale.size).toBe(0);
  });
});

describe('the sections', () => {
  it('have every probe in one of them', () => {
    expect(Object.values(probesOfSection).flat().sort()).toEqual([...probeIds].sort());
  });
});
