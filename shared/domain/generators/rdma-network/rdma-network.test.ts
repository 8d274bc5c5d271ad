import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { NodeFacts } from '../../facts/index';
import type { Values } from '../generator';
import { readUnit } from '../systemd-unit/syntax';
import { filledForms, hostileWords } from '../testing/form-values';
import { rdmaNetwork } from './rdma-network';

const { examples, files, initial, problems, read, sections } = rdmaNetwork;
const valuesOf = (id: string) => examples.find((example) => example.id === id)?.values ?? {};
const base = valuesOf('roce');
const [port = {}] = base.interfaces as Values[];
const withPort = (own: Values, roce: Values = {}) => ({
  interfaces: [{ ...port, ...own, roce: { ...(port.roce as Values), ...roce } }],
});
const file = (values: Values, name: string) => files(values).find(({ fileName }) => fileName === name)?.text ?? '';
const said = (values: Values, facts: NodeFacts | null = null) =>
  problems(values, facts).map(({ severity, path, text }) => `${severity} ${path.join('.')}: ${text.en}`);

it('writes netplan, the unit and the sysctls', () => {
  const rails = valuesOf('rails');
  expect(said(rails)).toEqual([]);
  expect(files(rails).map(({ path, mode }) => [path, mode])).toEqual([
    ['/etc/netplan/90-gantry-rdma.yaml', '600'],
    ['/etc/systemd/system/gantry-roce.service', undefined],
    ['/etc/sysctl.d/90-gantry-rdma.conf', undefined],
  ]);
  expect(file(base, '90-gantry-rdma.yaml')).toBe(
    'network:\n  version: 2\n  ethernets:\n    ens1np0:\n      mtu: 9000\n',
  );
  expect(
    file(base, 'gantry-roce.service')
      .split('\n')
      .filter((line) => line.startsWith('Exec')),
  ).toEqual([
    'ExecStart=/usr/bin/mlnx_qos -i ens1np0 --trust dscp --pfc 0,0,0,1,0,0,0,0',
    'ExecStart=/usr/sbin/cma_roce_tos -d mlx5_0 -t 106',
    "ExecStart=/bin/sh -c 'echo 106 > /sys/class/infiniband/mlx5_0/tc/1/traffic_class'",
    "ExecStart=/bin/sh -c 'echo 1 > /sys/class/net/ens1np0/ecn/roce_np/enable/3'",
    "ExecStart=/bin/sh -c 'echo 1 > /sys/class/net/ens1np0/ecn/roce_rp/enable/3'",
    "ExecStart=/bin/sh -c 'echo 48 > /sys/class/net/ens1np0/ecn/roce_np/cnp_dscp'",
  ]);
  expect(file(withPort({ name: 'a-b' }), 'gantry-roce.service')).toContain('sys-subsystem-net-devices-a\\x2db.device');
});

it('hands nothing to a shell but checked names and numbers, and reads netplan back, whatever is filled in', () => {
  fc.assert(
    fc.property(filledForms(sections, hostileWords), (form) => {
      const netplan = file(form, '90-gantry-rdma.yaml');
      const again = read?.(netplan)?.values ?? {};
      expect(file(again, '90-gantry-rdma.yaml')).toBe(netplan);
      const unit = file(form, 'gantry-roce.service');
      const lines = unit === '' ? [] : (readUnit(unit) ?? []);
      for (const { name, value } of lines) {
        if (name !== 'ExecStart') continue;
        expect(value).toMatch(
          /^(?:\/usr\/bin\/mlnx_qos -i [\w.-]+ --trust dscp --pfc [01](?:,[01]){7}|\/usr\/sbin\/cma_roce_tos -d [\w-]+ -t \d+|\/bin\/sh -c 'echo \d+ > \/sys\/class\/[\w./-]+')$/,
        );
      }
    }),
    { numRuns: 150 },
  );
});

it.each<[string, Values, string]>([
  ['a small MTU', withPort({ mtu: 1500 }), 'warn interfaces.0.mtu: RDMA then sends'],
  [
    'a class without its pause',
    withPort({}, { pfcPriorities: [4] }),
    'error interfaces.0.roce.trafficClass: DSCP 26 goes to priority 3',
  ],
  ['several pauses', withPort({}, { pfcPriorities: [3, 4] }), 'warn interfaces.0.roce.pfcPriorities: Each one takes'],
  ['an odd class', withPort({}, { trafficClass: 105 }), 'warn interfaces.0.roce.trafficClass: Its last bits'],
  ['no device', withPort({}, { device: null }), 'error interfaces.0.roce.device: The traffic class'],
  [
    'an address without its length',
    withPort({ addresses: ['10.0.0.1'] }),
    'error interfaces.0.addresses.0: With the length',
  ],
  ['a name that is none', withPort({ name: '-x' }), 'error interfaces.0.name: No name of an interface'],
  ['ports in one network', { interfaces: [port, { ...port, name: 'b' }] }, 'info multiHomed: Several ports'],
])('flags %s', (_, values, expected) => {
  expect(said(values).join('\n')).toContain(expected);
});

it('begins with the ports of the node, and judges by them', () => {
  const one = (name: string, own: object = {}) => ({
    name,
    driver: 'mlx5_core',
    isVirtualFunction: false,
    master: null,
    kind: null,
    ...own,
  });
  const facts = {
    network: {
      interfaces: [
        one('ens1np0'),
        one('ens2np0'),
        one('eno1', { driver: 'ixgbe' }),
        one('ens3np0', { master: 'bond0' }),
      ],
    },
  } as unknown as NodeFacts;
  const begun = initial(facts);
  expect((begun.interfaces as Values[]).map(({ name }) => name)).toEqual(['ens1np0', 'ens2np0']);
  expect(begun.multiHomed).toBe(true);
  expect(said(begun, facts)).toEqual([]);
  expect(said(withPort({ name: 'ens9' }), facts)).toContain(
    'error interfaces.0.name: This node has no such interface.',
  );
  expect(said(withPort({ name: 'ens3np0' }), facts)).toContain(
    'error interfaces.0.name: It belongs to bond0: set that one up.',
  );
});

it('keeps what of a file of others has no field', () => {
  const found = read?.('network: {version: 2, ethernets: {a: {mtu: 1500, dhcp4: true}}, vlans: {v: {}}} # x');
  expect(found?.values).toEqual({
    interfaces: [{ name: 'a', kind: 'ethernet', mtu: 1500, other: 'dhcp4: true' }],
    other: 'network:\n  vlans:\n    v: {}',
  });
  expect(parse(files(found?.values ?? {})[0]?.text ?? '')).toEqual({
    network: { version: 2, ethernets: { a: { mtu: 1500, dhcp4: true } }, vlans: { v: {} } },
  });
  expect(found?.notes.map(({ text }) => text.en.replace(/^.*settings: /, ''))).toEqual([
    'network, a.dhcp4.',
    'RoCE settings are in another file: fill them in.',
    'Comments are not kept.',
  ]);
  expect(['', 'x', 'network: 1'].map((text) => read?.(text))).toEqual([null, null, null]);
});
