import { expect, it } from 'vitest';
import type { NodeFacts } from '#shared/domain/facts/index';
import { translatorOf } from '#shared/i18n/translator';
import { networkSections } from './node-network';

const port = {
  ...{ port: 1, state: 'DOWN', physicalState: 'Polling', rateGbitPerSec: 10, rateText: '4X SDR', width: 4 },
  ...{ generation: 'SDR', linkLayer: 'InfiniBand', lid: null, subnetManagerLid: null, portGuid: null },
  ...{ capabilityMask: null, activeMtu: null, maxMtu: null, netdev: 'ibp24s0', gids: [] },
  ...{ counters: { link_downed: 2, port_xmit_wait: 900 }, hardwareCounters: { out_of_sequence: 1 } },
};
const facts = {
  network: {
    interfaces: [
      { name: 'lo', kind: 'loopback', addresses: ['127.0.0.1/8'], speedMbitPerSec: null, pciBusId: null },
      {
        ...{
          name: 'eno3',
          kind: 'ether',
          addresses: ['10.0.0.7/22'],
          speedMbitPerSec: 10_000,
          mtu: 1500,
          master: null,
        },
        ...{
          operationalState: 'UP',
          driver: 'ixgbe',
          parent: null,
          pciBusId: '0000:0b:00.0',
          isVirtualFunction: false,
        },
      },
    ],
    bonds: [
      {
        ...{ name: 'bond0', mode: '802.3ad', partnerMacAddress: '0c:29:ef:d0:11:22' },
        members: [{ name: 'ens1f0', state: 'down', speedMbitPerSec: null, linkFailures: 4 }],
      },
    ],
  },
  rdma: {
    devices: [
      {
        ...{ name: 'mlx5_0', hcaType: 'MT4129', firmwareVersion: '28.39.3560', nodeGuid: '946d:ae03:005a:1810' },
        ...{ isVirtualFunction: false, ports: [port] },
      },
    ],
  },
} as unknown as NodeFacts;

it('lists links that are down, interfaces, bonds and ports, and counts errors without what is ordinary', () => {
  const sections = networkSections({ say: translatorOf('en') }, facts).filter(([, rows]) => rows.length > 0);
  const text = (cell: unknown) => (cell !== null && typeof cell === 'object' ? (cell as { text: string }).text : cell);
  expect(sections.map(([headers, rows]) => [headers[0], rows.map((row) => row.map(text))])).toEqual([
    ['LINKS', [['RDMA port mlx5_0/1 has lost its link (Polling).'], ['Bond bond0: its member ens1f0 is down.']]],
    ['INTERFACE', [['eno3', 'UP', '10 Gbit/s', '1500', 'ixgbe', null, '10.0.0.7/22']]],
    ['BOND', [['bond0', '802.3ad', 'ens1f0', 'down', null, '4', '0c:29:ef:d0:11:22']]],
    [
      'RDMA PORT',
      [['mlx5_0/1', 'DOWN', '10 Gbit/s (4X SDR)', 'InfiniBand', '28.39.3560', '946d:ae03:005a:1810', '3', null]],
    ],
    ['SHARP', [['up to v3', '1 × ConnectX-7', null, null]]],
  ]);
});
