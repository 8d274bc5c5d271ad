import { fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CompatibilityReport, CompatibilityRow } from '#shared/domain/compatibility/report';
import { navigate } from '../../../app/router';
import { useEvidenceDrawer } from '../../../stores/evidence-store';
import { useFleetSync } from '../../../stores/use-fleet-sync';
import { createTopic } from '../../../testing/fake-engine';
import { probeResult, sshHost, summary } from '../../../testing/fixtures';
import { renderWithEngine } from '../../../testing/render';
import { NodeScreen } from '../node-screen';

const fits: CompatibilityRow = {
  id: 'driver-libraries',
  group: 'driver',
  subject: { key: 'compatibility.subjectLibraries' },
  verdict: 'fits',
  found: '550.127.08',
  needed: '= 550.127.08',
  reason: { key: 'compatibility.librariesSame', params: { loaded: '550.127.08', found: '550.127.08' } },
  ruleId: 'R7',
  source: 'NVIDIA Fabric Manager user guide',
  evidence: null,
};
const tooOld: CompatibilityRow = {
  ...fits,
  id: 'torch:/opt/conda/envs/nightly',
  group: 'python',
  subject: { key: 'compatibility.subjectTorch', params: { environment: 'nightly', version: '2.9.1+cu130' } },
  verdict: 'does-not-fit',
  found: '550.127.08',
  needed: '≥ 580.65.06',
  reason: {
    key: 'compatibility.cudaTooOldCompat',
    params: { cuda: '13.0', driver: '550.127.08', minimum: '580.65.06' },
  },
  ruleId: 'R4',
  source: 'NVIDIA CUDA Compatibility guide',
  evidence: { probeId: 'python-environments', factPath: 'environments.0.torch.version' },
};
const nothing = { driver: null, cudaToolkit: null, pytorch: null, triton: null };
const report: CompatibilityReport = {
  rows: [fits, tooOld],
  withoutReboot: nothing,
  withReboot: {
    ...nothing,
    driver: {
      version: '595',
      reason: { key: 'compatibility.newestDriverPackaged', params: { month: '2027-03', system: 'Ubuntu 22.04' } },
      source: 'NVIDIA Data Center Drivers guide',
    },
  },
  absence: null,
  asOf: '2026-08',
};

function Node() {
  useFleetSync();
  return <NodeScreen />;
}

function start(judged: CompatibilityReport) {
  navigate({ screen: 'node', hostId: 'gpu01', section: 'compatibility' });
  return renderWithEngine(<Node />, {
    hosts: { list: () => [sshHost('gpu01')], watch: createTopic<never>().read },
    probes: { list: () => [] },
    incidents: { list: () => [] },
    actions: { list: () => [] },
    compatibility: { judge: () => judged },
    inventory: {
      watchSummaries: createTopic([[summary('gpu01')]]).read,
      get: () => ({
        hostId: 'gpu01',
        isCollecting: false,
        results: [probeResult('python-environments', { state: 'failed' })],
        staleResults: [],
      }),
      watch: createTopic<never>().read,
    },
  });
}

describe('the compatibility of a node', () => {
  beforeEach(() => useEvidenceDrawer.setState({ choices: [], selectedId: null, factPath: null }));

  it('shows each pair with both values, the reason, the rule and its source, and on demand only what needs a look', async () => {
    start(report);
    const table = await screen.findByRole('table', { name: 'Compatibility' });
    const row = within(table).getByRole('row', { name: /PyTorch 2.9.1\+cu130 in nightly/ });
    expect(within(row).getByText('Does not fit')).toBeTruthy();
    // The sign and its version stay on one line.
    expect(within(row).getByText('≥\u00a0580.65.06', { normalizer: (text) => text })).toBeTruthy();
    expect(within(row).getByText(/cuda-compat package would bridge it/)).toBeTruthy();
    expect(within(row).getByText('Rule R4 · NVIDIA CUDA Compatibility guide')).toBeTruthy();
    expect(within(table).getByRole('row', { name: /Driver libraries and kernel module Fits/ })).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Show only what needs a look' }));
    expect(within(table).queryByText('Driver libraries and kernel module')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Show what fits too (1)' }));
    expect(within(table).getByText('Driver libraries and kernel module')).toBeTruthy();
  });

  it('leads from a value to what was printed', async () => {
    start(report);
    fireEvent.click(await screen.findByRole('button', { name: /^550.127.08/ }));
    expect(useEvidenceDrawer.getState()).toMatchObject({
      selectedId: 'evidence-python-environments',
      factPath: 'environments.0.torch.version',
    });
  });

  it('names the newest that can be had, and says where that is not known', async () => {
    start(report);
    const reboot = await screen.findByRole('region', { name: 'With a reboot' });
    expect(within(reboot).getByText('595')).toBeTruthy();
    expect(within(reboot).getByText(/Ubuntu 22.04 has packages of it/)).toBeTruthy();
    const without = screen.getByRole('region', { name: 'Without a reboot' });
    expect(within(without).getByText(/Not known/)).toBeTruthy();
  });

  it('says why there is nothing to judge', async () => {
    start({ ...report, rows: [], absence: { key: 'compatibility.absentNoGpu' } });
    expect(await screen.findByText(/no NVIDIA GPU, so there is nothing to judge/)).toBeTruthy();
  });
});
