import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { ToolBench } from '../testing/real-tools';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { upsProbe } from './ups-probe';

const nut = `ups:nut
==> rack7
battery.charge: 87
battery.runtime: 1260
device.model: Smart-UPS 3000
ups.status: OB DISCHRG RB
<== 0
==> rack8
Error: Data stale
<== 1
==> rack9
Error: Driver not connected
<== 1
`;
const unknown = {
  problem: null,
  problemText: null,
  deviceType: null,
  statusText: null,
  states: [],
  chargePercent: null,
  runtimeSeconds: null,
  loadPercent: null,
  inputV: null,
  outputV: null,
  batteryV: null,
  temperatureC: null,
  powerW: null,
  nominalPowerW: null,
  manufacturer: null,
  model: null,
  serial: null,
  firmwareVersion: null,
  batteryDate: null,
  alarm: null,
};

describe('ups probe', () => {
  it('decodes states that come several at once, and tells a dead driver from an UPS that is well', () => {
    const { source, devices } = factsOf(upsProbe, { upsc: nut });
    expect(source).toBe('nut');
    expect(devices).toEqual([
      {
        ...unknown,
        name: 'rack7',
        statusText: 'OB DISCHRG RB',
        states: ['on-battery', 'discharging', 'replace-battery'],
        chargePercent: 87,
        runtimeSeconds: 1260,
        model: 'Smart-UPS 3000',
      },
      { ...unknown, name: 'rack8', problem: 'stale', problemText: 'Data stale' },
      { ...unknown, name: 'rack9', problem: 'no-driver', problemText: 'Driver not connected' },
    ]);
  });

  it('says when the server does not answer, when nothing is installed, and when no UPS is set up', () => {
    const silent = 'ups:nut\nups:unreachable Error: Connection failure: Connection refused\n';
    expect(upsProbe.parse({ upsc: printed(silent) })).toMatchObject({
      state: 'ok',
      reason: { key: 'probes.upsServerSilent', params: { detail: 'Error: Connection failure: Connection refused' } },
      facts: { source: 'nut', devices: [] },
    });
    expect(upsProbe.parse({ upsc: printed('', 127) })).toMatchObject({ state: 'missing-tool' });
    expect(factsOf(upsProbe, { upsc: 'ups:nut\n' })).toEqual({ source: 'nut', devices: [] });
  });

  it('reads apcupsd where that is the one with an UPS, and its lost connection', () => {
    const apc = (status: string) =>
      `ups:nut\nups:apcupsd\n==> apcupsd\nAPC      : 001,027,0656\nUPSNAME  : sua\nSTATUS   : ${status}\nBCHARGE  : 63.0 Percent\nTIMELEFT :  12.5 Minutes\n<== 0\n`;
    expect(factsOf(upsProbe, { upsc: apc('ONBATT LOWBATT') })).toMatchObject({
      source: 'apcupsd',
      devices: [{ name: 'sua', states: ['on-battery', 'low-battery'], chargePercent: 63, runtimeSeconds: 750 }],
    });
    expect(factsOf(upsProbe, { upsc: apc('COMMLOST') }).devices[0]).toMatchObject({ problem: 'stale', states: [] });
  });

  it('asks the server of another machine that this node’s upsmon watches, and reads no password for that', () => {
    const bench = new ToolBench();
    const conf = bench.file(
      'upsmon.conf',
      '# MONITOR old@gone 1 u p slave\nMONITOR rack7@localhost 1 mon secret primary\n  MONITOR rack9@pdu-host 1 mon secret secondary\nMONITOR rack8@dead 1 mon secret slave\n',
    );
    bench.tool(
      'upsc',
      'case $1 in -l) echo "Error: Connection failure: Connection refused" >&2; exit 1;; rack9@pdu-host) echo "device.type: ups"; echo "ups.status: OB";; *) exit 124;; esac',
    );
    const script = upsProbe.commands[0]?.argv[2]?.replaceAll('/etc/nut/upsmon.conf', conf) ?? '';
    const output = bench.run('sh', ['-c', script]);
    bench.stop();
    expect(output.stdout).not.toContain('secret');
    expect(
      factsOf(upsProbe, { upsc: output }).devices.map(({ name, problem, states }) => [name, problem, states]),
    ).toEqual([
      ['rack9@pdu-host', null, ['on-battery']],
      ['rack8@dead', 'unreachable', []],
    ]);
  });

  it('never throws and never makes facts of nonsense', () => {
    expect(upsProbe.parse({ upsc: printed('nonsense') })).toMatchObject({ state: 'unparsable' });
    expectTotal(upsProbe, { upsc: nut });
  });
});

describe.skipIf(!hasRecordings)('ups probe on recorded outputs', () => {
  const read = (name: string) => factsOf(upsProbe, { upsc: recording(`power-cooling/${name}`) });

  it('reads upsc__cyberpower-cp900.txt', () => {
    expect(read('upsc__cyberpower-cp900.txt')).toEqual({
      source: 'nut',
      devices: [
        {
          ...unknown,
          name: 'CP900EPFCLCD',
          deviceType: 'ups',
          statusText: 'OL',
          states: ['online'],
          chargePercent: 100,
          runtimeSeconds: 4020,
          loadPercent: 13,
          inputV: 228,
          outputV: 228,
          batteryV: 24,
          nominalPowerW: 540,
          manufacturer: 'CPS',
          model: 'CP900EPFCLCD',
          // Noughts for a serial number, and the maker's name for a date.
          serial: null,
          batteryDate: null,
        },
      ],
    });
  });

  it('reads upsc__dell-r610-psu-ipmi.txt: a power supply behind NUT', () => {
    expect(read('upsc__dell-r610-psu-ipmi.txt').devices).toEqual([
      {
        ...unknown,
        name: 'PWR SPLY,717W,RDNT',
        deviceType: 'psu',
        statusText: 'OL',
        states: ['online'],
        inputV: 232,
        nominalPowerW: 717,
        manufacturer: 'DELL',
        model: 'PWR SPLY,717W,RDNT',
        serial: 'CN179721130031',
      },
    ]);
  });

  it('reads upsc__eaton-epdu-managed.txt: a power strip that says no state', () => {
    expect(read('upsc__eaton-epdu-managed.txt').devices).toEqual([
      {
        ...unknown,
        name: 'DBQ10634/5',
        deviceType: 'pdu',
        temperatureC: 49,
        powerW: 28,
        manufacturer: 'EATON | Powerware',
        model: 'DBQ10634/5',
        serial: 'ADO6750531',
        firmwareVersion: '01.01.00',
      },
    ]);
  });

  it('reads apcaccess-status__apc.txt', () => {
    expect(read('apcaccess-status__apc.txt')).toEqual({
      source: 'apcupsd',
      devices: [
        {
          ...unknown,
          name: 'UPS_IDEN',
          deviceType: 'ups',
          statusText: 'ONLINE',
          states: ['online'],
          chargePercent: 100,
          runtimeSeconds: 7800,
          loadPercent: 9.3,
          inputV: 235.3,
          outputV: 236.6,
          batteryV: 27.9,
          temperatureC: 32.8,
          nominalPowerW: 600,
          manufacturer: 'APC',
          model: 'SMART-UPS 1000',
          serial: 'QS9931125245',
          firmwareVersion: '60.11.I',
          batteryDate: '07/31/99',
        },
      ],
    });
  });
});
