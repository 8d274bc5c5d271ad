import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf, outputsOf } from '../testing/check';
import { hasRecordings, recording } from '../testing/recordings';
import { nvmeProbe } from './nvme-probe';

const sysfs = `/sys/class/nvme/nvme0/model:KIOXIA KCM6XVUL1T60
/sys/class/nvme/nvme0/serial:71S0A010TYR8
/sys/class/nvme/nvme0/firmware_rev:0106
/sys/class/nvme/nvme0/state:live
/sys/class/nvme/nvme0/transport:pcie
/sys/class/nvme/nvme0/address:0000:41:00.0
/sys/class/nvme/nvme0/numa_node:-1
/sys/class/nvme/nvme0/nvme0c0n1/size:3125627568
/sys/class/nvme/nvme0/nvme0c0n1/queue/logical_block_size:512
`;
const smartLog = (name: string, log: object) => `==> /dev/${name}\n${JSON.stringify(log, null, 2)}\n\n<== 0\n`;
const worn = smartLog('nvme0', {
  critical_warning: 5,
  temperature: 331,
  avail_spare: 6,
  spare_thresh: 10,
  percent_used: 97,
  data_units_written: '99',
  media_errors: 37,
});
const denied = { state: 'denied', exitCode: null, stdout: '', stderr: '', isTruncated: false } as const;
const controllers = (text: string) => factsOf(nvmeProbe, { 'nvme-sysfs': text }).controllers;

describe('nvme probe', () => {
  it('joins what the kernel knows with the health log, in Celsius and bytes', () => {
    const [one] = factsOf(nvmeProbe, { 'nvme-sysfs': sysfs, 'smart-log': worn }).controllers;
    expect(one).toMatchObject({
      name: 'nvme0',
      model: 'KIOXIA KCM6XVUL1T60',
      address: '0000:41:00.0',
      numaNode: null,
      // The path of a disk with several is named as its block device.
      namespaces: [{ name: 'nvme0n1', sizeBytes: 1_600_321_314_816, usedBytes: null, sectorBytes: 512 }],
      health: {
        warnings: ['spare-low', 'reliability-degraded'],
        temperatureC: 58,
        sparePercent: 6,
        usedPercent: 97,
        writtenBytes: 50_688_000,
        mediaErrors: 37,
        readBytes: null,
      },
    });
  });

  it('knows the disks without root, and says what would allow to know their wear', () => {
    const result = nvmeProbe.parse({ ...outputsOf({ 'nvme-sysfs': sysfs }), 'smart-log': denied });
    expect(result).toMatchObject({
      state: 'ok',
      facts: { controllers: [{ name: 'nvme0', health: null }] },
      reason: {
        key: 'probes.denied',
        params: {
          sudoers: expect.stringContaining('/usr/sbin/nvme smart-log /dev/nvme[0-9] -o json, /usr/sbin/nvme smart-log'),
        },
      },
    });
  });

  it('lacks nothing on a node without such disks', () => {
    expect(nvmeProbe.parse({ ...outputsOf({ 'nvme-sysfs': '' }), 'smart-log': denied })).toEqual({
      state: 'ok',
      facts: { controllers: [] },
    });
  });

  it('leaves the health of a disk unknown whose log is an error, and reads the others', () => {
    const two = sysfs + sysfs.replaceAll('nvme0', 'nvme1');
    const logs = `==> /dev/nvme0\nNVMe status: Invalid Field\n\n<== 1\n${worn.replaceAll('nvme0', 'nvme1')}`;
    const read = factsOf(nvmeProbe, { 'nvme-sysfs': two, 'smart-log': logs }).controllers;
    expect(read.map(({ health }) => health?.usedPercent ?? null)).toEqual([null, 97]);
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(nvmeProbe, { 'nvme-sysfs': sysfs, 'smart-log': worn });
  });
});

describe.skipIf(!hasRecordings)('nvme probe on recorded outputs', () => {
  it('reads storage/sysfs-class-nvme.txt, where subsystems are no controllers', () => {
    expect(controllers(recording('storage/sysfs-class-nvme.txt'))).toEqual([
      {
        name: 'nvme0',
        model: 'Samsung SSD 970 PRO 512GB',
        serial: 'S680HF8N190894I',
        firmware: '1B2QEXP7',
        state: 'live',
        transport: null,
        address: null,
        numaNode: null,
        namespaces: [
          { name: 'nvme0n0', sizeBytes: 2_000_000_000_000, usedBytes: 2_000_000_000_000, sectorBytes: 4096 },
        ],
        health: null,
      },
    ]);
  });

  it('reads storage/nvme-list__v2.11.json, by subsystem', () => {
    const shown = controllers(recording('storage/nvme-list__v2.11.json'));
    expect(shown.map(({ name, serial, firmware, address }) => [name, serial, firmware, address])).toEqual([
      ['nvme0', 'XXX02YYY', 'SU6SM005', '0000:01:00.0'],
      ['nvme1', 'XXX00YYY', 'SU6SM001', '0000:81:00.0'],
      ['nvme2', '7VS00KNX', 'SU6SM001', '0000:61:00.0'],
    ]);
    expect(shown[2]).toMatchObject({
      model: 'Seagate FireCuda 530 ZP4000GM30023',
      transport: 'pcie',
      namespaces: [{ name: 'nvme2n1', sizeBytes: 4_000_787_030_016, usedBytes: 4_000_787_030_016, sectorBytes: 512 }],
    });
  });

  it('reads storage/nvme-list__v2.3.json, flat', () => {
    expect(controllers(recording('storage/nvme-list__v2.3.json'))).toMatchObject([
      { name: 'nvme0', serial: 'XXX00YYY', firmware: 'SU6SM001', namespaces: [{ sizeBytes: 4_000_787_030_016 }] },
      { name: 'nvme1', serial: 'XXX01YYY', firmware: 'SU6SM001', namespaces: [{ name: 'nvme1n1' }] },
    ]);
  });

  it('reads storage/nvme-smart-log__v2.11.json, with the warning as an object', () => {
    expect(controllers(recording('storage/nvme-smart-log__v2.11.json'))[0]?.health).toEqual({
      warnings: [],
      temperatureC: 51,
      sparePercent: 100,
      spareThresholdPercent: 5,
      usedPercent: 30,
      readBytes: 91_155_062_272_000,
      writtenBytes: 987_485_941_760_000,
      mediaErrors: 0,
      errorLogEntries: 212,
      unsafeShutdowns: 49,
      powerCycles: 99,
      powerOnHours: 24_424,
      warningTemperatureMinutes: 0,
      criticalTemperatureMinutes: 0,
    });
  });

  it('reads storage/nvme-smart-log__v2.3.json, with the warning as a number', () => {
    expect(controllers(recording('storage/nvme-smart-log__v2.3.json'))[0]?.health).toMatchObject({
      warnings: [],
      temperatureC: 37,
      usedPercent: 2,
      readBytes: 5_068_041_216_000,
      writtenBytes: 69_712_734_208_000,
      errorLogEntries: 110,
      unsafeShutdowns: 39,
      powerCycles: 64,
      powerOnHours: 4974,
    });
  });
});
