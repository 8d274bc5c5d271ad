import { describe, expect, it } from 'vitest';
import type { NetworkFacts, RdmaFacts, RoceSettingsFacts } from './facts/network';
import { darkPorts, mtuTroubles, priorityOf, roceQos, slowPorts } from './port-settings';

const device = (name: string, port: object, more: object = {}) => ({
  name,
  hcaType: 'MT4129',
  boardId: 'MT_1',
  isVirtualFunction: false,
  ports: [
    {
      port: 1,
      state: 'ACTIVE',
      linkLayer: 'InfiniBand',
      rateGbitPerSec: 400,
      rateText: null,
      width: 4,
      activeMtu: 4096,
      maxMtu: 4096,
      netdev: null,
      ...port,
    },
  ],
  ...more,
});
const rdma = (...devices: object[]): RdmaFacts => ({ devices }) as unknown as RdmaFacts;
const network = (mtu: number): NetworkFacts =>
  ({ interfaces: [{ name: 'eth0', mtu }], bonds: [] }) as unknown as NetworkFacts;

describe('the speed of a port', () => {
  it('is compared with ports of the same product and link only', () => {
    expect(slowPorts(rdma(device('mlx5_0', {}), device('mlx5_1', { rateGbitPerSec: 200 })))).toMatchObject([
      { name: 'mlx5_1/1', rateGbitPerSec: 200, expectedGbitPerSec: 400, reason: 'siblings' },
    ]);
    const other = device('mlx5_1', { rateGbitPerSec: 100 }, { boardId: 'MT_2' });
    const storage = device('mlx5_2', { rateGbitPerSec: 100, linkLayer: 'Ethernet' });
    const down = device('mlx5_3', { rateGbitPerSec: 10, state: 'DOWN' });
    expect(slowPorts(rdma(device('mlx5_0', {}), other, storage, down))).toEqual([]);
  });

  it('is too low on one lane of InfiniBand, whatever its siblings do', () => {
    expect(slowPorts(rdma(device('mlx5_0', { rateGbitPerSec: 100, width: 1 })))).toMatchObject([
      { reason: 'one-lane' },
    ]);
  });
});

describe('ports that are down', () => {
  it('are listed without virtual functions', () => {
    const virtual = device('mlx5_9', { state: 'DOWN' }, { isVirtualFunction: true });
    expect(darkPorts(rdma(device('mlx5_0', {}), device('mlx5_1', { state: 'DOWN' }), virtual))).toEqual(['mlx5_1/1']);
  });
});

describe('the MTU of a port', () => {
  it('of InfiniBand should be what the port can do', () => {
    expect(mtuTroubles(rdma(device('mlx5_0', { activeMtu: 2048 })), null)).toMatchObject([
      { reason: 'infiniband-small' },
    ]);
  });

  it('of RoCE should follow its interface, and 1500 is a choice', () => {
    const small = rdma(device('mlx5_0', { linkLayer: 'Ethernet', netdev: 'eth0', activeMtu: 1024 }));
    expect(mtuTroubles(small, network(9000))).toMatchObject([{ reason: 'below-interface', otherMtu: 9000 }]);
    expect(mtuTroubles(small, network(1500))).toEqual([]);
  });

  it('of RoCE should be that of its siblings', () => {
    const one = device('mlx5_0', { linkLayer: 'Ethernet', netdev: 'eth0', activeMtu: 1024 });
    const other = device('mlx5_1', { linkLayer: 'Ethernet', netdev: 'eth1' });
    expect(mtuTroubles(rdma(one, other), network(1500))).toMatchObject([{ name: 'mlx5_0/1', reason: 'siblings' }]);
  });

  it('is not known where no port tells it', () => {
    expect(mtuTroubles(rdma(device('mlx5_0', { activeMtu: null })), null)).toBeNull();
    expect(mtuTroubles(rdma(), null)).toEqual([]);
  });
});

describe('RoCE settings', () => {
  const row = {
    name: 'eth0',
    rdmaDevice: 'mlx5_0',
    trust: 'dscp',
    pfcPriorities: [3],
    dscpOfPriority: [[0], [], [], [26], [], [], [48], []],
    ecnNotificationPriorities: [3],
    ecnReactionPriorities: [3],
    trafficClass: 106,
    connectionManagerTos: null,
  };
  const troubles = (change: object) =>
    roceQos({ interfaces: [{ ...row, ...change }] } as unknown as RoceSettingsFacts)[0]?.troubles;

  it.each([
    ['that agree', {}, []],
    ['without PFC, which is a choice', { pfcPriorities: [], trust: 'pcp' }, []],
    ['that nothing told', { pfcPriorities: null, trust: null, dscpOfPriority: null }, []],
    ['with two lossless priorities', { pfcPriorities: [3, 4] }, ['many-priorities']],
    ['with trust on the VLAN tag', { trust: 'pcp' }, ['trust-not-dscp']],
    ['without ECN', { ecnReactionPriorities: [0] }, ['ecn-off']],
    ['whose ECN is not told', { ecnReactionPriorities: null, ecnNotificationPriorities: null }, []],
    ['with a class for another priority', { trafficClass: 192 }, ['wrong-class']],
    ['with no class of the node', { trafficClass: 0 }, []],
  ])('%s', (_, change, expected) => {
    expect(troubles(change)).toEqual(expected);
  });

  it('lead a traffic class to a priority by its DSCP', () => {
    expect(priorityOf(106, row.dscpOfPriority)).toBe(3);
    expect(priorityOf(104, row.dscpOfPriority)).toBe(3);
    expect(priorityOf(0, row.dscpOfPriority)).toBe(0);
    expect(priorityOf(40, row.dscpOfPriority)).toBeNull();
    expect(priorityOf(null, row.dscpOfPriority)).toBeNull();
  });
});
