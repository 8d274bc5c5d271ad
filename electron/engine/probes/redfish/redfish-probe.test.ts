import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { redfishProbe } from './redfish-probe';

const framed = `redfish:169.254.0.17
==> /redfish/v1/
{"@odata.type": "#ServiceRoot.v1_11_0.ServiceRoot", "RedfishVersion": "1.15.0"}
<== 200
==> /redfish/v1/Systems
{"@odata.type": "#ComputerSystemCollection.ComputerSystemCollection", "Members": [{"@odata.id": "/redfish/v1/Systems/1"}]}
<== 200
==> /redfish/v1/Systems/1
{"@odata.type": "#ComputerSystem.v1_13_0.ComputerSystem", "Manufacturer": "HPE", "SerialNumber": "CZ1", "Status": {"Health": "Warning"}}
<== 200
==> /redfish/v1/Chassis/1/Thermal
{"@odata.type": "#Thermal.v1_7_1.Thermal", "Fans": [{"Name": "Fan 1", "Reading": 51, "ReadingUnits": "Percent", "Status": {"Health": "Critical", "State": "Enabled"}}]}
<== 200
==> /redfish/v1/Chassis/1/Power
{"error": {}}
<== 404
`;
const read = (text: string) => factsOf(redfishProbe, { redfish: text });

describe('redfish probe', () => {
  it('reads what a service at the host interface answered, and leaves out what it did not', () => {
    expect(read(framed)).toMatchObject({
      access: 'read',
      address: '169.254.0.17',
      redfishVersion: '1.15.0',
      system: { manufacturer: 'HPE', serial: 'CZ1', health: 'Warning', memoryBytes: null },
      fans: [{ name: 'Fan 1', speedRpm: null, speedPercent: 51, state: 'critical' }],
      powerSupplies: [],
      otherDocuments: ['/redfish/v1/Systems'],
    });
  });

  it('tells a node without such an interface from a service that wants a login', () => {
    expect(read('redfish:none\n')).toMatchObject({ access: 'no-interface', address: null, system: null });
    const refused = `${framed.slice(0, framed.indexOf('==> /redfish/v1/Systems\n'))}==> /redfish/v1/Systems\n{"error": {}}\n<== 401\n`;
    expect(read(refused)).toMatchObject({ access: 'needs-account', redfishVersion: '1.15.0' });
    expect(
      redfishProbe.parse({ redfish: printed('redfish:169.254.0.17\n==> /redfish/v1/\n\n<== 000\n') }),
    ).toMatchObject({ state: 'unparsable' });
    expect(redfishProbe.parse({ redfish: printed('', 127) })).toMatchObject({ state: 'missing-tool' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(redfishProbe, { redfish: framed });
  });
});

describe.skipIf(!hasRecordings)('redfish probe on recorded documents', () => {
  const document = (name: string) => read(recording(`power-cooling/redfish-${name}.json`));
  const sensor = { entity: null, lowerCritical: null, upperWarning: null, upperCritical: null };

  it('reads Chassis_1_Power__hpe: supplies of one name by their number', () => {
    const { powerSupplies, power } = document('Chassis_1_Power__hpe');
    const supply = {
      state: 'ok',
      detail: 'Enabled, OK',
      inputW: null,
      capacityW: 1600,
      manufacturer: 'LTEON',
      model: 'P38997-B21',
      firmwareVersion: '2.00',
    };
    expect(powerSupplies).toEqual([
      { ...supply, name: 'HpeServerPowerSupply 1', outputW: 277, inputV: 239, serial: '5XLNR0LLLH764F' },
      { ...supply, name: 'HpeServerPowerSupply 2', outputW: 254, inputV: 238, serial: '5XLNR0LLLH7645' },
    ]);
    expect(power).toEqual([{ name: '0', nowW: 531, averageW: 515, maximumW: 620, limitW: null }]);
  });

  it('reads Power__dell-r730', () => {
    const { powerSupplies, power, sensors } = document('Power__dell-r730');
    expect(powerSupplies).toEqual([
      {
        name: 'PS1 Status',
        state: 'ok',
        detail: 'Enabled, OK',
        inputW: 900,
        outputW: 203,
        capacityW: 750,
        inputV: 206,
        manufacturer: 'Dell',
        model: 'PWR SPLY,750W,RDNT,ARTESYN',
        serial: 'PHARP0079G0049',
        firmwareVersion: '00.1B.53',
      },
    ]);
    expect(power).toEqual([{ name: 'System Power Control', nowW: 429, averageW: 426, maximumW: 436, limitW: 348 }]);
    expect(sensors[0]).toEqual({
      ...sensor,
      name: 'System Board DIMM PG',
      rawName: 'System Board DIMM PG',
      kind: 'voltage',
      value: 1,
      unit: 'V',
      state: 'ok',
      detail: 'Enabled, OK',
    });
  });

  it('reads Thermal__dell-r730', () => {
    const { sensors, fans } = document('Thermal__dell-r730');
    expect(sensors).toEqual([
      {
        ...sensor,
        name: 'CPU1 Temp',
        rawName: 'CPU1 Temp',
        kind: 'temperature',
        value: 40,
        unit: '°C',
        state: 'ok',
        detail: 'Enabled, OK',
        lowerCritical: 3,
        upperCritical: 93,
      },
    ]);
    expect(fans).toHaveLength(16);
    expect(fans.slice(0, 3).map(({ name, speedRpm, state }) => [name, speedRpm, state])).toEqual([
      ['System Board Fan1A', 17_760, 'ok'],
      ['System Board Fan1B', 15_360, 'ok'],
      ['System Board Fan2A', 17_880, 'ok'],
    ]);
  });

  it('reads Chassis_1_Thermal__hpe: fans in percent, and sensors that are not there', () => {
    const { sensors, fans } = document('Chassis_1_Thermal__hpe');
    expect(fans).toHaveLength(6);
    expect(fans[0]).toEqual({ name: 'Fan 1', speedRpm: null, speedPercent: 51, state: 'ok' });
    expect(sensors).toHaveLength(53);
    expect(sensors.slice(0, 3).map(({ name, value, upperCritical }) => [name, value, upperCritical])).toEqual([
      ['01-Inlet Ambient', 20, 42],
      ['02-CPU 1', 40, 75],
      ['03-CPU 2', 40, 75],
    ]);
    expect(sensors.some(({ state }) => state === 'absent')).toBe(true);
  });

  it('reads Systems_System__dell', () => {
    expect(document('Systems_System__dell').system).toEqual({
      manufacturer: 'Dell Inc.',
      model: 'PowerEdge R750',
      serial: 'CNIVC0014M0388',
      sku: 'F54P1G3',
      biosVersion: '1.8.2',
      powerState: 'On',
      health: 'OK',
      memoryBytes: 512 * 1024 ** 3,
      processorCount: 2,
      processorModel: 'Intel(R) Xeon(R) Gold 6354 CPU @ 3.00GHz',
    });
  });

  it('reads readings of a DGX H100’s GPU, numbers and texts alike', () => {
    expect(document('Chassis_HGX_GPU_SXM_4_EnvironmentMetrics__nvidia-viking').sensors).toMatchObject([
      { name: 'PowerWatts', kind: 'power', value: 74.814, unit: 'W' },
    ]);
    const { sensors } = document('Chassis_HGX_GPU_SXM_4_ThermalSubsystem_ThermalMetrics__nvidia-viking');
    expect(sensors.slice(0, 2)).toMatchObject([
      { rawName: 'HGX_GPU_SXM_4_DRAM_0_Temp_0', kind: 'temperature', value: 43, unit: '°C' },
      { rawName: 'HGX_GPU_SXM_4_TEMP_0', kind: 'temperature', value: 35.34375 },
    ]);
  });

  it('reads ThermalMetrics and PowerSupplyMetrics of HPE iLO 6', () => {
    expect(document('ThermalMetrics__hp-thermalsubsystem').sensors.map(({ name, value }) => [name, value])).toEqual([
      ['01-Inlet Ambient', 19],
      ['02-CPU 1 PkgTmp', 42],
      ['Ambient', 19],
    ]);
    expect(document('PowerSupplyMetrics__hp-powersubsystem').powerSupplies).toMatchObject([
      {
        name: 'Metrics for Power Supply 1',
        state: 'warning',
        detail: 'Enabled, Warning',
        inputW: 937.4,
        inputV: 230.2,
      },
    ]);
  });

  it('reads event logs of a Dell and of a GH200', () => {
    const dell = document('Managers_iDRAC_LogServices_Sel_Entries__dell').log;
    expect(dell).toHaveLength(5);
    expect(dell[0]).toEqual({
      id: '1024',
      atMs: Date.UTC(2024, 5, 11, 5, 13),
      severity: 'OK',
      message: 'An OEM diagnostic event occurred.',
      sensor: '7e012790',
    });
    const nvidia = document('Systems_System_0_LogServices_SEL_Entries__nvidia-gh200').log;
    expect(nvidia).toHaveLength(5);
    expect(nvidia[0]).toMatchObject({
      id: '205745',
      atMs: Date.UTC(2024, 7, 21, 5, 27, 15),
      message: 'TEMP_SSD_01 sensor crossed a warning low threshold going low. Reading=0.000000 Threshold=5.000000.',
    });
  });
});
