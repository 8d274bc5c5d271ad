import { describe, expect, it } from 'vitest';
import { factsOf } from '../testing/check';
import { hasRecordings, recording } from '../testing/recordings';
import { redfishProbe } from './redfish-probe';

/** Values read in the documents by eye. */
describe.skipIf(!hasRecordings)('redfish probe on recorded documents, value by value', () => {
  const document = (name: string) =>
    factsOf(redfishProbe, { redfish: recording(`power-cooling/redfish-${name}.json`) });
  const rows = (name: string) =>
    document(name).sensors.map(({ rawName, value, state, lowerCritical, upperWarning, upperCritical }) => [
      rawName,
      value,
      state,
      lowerCritical,
      upperWarning,
      upperCritical,
    ]);
  const fans = (name: string) =>
    document(name).fans.map(({ name: fan, speedRpm, state }) => [fan, speedRpm, state] as const);

  it('reads Power__dmtf-rackmount1, whose supply has a warning and has not failed', () => {
    const { powerSupplies, power } = document('Power__dmtf-rackmount1');
    expect(powerSupplies).toEqual([
      {
        name: 'Power Supply Bay 1',
        state: 'warning',
        detail: 'Enabled, Warning',
        inputW: null,
        outputW: 325,
        capacityW: 800,
        inputV: 120,
        manufacturer: 'ManufacturerName',
        model: '499253-B21',
        serial: '1Z0000001',
        firmwareVersion: '1.00',
      },
    ]);
    expect(power).toEqual([{ name: 'System Input Power', nowW: 344, averageW: 319, maximumW: 489, limitW: 500 }]);
    expect(rows('Power__dmtf-rackmount1')).toEqual([
      ['VRM1 Voltage', 12, 'ok', 11, 12.5, 13],
      ['VRM2 Voltage', 5, 'ok', 4.5, 5.5, 7],
    ]);
  });

  it('reads Thermal__dmtf-rackmount1, with a processor that is not there', () => {
    expect(rows('Thermal__dmtf-rackmount1')).toEqual([
      ['CPU1 Temp', 41, 'ok', null, 42, 45],
      ['CPU2 Temp', null, 'absent', null, 42, 45],
      ['Chassis Intake Temp', 25, 'ok', 5, 30, 40],
    ]);
    expect(fans('Thermal__dmtf-rackmount1')).toEqual([
      ['BaseBoard System Fan', 2100, 'ok'],
      ['BaseBoard System Fan Backup', 2050, 'ok'],
    ]);
  });

  it('reads Chassis_System_Power__dell', () => {
    const { powerSupplies, power, sensors } = document('Chassis_System_Power__dell');
    const supply = {
      state: 'ok',
      detail: 'Enabled, OK',
      capacityW: 2400,
      inputV: 240,
      manufacturer: 'DELL',
      model: 'PWR SPLY,2400W,RDNT,ARTESYN',
      firmwareVersion: '00.2A.2B',
    };
    expect(powerSupplies).toEqual([
      { ...supply, name: 'PS1 Status', inputW: 303, outputW: 273, serial: 'PHARP0016L008V' },
      { ...supply, name: 'PS2 Status', inputW: 309.5, outputW: 279, serial: 'PHARP0016L008W' },
    ]);
    expect(power).toEqual([{ name: 'System Power Control', nowW: 614, averageW: 612, maximumW: 616, limitW: 1205 }]);
    expect(sensors).toHaveLength(49);
    expect(sensors.filter(({ value }) => value !== null).map(({ name, value }) => [name, value])).toEqual([
      ['PS1 Voltage 1', 240],
      ['PS2 Voltage 2', 240],
      ['CPU1 VCORE VR', 1.8],
      ['CPU2 VCORE VR', 1.8],
      ['CPU1 MEM0123 VR', 1.22],
      ['CPU1 MEM4567 VR', 1.22],
      ['CPU2 MEM0123 VR', 1.22],
      ['CPU2 MEM4567 VR', 1.22],
    ]);
  });

  it('reads Chassis_System_Thermal__dell', () => {
    const temperatures = rows('Chassis_System_Thermal__dell');
    expect(temperatures).toHaveLength(5);
    expect(temperatures.slice(0, 3)).toEqual([
      ['CPU1 Temp', 37, 'ok', 3, null, 99],
      ['CPU2 Temp', 39, 'ok', 3, null, 99],
      ['System Board Inlet Temp', 25, 'ok', -7, 38, 42],
    ]);
    expect(temperatures.at(-1)).toEqual(['System Board Exhaust Temp', 31, 'ok', 3, 75, 80]);
    expect(fans('Chassis_System_Thermal__dell')).toEqual(
      [18_600, 18_600, 18_600, 18_600, 18_720, 18_600].map((rpm, index) => [
        `System Board Fan${index + 1}A`,
        rpm,
        'ok',
      ]),
    );
  });

  it('reads Chassis_System__dell and Chassis_HGX_GPU_SXM_4__nvidia-viking', () => {
    expect(document('Chassis_System__dell').chassis).toEqual([
      {
        id: 'System.Embedded.1',
        manufacturer: 'Dell Inc.',
        model: 'PowerEdge R750',
        serial: 'CNIVC0014M0388',
        partNumber: '0WMWCRA01',
        health: 'OK',
      },
    ]);
    expect(document('Chassis_HGX_GPU_SXM_4__nvidia-viking').chassis).toEqual([
      {
        id: 'HGX_GPU_SXM_4',
        manufacturer: 'NVIDIA',
        model: 'H100 80GB HBM3',
        serial: '1652923004442',
        partNumber: '2330-885-A1',
        health: 'OK',
      },
    ]);
  });

  it('reads Systems_1__hpe, which is critical, and Systems_System_0__nvidia-gh200, which names nobody', () => {
    expect(document('Systems_1__hpe').system).toEqual({
      manufacturer: 'HPE',
      model: 'ProLiant DL385 Gen10 Plus v2',
      serial: 'MXQ302099S',
      sku: 'P38411-B21',
      biosVersion: 'A42 v2.60 (08/11/2022)',
      powerState: 'On',
      health: 'Critical',
      memoryBytes: 1024 * 1024 ** 3,
      processorCount: 2,
      processorModel: 'AMD EPYC 7763 64-Core Processor',
    });
    expect(document('Systems_System_0__nvidia-gh200').system).toEqual({
      manufacturer: null,
      model: null,
      serial: null,
      sku: null,
      biosVersion: null,
      powerState: 'On',
      health: 'OK',
      memoryBytes: 960 * 1024 ** 3,
      processorCount: 2,
      processorModel: 'ARMv9',
    });
  });

  it('reads Chassis_DGX_Power__nvidia-viking: noughts over no time are no measurement', () => {
    expect(document('Chassis_DGX_Power__nvidia-viking').power).toEqual([
      { name: 'Chassis Power Control', nowW: null, averageW: null, maximumW: null, limitW: 500 },
    ]);
    const volts = rows('Chassis_DGX_Power__nvidia-viking');
    expect(volts).toHaveLength(17);
    expect(volts[0]).toEqual(['VOLT_VNN_PCH_SBY', 1.056, 'ok', 0.9504, 1.104, 1.1616]);
    expect(volts[1]).toEqual(['VOLT_VCCFA_CPU0', 1.8063, 'ok', null, null, null]);
    expect(volts[15]).toEqual(['VOLT_PDB_HSC', 54.25, 'ok', 51.5, 55.25, 56.5]);
  });

  it('reads Chassis_DGX_Thermal__nvidia-viking: 120 temperatures, 13 of them of cages without a module', () => {
    const temperatures = rows('Chassis_DGX_Thermal__nvidia-viking');
    expect(temperatures).toHaveLength(120);
    expect(temperatures.slice(0, 3)).toEqual([
      ['TEMP_GB_HSC5', 29, 'ok', null, 125, 128],
      ['TEMP_VR_CPU0', 46, 'ok', null, 120, 123],
      ['TEMP_GB_RETIMER8', 58, 'ok', null, 110, 113],
    ]);
    expect(temperatures.slice(118)).toEqual([
      ['TLIMIT_GB_SXM7', 54, 'ok', -3, null, null],
      ['TEMP_CX7_QSFP2', null, 'absent', null, 70, 73],
    ]);
    expect(temperatures.filter(([, , state]) => state === 'absent')).toHaveLength(13);
    const spinning = fans('Chassis_DGX_Thermal__nvidia-viking');
    expect(spinning).toHaveLength(36);
    expect([spinning[0], spinning[34], spinning[35]]).toEqual([
      ['SPD_FAN_SYS10_F', 4408, 'ok'],
      ['SPD_FAN_SYS12_R', 3944, 'ok'],
      ['SPD_FAN_PSU4_F', 6710, 'ok'],
    ]);
  });

  it('reads Chassis_Card1_Power and Chassis_Card1_Thermal of a BlueField, whose ports have no module', () => {
    const { power, powerSupplies, sensors } = document('Chassis_Card1_Power__nvidia-dpu');
    expect(power).toEqual([
      { name: 'Chassis Power Control', nowW: null, averageW: null, maximumW: null, limitW: null },
    ]);
    expect(powerSupplies).toEqual([]);
    expect(sensors.slice(0, 5).map(({ name, value, upperWarning }) => [name, value, upperWarning])).toEqual([
      ['1 2V BMC', 1.196, 1.3],
      ['1 8V', 1.8024, 2],
      ['1 8V BMC', 1.8, 2],
      ['12V ATX', 12.16, 13.6],
      ['12V PCIe', 12.184, 13.6],
    ]);
    // Critical is what the card itself says of a reading that it has not got.
    expect(rows('Chassis_Card1_Thermal__nvidia-dpu')).toEqual([
      ['bluefield temp', 59, 'ok', 0, 95, 105],
      ['ddr temp', 75, 'ok', 0, 95, 105],
      ['p0 temp', null, 'critical', -5, 70, 75],
      ['p1 temp', null, 'critical', -5, 70, 75],
    ]);
  });

  it('reads the draw and the Xids of the GPUs of a DGX H100', () => {
    expect(document('Chassis_HGX_Chassis_0_EnvironmentMetrics__nvidia-viking')).toMatchObject({
      sensors: [{ name: 'PowerWatts', kind: 'power', value: 825.38, unit: 'W' }],
      fans: [],
    });
    const { log } = document('Chassis_HGX_GPU_SXM_4_LogServices_XID_Entries__nvidia-viking');
    expect(log[0]).toEqual({
      id: '849',
      atMs: Date.UTC(2020, 4, 8, 11, 14, 1),
      severity: 'Critical',
      message: expect.stringMatching(/^The resource property GPU_SXM_4 Driver Event Message .* XID 62 badf5723/),
      sensor: 'ResourceEvent.1.0.ResourceErrorsDetected',
    });
    expect(log[1]?.id).toBe('861');
  });

  it('says of lists of links that there is nothing in them', () => {
    const links = document('Chassis__nvidia-viking');
    expect(links.otherDocuments).toEqual(['/redfish/v1/Chassis']);
    expect(document('Chassis__nvidia-gh200').otherDocuments).toEqual(['/redfish/v1/Chassis']);
  });
});
