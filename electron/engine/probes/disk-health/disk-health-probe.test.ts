import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf, outputsOf } from '../testing/check';
import { hasRecordings, recording } from '../testing/recordings';
import { diskHealthProbe } from './disk-health-probe';

const head = { json_format_version: [1, 0] };
const failing = {
  ...head,
  smartctl: { version: [7, 3], exit_status: 88 },
  device: { name: '/dev/sdk', type: 'sat', protocol: 'ATA' },
  model_name: 'ST18000NM000J',
  serial_number: 'ZR52D8A1',
  rotation_rate: 7200,
  smart_status: { passed: false },
  ata_smart_attributes: {
    table: [
      { id: 5, name: 'Reallocated_Sector_Ct', value: 8, thresh: 10, when_failed: 'now', raw: { value: 312 } },
      { id: 197, name: 'Current_Pending_Sector', value: 100, when_failed: '', raw: { value: 24 } },
      { id: 198, name: 'Offline_Uncorrectable', value: 100, when_failed: '', raw: { value: 3 } },
    ],
  },
};
const asleep = {
  ...head,
  smartctl: {
    exit_status: 2,
    messages: [{ string: 'Device is in STANDBY mode, exit(2)', severity: 'information' }],
  },
  device: { name: '/dev/sda', type: 'sat', protocol: 'ATA' },
};
const each = (...disks: readonly object[]) =>
  disks.map((disk, index) => `==> /dev/sd${'ak'[index]}\n${JSON.stringify(disk)}\n\n<== 2\n`).join('');
const good = each(asleep, failing);
const disk = (name: string) => factsOf(diskHealthProbe, { smartctl: recording(`storage/${name}`) }).disks[0];

describe('disk-health probe', () => {
  it('keeps the exit status as what its bits say, and leaves a sleeping disk unasked', () => {
    expect(factsOf(diskHealthProbe, { smartctl: good }).disks).toMatchObject([
      { device: '/dev/sda', isStandby: true, hasPassed: null, temperatureC: null },
      {
        device: '/dev/sdk',
        hasPassed: false,
        exitFlags: ['failing', 'prefail-now', 'errors-logged'],
        reallocatedSectors: 312,
        pendingSectors: 24,
        uncorrectableErrors: 3,
        failedAttributes: [{ name: 'Reallocated_Sector_Ct', when: 'now' }],
      },
    ]);
  });

  it('takes wear from what is left of a solid state disk', () => {
    const table = [{ id: 202, name: 'Percent_Lifetime_Remain', value: 93, raw: { value: 7 } }];
    const ssd = { ...failing, ata_smart_attributes: { table } };
    expect(factsOf(diskHealthProbe, { smartctl: JSON.stringify(ssd) }).disks[0]?.usedPercent).toBe(7);
  });

  it('keeps the disks that answered before time was up, and says that not all did', () => {
    const stdout = `${each(asleep)}==> /dev/sdb\n{"json_form`;
    const late = { state: 'timeout', exitCode: null, stdout, stderr: '', isTruncated: false } as const;
    expect(diskHealthProbe.parse({ smartctl: late })).toMatchObject({
      state: 'ok',
      facts: { disks: [{ device: '/dev/sda' }] },
      reason: { key: 'probes.timeout' },
    });
  });

  it('is not the list of devices of smartctl --scan', () => {
    const scan = { ...head, smartctl: { exit_status: 0 }, devices: [{ name: '/dev/nvme0' }] };
    expect(diskHealthProbe.parse(outputsOf({ smartctl: JSON.stringify(scan) }))).toMatchObject({ state: 'unparsable' });
  });

  it('finds no disk where there is none', () => {
    expect(factsOf(diskHealthProbe, { smartctl: '' })).toEqual({ disks: [] });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(diskHealthProbe, { smartctl: good });
  });
});

describe.skipIf(!hasRecordings)('disk-health probe on recorded outputs', () => {
  it('reads storage/smartctl-j__nvme0.json and storage/smartctl-xj__nvme-micron-good.json', () => {
    expect(disk('smartctl-j__nvme0.json')).toMatchObject({
      device: '/dev/nvme0',
      protocol: 'NVMe',
      model: 'Seagate FireCuda 530 ZP4000GM30023',
      capacityBytes: 4_000_787_030_016,
      hasPassed: true,
      exitFlags: [],
      temperatureC: 39,
      powerOnHours: 3113,
      powerCycles: 2,
      usedPercent: 0,
      loggedErrors: 4,
      nvme: {
        warnings: [],
        sparePercent: 100,
        spareThresholdPercent: 5,
        readBytes: 52 * 512_000,
        writtenBytes: 0,
        mediaErrors: 0,
        unsafeShutdowns: 1,
      },
    });
    expect(disk('smartctl-xj__nvme-micron-good.json')).toMatchObject({
      device: '/dev/nvme2',
      capacityBytes: 1_920_383_410_176,
      temperatureC: 32,
      powerOnHours: 11_885,
      powerCycles: 34,
      loggedErrors: 1310,
      nvme: {
        sparePercent: 100,
        spareThresholdPercent: 10,
        usedPercent: 0,
        readBytes: 365_019_682 * 512_000,
        writtenBytes: 17_693_417 * 512_000,
        errorLogEntries: 1310,
        unsafeShutdowns: 15,
      },
    });
  });

  it('reads storage/smartctl-j__sat-hdd.json', () => {
    expect(disk('smartctl-j__sat-hdd.json')).toMatchObject({
      device: '/dev/sda',
      protocol: 'ATA',
      model: 'WDC WD181KRYZ-01AGBB0',
      capacityBytes: 18_000_207_937_536,
      rotationRpm: 7200,
      formFactor: '3.5 inches',
      linkSpeed: '6.0 Gb/s',
      maxLinkSpeed: '6.0 Gb/s',
      hasPassed: true,
      exitFlags: [],
      temperatureC: 49,
      powerOnHours: 8244,
      powerCycles: 12,
      usedPercent: null,
      reallocatedSectors: 0,
      pendingSectors: 0,
      uncorrectableErrors: 0,
      interfaceCrcErrors: 0,
      loggedErrors: 0,
      failedAttributes: [],
      nvme: null,
    });
  });

  it('reads storage/smartctl-j__sat-ssd.json, whose attribute of wear counts down', () => {
    expect(disk('smartctl-j__sat-ssd.json')).toMatchObject({
      model: 'WDC  WDS400T1R0A-68A4W0',
      capacityBytes: 4_000_787_030_016,
      rotationRpm: 0,
      temperatureC: 27,
      powerOnHours: 8244,
      powerCycles: 13,
      usedPercent: 0,
      uncorrectableErrors: 0,
      pendingSectors: null,
    });
  });

  it('reads storage/smartctl-aj__scsi-telegraf.json, with errors of reads, writes and verifies', () => {
    expect(disk('smartctl-aj__scsi-telegraf.json')).toMatchObject({
      device: '/dev/sdb',
      protocol: 'SCSI',
      model: 'XXXX XX0000NM123',
      firmware: 'RSL5',
      capacityBytes: 13_715_978_077_777,
      rotationRpm: 7200,
      hasPassed: true,
      temperatureC: 24,
      powerOnHours: 32_978,
      reallocatedSectors: 0,
      uncorrectableErrors: 0,
      pendingSectors: null,
    });
  });

  it('reads storage/smartctl-aj__usb-telegraf.json, linked below its best', () => {
    expect(disk('smartctl-aj__usb-telegraf.json')).toMatchObject({
      model: 'SanDisk pSSD',
      family: 'SanDisk based SSDs',
      serial: '06c9f4c44',
      firmware: '3',
      capacityBytes: 15_693_664_256,
      linkSpeed: '3.0 Gb/s',
      maxLinkSpeed: '6.0 Gb/s',
      temperatureC: null,
      powerOnHours: 11,
      powerCycles: 223,
      reallocatedSectors: 0,
      uncorrectableErrors: 0,
    });
  });

  it('reads storage/smartctl-aj__nvme-telegraf.json', () => {
    expect(disk('smartctl-aj__nvme-telegraf.json')).toMatchObject({
      protocol: 'NVMe',
      model: 'Sabrent Rocket 4.0 1TB',
      serial: '6D1107091C9583054511',
      firmware: 'RKT401.3',
      capacityBytes: 1_000_204_886_016,
      rotationRpm: 0,
      temperatureC: 48,
      usedPercent: 4,
      powerOnHours: 8733,
      powerCycles: 1815,
      nvme: {
        warnings: [],
        sparePercent: 100,
        spareThresholdPercent: 5,
        writtenBytes: 39_153_603_584_000,
        readBytes: 14_508_801_024_000,
        unsafeShutdowns: 39,
        mediaErrors: 0,
        errorLogEntries: 4871,
      },
    });
  });

  it('reads storage/smartctl-xj__nvme-cache-node.json', () => {
    expect(disk('smartctl-xj__nvme-cache-node.json')).toMatchObject({
      capacityBytes: 6_401_252_745_216,
      temperatureC: 42,
      powerOnHours: 5699,
      powerCycles: 20,
      nvme: { unsafeShutdowns: 15, errorLogEntries: 31, spareThresholdPercent: 10, writtenBytes: 677_711_872_000 },
    });
  });

  it('reads storage/smartctl-xj__nvme-good.json, whose size is the controller’s', () => {
    expect(disk('smartctl-xj__nvme-good.json')).toMatchObject({
      capacityBytes: 3_840_755_982_336,
      temperatureC: 42,
      powerOnHours: 11_873,
      powerCycles: 28,
      nvme: { unsafeShutdowns: 22, usedPercent: 0, readBytes: 3_830_784_000 },
    });
  });

  it('reads storage/smartctl-a-text__hgst-sata.txt, of a version without JSON', () => {
    expect(disk('smartctl-a-text__hgst-sata.txt')).toMatchObject({
      protocol: 'ATA',
      model: 'HGST HTE725050A7E630',
      family: 'Hitachi/HGST Travelstar Z7K500',
      serial: 'RCE50G20G81S9S',
      firmware: 'GS2OA3E0',
      capacityBytes: 500_107_862_016,
      rotationRpm: 7200,
      formFactor: '2.5 inches',
      linkSpeed: '6.0 Gb/s',
      hasPassed: true,
      temperatureC: 24,
      powerOnHours: 743,
      powerCycles: 4,
      reallocatedSectors: 0,
      pendingSectors: 0,
      uncorrectableErrors: 0,
      interfaceCrcErrors: 0,
      failedAttributes: [],
    });
  });

  it('reads storage/smartctl-a-text__hitachi-sas.txt, and makes no size of a damaged number', () => {
    expect(disk('smartctl-a-text__hitachi-sas.txt')).toMatchObject({
      protocol: 'SCSI',
      model: 'HITACHI HUC103030CSS600',
      serial: 'PDWAR9GE',
      firmware: 'J350',
      capacityBytes: null,
      rotationRpm: 10_020,
      hasPassed: true,
      temperatureC: 36,
      reallocatedSectors: 0,
      powerOnHours: null,
    });
  });

  it('reads storage/smartctl-a-text__megaraid.txt', () => {
    expect(disk('smartctl-a-text__megaraid.txt')).toMatchObject({
      model: 'SEAGATE ST3450857SS',
      firmware: 'ES12',
      capacityBytes: 600_000_000_000,
      rotationRpm: 15_000,
      temperatureC: 37,
      powerOnHours: 16_003,
      reallocatedSectors: 0,
      hasPassed: true,
    });
  });

  it('reads storage/smartctl-a-text__nvme.txt, with two warnings in its bits', () => {
    expect(disk('smartctl-a-text__nvme.txt')).toMatchObject({
      protocol: 'NVMe',
      model: 'TS128GMTE850',
      serial: 'D704940282?',
      firmware: 'C2.3.13',
      capacityBytes: 128_035_676_160,
      hasPassed: true,
      temperatureC: 38,
      usedPercent: 16,
      powerOnHours: 6038,
      nvme: {
        warnings: ['spare-low', 'read-only'],
        sparePercent: 100,
        spareThresholdPercent: 10,
        writtenBytes: 31_891_502_592_000,
        unsafeShutdowns: 355,
        errorLogEntries: 119_699,
        warningTemperatureMinutes: 11,
        criticalTemperatureMinutes: 7,
      },
    });
  });
});
