import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
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
    flags: ['BROADCAST', 'UP', 'LOWER_UP'],
    permaddr: '94:6d:ae:10:4c:03',
    linkinfo: {
      info_slave_kind: 'bond',
      info_slave_data: { mii_status: 'UP', link_failure_count: 4, perm_hwaddr: '94:6d:ae:10:4c:03' },
    },
    addr_info: [],
  },
  {
    ifname: 'bond0',
    mtu: 9000,
    operstate: 'UP',
    link_type: 'ether',
    linkinfo: {
      info_kind: 'bond',
      info_data: {
        mode: '802.3ad',
        xmit_hash_policy: 'layer3+4',
        ad_info: { aggregator: 1, num_ports: 1, partner_mac: '0c:29:ef:d0:11:22' },
      },
    },
    addr_info: [{ local: '10.0.0.7', prefixlen: 24 }],
  },
  {
    ifname: 'bond0.40',
    link: 'bond0',
    mtu: 9000,
    operstate: 'UP',
    link_type: 'ether',
    linkinfo: { info_kind: 'vlan', info_data: { protocol: '802.1Q', id: 40 } },
    addr_info: [],
  },
]);
const sysfs = `ens1f0/speed:100000
lo/speed:-1
ens1f0/operstate:up
ens1f0/duplex:full
ens1f0/carrier:1
ens1f0/flags:0x1003
ens1f0/mtu:9000
ens1f0/carrier_up_count:3
ens1f0/carrier_down_count:2
ens1f0/statistics/rx_errors:0
ens1f0/statistics/rx_dropped:12
ens1f0/device/numa_node:1
ens1f0/device/sriov_numvfs:8
ens1f0/device/uevent:DRIVER=mlx5_core
ens1f0/device/uevent:PCI_SLOT_NAME=0000:b1:00.0
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
      ['bond0.40', 'vlan', null, []],
    ]);
    expect(interfaces[1]).toMatchObject({
      master: 'bond0',
      driver: 'mlx5_core',
      pciBusId: '0000:b1:00.0',
      numaNode: 1,
      permanentMacAddress: '94:6d:ae:10:4c:03',
      isEnabled: true,
      hasCarrier: true,
      duplex: 'full',
      linkUps: 3,
      linkDowns: 2,
      rxErrors: 0,
      rxDropped: 12,
      txErrors: null,
      isVirtualFunction: false,
      virtualFunctions: 8,
    });
    expect(interfaces[3]).toMatchObject({ parent: 'bond0', vlanId: 40 });
  });

  it('knows the partner of a bond from ip, where only root may read it in the kernel file', () => {
    const file =
      'Bonding Mode: IEEE 802.3ad Dynamic link aggregation\nMII Status: up\n\n802.3ad info\nLACP rate: fast\n';
    const member = '\nSlave Interface: ens1f0\nMII Status: up\nSpeed: 100000 Mbps\nLink Failure Count: 4\n';
    const bonding = `==> /proc/net/bonding/bond0\n${file}${member}\n<== 0\n`;
    const { bonds } = factsOf(networkProbe, { ip, 'sysfs-net': sysfs, bonding });
    expect(bonds).toMatchObject([
      {
        name: 'bond0',
        mode: '802.3ad',
        state: 'up',
        lacpRate: 'fast',
        transmitHashPolicy: 'layer3+4',
        aggregatorPorts: 1,
        partnerMacAddress: '0c:29:ef:d0:11:22',
        members: [{ name: 'ens1f0', state: 'up', speedMbitPerSec: 100_000, linkFailures: 4 }],
      },
    ]);
    expect(factsOf(networkProbe, { ip, 'sysfs-net': sysfs }).bonds[0]).toMatchObject({
      lacpRate: null,
      members: [{ name: 'ens1f0', state: 'up', linkFailures: 4 }],
    });
  });

  it.runIf(existsSync('/sys/class/net/eth0/device/features'))(
    'finds the PCI function behind a real virtio port',
    () => {
      const script = networkProbe.commands[1]?.argv[2] ?? '';
      const output = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
      const { interfaces } = factsOf(networkProbe, { 'sysfs-net': output });
      expect(interfaces.find(({ name }) => name === 'eth0')).toMatchObject({
        driver: 'virtio_net',
        pciBusId: expect.stringMatching(/^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/),
      });
    },
  );

  it('knows a virtio port by the PCI function it hangs on', () => {
    const text =
      'eth0/operstate:up\neth0/device/uevent:DRIVER=virtio_net\neth0/device/uevent:PCI_SLOT_NAME=0000:00:03.0\nnet:end\n';
    expect(factsOf(networkProbe, { 'sysfs-net': text }).interfaces).toMatchObject([
      { name: 'eth0', driver: 'virtio_net', pciBusId: '0000:00:03.0' },
    ]);
  });

  it('tells virtual functions from ports', () => {
    const text = sysfs.replace('net:end', 'ens1f0/device/physfn:yes\nnet:end');
    expect(factsOf(networkProbe, { ip, 'sysfs-net': text }).interfaces[1]?.isVirtualFunction).toBe(true);
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
    const bonding =
      '==> /proc/net/bonding/bond0\nBonding Mode: round-robin\nSlave Interface: a\nSpeed: 10 Mbps\n\n<== 0\n';
    expectTotal(networkProbe, { ip, 'sysfs-net': sysfs, bonding });
  });

  it.skipIf(!hasRecordings)('reads eight IPoIB interfaces of ip -j link', () => {
    const { interfaces } = factsOf(networkProbe, { ip: recording('fabric/ip-j-link__ipoib-8-ports.json') });
    const ipoib = interfaces.filter((one) => one.kind === 'infiniband');
    expect(ipoib).toHaveLength(8);

    expect(ipoib[7]).toMatchObject({
      ...{ name: 'ibp204s0', mtu: 2044, isEnabled: true, hasCarrier: true, master: null, isVirtualFunction: false },
      macAddress: '00:00:10:29:fe:80:00:00:00:00:00:00:0c:42:a1:03:00:74:7a:3e',
    });
  });
});

describe.skipIf(!hasRecordings)('network probe on recorded bonds', () => {
  const bondOf = (name: string) => {
    const file = recording(`fabric/proc-net-bonding__${name}.txt`);
    return factsOf(networkProbe, { bonding: `==> /proc/net/bonding/bond0\n${file}\n<== 0\n` }).bonds;
  };
  const member = { duplex: 'full', actorChurn: null, partnerChurn: null };

  it('reads an active-backup bond with a dead reserve', () => {
    expect(bondOf('active-backup')).toEqual([
      {
        name: 'bond0',
        mode: 'active-backup',
        state: 'up',
        transmitHashPolicy: null,
        activeMember: 'eth2',
        primaryMember: 'eth2',
        lacpRate: null,
        aggregatorId: null,
        aggregatorPorts: null,
        partnerMacAddress: null,
        members: [
          {
            ...member,
            ...{ name: 'eth3', state: 'down', speedMbitPerSec: 1000, linkFailures: 2 },
            ...{ permanentMacAddress: null, aggregatorId: null },
          },
          {
            ...member,
            ...{ name: 'eth2', state: 'up', speedMbitPerSec: 100, linkFailures: 0 },
            ...{ permanentMacAddress: null, aggregatorId: null },
          },
        ],
      },
    ]);
  });

  it('reads an LACP bond as a login without root sees it', () => {
    const churn = { actorChurn: 'none', partnerChurn: 'none' };
    expect(bondOf('lacp')).toMatchObject([
      {
        mode: '802.3ad',
        transmitHashPolicy: 'layer2',
        lacpRate: 'fast',
        activeMember: null,
        aggregatorId: null,
        partnerMacAddress: null,
        members: [
          {
            ...{ name: 'eth0', state: 'up', speedMbitPerSec: 10_000, linkFailures: 2, aggregatorId: 2, ...churn },
            permanentMacAddress: '3c:ec:ef:5e:71:58',
          },
          {
            ...{ name: 'eth1', state: 'up', speedMbitPerSec: 10_000, linkFailures: 1, aggregatorId: 2, ...churn },
            permanentMacAddress: '3c:ec:ef:5e:71:59',
          },
        ],
      },
    ]);
  });

  it('reads an LACP bond as root sees it: without a partner, and its members apart', () => {
    expect(bondOf('mode4')).toMatchObject([
      {
        mode: '802.3ad',
        transmitHashPolicy: 'layer2',
        lacpRate: 'slow',
        aggregatorId: 1,
        aggregatorPorts: 1,
        partnerMacAddress: '00:00:00:00:00:00',
        members: [
          {
            ...{ name: 'enp0s9', state: 'up', speedMbitPerSec: 1000, duplex: 'full', linkFailures: 0 },
            ...{
              permanentMacAddress: '08:00:27:99:a3:6b',
              aggregatorId: 1,
              actorChurn: 'none',
              partnerChurn: 'churned',
            },
          },
          {
            ...{ name: 'enp0s8', state: 'down', speedMbitPerSec: null, duplex: null, linkFailures: 0 },
            ...{
              permanentMacAddress: '08:00:27:a2:8d:f5',
              aggregatorId: 2,
              actorChurn: 'churned',
              partnerChurn: 'churned',
            },
          },
        ],
      },
    ]);
  });

  it('reads the sysfs of a node whose adapters were dumped with their interfaces', () => {
    const tree = JSON.parse(recording('fabric/sysfs-tree__gpu-node-good.json')) as Record<string, unknown>;
    const text = classNetOf(tree);
    const { interfaces } = factsOf(networkProbe, { 'sysfs-net': `${text}net:end\n` });
    expect(interfaces.find(({ name }) => name === 'ib6')).toMatchObject({
      ...{ operationalState: 'UP', hasCarrier: true, speedMbitPerSec: 200_000, duplex: 'full', mtu: 2044 },
      ...{ linkUps: 2, linkDowns: 1, isEnabled: null, addresses: [] },
    });
  });
});

/** The files of `net` folders below PCI devices, as our own command prints them from /sys/class/net. */
function classNetOf(tree: Record<string, unknown>): string {
  return Object.entries(tree)
    .map(([path, value]) => [/\/net\/([^/]+\/[\w/]+)$/.exec(path)?.[1], value] as const)
    .filter(([path]) => path !== undefined)
    .map(([path, value]) => `${path}:${String(value).trim()}\n`)
    .join('');
}
