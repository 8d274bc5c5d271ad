import { describe, expect, it } from 'vitest';
import type { Bond, NetworkInterface, RdmaPort } from './facts/network';
import { linkLosses, linkTroubles } from './link-troubles';

const port = (over: Partial<RdmaPort>): RdmaPort => ({
  port: 1,
  state: 'DOWN',
  physicalState: 'Polling',
  rateGbitPerSec: 10,
  rateText: null,
  width: null,
  generation: null,
  linkLayer: 'InfiniBand',
  lid: null,
  subnetManagerLid: null,
  portGuid: null,
  capabilityMask: null,
  activeMtu: null,
  maxMtu: null,
  netdev: null,
  gids: [],
  counters: {},
  hardwareCounters: {},
  ...over,
});
const link = (over: Partial<NetworkInterface>): NetworkInterface => ({
  name: 'ens1f0',
  kind: 'ether',
  macAddress: null,
  permanentMacAddress: null,
  mtu: 1500,
  operationalState: 'DOWN',
  isEnabled: true,
  hasCarrier: false,
  speedMbitPerSec: null,
  duplex: null,
  driver: 'mlx5_core',
  pciBusId: '0000:b1:00.0',
  numaNode: null,
  addresses: [],
  master: null,
  parent: null,
  vlanId: null,
  isVirtualFunction: false,
  virtualFunctions: null,
  linkUps: 0,
  linkDowns: 0,
  rxErrors: 0,
  txErrors: 0,
  rxDropped: 0,
  txDropped: 0,
  ...over,
});
const bond = (over: Partial<Bond>): Bond => ({
  name: 'bond0',
  mode: '802.3ad',
  state: 'up',
  transmitHashPolicy: null,
  activeMember: null,
  primaryMember: null,
  lacpRate: null,
  aggregatorId: null,
  aggregatorPorts: null,
  partnerMacAddress: null,
  members: [],
  ...over,
});
const member = (name: string, state: string | null) => ({
  ...{ name, state, speedMbitPerSec: null, duplex: null, linkFailures: 0, permanentMacAddress: null },
  ...{ aggregatorId: null, actorChurn: null, partnerChurn: null },
});
const ofPort = (over: Partial<RdmaPort>, interfaces: NetworkInterface[] = []) =>
  linkTroubles({
    rdma: {
      devices: [
        {
          ...{ name: 'mlx5_0', hcaType: null, firmwareVersion: null, boardId: null, nodeGuid: null },
          ...{ systemImageGuid: null, pciBusId: null, numaNode: null, isVirtualFunction: false },
          ports: [port(over)],
        },
      ],
    },
    network: { interfaces, bonds: [] },
  });
const ofLink = (over: Partial<NetworkInterface>) => linkTroubles({ network: { interfaces: [link(over)], bonds: [] } });

describe('links that need a look', () => {
  it.each<[string, Partial<RdmaPort>, string | null]>([
    ['an active port', { state: 'ACTIVE', physicalState: 'LinkUp', counters: { link_downed: 3 } }, null],
    ['a port that was never plugged in', { counters: { link_downed: 0 } }, null],
    ['a port that lost its link', { counters: { link_downed: 1 } }, 'port-lost'],
    ['a port that was switched off', { physicalState: 'Disabled', counters: { link_downed: 1 } }, null],
    ['a port at recovering its link', { physicalState: 'LinkErrorRecovery' }, 'port-lost'],
    ['a port that no subnet manager has set up', { state: 'INIT', physicalState: 'LinkUp' }, 'port-not-active'],
    ['a port of which nothing is told', { state: null, physicalState: null }, null],
  ])('of InfiniBand: %s', (_, over, kind) => {
    expect(ofPort(over).map((one) => one.kind)).toEqual(kind === null ? [] : [kind]);
  });

  it('tells a RoCE port by its interface, once', () => {
    const lost = link({ name: 'ens1f0', linkUps: 2, linkDowns: 2 });
    const over = { linkLayer: 'Ethernet', netdev: 'ens1f0', counters: { link_downed: 2 } };
    expect(ofPort(over, [lost])).toEqual([{ kind: 'link-lost', name: 'ens1f0', detail: null }]);
    expect(ofPort(over)).toMatchObject([{ kind: 'port-lost', name: 'mlx5_0/1' }]);
  });

  it('tells IP over InfiniBand by its port', () => {
    const ipoib = link({ name: 'ibp24s0', kind: 'infiniband', linkUps: 1 });
    expect(ofPort({ netdev: 'ibp24s0', counters: { link_downed: 1 } }, [ipoib])).toMatchObject([{ kind: 'port-lost' }]);
    expect(linkTroubles({ network: { interfaces: [ipoib], bonds: [] } })).toMatchObject([{ kind: 'link-lost' }]);
  });

  it.each<[string, Partial<NetworkInterface>, boolean]>([
    ['a port that was never plugged in', {}, false],
    ['a port that had a link', { linkUps: 1 }, true],
    ['a port that has an address', { addresses: ['10.0.0.7/24'] }, true],
    ['a port with the address that every port gives itself', { addresses: ['fe80::1/64'] }, false],
    ['a port that is switched off', { isEnabled: false, linkUps: 1 }, false],
    ['a port with a link', { hasCarrier: true, linkUps: 4 }, false],
    ['a bridge without ports', { pciBusId: null, addresses: ['172.17.0.1/16'] }, false],
  ])('of Ethernet: %s', (_, over, isTold) => {
    expect(ofLink(over)).toHaveLength(isTold ? 1 : 0);
  });

  it('tells a dead member once, by its bond, and a bond that nobody answers', () => {
    const network = {
      interfaces: [link({ name: 'eth3', linkUps: 1, master: 'bond0' })],
      bonds: [
        bond({ partnerMacAddress: '00:00:00:00:00:00', members: [member('eth3', 'down'), member('eth2', 'up')] }),
      ],
    };
    expect(linkTroubles({ network })).toEqual([
      { kind: 'bond-member-down', name: 'bond0', detail: 'eth3' },
      { kind: 'bond-no-partner', name: 'bond0', detail: null },
    ]);
  });

  it('says nothing without facts', () => {
    expect(linkTroubles({})).toEqual([]);
  });

  it.each([
    [1, true, 0],
    [3, true, 2],
    [1, false, 1],
    [0, false, 0],
    [null, true, null],
    [2, null, null],
  ])('counts of %s links, one of them up now: %s, as %s lost', (linkUps, hasCarrier, expected) => {
    expect(linkLosses({ linkUps, hasCarrier })).toBe(expected);
  });
});
