import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { machineProbe } from './machine-probe';

const sysfs = `sys_vendor:Supermicro
product_name:SYS-821GE-TNHR
product_sku:To be filled by O.E.M.
product_family:Family
board_vendor:Supermicro
board_name:X13DEG-OAD
chassis_type:17
bios_vendor:American Megatrends International, LLC.
bios_version:2.1
bios_date:02/28/2024
bios_release:5.32
`;
const dmidecode = `# dmidecode 3.5
Getting SMBIOS data from sysfs.
SMBIOS 3.6.0 present.

Handle 0x0001, DMI type 1, 27 bytes
System Information
	Manufacturer: Supermicro
	Product Name: SYS-821GE-TNHR
	Version: 0123456789
	Serial Number: S502214X3A11111
	UUID: 00000000-0000-0000-0000-3CECEF000001
	SKU Number: Default string
	Family: Not Specified

Handle 0x0003, DMI type 3, 22 bytes
Chassis Information
	Manufacturer: Supermicro
	Type: Other
	Serial Number: C8210AM01
	Asset Tag: rack-7
`;

describe('machine probe', () => {
  it('reads the table, and takes what it leaves blank from sysfs', () => {
    expect(factsOf(machineProbe, { dmidecode, 'sysfs-dmi': sysfs })).toEqual({
      system: {
        manufacturer: 'Supermicro',
        product: 'SYS-821GE-TNHR',
        version: '0123456789',
        serial: 'S502214X3A11111',
        uuid: '00000000-0000-0000-0000-3cecef000001',
        sku: null,
        family: 'Family',
      },
      board: { manufacturer: 'Supermicro', product: 'X13DEG-OAD', version: null, serial: null },
      chassis: { manufacturer: 'Supermicro', type: 'Other', serial: 'C8210AM01', assetTag: 'rack-7' },
      bios: {
        vendor: 'American Megatrends International, LLC.',
        version: '2.1',
        releaseDate: '02/28/2024',
        revision: '5.32',
      },
    });
  });

  it('has all but the serial numbers without root, and says what would show them', () => {
    const denied = { ...printed(''), state: 'denied' as const, exitCode: null };
    const result = machineProbe.parse({ dmidecode: denied, 'sysfs-dmi': printed(sysfs) });
    expect(result).toMatchObject({
      state: 'ok',
      reason: {
        key: 'probes.denied',
        params: { sudoers: 'USER ALL=(root) NOPASSWD: /usr/sbin/dmidecode -t 0\\,1\\,2\\,3' },
      },
      facts: {
        system: { product: 'SYS-821GE-TNHR', serial: null, uuid: null, sku: null },
        chassis: { type: 'Main Server Chassis' },
      },
    });
  });

  it('knows a board without SMBIOS by its device tree', () => {
    const facts = factsOf(machineProbe, {
      dmidecode: printed(
        '# dmidecode 3.4\nScanning /dev/mem for entry point.\n',
        1,
        '/dev/mem: No such file or directory\n',
      ),
      'sysfs-dmi': 'device-tree/model:NVIDIA Jetson AGX Orin Developer Kit\ndevice-tree/serial-number:1421223045678\n',
    });
    expect(facts.system).toMatchObject({ product: 'NVIDIA Jetson AGX Orin Developer Kit', serial: '1421223045678' });
  });

  it('tells a machine without any such table from output that makes no sense', () => {
    const nothing = printed(
      '# dmidecode 3.4\nScanning /dev/mem for entry point.\n',
      1,
      '/dev/mem: No such file or directory\n',
    );
    expect(machineProbe.parse({ dmidecode: nothing, 'sysfs-dmi': printed('') })).toMatchObject({
      state: 'ok',
      reason: { key: 'probes.noFirmwareTable' },
      facts: { system: { serial: null } },
    });
    expect(machineProbe.parse({ dmidecode: printed('what?'), 'sysfs-dmi': printed('') })).toMatchObject({
      state: 'unparsable',
    });
    expect(machineProbe.parse({ dmidecode: printed('', 127), 'sysfs-dmi': printed('') })).toMatchObject({
      state: 'missing-tool',
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(machineProbe, { dmidecode, 'sysfs-dmi': sysfs });
  });
});

describe.skipIf(!hasRecordings)('machine probe on recorded outputs', () => {
  const read = (name: string) => factsOf(machineProbe, { dmidecode: recording(`host/${name}`) });

  it('reads dmidecode__poweredge-xe9680.txt, indented by blanks', () => {
    expect(read('dmidecode__poweredge-xe9680.txt')).toEqual({
      system: {
        manufacturer: 'Dell Inc.',
        product: 'PowerEdge XE9680',
        version: null,
        serial: 'HSR8X04',
        uuid: '4c4c4544-0053-5210-8038-c8c04f583034',
        sku: 'SKU=94F9;ModelName=PowerEdge XE9680',
        family: 'PowerEdge',
      },
      board: { manufacturer: null, product: null, version: null, serial: null },
      chassis: { manufacturer: null, type: null, serial: null, assetTag: null },
      bios: { vendor: null, version: null, releaseDate: null, revision: null },
    });
  });

  it('reads dmidecode__aws-xen.txt', () => {
    expect(read('dmidecode__aws-xen.txt')).toEqual({
      system: {
        manufacturer: 'Xen',
        product: 'HVM domU',
        version: '4.2.amazon',
        serial: 'ec2f58af-2dad-c57e-88c0-a81cb6084290',
        uuid: 'ec2f58af-2dad-c57e-88c0-a81cb6084290',
        sku: null,
        family: null,
      },
      board: { manufacturer: null, product: null, version: null, serial: null },
      chassis: { manufacturer: 'Xen', type: 'Other', serial: null, assetTag: null },
      bios: { vendor: 'Xen', version: '4.2.amazon', releaseDate: '12/09/2016', revision: '4.2' },
    });
  });

  it('reads dmidecode__ubuntu-18.04-vm.txt', () => {
    expect(read('dmidecode__ubuntu-18.04-vm.txt')).toEqual({
      system: {
        manufacturer: 'VMware, Inc.',
        product: 'VMware Virtual Platform',
        version: null,
        serial: 'VMware-56 4d 0d 1a cc cf 45 fa-43 81 ac 1f 3b 99 45 17',
        uuid: '1a0d4d56-cfcc-fa45-4381-ac1f3b994517',
        sku: null,
        family: null,
      },
      board: {
        manufacturer: 'Intel Corporation',
        product: '440BX Desktop Reference Platform',
        version: null,
        serial: null,
      },
      chassis: { manufacturer: null, type: 'Other', serial: null, assetTag: null },
      bios: { vendor: 'Phoenix Technologies LTD', version: '6.00', releaseDate: '04/13/2018', revision: '4.6' },
    });
  });
});
