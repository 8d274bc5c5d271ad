import { describe, expect, it } from 'vitest';
import type { CommandOutput } from '#shared/domain/command';
import type { NodeFacts } from '#shared/domain/facts/index';
import { subjectKey } from '#shared/domain/telemetry/frame';
import { parse } from '../../../probes/run-probes';
import type { WatchedNode } from '../collector';
import { cardCounters } from './card-counters';
import { diskHealth } from './disk-health';
import { fileSystems } from './file-systems';
import { bmcPower, cephHealth, clock, memoryErrors } from './node-sources';
import { rocmGpu } from './rocm-gpu';
import type { SlowCollector } from './slow-collector';
import { ups } from './ups';

const node = { amdGpus: new Map([[0, 'chip']]), amdTool: 'rocm-smi' } as unknown as WatchedNode;
const exited = (stdout: string): CommandOutput => ({
  state: 'exited',
  exitCode: 0,
  stdout,
  stderr: '',
  isTruncated: false,
});

/** What a collector tells when its commands, by id, print that: by subject, by metric. */
function told(collector: SlowCollector, printed: Record<string, string>, clockOffsetMs: number | null = null) {
  const outputs = Object.fromEntries(Object.entries(printed).map(([id, text]) => [id, exited(text)]));
  const facts: NodeFacts = Object.assign(
    {},
    ...collector.probes.map((probe) => {
      const result = parse(probe, outputs);
      return result.state === 'ok' ? { [probe.id]: result.facts } : {};
    }),
  );
  const frames = collector.read({ facts, clockOffsetMs, node });
  const values: Record<string, Record<string, number | undefined>> = {};
  for (const { subject, layout, values: found } of frames) {
    const named = layout.map((metric, index) => [metric.replace(/^.*\./, ''), found[index]]);
    values[subjectKey(subject)] = { ...values[subjectKey(subject)], ...Object.fromEntries(named) };
  }
  return values;
}

describe('file systems', () => {
  const mounts = [
    '/dev/sda1 / ext4 rw,relatime,errors=remount-ro 0 0',
    '/dev/sdb1 /data xfs ro,relatime 0 0',
    '/dev/loop0 /snap/core squashfs ro 0 0',
    'tmpfs /dev/shm tmpfs rw 0 0',
    'files:/home /home nfs4 rw,hard 0 0',
  ].join('\n');
  const df = [
    'Filesystem 1-blocks Used Available Capacity Mounted on',
    '/dev/sda1 1000 900 100 90% /',
    '/dev/sdb1 2000 0 2000 0% /data',
    'Filesystem Inodes IUsed IFree IUse% Mounted on',
    '/dev/sda1 50 20 30 40% /',
    '',
  ].join('\n');

  it('tell room, inodes and whether they are read-only, and of a server that does not answer nothing', () => {
    const mountinfo = [
      '22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw,errors=remount-ro',
      '23 22 8:17 / /data rw,relatime - xfs /dev/sdb1 ro',
      '24 22 0:40 / /home rw - nfs4 files:/home ro',
    ].join('\n');
    const found = told(fileSystems, { df, mounts, mountinfo, 'df-network': '' });
    expect(Object.keys(found)).toEqual(['fileSystem /', 'fileSystem /data', 'fileSystem /home']);
    expect(found['fileSystem /']).toEqual({
      sizeBytes: 1000,
      availableBytes: 100,
      inodes: 50,
      inodesFree: 30,
      readOnly: 0,
      forcedReadOnly: 0,
    });
    expect(found['fileSystem /data']).toMatchObject({ readOnly: 1, forcedReadOnly: 1, inodesFree: Number.NaN });
    expect(found['fileSystem /home']).toMatchObject({ sizeBytes: Number.NaN, forcedReadOnly: Number.NaN });
  });
});

describe('the node', () => {
  it('tells its clock, and where no service can be asked how far it is from ours', () => {
    expect(told(clock, { timedatectl: 'NTP=no\nNTPSynchronized=no\nTimezone=UTC\n' }, 90_000)).toEqual({
      node: { clockOffsetSeconds: Number.NaN, clockDifferenceSeconds: 90, clockSynced: 0 },
    });
    expect(told(clock, {})).toEqual({});
  });

  it('adds up memory errors of its controllers; without a controller none is known', () => {
    const edac = 'mc0/ce_count:3\nmc0/ue_count:0\nmc1/ce_count:4\nmc1/ue_count:1\nedac:end\n';
    expect(told(memoryErrors, { edac })).toEqual({ node: { memoryErrorsCorrected: 7, memoryErrorsUncorrected: 1 } });
    expect(told(memoryErrors, { edac: 'edac:end\n' })).toEqual({});
  });

  it('has power only where its BMC measures it', () => {
    const power = (state: string) =>
      `    Instantaneous power reading:                   167 Watts\n    Power reading state is:                   ${state}\n`;
    expect(told(bmcPower, { 'ipmi-power': power('activated') })).toEqual({ node: { powerW: 167 } });
    expect(told(bmcPower, { 'ipmi-power': power('deactivated') })).toEqual({});
    expect(told(bmcPower, { 'ipmi-power': 'DCMI request failed' })).toEqual({});
  });

  it('tells the health of the Ceph cluster as a number, and nothing of one it does not know', () => {
    const status = (health: string) =>
      JSON.stringify({ fsid: 'a-b', health: { status: health }, osdmap: {}, pgmap: {} });
    expect(told(cephHealth, { status: status('HEALTH_ERR') })).toEqual({ node: { cephHealth: 2 } });
    expect(told(cephHealth, { status: status('HEALTH_ODD') })).toEqual({});
    expect(told(cephHealth, { status: 'no keyring' })).toEqual({});
  });

  it('tells what its cards discarded and carried as RDMA, of those that count it', () => {
    const ethtool = [
      '==> eth0',
      'NIC statistics:',
      '     rx_discards_phy: 12',
      '     rx_vport_rdma_unicast_bytes: 7340032',
      '     tx_vport_rdma_unicast_bytes: 4096',
      '==> eth1',
      'NIC statistics:',
      '     rx_discards_phy: 0',
      '==> eth2',
      'NIC statistics:',
      'ethtool:end',
      '',
    ].join('\n');
    expect(told(cardCounters, { ethtool })).toEqual({
      'network eth0': { receiveDiscards: 12, rdmaReceivedBytes: 7_340_032, rdmaSentBytes: 4096 },
      'network eth1': { receiveDiscards: 0 },
    });
  });
});

describe('disks', () => {
  const health = { critical_warning: 5, temperature: 313, avail_spare: 90, percent_used: 97 };

  it('tell their health with nvme-cli alone, under the name of the first namespace', () => {
    const printed = {
      'nvme-sysfs': '/sys/class/nvme/nvme0/model:Fast\n/sys/class/nvme/nvme0/nvme0n1/size:1000\n',
      'smart-log': `==> /dev/nvme0\n${JSON.stringify(health)}\n<== 0\n`,
    };
    expect(told(diskHealth, printed)).toEqual({
      'disk nvme0n1': { temperatureC: 40, criticalWarning: 5, wearPercent: 97, sparePercent: 90, failing: Number.NaN },
    });
  });

  it('that spin have no wear, and one asleep tells nothing', () => {
    const disk = (name: string, more: object) =>
      `==> ${name}\n${JSON.stringify({ smartctl: { version: [7, 3] }, device: { name, protocol: 'ATA' }, ...more })}\n<== 0\n`;
    const smartctl =
      disk('/dev/sda', { smart_status: { passed: false }, temperature: { current: 33 } }) + disk('/dev/sdb', {});
    const found = told(diskHealth, { smartctl });
    expect(Object.keys(found)).toEqual(['disk sda']);
    expect(found['disk sda']).toMatchObject({ temperatureC: 33, wearPercent: Number.NaN, failing: 1 });
  });
});

it('a UPS whose driver is dead has states that nobody knows', () => {
  const upsc = 'ups:nut\n==> rack\nError: Driver not connected\n<== 1\n';
  expect(told(ups, { upsc })['ups rack']).toMatchObject({ onBattery: Number.NaN, lowBattery: Number.NaN });
});

it('AMD GPUs are read by rocm-smi where amd-smi is missing, and only there', () => {
  expect(rocmGpu.isFor?.(node)).toBe(true);
  expect(rocmGpu.isFor?.({ ...node, amdTool: 'amd-smi' })).toBe(false);
  const card = {
    'PCI Bus': '0000:03:00.0',
    'Temperature (Sensor junction) (C)': '61.0',
    'GPU use (%)': '40',
    'Unique ID': '0x1',
  };
  const found = told(rocmGpu, { 'rocm-smi': JSON.stringify({ card0: card, system: { 'Driver version': '6.3.6' } }) });
  expect(found['gpu chip']).toMatchObject({ temperatureC: 61, hotspotTemperatureC: 61, utilizationPercent: 40 });
});
