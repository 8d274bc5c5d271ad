import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { bmcSensorsProbe } from './bmc-sensors-probe';

const id = 'ipmi-sdr';
const elist = `Inlet Temp       | 01h | ok  | 55.1 | 24 degrees C
CPU1_Temp        | 08h | ucr |  3.1 | 97 degrees C
FAN1             | 02h | ok  | 29.1 | 9000 RPM
FAN2             | 06h | ns  | 29.2 | No Reading
PSU1 Input       | 03h | ok  | 10.1 | 800 Watts
PSU2 Input       | 09h | lnc | 10.2 | 16 Watts
P12V             | 05h | ok  |  7.1 | 12.12 Volts
PSU1 Status      | 04h | ok  | 10.1 | Presence detected
PSU2 Status      | 07h | ok  | 10.2 | Presence detected, Power Supply AC lost
PSU3 Status      | 0Ah | ok  | 10.3 | Presence detected, Predictive failure
PSU4 Status      | 0Bh | ns  | 10.4 | No Reading
PS Redundancy    | 77h | ok  |  7.1 | Redundancy Lost
DIMM A1          | 20h | ok  | 32.1 | Correctable ECC
`;
const read = (text: string) => factsOf(bmcSensorsProbe, { [id]: text });

describe('bmc-sensors probe', () => {
  it('reads values with their units and states, and keeps the name that the BMC gives', () => {
    const { sensors } = read(elist);
    expect(sensors.map(({ name, kind, value, unit, state }) => [name, kind, value, unit, state])).toEqual([
      ['Inlet Temp', 'temperature', 24, '°C', 'ok'],
      ['CPU1 Temp', 'temperature', 97, '°C', 'critical'],
      ['FAN1', 'fan', 9000, 'RPM', 'ok'],
      ['FAN2', 'fan', null, null, 'absent'],
      ['PSU1 Input', 'power', 800, 'W', 'ok'],
      ['PSU2 Input', 'power', 16, 'W', 'warning'],
      ['P12V', 'voltage', 12.12, 'V', 'ok'],
      ['PSU1 Status', 'power-supply', null, null, 'ok'],
      ['PSU2 Status', 'power-supply', null, null, 'critical'],
      ['PSU3 Status', 'power-supply', null, null, 'warning'],
      ['PSU4 Status', 'power-supply', null, null, 'absent'],
      ['PS Redundancy', 'power-supply', null, null, 'critical'],
      ['DIMM A1', 'memory', null, null, 'warning'],
    ]);
    expect(sensors[1]).toMatchObject({ rawName: 'CPU1_Temp', entity: '3.1', detail: 'ucr' });
  });

  it('puts power supplies and fans together out of their sensors', () => {
    const { powerSupplies, fans, redundancy } = read(elist);
    expect(powerSupplies.map(({ name, state, inputW, detail }) => [name, state, inputW, detail])).toEqual([
      ['PSU 1', 'ok', 800, 'Presence detected'],
      ['PSU 2', 'input-lost', 16, 'Presence detected, Power Supply AC lost'],
      ['PSU 3', 'warning', null, 'Presence detected, Predictive failure'],
      ['PSU 4', 'absent', null, 'No Reading'],
    ]);
    expect(fans).toEqual([
      { name: 'FAN1', speedRpm: 9000, speedPercent: null, state: 'ok' },
      { name: 'FAN2', speedRpm: null, speedPercent: null, state: 'absent' },
    ]);
    expect(redundancy).toBe('Redundancy Lost');
  });

  it('reads the comma-separated form, and thresholds where ipmitool sensor printed them', () => {
    const csv = 'Inlet Temp,24,degrees C,ok\nFAN2,,,ns\nPSU2 Status,07h,ok,10.2,Presence detected, Failure detected\n';
    expect(read(csv).sensors.map(({ name, value, state, detail }) => [name, value, state, detail])).toEqual([
      ['Inlet Temp', 24, 'ok', 'ok'],
      ['FAN2', null, 'absent', 'No Reading'],
      ['PSU2 Status', null, 'critical', 'Presence detected, Failure detected'],
    ]);
    const table = `FAN1             | 9000.000   | RPM        | ok    | 300.000   | 500.000   | 700.000   | 25300.000 | 25400.000 | 25500.000
CPU1 Temp        | na         | degrees C  | na    | 0.000     | 0.000     | 0.000     | 93.000    | 98.000    | 98.000
`;
    expect(read(table).sensors).toMatchObject([
      { name: 'FAN1', value: 9000, lowerCritical: 500, upperWarning: 25_300, upperCritical: 25_400 },
      { name: 'CPU1 Temp', value: null, state: 'absent', upperWarning: 93, upperCritical: 98 },
    ]);
  });

  it('reads what boards of Dell and HPE print otherwise', () => {
    const dell = `Fan1 RPM         | 30h | ok  |  7.1 | 5880 RPM
Current 1        | 6Ah | ok  | 10.1 | 0.60 Amps
Voltage 1        | 6Ch | ok  | 10.1 | 232 Volts
Status           | 85h | ok  | 10.1 | Presence detected
Status           | 86h | ok  | 10.2 | Presence detected, Failure detected
Chassis Intru    | AAh | ok  | 23.1 |
`;
    expect(read(dell).powerSupplies.map(({ name, state, inputV }) => [name, state, inputV])).toEqual([
      ['PSU 1', 'ok', 232],
      ['PSU 2', 'failed', null],
    ]);
    const hpe = `Fan 1            | 03h | ok  | 29.1 | 39.20 percent
Power Supply 1   | 07h | ok  | 10.1 | 130 Watts, Presence detected
Power Supply 2   | 08h | ok  | 10.2 | 0 Watts, Presence detected, Failure detected, Power Supply AC lost
`;
    const { powerSupplies, fans } = read(hpe);
    expect(powerSupplies.map(({ name, state, inputW, detail }) => [name, state, inputW, detail])).toEqual([
      ['PSU 1', 'ok', 130, 'Presence detected'],
      ['PSU 2', 'input-lost', 0, 'Presence detected, Failure detected, Power Supply AC lost'],
    ]);
    expect(fans).toEqual([{ name: 'Fan 1', speedRpm: null, speedPercent: 39.2, state: 'ok' }]);
  });

  it('takes serial numbers of power supplies from the list of parts', () => {
    const part = (name: string, serial: string) =>
      `FRU Device Description : ${name} (ID 3)\n Product Manufacturer  : DELTA\n Product Name          : PWS-2K63A-1R\n Product Version       : 1.3\n Product Serial        : ${serial}\n\n`;
    const parts = part('PSU11', 'P11') + part('PSU2', 'P2') + part('Power Supply 1', 'P1');
    const { powerSupplies } = factsOf(bmcSensorsProbe, { [id]: elist, 'ipmi-fru': parts });
    expect(powerSupplies.map(({ name, serial }) => [name, serial])).toEqual([
      ['PSU 1', 'P1'],
      ['PSU 2', 'P2'],
      ['PSU 3', null],
      ['PSU 4', null],
    ]);
    expect(powerSupplies[0]).toMatchObject({ manufacturer: 'DELTA', model: 'PWS-2K63A-1R', firmwareVersion: '1.3' });
  });

  it('keeps the sensors that were read when one fails', () => {
    const output = printed(elist, 1, 'Error reading sensor FAN9 (#99): Node busy\n');
    expect(bmcSensorsProbe.parse({ [id]: output })).toMatchObject({ state: 'ok' });
  });

  it('has no facts of a BMC that is too slow, and none is missed where there is none', () => {
    const slow = { ...printed(elist.slice(0, 100)), state: 'timeout' as const, exitCode: null };
    expect(bmcSensorsProbe.parse({ [id]: slow })).toMatchObject({
      state: 'timeout',
      reason: { params: { seconds: 60 } },
    });
    const noDevice = printed(
      '',
      1,
      'Could not open device at /dev/ipmi0 or /dev/ipmi/0 or /dev/ipmidev/0: No such file or directory\n',
    );
    expect(bmcSensorsProbe.parse({ [id]: noDevice })).toMatchObject({
      state: 'ok',
      facts: { presence: 'none', sensors: [] },
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(bmcSensorsProbe, { [id]: elist });
  });
});

describe.skipIf(!hasRecordings)('bmc-sensors probe on recorded outputs', () => {
  it('reads ipmitool-sdr__ibm-x-series.txt', () => {
    const { sensors, fans, powerSupplies, redundancy } = read(
      recording('power-cooling/ipmitool-sdr__ibm-x-series.txt'),
    );
    expect(sensors).toHaveLength(133);
    expect(sensors.slice(0, 7).map(({ name, kind, value, unit, state }) => [name, kind, value, unit, state])).toEqual([
      ['Ambient Temp', 'temperature', 20, '°C', 'ok'],
      ['Altitude', 'other', 80, 'feet', 'ok'],
      ['Avg Power', 'power', 210, 'W', 'ok'],
      ['Planar 3.3V', 'voltage', 3.29, 'V', 'ok'],
      ['Planar 5V', 'voltage', 4.9, 'V', 'ok'],
      ['Planar 12V', 'voltage', 12.04, 'V', 'ok'],
      ['Planar VBAT', 'voltage', 3.05, 'V', 'ok'],
    ]);
    expect(fans.map(({ name, speedRpm }) => [name, speedRpm])).toEqual([
      ['Fan 1A Tach', 2610],
      ['Fan 1B Tach', 1775],
      ['Fan 2A Tach', 2001],
      ['Fan 2B Tach', 1275],
      ['Fan 3A Tach', 2929],
      ['Fan 3B Tach', 2125],
    ]);
    expect(sensors.filter(({ state }) => state === 'absent').map(({ name }) => name)).toEqual([
      'DASD Backplane 3',
      'DASD Backplane 4',
    ]);
    // A raw byte does not say that a power supply is well.
    expect(powerSupplies.map(({ name, state }) => [name, state])).toEqual([
      ['PSU 1', 'unknown'],
      ['PSU 2', 'unknown'],
    ]);
    expect(redundancy).toBeNull();
  });

  it('reads ipmi-sensors-csv__psu-failed.csv', () => {
    const { sensors, powerSupplies, redundancy } = read(recording('power-cooling/ipmi-sensors-csv__psu-failed.csv'));
    expect(
      sensors.map(({ name, rawName, kind, value, unit, state }) => [name, rawName, kind, value, unit, state]),
    ).toEqual([
      ['PWR PSU0', 'PWR_PSU0', 'power', 0, 'W', 'critical'],
      ['PWR PSU1', 'PWR_PSU1', 'power', 780, 'W', 'ok'],
      ['STATUS PSU0', 'STATUS_PSU0', 'power-supply', null, null, 'ok'],
      ['STATUS PSU1', 'STATUS_PSU1', 'power-supply', null, null, 'ok'],
      ['REDUNDANCY PSU', 'REDUNDANCY_PSU', 'power-supply', null, null, 'warning'],
      ['REDUNDANCY PSU', 'REDUNDANCY_PSU', 'power-supply', null, null, 'critical'],
    ]);
    expect(powerSupplies.map(({ name, state, inputW }) => [name, state, inputW])).toEqual([
      ['PSU 0', 'failed', 0],
      ['PSU 1', 'ok', 780],
    ]);
    expect(redundancy).toBe('Redundancy Degraded, Redundancy Lost, Non-redundant:Sufficient Resources from Redundant');
  });
});
