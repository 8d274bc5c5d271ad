import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { bmcProbe } from './bmc-probe';

const info = `Device ID                 : 32
Device Revision           : 1
Firmware Revision         : 1.74
IPMI Version              : 2.0
Manufacturer ID           : 10876
Manufacturer Name         : Super Micro Computer Inc.
Product ID                : 6929 (0x1b11)
Product Name              : Unknown (0x1B11)
Device Available          : yes
`;
const fru = `FRU Device Description : Builtin FRU Device (ID 0)
 Chassis Type          : Rack Mount Chassis
 Chassis Serial        : C8210AM01
 Board Mfg             : Supermicro
 Board Serial          : WM23A000
 Product Manufacturer  : Supermicro
 Product Name          : SYS-821GE
 Product Serial        : S502214X3A11111

FRU Device Description : PSU1 (ID 3)
 Product Manufacturer  : DELTA
 Product Name          : PWS-3K01G-2R
 Product Part Number   : PWS-3K01G
 Product Serial        : P3K1A0001

FRU Device Description : PSU2 (ID 4)
 Device not present (Requested sensor, data, or record not found)
`;
const power = `
    Instantaneous power reading:                  3120 Watts
    Minimum during sampling period:               1024 Watts
    Maximum during sampling period:               6210 Watts
    Average power reading over sample period:     2980 Watts
    IPMI timestamp:                           Sun Nov 22 20:00:00 2026
    Sampling period:                          00000005 Seconds.
    Power reading state is:                   activated
`;
const good = {
  'ipmi-mc-info': info,
  'ipmi-fru': fru,
  'ipmi-power': power,
  'bmc-device': 'device=/dev/ipmi0\ntime=1800000000 +0000\n',
};
const noDevice = 'Could not open device at /dev/ipmi0 or /dev/ipmi/0 or /dev/ipmidev/0: No such file or directory\n';
const denied = { ...printed(''), state: 'denied' as const, exitCode: null };

describe('bmc probe', () => {
  it('reads who the BMC is, what the node draws and the parts with their serial numbers', () => {
    expect(factsOf(bmcProbe, good)).toEqual({
      presence: 'present',
      manufacturer: 'Super Micro Computer Inc.',
      product: '6929 (0x1b11)',
      firmwareVersion: '1.74',
      ipmiVersion: '2.0',
      power: { nowW: 3120, minimumW: 1024, maximumW: 6210, averageW: 2980, periodSeconds: 5, isActive: true },
      frus: [
        {
          name: 'Builtin FRU Device',
          id: 0,
          manufacturer: 'Supermicro',
          product: 'SYS-821GE',
          partNumber: null,
          serial: 'S502214X3A11111',
          version: null,
          assetTag: null,
          boardSerial: 'WM23A000',
          chassisSerial: 'C8210AM01',
        },
        {
          name: 'PSU1',
          id: 3,
          manufacturer: 'DELTA',
          product: 'PWS-3K01G-2R',
          partNumber: 'PWS-3K01G',
          serial: 'P3K1A0001',
          version: null,
          assetTag: null,
          boardSerial: null,
          chassisSerial: null,
        },
      ],
    });
  });

  it('has no power reading of a BMC that can not measure it, or does not do so now', () => {
    const cannot = printed('', 1, '    DCMI request failed because: Invalid command (c1)\n');
    expect(factsOf(bmcProbe, { ...good, 'ipmi-power': cannot }).power).toBeNull();
    const off = 'Instantaneous power reading:  0 Watts\nPower reading state is:  deactivated\n';
    expect(factsOf(bmcProbe, { ...good, 'ipmi-power': off }).power).toMatchObject({ nowW: null, isActive: false });
  });

  it('keeps what came when the list of parts ran out of time, and says so', () => {
    const slow = { ...printed(''), state: 'timeout' as const, exitCode: null };
    const result = bmcProbe.parse({ 'ipmi-mc-info': printed(info), 'ipmi-fru': slow, 'ipmi-power': printed(power) });
    expect(result).toMatchObject({
      state: 'ok',
      reason: { key: 'probes.timeout', params: { seconds: 60 } },
      facts: { frus: [] },
    });
  });

  it('tells a node without BMC from one whose BMC may not be asked', () => {
    const failed = printed('', 1, noDevice);
    expect(bmcProbe.parse({ 'ipmi-mc-info': failed })).toMatchObject({ state: 'ok', facts: { presence: 'none' } });
    const nothing = printed('time=1800000000 +0000\n');
    expect(bmcProbe.parse({ 'ipmi-mc-info': denied, 'bmc-device': nothing })).toMatchObject({
      state: 'ok',
      facts: { presence: 'none' },
    });
    const noDriver = printed('firmware=38-0\ntime=1800000000 +0000\n');
    expect(bmcProbe.parse({ 'ipmi-mc-info': failed, 'bmc-device': noDriver })).toMatchObject({
      state: 'ok',
      facts: { presence: 'no-driver' },
    });
    const there = printed('device=/dev/ipmi0\ntime=1800000000 +0000\n');
    expect(bmcProbe.parse({ 'ipmi-mc-info': denied, 'bmc-device': there })).toMatchObject({
      state: 'denied',
      reason: { params: { sudoers: 'USER ALL=(root) NOPASSWD: /usr/bin/ipmitool mc info' } },
    });
    const missing = { ...printed(''), state: 'missing-tool' as const };
    expect(bmcProbe.parse({ 'ipmi-mc-info': missing, 'bmc-device': there })).toMatchObject({ state: 'missing-tool' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expect(bmcProbe.parse({ 'ipmi-mc-info': printed('hello') })).toMatchObject({ state: 'unparsable' });
    expectTotal(bmcProbe, good);
  });

  it.skipIf(!hasRecordings)('reads ipmitool-dcmi-power-reading__server.txt', () => {
    const facts = factsOf(bmcProbe, {
      'ipmi-power': recording('power-cooling/ipmitool-dcmi-power-reading__server.txt'),
    });
    expect(facts).toEqual({
      presence: 'present',
      manufacturer: null,
      product: null,
      firmwareVersion: null,
      ipmiVersion: null,
      power: { nowW: 167, minimumW: 124, maximumW: 422, averageW: 156, periodSeconds: 699_043, isActive: true },
      frus: [],
    });
  });
});
