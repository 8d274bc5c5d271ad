import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { networkModulesProbe } from './network-modules-probe';

const each = (name: string, text: string, exitCode = 0) =>
  `==> /sys/bus/pci/devices/0000:18:00.0/net/${name}\n${text}\n<== ${exitCode}\n`;
const qsfp = `	Identifier                                : 0x11 (QSFP28)
	Connector                                 : 0x0c (MPO Parallel Optic)
	Vendor name                               : Mellanox
	Vendor PN                                 : MMA1B00-C100D
	Vendor SN                                 : MT2130FT01234
	Module temperature                        : 41.25 degrees C / 106.25 degrees F
	Module voltage                            : 3.2817 V
	Laser tx bias current (Channel 1)         : 6.750 mA
	Laser tx bias current (Channel 2)         : 6.760 mA
	Transmit avg optical power (Channel 1)    : 1.0022 mW / 0.01 dBm
	Transmit avg optical power (Channel 2)    : 0.9800 mW / -0.09 dBm
	Rcvr signal avg optical power(Channel 1)  : 0.9000 mW / -0.46 dBm
	Rcvr signal avg optical power(Channel 2)  : 0.0000 mW / -inf dBm
	Laser bias current high alarm   (Chan 1)  : Off
	Module temperature high warning           : On
`;
const parse = (modules: string) => factsOf(networkModulesProbe, { modules }).modules;

describe('network-modules probe', () => {
  it('reads each lane of an optical module, and a lane without light as such', () => {
    const ports = each('ens1f0', qsfp) + each('eno1', 'netlink error: Operation not supported', 1);
    expect(parse(ports)).toEqual([
      {
        interface: 'ens1f0',
        identifier: 'QSFP28',
        connector: 'MPO Parallel Optic',
        types: [],
        vendor: 'Mellanox',
        partNumber: 'MMA1B00-C100D',
        serialNumber: 'MT2130FT01234',
        cableLengthM: null,
        temperatureC: 41.25,
        voltageV: 3.2817,
        rxPowerDbm: [-0.46, null],
        txPowerDbm: [0.01, -0.09],
        biasMa: [6.75, 6.76],
        alarms: ['Module temperature high warning'],
      },
    ]);
  });

  it('tells a node without modules from one that may not say', () => {
    expect(parse('')).toEqual([]);
    expect(networkModulesProbe.parse({ modules: { ...printed(''), state: 'denied' } })).toMatchObject({
      state: 'denied',
      reason: { params: { sudoers: 'USER ALL=(root) NOPASSWD: /usr/sbin/ethtool -m *' } },
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(networkModulesProbe, { modules: each('ens1f0', qsfp) });
  });
});

describe.skipIf(!hasRecordings)('network-modules probe on recorded outputs', () => {
  const of = (name: string) => parse(each('enp1s0', recording(`fabric/ethtool-m__${name}.txt`)));

  it('reads a copper cable, which has no optics to tell of', () => {
    expect(of('module-info')).toMatchObject([
      {
        identifier: 'SFP',
        connector: 'Copper pigtail',
        vendor: 'UbiquitiNetworks',
        partNumber: 'UDC-2',
        serialNumber: null,
        cableLengthM: 2,
        temperatureC: null,
        voltageV: null,
        rxPowerDbm: [],
        txPowerDbm: [],
        biasMa: [],
        alarms: [],
      },
    ]);
    expect(of('module-info')[0]?.types).toHaveLength(9);
  });

  it('reads an optical module with its readings', () => {
    expect(of('sfp-ddm')).toEqual([
      {
        interface: 'enp1s0',
        identifier: 'SFP',
        connector: 'SC',
        types: ['10G Ethernet: 10G Base-LR'],
        vendor: 'FS',
        partNumber: 'XXXXXXXXXXXXXXX',
        serialNumber: 'XXXXXXXXXXX',
        cableLengthM: null,
        temperatureC: 38,
        voltageV: 3.4844,
        rxPowerDbm: [-23.57],
        txPowerDbm: [5.58],
        biasMa: [13.088],
        alarms: [],
      },
    ]);
  });
});
