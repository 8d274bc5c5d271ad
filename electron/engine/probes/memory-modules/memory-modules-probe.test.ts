import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { memoryModulesProbe } from './memory-modules-probe';

const gib = 1024 ** 3;
const device = (values: Record<string, string>) =>
  `Handle 0x1100, DMI type 17, 92 bytes\nMemory Device\n${Object.entries(values)
    .map(([name, value]) => `\t${name}: ${value}\n`)
    .join('')}\n`;
const fitted = (locator: string, bank: string, more: Record<string, string> = {}) =>
  device({
    'Total Width': '80 bits',
    'Data Width': '64 bits',
    Size: '64 GB',
    'Form Factor': 'DIMM',
    Locator: locator,
    'Bank Locator': bank,
    Type: 'DDR5',
    Speed: '5600 MT/s',
    Manufacturer: 'Samsung',
    'Serial Number': '80CE012345',
    'Part Number': 'M321R8GA0PB0-CWMXJ',
    Rank: '2',
    'Configured Memory Speed': '4800 MT/s',
    'Configured Voltage': '1.1 V',
    ...more,
  });
const dmidecode = `# dmidecode 3.5
Getting SMBIOS data from sysfs.

Handle 0x1000, DMI type 16, 23 bytes
Physical Memory Array
	Use: System Memory
	Error Correction Type: Multi-bit ECC
	Maximum Capacity: 3 TB
	Number Of Devices: 32

${fitted('A1', 'P0_Node0_Channel0')}${device({ Size: 'No Module Installed', Locator: 'A2', 'Bank Locator': 'P0_Node0_Channel0', Type: 'Unknown', Speed: 'Unknown' })}`;
const meminfo = 'MemTotal:       65536000 kB\n';

describe('memory-modules probe', () => {
  it('reads modules and empty slots, and what the kernel has of them', () => {
    const facts = factsOf(memoryModulesProbe, { dmidecode, meminfo });
    expect(facts).toEqual({
      modules: [
        {
          locator: 'A1',
          bank: 'P0_Node0_Channel0',
          isEmpty: false,
          sizeBytes: 64 * gib,
          type: 'DDR5',
          formFactor: 'DIMM',
          speedMTs: 5600,
          configuredSpeedMTs: 4800,
          manufacturer: 'Samsung',
          partNumber: 'M321R8GA0PB0-CWMXJ',
          serial: '80CE012345',
          rank: 2,
          dataWidthBits: 64,
          totalWidthBits: 80,
          configuredVoltageV: 1.1,
        },
        expect.objectContaining({ locator: 'A2', isEmpty: true, sizeBytes: null, type: null, serial: null }),
      ],
      errorCorrection: 'Multi-bit ECC',
      maximumBytes: 3 * 1024 ** 4,
      installedBytes: 64 * gib,
      kernelTotalBytes: 65_536_000 * 1024,
      isEmulated: false,
    });
  });

  it('reads sizes in any unit, and calls a size that is not told unknown', () => {
    const sizes = ['65536 MB', '64 GB', '64 GiB', '67108864 kB', 'Unknown', '0 MB'];
    const slots = sizes.map((Size, index) => device({ Size, Locator: `A${index}`, Type: 'DDR5' })).join('');
    const facts = factsOf(memoryModulesProbe, { dmidecode: `# dmidecode 3.5\n\n${slots}`, meminfo });
    expect(facts.modules.map(({ sizeBytes, isEmpty }) => [sizeBytes, isEmpty])).toEqual([
      [64 * gib, false],
      [64 * gib, false],
      [64 * gib, false],
      [64 * gib, false],
      [null, false],
      [null, true],
    ]);
    expect(facts.installedBytes).toBeNull();
  });

  it('tells slots of one name apart by their bank, and by their order where that is the same', () => {
    const head = '# dmidecode 3.5\n\n';
    const locators = (text: string) =>
      factsOf(memoryModulesProbe, { dmidecode: head + text }).modules.map(({ locator }) => locator);
    expect(
      locators(fitted('DIMM 0', 'P0 CHANNEL A') + fitted('DIMM 0', 'P0 CHANNEL B') + fitted('DIMM 1', 'P0 CHANNEL A')),
    ).toEqual(['P0 CHANNEL A DIMM 0', 'P0 CHANNEL B DIMM 0', 'DIMM 1']);
    expect(locators(fitted('DIMM', 'Not Specified') + fitted('DIMM', 'Not Specified'))).toEqual(['DIMM', 'DIMM #2']);
  });

  it('says when the modules are a hypervisor’s', () => {
    const text = `# dmidecode 3.5\n\n${fitted('DIMM 0', 'Not Specified', { Manufacturer: 'QEMU', 'Part Number': 'Not Specified' })}`;
    expect(factsOf(memoryModulesProbe, { dmidecode: text })).toMatchObject({ isEmulated: true });
  });

  it('has no sum where the size of a module is not told', () => {
    const text = `# dmidecode 3.5\n\n${fitted('A1', 'x')}${fitted('A2', 'x', { Size: 'Unknown' })}`;
    const facts = factsOf(memoryModulesProbe, { dmidecode: text });
    expect(facts.installedBytes).toBeNull();
    expect(facts.modules[1]).toMatchObject({ isEmpty: false, sizeBytes: null });
  });

  it('tells no table and no modules from a list of something else, and asks for root', () => {
    const noTable = printed(
      '# dmidecode 3.4\nScanning /dev/mem for entry point.\n',
      1,
      '/dev/mem: No such file or directory\n',
    );
    expect(memoryModulesProbe.parse({ dmidecode: noTable })).toMatchObject({
      state: 'ok',
      reason: { key: 'probes.noFirmwareTable' },
    });
    expect(memoryModulesProbe.parse({ dmidecode: printed('# dmidecode 3.4\nSMBIOS 2.8 present.\n\n') })).toMatchObject({
      state: 'ok',
      reason: { key: 'probes.noMemoryModules' },
      facts: { modules: [], installedBytes: null },
    });
    const denied = { ...printed(''), state: 'denied' as const, exitCode: null };
    expect(memoryModulesProbe.parse({ dmidecode: denied })).toMatchObject({
      state: 'denied',
      reason: { params: { sudoers: 'USER ALL=(root) NOPASSWD: /usr/sbin/dmidecode -t memory' } },
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(memoryModulesProbe, { dmidecode, meminfo });
  });
});

describe.skipIf(!hasRecordings)('memory-modules probe on recorded outputs', () => {
  it.each([
    ['dmidecode__centos-7.txt', 4096, 65],
    ['dmidecode__ubuntu-18.04-vm.txt', 2048, 3],
  ])('reads %s: one module of a hypervisor and 127 empty slots', (name, sizeMib, maximumGib) => {
    const facts = factsOf(memoryModulesProbe, { dmidecode: recording(`host/${name}`) });
    expect(facts).toMatchObject({
      errorCorrection: null,
      maximumBytes: maximumGib * gib,
      installedBytes: sizeMib * 1024 ** 2,
      kernelTotalBytes: null,
      isEmulated: true,
    });
    expect(facts.modules).toHaveLength(128);
    expect(facts.modules.filter(({ isEmpty }) => !isEmpty)).toEqual([
      {
        locator: 'RAM slot #0',
        bank: 'RAM slot #0',
        isEmpty: false,
        sizeBytes: sizeMib * 1024 ** 2,
        type: 'DRAM',
        formFactor: 'DIMM',
        speedMTs: null,
        configuredSpeedMTs: null,
        manufacturer: null,
        partNumber: null,
        serial: null,
        rank: null,
        dataWidthBits: 32,
        totalWidthBits: 32,
        configuredVoltageV: null,
      },
    ]);
    expect(facts.modules[1]).toMatchObject({ locator: 'RAM slot #1', isEmpty: true, sizeBytes: null });
  });
});
