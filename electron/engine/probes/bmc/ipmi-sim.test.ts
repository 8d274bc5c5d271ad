import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bmcSensorsProbe } from '../bmc-sensors/bmc-sensors-probe';
import { factsOf } from '../testing/check';
import { BmcScript, startIpmiSim } from '../testing/ipmi-sim';
import { isDebian, ToolBench } from '../testing/real-tools';
import { bmcProbe } from './bmc-probe';

const script = new BmcScript()
  .full({ number: 1, name: 'Inlet Temp', entity: [0x37, 1], type: 1, unit: 1, factor: 1, reading: 24 })
  .full({
    number: 2,
    name: 'CPU1_Temp',
    entity: [3, 1],
    type: 1,
    unit: 1,
    factor: 1,
    reading: 97,
    upper: { nonCritical: 90, critical: 95, nonRecoverable: 110 },
  })
  .full({ number: 3, name: 'FAN1', entity: [0x1d, 1], type: 4, unit: 18, factor: 60, reading: 150 })
  .full({ number: 4, name: 'FAN2', entity: [0x1d, 2], type: 4, unit: 18, factor: 60 })
  .full({ number: 5, name: 'PSU1 Input', entity: [10, 1], type: 8, unit: 6, factor: 8, reading: 100 })
  .full({ number: 6, name: 'P12V', entity: [7, 1], type: 2, unit: 4, factor: 6, exponent: -2, reading: 202 })
  .discrete({ number: 7, name: 'PSU1 Status', entity: [10, 1], type: 8, bits: [0] })
  .discrete({ number: 8, name: 'PSU2 Status', entity: [10, 2], type: 8, bits: [0, 1] })
  .fru(
    ['Acme', 'AC-B100', 'BRD0012345', 'PN-77', 'x'],
    ['Acme', 'AC-9000', 'PN-9000', 'v1', 'SN-ACME-42', 'rack7', 'y'],
  );

/** Add SEL Entry (IPMI 2.0, 31.6): sensor type, number, event type and data of a system event. */
const selEntry = (...event: string[]) => [
  'raw',
  '0x0a',
  '0x44',
  '0',
  '0',
  '2',
  '0',
  '0',
  '0',
  '0',
  '0x20',
  '0',
  '4',
  ...event,
];

describe.skipIf(!isDebian)(
  'a BMC that real ipmitool asks over LAN (ipmi_sim, where Debian’s openipmi can be had)',
  () => {
    const bench = new ToolBench();
    beforeAll(() => startIpmiSim(bench, script), 60_000);
    afterAll(() => bench.stop());

    it('tells its sensors, power supplies and fans', { timeout: 60_000 }, () => {
      const facts = factsOf(bmcSensorsProbe, bench.outputsOf(bmcSensorsProbe));
      expect(
        facts.sensors.map(({ name, entity, kind, value, unit, state }) => [name, entity, kind, value, unit, state]),
      ).toEqual([
        ['Inlet Temp', '55.1', 'temperature', 24, '°C', 'ok'],
        ['CPU1 Temp', '3.1', 'temperature', 97, '°C', 'critical'],
        ['FAN1', '29.1', 'fan', 9000, 'RPM', 'ok'],
        ['FAN2', '29.2', 'fan', null, null, 'absent'],
        ['PSU1 Input', '10.1', 'power', 800, 'W', 'ok'],
        ['P12V', '7.1', 'voltage', 12.12, 'V', 'ok'],
        ['PSU1 Status', '10.1', 'power-supply', null, null, 'ok'],
        ['PSU2 Status', '10.2', 'power-supply', null, null, 'critical'],
      ]);
      expect(facts.powerSupplies.map(({ name, state, inputW }) => [name, state, inputW])).toEqual([
        ['PSU 1', 'ok', 800],
        ['PSU 2', 'failed', null],
      ]);
      expect(facts.fans.map(({ name, speedRpm, state }) => [name, speedRpm, state])).toEqual([
        ['FAN1', 9000, 'ok'],
        ['FAN2', null, 'absent'],
      ]);
    });

    it('says the same in the other forms that ipmitool prints', { timeout: 60_000 }, () => {
      const values = (...args: string[]) =>
        factsOf(bmcSensorsProbe, { 'ipmi-sdr': bench.run('ipmitool', args) }).sensors.map(({ rawName, value }) => [
          rawName,
          value,
        ]);
      const expected = values('sdr', 'elist', 'all');
      expect(expected).toHaveLength(8);
      expect(values('-c', 'sdr', 'elist', 'all')).toEqual(expected);
      expect(values('sdr')).toEqual(expected);
      expect(values('sensor')).toEqual(expected);
      const [, cpu] = factsOf(bmcSensorsProbe, { 'ipmi-sdr': bench.run('ipmitool', ['sensor']) }).sensors;
      expect(cpu).toMatchObject({ state: 'critical', upperWarning: 90, upperCritical: 95 });
    });

    it('tells who it is, and the serial numbers of the parts', { timeout: 60_000 }, () => {
      expect(factsOf(bmcProbe, bench.outputsOf(bmcProbe))).toMatchObject({
        presence: 'present',
        manufacturer: 'MontaVista Software, Inc.',
        firmwareVersion: '9.08',
        ipmiVersion: '2.0',
        // ipmi_sim knows no DCMI.
        power: null,
        frus: [
          {
            id: 0,
            manufacturer: 'Acme',
            product: 'AC-9000',
            partNumber: 'PN-9000',
            serial: 'SN-ACME-42',
            version: 'v1',
            assetTag: 'rack7',
            boardSerial: 'BRD0012345',
          },
        ],
      });
    });

    it('tells its event log, also from before its clock was set', { timeout: 60_000 }, () => {
      const ask = (...args: string[]) => expect(bench.run('ipmitool', args)).toMatchObject({ exitCode: 0 });
      const read = () => factsOf(bmcSensorsProbe, bench.outputsOf(bmcSensorsProbe)).log;
      expect(read()).toMatchObject({ entries: [], entryCount: 0 });
      ask(...selEntry('0x0c', '9', '0x6f', '0x00', '0xff', '0xff'));
      // 2023-11-14 22:13:20 UTC.
      ask('raw', '0x0a', '0x49', '0x00', '0xf1', '0x53', '0x65');
      ask(...selEntry('8', '8', '0x6f', '0x01', '0xff', '0xff'));
      ask(...selEntry('1', '2', '1', '0x59', '0x61', '0x5f'));
      const facts = read();
      expect(facts).toMatchObject({ entryCount: 3, usedPercent: 0, isOverflown: false });
      expect(facts?.clockOffsetSeconds).toBeLessThan(-86_400);
      expect(
        facts?.entries.map(({ sensor, event, severity, isAsserted }) => [sensor, event, severity, isAsserted]),
      ).toEqual([
        ['Temperature CPU1_Temp', 'Upper Critical going high, Reading 97 > Threshold 95 degrees C', 'critical', true],
        ['Power Supply PSU2 Status', 'Failure detected', 'critical', true],
        ['Memory #0x09', 'Correctable ECC', 'warning', true],
      ]);
      const [newest, , oldest] = facts?.entries ?? [];
      expect(oldest?.atMs).toBeNull();
      const setAtMs = 0x65_53_f1_00 * 1000;
      expect(newest?.atMs).toBeGreaterThanOrEqual(setAtMs);
      expect(newest?.atMs).toBeLessThan(setAtMs + 600_000);
    });
  },
);
