import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { factsSchemas } from '#shared/domain/facts/index';
import type { ProbeResult } from '#shared/domain/probe';
import { LocalHost } from '../../hosts/local-host';
import { ethernetSettingsProbe } from '../ethernet-settings/ethernet-settings-probe';
import { rdmaProbe } from '../rdma/rdma-probe';
import { roceSettingsProbe } from '../roce-settings/roce-settings-probe';
import { runProbes } from '../run-probes';
import { networkProbe } from './network-probe';

/** A network of its own, with its own /sys; what the kernel has no driver for is left out. */
const links = `mount -t sysfs none /sys || exit 1
ip link add v0 type veth peer name v1 && ip link add br0 type bridge && ip link set v0 mtu 9000 master br0 || exit 1
ip link set v1 address 02:00:00:00:00:51; ip address add 10.9.8.7/24 dev v1; ip link set v0 up; ip link set v1 up
ip link add link v1 name v1.40 type vlan id 40 2>/dev/null
ip link add bond7 type bond mode active-backup 2>/dev/null && ip link add m0 type veth peer name m1 &&
  ip link set m0 master bond7 && ip link set bond7 up && ip link set m0 up && ip link set m1 up`;
const namespace = (command: string) =>
  ['/usr/bin/unshare', '-n', '-m', '/bin/sh', '-c', `{ ${links}\n}; ${command}`] as const;

function kinds(): string[] {
  try {
    const [file, ...args] = namespace('ls /sys/class/net');
    return execFileSync(file, args, { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .split('\n');
  } catch {
    return [];
  }
}
const there = kinds();

describe.skipIf(!there.includes('v1'))('network of a real kernel, by the real ip', () => {
  const results = new Map<string, ProbeResult>();

  beforeAll(async () => {
    const host = new LocalHost({ id: 'namespace', shell: namespace('exec /bin/sh') });
    const probes = [networkProbe, ethernetSettingsProbe, rdmaProbe, roceSettingsProbe];
    const run = runProbes(host, probes, { keep: () => 'evidence', user: userInfo().username });
    for await (const result of run) results.set(result.probeId, result);
    await host.close();
  });

  const network = () => factsSchemas.network.parse(results.get('network')?.facts);
  const of = (name: string) => network().interfaces.find((one) => one.name === name);

  it('has both ends of a pair, with MTU, bridge, speed, address and carrier', () => {
    expect(of('v0')).toMatchObject({
      kind: 'veth',
      mtu: 9000,
      master: 'br0',
      isEnabled: true,
      hasCarrier: true,
      operationalState: 'UP',
      speedMbitPerSec: 10_000,
      duplex: 'full',
      pciBusId: null,
      isVirtualFunction: false,
      vlanId: null,
    });
    expect(of('v1')).toMatchObject({ mtu: 1500, macAddress: '02:00:00:00:00:51', master: null });
    expect(of('v1')?.addresses).toContain('10.9.8.7/24');
    expect(of('br0')).toMatchObject({ kind: 'bridge', isEnabled: false, hasCarrier: null, speedMbitPerSec: null });
    expect(network().bonds.map(({ name }) => name)).toEqual(there.includes('m0') ? ['bond7'] : []);
  });

  it.skipIf(!there.includes('v1.40'))('has a VLAN with its number and what it is on', () => {
    expect(of('v1.40')).toMatchObject({ kind: 'vlan', vlanId: 40, parent: 'v1' });
  });

  it.skipIf(!there.includes('m0'))('has a bond with its mode and member, from ip and the kernel together', () => {
    expect(network().bonds).toMatchObject([
      {
        name: 'bond7',
        mode: 'active-backup',
        activeMember: 'm0',
        members: [{ name: 'm0', state: 'up', linkFailures: 0 }],
      },
    ]);
  });

  // RDMA devices are in every network unless they are set apart.
  it.skipIf(existsSync('/sys/class/infiniband'))('has no hardware to set, and no RDMA device', () => {
    const settings = results.get('ethernet-settings');
    expect(['ok', 'missing-tool']).toContain(settings?.state);
    if (settings?.state === 'ok') expect(settings.facts).toEqual({ interfaces: [] });
    expect([results.get('rdma')?.facts, results.get('roce-settings')?.facts]).toEqual([
      { devices: [] },
      { interfaces: [] },
    ]);
  });
});
