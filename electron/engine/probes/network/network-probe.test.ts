import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { networkProbe } from './network-probe';

const ip = JSON.stringify([
  {},
  {
    ifname: 'lo',
    mtu: 65536,
    operstate: 'UNKNOWN',
    link_type: 'loopback',
    address: '00:00:00:00:00:00',
    addr_info: [{ local: '127.0.0.1', prefixlen: 8 }],
  },
  {
    ifname: 'ens1f0',
    mtu: 9000,
    operstate: 'UP',
    link_type: 'ether',
    address: '94:6d:ae:10:4c:02',
    master: 'bond0',
    linkinfo: { info_slave_kind: 'bond' },
    addr_info: [],
  },
  {
    ifname: 'bond0',
    mtu: 9000,
    operstate: 'UP',
    link_type: 'ether',
    linkinfo: { info_kind: 'bond' },
    addr_info: [{ local: '10.0.0.7', prefixlen: 24 }],
  },
]);
const sysfs = `/sys/class/net/ens1f0/speed:100000
/sys/class/net/lo/speed:-1
/sys/class/net/ens1f0/operstate:up
/sys/class/net/ens1f0/mtu:9000
/sys/class/net/ens1f0/device/numa_node:1
/sys/class/net/ens1f0/device/uevent:DRIVER=mlx5_core
/sys/class/net/ens1f0/device/uevent:PCI_SLOT_NAME=0000:b1:00.0
net:end
`;

describe('network probe', () => {
  it('joins links with what sysfs says of their hardware', () => {
    const { interfaces } = factsOf(networkProbe, { ip, 'sysfs-net': sysfs });
    expect(
      interfaces.map(({ name, kind, speedMbitPerSec, addresses }) => [name, kind, speedMbitPerSec, addresses]),
    ).toEqual([
      ['lo', 'loopback', null, ['127.0.0.1/8']],
      ['ens1f0', 'ether', 100_000, []],
      ['bond0', 'bond', null, ['10.0.0.7/24']],
    ]);
    expect(interfaces[1]).toMatchObject({
      master: 'bond0',
      driver: 'mlx5_core',
      pciBusId: '0000:b1:00.0',
      numaNode: 1,
    });
  });

  it('does without ip, and says that addresses are not known then', () => {
    const old = printed('', 1, 'ip: invalid option -- j');
    expect(networkProbe.parse({ ip: old, 'sysfs-net': printed(sysfs) })).toMatchObject({
      state: 'ok',
      reason: { key: 'probes.addressesUnknown' },
      facts: { interfaces: [{ name: 'ens1f0', operationalState: 'UP', mtu: 9000 }, { name: 'lo' }] },
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(networkProbe, { ip, 'sysfs-net': sysfs });
  });

  it.skipIf(!hasRecordings)('reads eight IPoIB interfaces of ip -j link', () => {
    const { interfaces } = factsOf(networkProbe, { ip: recording('fabric/ip-j-link__ipoib-8-ports.json') });
    const ipoib = interfaces.filter((one) => one.kind === 'infiniband');
    expect(ipoib).toHaveLength(8);
    expect(ipoib[0]).toMatchObject({ name: 'ibp12s0', mtu: 2044, operationalState: 'UP', addresses: [] });
  });
});
