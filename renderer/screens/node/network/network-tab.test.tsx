import { fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { FactsOf } from '#shared/domain/facts/index';
import type { ProbeResult } from '#shared/domain/probe';
import { navigate } from '../../../app/router';
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
  navigate({ screen: 'node', hostId: 'gpu01', section: 'network' });
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

const port = {
  ...{ port: 1, state: 'ACTIVE', physicalState: 'LinkUp', rateGbitPerSec: 400, rateText: '4X NDR', width: 4 },
  ...{ generation: 'NDR', linkLayer: 'InfiniBand', lid: 112, subnetManagerLid: 1, portGuid: '946d:ae03:005a:1811' },
  ...{ capabilityMask: null, activeMtu: 4096, maxMtu: 4096, netdev: 'ibp24s0' },
  gids: [{ index: 0, gid: 'fe80:0000:0000:0000:946d:ae03:005a:1811', type: 'IB/RoCE v1', netdev: null }],
  counters: { link_downed: 255, symbol_error: 0 },
  hardwareCounters: {},
};
const device = (name: string, over: object = {}) => ({
  ...{ name, hcaType: 'MT4129', firmwareVersion: '28.39.3560', boardId: null, nodeGuid: '946d:ae03:005a:1810' },
  ...{ systemImageGuid: null, pciBusId: '0000:18:00.0', numaNode: 0, isVirtualFunction: false },
  ports: [{ ...port, ...over }],
});
const rdma = (...devices: FactsOf<'rdma'>['devices']) => probeResult('rdma', { facts: { devices } });
const link = (name: string, over: object = {}) => ({
  ...{ name, kind: 'ether', macAddress: null, permanentMacAddress: null, mtu: 1500, operationalState: 'UP' },
  ...{ isEnabled: true, hasCarrier: true, speedMbitPerSec: 100_000, duplex: 'full', driver: 'ice', pciBusId: null },
  ...{ numaNode: null, addresses: [], master: null, parent: null, vlanId: null, isVirtualFunction: false },
  ...{ virtualFunctions: null, linkUps: 1, linkDowns: 0, rxErrors: 0, txErrors: 0, rxDropped: 0, txDropped: 0 },
  ...over,
});
const member = (name: string, state: string) => ({
  ...{ name, state, speedMbitPerSec: null, duplex: null, linkFailures: 3, permanentMacAddress: null },
  ...{ aggregatorId: 1, actorChurn: null, partnerChurn: null },
});

describe('the Network tab', () => {
  it('marks a port that has lost its link, and leaves one without a cable alone', async () => {
    const down = { state: 'DOWN', physicalState: 'Polling' };
    start([rdma(device('mlx5_0', down), device('mlx5_1', { ...down, counters: { link_downed: 0 } }))]);
    const toneOf = (name: string) => {
      const row = screen.getByRole('button', { name }).closest('tr') as HTMLElement;
      return within(row).getByText('DOWN').closest('[data-tone]')?.getAttribute('data-tone');
    };
    await screen.findByRole('button', { name: 'mlx5_0/1' });
    expect([toneOf('mlx5_0/1'), toneOf('mlx5_1/1')]).toEqual(['warn', 'unknown']);
  });

  it('shows names, addresses and counters of a port that is chosen, and which counter says no more', async () => {
    start([rdma(device('mlx5_0'))]);
    fireEvent.click(await screen.findByRole('button', { name: 'mlx5_0/1' }));
    const detail = await screen.findByRole('region', { name: 'mlx5_0/1' });
    expect(within(detail).getByText('946d:ae03:005a:1811')).toBeTruthy();
    expect(within(detail).getByText('IB/RoCE v1')).toBeTruthy();
    const counter = within(detail).getByText('link_downed').closest('tr') as HTMLElement;
    expect(within(counter).getByText('stopped at its last value')).toBeTruthy();
  });

  it('says what GPUDirect stands on and what of it is missing', async () => {
    const basis = {
      ...{ kernelRelease: '5.15.0', driverVersion: '550.127.08', isOpenKernelModule: false },
      ...{ loadedModules: ['nvidia', 'nvidia_peermem', 'mlx5_ib'], memoryPeers: null, ofedVersion: null },
      ...{ hasGdrcopyDevice: false, storage: null },
    };
    start([rdma(device('mlx5_0')), probeResult('gpudirect', { facts: basis })]);
    const peer = within(await screen.findByRole('article', { name: 'GPUDirect RDMA, peer memory' }));
    expect(peer.getByText('Ready')).toBeTruthy();
    const dmabuf = within(screen.getByRole('article', { name: 'GPUDirect RDMA, DMA-BUF' }));
    expect(dmabuf.getByText('Not ready')).toBeTruthy();
    expect(dmabuf.getByText('The proprietary kernel modules hand out no DMA-BUF')).toBeTruthy();
    const sharp = within(screen.getByRole('article', { name: 'SHARP' }));
    expect(sharp.getByText('1 ConnectX-7 adapter, up to SHARPv3')).toBeTruthy();
    expect(sharp.getByText('libsharp was not looked for')).toBeTruthy();
  });

  it('shows a bond with its members, and containers and virtual functions only when asked', async () => {
    const bond = {
      ...{ name: 'bond0', mode: '802.3ad', state: 'up', transmitHashPolicy: 'layer3+4', activeMember: null },
      ...{ primaryMember: null, lacpRate: 'fast', aggregatorId: 1, aggregatorPorts: 1, partnerMacAddress: null },
      members: [member('ens1f0', 'up'), member('ens1f1', 'down')],
    };
    const interfaces = [
      link('ens1f0', { master: 'bond0' }),
      link('veth12', { kind: 'veth' }),
      link('ens1f0v3', { isVirtualFunction: true }),
    ];
    start([probeResult('network', { facts: { interfaces, bonds: [bond] } })]);
    expect(await screen.findByText('802.3ad · LACP fast · hash layer3+4')).toBeTruthy();
    const members = screen.getByRole('table', { name: 'Bond bond0' });
    expect(within(members).getByText('down').closest('[data-tone]')?.getAttribute('data-tone')).toBe('warn');
    expect(screen.queryByText('veth12')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: /^Show 2 more/ }));
    expect(screen.getByText('veth12')).toBeTruthy();
    expect(screen.getByText('ens1f0v3')).toBeTruthy();
  });

  it('gives the sudoers line where the optics need root', async () => {
    const sudoers = 'USER ALL=(root) NOPASSWD: /usr/sbin/ethtool -m *';
    const reason = { key: 'probes.denied', params: { tool: 'ethtool', sudoers } };
    start([probeResult('network-modules', { state: 'denied', reason })]);
    expect(await screen.findByText(sudoers)).toBeTruthy();
  });
});
