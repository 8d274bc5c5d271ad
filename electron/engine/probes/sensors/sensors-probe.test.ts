import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { sensorsProbe } from './sensors-probe';

const json = `{
   "coretemp-isa-0000":{
      "Adapter": "ISA adapter",
      "Package id 0":{ "temp1_input": 47.000, "temp1_max": 82.000, "temp1_crit": 92.000, "temp1_crit_alarm": 0.000 }
   },
   "nct6779-isa-0290":{
      "Adapter": "ISA adapter",
      "Vcore":{ "in0_input": 0.792, "in0_min": 0.000, "in0_max": 1.744, "in0_alarm": 1.000 },
      "fan2":{ "fan2_input": 1098.000, "fan2_min": 0.000 },
      "intrusion0":{ "intrusion0_alarm": 1.000 }
   }
}
sensors:end
`;
const reading = { minimum: null, maximum: null, critical: null, isAlarm: null };

describe('sensors probe', () => {
  it('reads sensors -j', () => {
    expect(factsOf(sensorsProbe, { sensors: json }).chips).toEqual([
      {
        name: 'coretemp-isa-0000',
        readings: [
          {
            label: 'Package id 0',
            kind: 'temperature',
            value: 47,
            minimum: null,
            maximum: 82,
            critical: 92,
            isAlarm: false,
          },
        ],
      },
      {
        name: 'nct6779-isa-0290',
        readings: [
          { label: 'Vcore', kind: 'voltage', value: 0.792, minimum: 0, maximum: 1.744, critical: null, isAlarm: true },
          { ...reading, label: 'fan2', kind: 'fan', value: 1098, minimum: 0 },
        ],
      },
    ]);
  });

  it('reads JSON that a driver has spoilt, and has null for what is not a number', () => {
    const spoilt = json.replace('47.000', 'NaN').replace('"temp1_crit_alarm": 0.000', '"temp1_crit_alarm": 0.000,');
    expect(factsOf(sensorsProbe, { sensors: spoilt }).chips[0]?.readings[0]).toMatchObject({
      value: null,
      maximum: 82,
    });
  });

  it('tells a machine without sensors from output that makes no sense', () => {
    expect(factsOf(sensorsProbe, { sensors: '{\n\n}\nsensors:end\n' })).toEqual({ chips: [] });
    expect(factsOf(sensorsProbe, { sensors: 'sensors:end\n' })).toEqual({ chips: [] });
    expect(sensorsProbe.parse({ sensors: printed('') })).toMatchObject({ state: 'unparsable' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(sensorsProbe, { sensors: json });
  });
});

describe.skipIf(!hasRecordings)('sensors probe on recorded outputs', () => {
  const read = (name: string) => factsOf(sensorsProbe, { sensors: recording(`power-cooling/${name}`) }).chips;

  it('reads sensors-A-u__telegraf.txt', () => {
    const core = (label: string, value: number) => ({
      label,
      kind: 'temperature',
      value,
      minimum: null,
      maximum: 82,
      critical: 92,
      isAlarm: false,
    });
    expect(read('sensors-A-u__telegraf.txt')).toEqual([
      {
        name: 'acpitz-virtual-0',
        readings: [{ ...reading, label: 'temp1', kind: 'temperature', value: 8.3, critical: 31.3 }],
      },
      { name: 'power_meter-acpi-0', readings: [{ ...reading, label: 'power1', kind: 'power', value: 0 }] },
      { name: 'coretemp-isa-0000', readings: [core('Physical id 0', 77), core('Core 0', 75), core('Core 1', 77)] },
      { name: 'coretemp-isa-0001', readings: [core('Physical id 1', 70), core('Core 0', 66), core('Core 1', 70)] },
      {
        name: 'atk0110-acpi-0',
        readings: [
          { ...reading, label: 'Vcore Voltage', kind: 'voltage', value: 1.136, minimum: 0.8, maximum: 1.6 },
          { ...reading, label: '+3.3 Voltage', kind: 'voltage', value: 3.36, minimum: 2.97, maximum: 3.63 },
        ],
      },
    ]);
  });

  it('reads sensors-u__laptop-mixed.txt, where a drive without a limit says 65261.85', () => {
    const chips = read('sensors-u__laptop-mixed.txt');
    expect(chips.map(({ name, readings }) => `${name} ${readings.length}`)).toEqual([
      'asus-isa-0000 2',
      'nvme-pci-0600 3',
      'amdgpu-pci-6700 4',
      'BAT0-acpi-0 1',
      'ucsi_source_psy_USBC000:001-isa-0000 2',
      'k10temp-pci-00c3 1',
      'amdgpu-pci-0300 6',
      'acpitz-acpi-0 1',
    ]);
    expect(chips[1]?.readings).toEqual([
      {
        label: 'Composite',
        kind: 'temperature',
        value: 33.85,
        minimum: -40.15,
        maximum: 83.85,
        critical: 87.85,
        isAlarm: false,
      },
      { ...reading, label: 'Sensor 1', kind: 'temperature', value: 48.85 },
      { ...reading, label: 'Sensor 2', kind: 'temperature', value: 33.85 },
    ]);
    expect(chips[6]?.readings).toEqual([
      { ...reading, label: 'vddgfx', kind: 'voltage', value: 0.787 },
      { ...reading, label: 'fan1', kind: 'fan', value: 0, minimum: 0, maximum: 4900 },
      { ...reading, label: 'edge', kind: 'temperature', value: 53, critical: 100 },
      { ...reading, label: 'junction', kind: 'temperature', value: 58, critical: 100 },
      { ...reading, label: 'mem', kind: 'temperature', value: 57, critical: 105 },
      { ...reading, label: 'PPT', kind: 'power', value: 29 },
    ]);
  });

  it('reads sysfs-hwmon__coretemp-nct6775-applesmc.txt, in thousandths', () => {
    const chips = read('sysfs-hwmon__coretemp-nct6775-applesmc.txt');
    expect(chips.map(({ name }) => name)).toEqual(['hwmon4', 'coretemp', 'coretemp', 'nct6779']);
    const core = (label: string, value: number) => ({
      label,
      kind: 'temperature',
      value,
      minimum: null,
      maximum: 84,
      critical: 100,
      isAlarm: false,
    });
    expect(chips[1]?.readings).toEqual([
      core('Physical id 0', 55),
      core('Core 0', 54),
      core('Core 1', 52),
      core('Core 2', 53),
      core('Core 3', 50),
    ]);
    expect(chips[3]?.readings).toEqual([
      { ...reading, label: 'fan2', kind: 'fan', value: 1098, minimum: 0, isAlarm: false },
      { label: 'in0', kind: 'voltage', value: 0.792, minimum: 0, maximum: 1.744, critical: null, isAlarm: false },
      // Both limits at nought: none was set.
      { ...reading, label: 'in1', kind: 'voltage', value: 1.024, isAlarm: true },
    ]);
  });
});
