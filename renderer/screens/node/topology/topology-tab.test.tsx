import { fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { PciFacts, PciFunction } from '#shared/domain/facts/pci';
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

function start(results: ProbeResult[], staleResults: ProbeResult[] = []) {
  navigate({ screen: 'node', hostId: 'gpu01', section: 'topology' });
  return renderWithEngine(<Node />, {
    hosts: { list: () => [sshHost('gpu01')], watch: createTopic<never>().read },
    probes: { list: () => [{ id: 'pci', factName: 'pci', commands: [], sources: { '': 'pci' } }] },
    incidents: { list: () => [] },
    actions: { list: () => [] },
    inventory: {
      watchSummaries: createTopic([[summary('gpu01', { attention: [] })]]).read,
      get: () => ({ hostId: 'gpu01', isCollecting: false, results, staleResults }),
      watch: createTopic<ProbeResult>().read,
    },
  });
}

function fn(address: string, classCode: string, more: Partial<PciFunction> = {}): PciFunction {
  return {
    address,
    classCode,
    parentAddress: null,
    vendorId: '10de',
    deviceId: '2330',
    subsystemVendorId: null,
    subsystemDeviceId: null,
    revision: null,
    className: null,
    vendorName: 'NVIDIA Corporation',
    deviceName: 'GH100',
    subsystemName: null,
    driver: null,
    numaNode: 0,
    physicalSlot: null,
    state: 'present',
    link: { generation: 5, width: 16, maxGeneration: 5, maxWidth: 16 },
    aer: null,
    statusErrors: null,
    bars: [],
    acsControls: null,
    iommuGroup: null,
    virtualFunctions: null,
    powerState: null,
    runtimeStatus: null,
    ...more,
  };
}

const facts: PciFacts = {
  functions: [
    fn('0000:15:01.0', '060400'),
    fn('0000:1b:00.0', '030200', {
      parentAddress: '0000:15:01.0',
      link: { generation: 5, width: 8, maxGeneration: 5, maxWidth: 16 },
    }),
    fn('0000:00:1f.0', '060100', { link: null }),
  ],
  iommu: { isEnabled: false, groupCount: 0, groupTypes: {}, kernelArguments: [] },
  hasAccessControl: false,
};

const picture = () => screen.findByRole('region', { name: 'How the node is put together' });

describe('the topology of a node', () => {
  it('flags a link that is narrower than both its ends, and explains it to the keyboard as well', async () => {
    start([probeResult('pci', { facts })]);
    const shown = await picture();
    expect(await within(shown).findByText('1 degraded')).toBeTruthy();
    const link = await within(shown).findByRole('button', {
      name: /PCIe root port 15:01.0 to 1b:00.0: x8 of x16, degraded/,
    });
    fireEvent.focus(link);
    const explained = within(shown).getByRole('status');
    expect(explained.textContent).toMatch(/In use nowx8 Gen5Both ends can dox16 Gen5/);
    expect(explained.textContent).toMatch(/Lanes do not go to sleep/);
    fireEvent.click(within(explained).getByRole('button', { name: 'Show what was run' }));
    expect(useEvidenceDrawer.getState()).toMatchObject({ selectedId: 'evidence-pci', factPath: 'functions.1.link' });
  });

  it('lists the functions that matter, marks the degraded link, and the others when asked', async () => {
    start([probeResult('pci', { facts })]);
    const table = await screen.findByRole('table', { name: 'PCIe devices' });
    expect(within(table).getByText('x8 of x16')).toBeTruthy();
    expect(within(table).queryByText('00:1f.0')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Show the 1 other function as well' }));
    expect(within(table).getByText('00:1f.0')).toBeTruthy();
    expect(screen.getByText('off: devices see all of memory')).toBeTruthy();
  });

  it('says how old the picture is where the last look told nothing', async () => {
    start([probeResult('pci', { state: 'hung' })], [probeResult('pci', { facts, observedAtMs: 1 })]);
    const shown = await picture();
    expect(await within(shown).findByText('1 degraded')).toBeTruthy();
    expect(within(shown).getByText(/^Stale/i)).toBeTruthy();
  });

  it('says so where no device is known, and where the tree could not be read', async () => {
    start([probeResult('pci', { state: 'timeout' })]);
    expect(await screen.findByText('No PCIe devices are known')).toBeTruthy();
    expect(
      await within(await screen.findByRole('region', { name: 'PCIe devices' })).findByText('Time limit'),
    ).toBeTruthy();
  });
});
