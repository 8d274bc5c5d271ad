import { describe, expect, it } from 'vitest';
import type { NodeFacts } from '../facts/index';
import { nicParts } from './nic-parts';

const facts = {
  pci: { functions: [] },
  network: {
    interfaces: [
      { name: 'lo', pciBusId: null },
      {
        ...{ name: 'ens1f0', pciBusId: '0000:b1:00.0', isVirtualFunction: false, driver: 'mlx5_core', mtu: 9000 },
        ...{ macAddress: '02:00:00:00:00:01', permanentMacAddress: 'b8:3f:d2:7a:00:10', speedMbitPerSec: 100_000 },
        ...{ numaNode: 1, operationalState: 'UP', linkUps: 2, hasCarrier: true, rxErrors: 0, rxDropped: 5 },
      },
      { name: 'ens1f0v0', pciBusId: '0000:b1:00.2', isVirtualFunction: true },
      {
        ...{ name: 'eno1', pciBusId: '0000:0b:00.0', isVirtualFunction: false, driver: 'ixgbe', mtu: 1500 },
        ...{ permanentMacAddress: '94:6d:ae:10:4c:02', speedMbitPerSec: null, operationalState: 'DOWN' },
        ...{ numaNode: null, linkUps: 3, hasCarrier: false, rxErrors: null, rxDropped: null },
      },
    ],
    bonds: [],
  },
  rdma: {
    devices: [
      {
        ...{ name: 'mlx5_0', pciBusId: '0000:b1:00.0', isVirtualFunction: false, nodeGuid: 'b83f:d203:007a:0010' },
        ...{ hcaType: 'MT4125', firmwareVersion: '22.39.1002', boardId: 'MT_0000000359', numaNode: 1 },
        ports: [
          {
            ...{ port: 1, state: 'ACTIVE', linkLayer: 'Ethernet', rateGbitPerSec: 100, netdev: 'ens1f0' },
            counters: { link_downed: 3, link_error_recovery: 0, symbol_error: 1, port_rcv_errors: 4 },
          },
        ],
      },
    ],
  },
  'ethernet-settings': {
    interfaces: [{ name: 'ens1f0', maxSpeedMbitPerSec: 200_000, counters: { rx_discards_phy: 17 } }],
  },
  'roce-settings': {
    interfaces: [
      {
        ...{ name: 'ens1f0', rdmaDevice: 'mlx5_0', trust: 'dscp', pfcPriorities: [3], trafficClass: 106 },
        ecnNotificationPriorities: [],
      },
    ],
  },
} as unknown as NodeFacts;

describe('network adapters as parts', () => {
  it('are told by PCI address, with what each probe knows of them, without virtual functions', () => {
    expect(nicParts.read(facts)).toEqual([
      {
        kind: 'nic',
        slot: '0000:b1:00.0',
        identity: 'b83f:d203:007a:0010',
        model: 'MT4125',
        attributes: {
          interface: 'ens1f0',
          rdmaDevice: 'mlx5_0',
          driver: 'mlx5_core',
          firmwareVersion: '22.39.1002',
          boardId: 'MT_0000000359',
          macAddress: 'b8:3f:d2:7a:00:10',
          linkLayer: 'Ethernet',
          linkState: 'ACTIVE',
          linkSpeed: 100_000,
          maxLinkSpeed: 200_000,
          mtu: 9000,
          numaNode: 1,
          pfcPriorities: '3',
          trustMode: 'dscp',
          ecnPriorities: '–',
          trafficClass: 106,
        },
        counters: { linkDowned: 3, linkRecoveries: 0, symbolErrors: 1, receiveErrors: 4, receiveDiscards: 17 },
        source: { probeId: 'rdma', factPath: 'devices.0' },
      },
      {
        kind: 'nic',
        slot: '0000:0b:00.0',
        identity: '94:6d:ae:10:4c:02',
        model: null,
        attributes: {
          ...{ interface: 'eno1', rdmaDevice: null, driver: 'ixgbe', firmwareVersion: null, boardId: null },
          ...{ macAddress: '94:6d:ae:10:4c:02', linkLayer: 'Ethernet', linkState: 'DOWN', linkSpeed: null },
          ...{ maxLinkSpeed: null, mtu: 1500, numaNode: null, pfcPriorities: null, trustMode: null },
          ...{ ecnPriorities: null, trafficClass: null },
        },
        counters: {
          ...{ linkDowned: 3, linkRecoveries: null, symbolErrors: null, receiveErrors: null },
          receiveDiscards: null,
        },
        source: { probeId: 'network', factPath: 'interfaces.3' },
      },
    ]);
  });

  it('have each attribute and counter in the list of their units', () => {
    const [part] = nicParts.read(facts);
    expect(Object.keys(part?.attributes ?? {})).toEqual(Object.keys(nicParts.attributes));
    expect(Object.keys(part?.counters ?? {})).toEqual(Object.keys(nicParts.counters));
  });
});
