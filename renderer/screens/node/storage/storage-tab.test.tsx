import { fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '#shared/domain/probe';
import { navigate } from '../../../app/router';
import { useEvidenceDrawer } from '../../../stores/evidence-store';
import { useFleetSync } from '../../../stores/use-fleet-sync';
import { createTopic } from '../../../testing/fake-engine';
import { probeResult, sshHost, summary } from '../../../testing/fixtures';
import { renderWithEngine } from '../../../testing/render';
import { NodeScreen } from '../node-screen';

function Node() {
  useFleetSync();
  return <NodeScreen />;
}

function start(results: ProbeResult[]) {
  navigate({ screen: 'node', hostId: 'gpu01', section: 'storage' });
  return renderWithEngine(<Node />, {
    hosts: { list: () => [sshHost('gpu01')], watch: createTopic<never>().read },
    probes: { list: () => [] },
    incidents: { list: () => [] },
    actions: { list: () => [] },
    inventory: {
      watchSummaries: createTopic([[summary('gpu01')]]).read,
      get: () => ({ hostId: 'gpu01', isCollecting: false, results, staleResults: [] }),
      watch: createTopic<ProbeResult>().read,
    },
  });
}

const block = (name: string, values: object = {}) => ({
  name,
  kind: 'disk',
  sizeBytes: 4e12,
  model: 'KIOXIA KCD8',
  serial: `S-${name}`,
  isRotational: false,
  transport: name.startsWith('nvme') ? 'nvme' : 'sata',
  fileSystem: null,
  mountPoints: [],
  children: [],
  ...values,
});
const health = {
  warnings: ['spare-low'],
  temperatureC: 44,
  sparePercent: 6,
  spareThresholdPercent: 10,
  usedPercent: 97,
  readBytes: 1,
  writtenBytes: 2,
  mediaErrors: 3,
  errorLogEntries: 0,
  unsafeShutdowns: 41,
  powerCycles: 1,
  powerOnHours: 900,
  warningTemperatureMinutes: 0,
  criticalTemperatureMinutes: 0,
};
const controller = {
  name: 'nvme0',
  model: 'KIOXIA KCD8',
  serial: 'S-nvme0',
  firmware: '0106',
  state: 'live',
  transport: 'pcie',
  address: '0000:41:00.0',
  numaNode: 0,
  namespaces: [{ name: 'nvme0n1', sizeBytes: 4e12, usedBytes: null, sectorBytes: 512 }],
  health,
};
const devices = (...all: object[]) => probeResult('block-devices', { facts: { devices: all } });
const nvme = probeResult('nvme', { facts: { controllers: [controller] } });
const none = [
  probeResult('file-systems', { facts: { fileSystems: [] } }),
  probeResult('raid', { facts: { arrays: [], drives: [], volumes: [], multipaths: [] } }),
  probeResult('tape', { facts: { drives: [], libraries: [] } }),
];
const tier = (name: string) => screen.findByRole('article', { name });

describe('the storage of a node', () => {
  it('begins with its tiers, and tells one that could not be read from one that is missing', async () => {
    start([devices(block('nvme0n1')), nvme, ...none, probeResult('ceph', { state: 'denied' })]);
    expect(within(await tier('Cache')).getByText('Present')).toBeTruthy();
    expect(within(await tier('Cache')).getByText('1 NVMe disk with 4 TB can be used as cache.')).toBeTruthy();
    expect(within(await tier('Data sets')).getByText('Not known')).toBeTruthy();
    expect(within(await tier('Data sets')).getByText('ceph could not be read, so this is not known.')).toBeTruthy();
    expect(within(await tier('Archive')).getByText('Missing')).toBeTruthy();
  });

  it('names what is wrong with a disk, and shows its whole log on a click', async () => {
    start([devices(block('nvme0n1')), nvme, ...none]);
    expect((await screen.findAllByText('nvme0 runs out of spare blocks.')).length).toBe(1);
    const row = await screen.findByRole('row', { name: /^nvme0 .*KIOXIA KCD8.*97 %.*44.*3.*900 h/ });
    expect(within(row).getByText('Failing')).toBeTruthy();
    fireEvent.click(within(row).getByRole('button', { name: 'nvme0' }));
    expect(screen.getByText('6 % (warns below 10 %)')).toBeTruthy();
    expect(screen.getByText('41')).toBeTruthy();
  });

  it('opens the command that a value of a disk was read by', async () => {
    start([devices(block('nvme0n1')), nvme, ...none]);
    fireEvent.click(await screen.findByText('S-nvme0'));
    expect(useEvidenceDrawer.getState()).toMatchObject({ selectedId: 'evidence-nvme' });
  });

  it('says of disks whose log needs root how to allow it, and does not call them fine', async () => {
    const sudoers = 'ops ALL=(root) NOPASSWD: /usr/sbin/smartctl -j -x -n standby /dev/sd[a-z]';
    const reason = { key: 'probes.denied', params: { tool: 'smartctl', sudoers } };
    start([devices(block('sda')), probeResult('disk-health', { state: 'denied', reason }), ...none]);
    const disks = await screen.findByRole('region', { name: 'Disks' });
    expect(await within(disks).findByText('Not read')).toBeTruthy();
    expect(within(disks).queryByText('Fine')).toBeNull();
    expect(within(disks).getByText(sudoers)).toBeTruthy();
  });

  it('keeps a long list of disks short until asked, and leaves Ceph away where it is not installed', async () => {
    const many = Array.from({ length: 24 }, (_, index) => block(`sd${String.fromCharCode(97 + index)}`));
    start([devices(...many), ...none, probeResult('ceph', { state: 'missing-tool' })]);
    const disks = await screen.findByRole('region', { name: 'Disks' });
    expect((await within(disks).findAllByText('KIOXIA KCD8')).length).toBe(14);
    fireEvent.click(within(disks).getByRole('button', { name: 'Show all 24 disks' }));
    expect(within(disks).getAllByText('KIOXIA KCD8').length).toBe(24);
    expect(screen.queryByRole('region', { name: 'Ceph' })).toBeNull();
  });
});
