import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { printed } from '../testing/recordings';
import { bmcSensorsProbe } from './bmc-sensors-probe';

const csv = `1, Pre-Init ,0000045567,Memory #0x09,Correctable ECC,Asserted
2,11/14/23,22:16:49 UTC,Power Supply PSU1 Status,Failure detected,Asserted
3,11/14/23,22:16:49 UTC,Temperature Inlet Temp,Upper Critical going high,Asserted,Reading 64 > Threshold 60 degrees C
a,11/14/23,22:20:00 UTC,Power Supply PSU1 Status,Failure detected,Deasserted
b,Linux kernel panic: not syncing
`;
const good = {
  'ipmi-sdr': 'Inlet Temp       | 01h | ok  | 55.1 | 24 degrees C\n',
  'ipmi-sel': csv,
  'ipmi-sel-info': 'SEL Information\nEntries          : 11\nPercent Used     : 2%\nOverflow         : false\n',
  'ipmi-sel-time': '11/14/23 22:30:00 UTC\n',
  'bmc-device': 'device=/dev/ipmi0\ntime=1700000000 +0800\n',
};

const read = (outputs: Parameters<typeof factsOf>[1]) => {
  const { log } = factsOf(bmcSensorsProbe, outputs);
  if (!log) throw new Error('no log');
  return log;
};

describe('the log of bmc-sensors', () => {
  it('reads the newest entries first, with how bad each is and how full the log', () => {
    const facts = read(good);
    expect(facts).toMatchObject({ entryCount: 11, usedPercent: 2, isOverflown: false });
    expect(facts.entries).toEqual([
      {
        id: 'b',
        atMs: null,
        time: null,
        sensor: null,
        event: 'Linux kernel panic: not syncing',
        isAsserted: null,
        severity: 'critical',
      },
      {
        id: 'a',
        atMs: Date.UTC(2023, 10, 14, 22, 20),
        time: '11/14/23 22:20:00 UTC',
        sensor: 'Power Supply PSU1 Status',
        event: 'Failure detected',
        isAsserted: false,
        severity: 'info',
      },
      {
        id: '3',
        atMs: Date.UTC(2023, 10, 14, 22, 16, 49),
        time: '11/14/23 22:16:49 UTC',
        sensor: 'Temperature Inlet Temp',
        event: 'Upper Critical going high, Reading 64 > Threshold 60 degrees C',
        isAsserted: true,
        severity: 'critical',
      },
      expect.objectContaining({ id: '2', event: 'Failure detected', isAsserted: true, severity: 'critical' }),
      {
        id: '1',
        atMs: null,
        time: 'Pre-Init 0000045567',
        sensor: 'Memory #0x09',
        event: 'Correctable ECC',
        isAsserted: true,
        severity: 'warning',
      },
    ]);
  });

  it('says how far the clock of the BMC is off', () => {
    // 1700000000 is 22:13:20 UTC on that day.
    expect(read(good).clockOffsetSeconds).toBe(1000);
    expect(read({ ...good, 'ipmi-sel-time': 'S+ 12:51:24\n' }).clockOffsetSeconds).toBeNull();
  });

  it('reads times in the zone of the node, and without one as UTC', () => {
    const time = (printedTime: string) =>
      read({
        ...good,
        'ipmi-sel': `4 | ${printedTime} | Temperature Inlet Temp | Lower Non-critical going low | Asserted\n`,
      }).entries[0];
    expect(time('11/15/23 | 06:16:49 CST')?.atMs).toBe(Date.UTC(2023, 10, 14, 22, 16, 49));
    expect(time('11/14/2023 | 22:16:49')).toMatchObject({
      atMs: Date.UTC(2023, 10, 14, 22, 16, 49),
      severity: 'warning',
    });
    expect(time('11/14/2023 | 10:16:49 PM UTC')?.atMs).toBe(Date.UTC(2023, 10, 14, 22, 16, 49));
  });

  it('tells an empty log from one that could not be read, and keeps the sensors either way', () => {
    const empty = printed('', 0, 'SEL has no entries\n');
    expect(read({ ...good, 'ipmi-sel': empty, 'ipmi-sel-info': '' })).toMatchObject({ entries: [], entryCount: 0 });
    const broken = printed('', 1, 'Get SEL Info command failed\n');
    const slow = { ...printed('1,11'), state: 'timeout' as const, exitCode: null };
    for (const [output, key] of [
      [broken, 'probes.exitCodeDetail'],
      [slow, 'probes.timeout'],
    ] as const) {
      expect(factsOf(bmcSensorsProbe, { ...good, 'ipmi-sel': output })).toMatchObject({
        sensors: [{ name: 'Inlet Temp' }],
        log: null,
        logProblem: { key },
      });
    }
  });

  it('is read from a recording of its own, and is no sign of a BMC that failed to tell its sensors', () => {
    expect(read({ 'ipmi-sel': csv }).entries).toHaveLength(5);
    const failed = { ...printed(''), state: 'timeout' as const, exitCode: null };
    expect(bmcSensorsProbe.parse({ 'ipmi-sel': printed(csv), 'ipmi-sdr': failed })).toMatchObject({ state: 'timeout' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(bmcSensorsProbe, good);
  });
});
