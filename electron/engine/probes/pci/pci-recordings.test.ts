import { describe, expect, it } from 'vitest';
import { factsOf } from '../testing/check';
import { hasRecordings, recording } from '../testing/recordings';
import { blankFunction } from './blank-function';
import { pciProbe } from './pci-probe';

const functionsOf = (name: string) => factsOf(pciProbe, { 'pci-tree': recording(name) }).functions;
const find = (name: string, address: string) => functionsOf(name).find((one) => one.address === address);
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** What stands in the files, read by eye. */
describe.skipIf(!hasRecordings)('pci probe on recorded listings', () => {
  describe('host/lspci-vvv__dell-8gpu.txt', () => {
    const name = 'host/lspci-vvv__dell-8gpu.txt';

    it('has 517 functions, of which 8 are GPUs and 4 NVSwitches', () => {
      const functions = functionsOf(name);
      expect(functions).toHaveLength(517);
      const nvidia = functions.filter(({ vendorId }) => vendorId === '10de');
      expect(nvidia.map(({ address, deviceId }) => `${address} ${deviceId}`)).toEqual([
        '0000:19:00.0 2330',
        '0000:3b:00.0 2330',
        '0000:4c:00.0 2330',
        '0000:5d:00.0 2330',
        '0000:83:00.0 22a3',
        '0000:84:00.0 22a3',
        '0000:85:00.0 22a3',
        '0000:86:00.0 22a3',
        '0000:9b:00.0 2330',
        '0000:bb:00.0 2330',
        '0000:cb:00.0 2330',
        '0000:db:00.0 2330',
      ]);
    });

    it('reads a GPU below a switch below a root port', () => {
      expect(find(name, '0000:19:00.0')).toEqual({
        ...blankFunction('0000:19:00.0'),
        parentAddress: '0000:17:01.0',
        vendorId: '10de',
        deviceId: '2330',
        classCode: '0302',
        revision: 'a1',
        className: '3D controller',
        vendorName: 'NVIDIA Corporation',
        subsystemName: 'NVIDIA Corporation Device 16c1',
        driver: 'nvidia',
        numaNode: 0,
        link: { generation: 5, width: 16, maxGeneration: 5, maxWidth: 16 },
        statusErrors: ['CorrErr'],
        bars: [
          { index: 0, sizeBytes: 16 * MIB, isPrefetchable: true, is64Bit: true },
          { index: 2, sizeBytes: 128 * GIB, isPrefetchable: true, is64Bit: true },
          { index: 4, sizeBytes: 32 * MIB, isPrefetchable: true, is64Bit: true },
        ],
        virtualFunctions: { enabled: 0, total: 32 },
      });
      expect(find(name, '0000:17:01.0')).toMatchObject({
        parentAddress: '0000:16:00.0',
        vendorName: 'Broadcom / LSI',
        deviceName: 'PEX890xx PCIe Gen 5 Switch',
        physicalSlot: '28',
        link: { generation: 5, width: 16, maxGeneration: 5, maxWidth: 16 },
        acsControls: [],
        statusErrors: ['CorrErr'],
      });
      expect(find(name, '0000:16:00.0')?.parentAddress).toBe('0000:15:01.0');
      expect(find(name, '0000:15:01.0')).toMatchObject({ parentAddress: null, deviceId: '352a', driver: 'pcieport' });
    });

    it('reads links that are lower than one of their ends', () => {
      expect(find(name, '0000:17:03.0')?.link).toEqual({ generation: 4, width: 16, maxGeneration: 5, maxWidth: 16 });
      expect(find(name, '0000:01:00.0')).toMatchObject({
        parentAddress: '0000:00:0c.0',
        driver: 'tg3',
        link: { generation: 2, width: 1, maxGeneration: 2, maxWidth: 2 },
      });
      expect(find(name, '0000:00:0c.0')).toMatchObject({
        link: { generation: 2, width: 1, maxGeneration: 3, maxWidth: 1 },
        acsControls: ['SrcValid'],
      });
    });

    it('reads an NVSwitch', () => {
      expect(find(name, '0000:83:00.0')).toMatchObject({
        classCode: '0680',
        driver: 'nvidia-nvswitch',
        physicalSlot: '1',
        numaNode: 1,
        link: { generation: 4, width: 2, maxGeneration: 4, maxWidth: 2 },
        bars: [{ index: 0, sizeBytes: 32 * MIB, isPrefetchable: false, is64Bit: true }],
      });
    });
  });

  it.each([
    ['host/lspci-vvv-0100-0__asus-esc8000a-rtx6000ada-x4.txt', '0000:01:00.0', '3'],
    ['host/lspci-vvv-4100-0__asus-esc8000a-rtx6000ada-x4.txt', '0000:41:00.0', '2'],
  ])('%s is an idle GPU whose link rests at 2.5 GT/s', (name, address, physicalSlot) => {
    expect(functionsOf(name)).toEqual([
      {
        ...blankFunction(address),
        vendorId: '10de',
        classCode: '0300',
        revision: 'a1',
        className: 'VGA compatible controller',
        vendorName: 'NVIDIA Corporation',
        deviceName: 'AD102GL [RTX 6000 Ada Generation]',
        subsystemName: 'NVIDIA Corporation AD102GL [RTX 6000 Ada Generation]',
        driver: 'nvidia',
        numaNode: 0,
        physicalSlot,
        link: { generation: 1, width: 16, maxGeneration: 4, maxWidth: 16 },
        statusErrors: [],
        bars: [
          { index: 0, sizeBytes: 16 * MIB, isPrefetchable: false, is64Bit: false },
          { index: 1, sizeBytes: 64 * GIB, isPrefetchable: true, is64Bit: true },
          { index: 3, sizeBytes: 32 * MIB, isPrefetchable: true, is64Bit: true },
        ],
      },
    ]);
  });

  it('host/lspci-vvv-2100-0__asus-esc8000a-rtx6000ada-x4.txt is a ConnectX-7 with two error bits set', () => {
    expect(functionsOf('host/lspci-vvv-2100-0__asus-esc8000a-rtx6000ada-x4.txt')).toEqual([
      {
        ...blankFunction('0000:21:00.0'),
        vendorId: '15b3',
        classCode: '0200',
        className: 'Ethernet controller',
        vendorName: 'Mellanox Technologies',
        deviceName: 'MT2910 Family [ConnectX-7]',
        subsystemName: 'Mellanox Technologies MT2910 Family [ConnectX-7]',
        driver: 'mlx5_core',
        numaNode: 0,
        link: { generation: 5, width: 16, maxGeneration: 5, maxWidth: 16 },
        statusErrors: ['CorrErr', 'UnsupReq'],
        bars: [{ index: 0, sizeBytes: 32 * MIB, isPrefetchable: true, is64Bit: true }],
        acsControls: [],
        virtualFunctions: { enabled: 0, total: 16 },
      },
    ]);
  });

  it('host/lspci-nn__a100-x8-nvswitch.txt has 8 GPUs, 6 NVSwitches and 9 adapters, each in a domain of its own', () => {
    const functions = functionsOf('host/lspci-nn__a100-x8-nvswitch.txt');
    const count = (deviceId: string) => functions.filter((one) => one.deviceId === deviceId).length;
    expect([functions.length, count('20b2'), count('1af1'), count('101c'), count('b111')]).toEqual([31, 8, 6, 8, 8]);
    expect(functions[4]).toEqual({
      ...blankFunction('0005:00:00.0'),
      vendorId: '10de',
      deviceId: '1af1',
      classCode: '0680',
      revision: 'a1',
      className: 'Bridge',
      vendorName: 'NVIDIA Corporation',
    });
    expect(functions.find(({ address }) => address === 'c941:00:02.0')).toMatchObject({
      deviceName: 'MT27710 Family [ConnectX-4 Lx Virtual Function]',
      revision: '80',
    });
  });

  it('host/lspci-nn__a10-vm.txt is a virtual machine with one A10', () => {
    const functions = functionsOf('host/lspci-nn__a10-vm.txt');
    expect(functions).toHaveLength(20);
    expect(functions.filter(({ classCode }) => classCode === '0302')).toEqual([
      {
        ...blankFunction('0000:06:00.0'),
        vendorId: '10de',
        deviceId: '2236',
        classCode: '0302',
        revision: 'a1',
        className: '3D controller',
        vendorName: 'NVIDIA Corporation',
        deviceName: 'GA102GL [A10]',
      },
    ]);
  });

  it('host/lspci-k__cisco-ucs.txt tells drivers', () => {
    const name = 'host/lspci-k__cisco-ucs.txt';
    expect(find(name, '0000:06:00.0')).toMatchObject({
      classCode: '0200',
      deviceName: '82598EB 10-Gigabit AF Dual Port Network Connection',
      revision: '01',
      subsystemName: 'Cisco Systems Inc Device 004a',
      driver: 'ixgbe',
    });
    // A vendor that we do not know stays part of the name.
    expect(find(name, '0000:04:00.1')).toMatchObject({
      vendorId: null,
      deviceName: 'QLogic Corp. ISP2432-based 4Gb Fibre Channel to PCI Express HBA',
      driver: 'qla2xxx',
    });
    expect(find(name, '0000:00:00.0')?.driver).toBeNull();
  });

  it('host/lspci-mmv__ubuntu-20.10.txt and its numbers in -nnmmv', () => {
    const named = find('host/lspci-mmv__ubuntu-20.10.txt', '0000:02:01.0');
    expect(named).toMatchObject({
      classCode: '0200',
      vendorName: 'Intel Corporation',
      vendorId: '8086',
      deviceId: null,
      deviceName: '82545EM Gigabit Ethernet Controller (Copper)',
      subsystemName: 'PRO/1000 MT Single Port Adapter',
      physicalSlot: '33',
      revision: '01',
    });
    const numbered = functionsOf('host/lspci-nnmmv__ubuntu-20.10.txt');
    expect(numbered[0]).toEqual({
      ...blankFunction('0000:00:00.0'),
      vendorId: '8086',
      deviceId: '7190',
      subsystemVendorId: '15ad',
      subsystemDeviceId: '1976',
      classCode: '0600',
      revision: '01',
      className: 'Host bridge',
      vendorName: 'Intel Corporation',
      deviceName: '440BX/ZX/DX - 82443BX/ZX/DX Host bridge',
      subsystemName: 'Virtual Machine Chipset',
    });
    expect(numbered.at(-1)).toMatchObject({ address: '00ff:02:05.0', classCode: '0106', physicalSlot: '37' });
  });

  it('host/lspci-tv__asus-esc8000a-rtx6000ada-x4.txt is drawn from eight root buses', () => {
    const name = 'host/lspci-tv__asus-esc8000a-rtx6000ada-x4.txt';
    const functions = functionsOf(name);
    const gpus = functions.filter(({ deviceName }) => deviceName === 'AD102GL [RTX 6000 Ada Generation]');
    expect(gpus.map(({ address, parentAddress }) => [address, parentAddress])).toEqual([
      ['0000:01:00.0', '0000:00:01.1'],
      ['0000:41:00.0', '0000:40:01.1'],
      ['0000:c1:00.0', '0000:c0:01.1'],
      ['0000:e1:00.0', '0000:e0:01.1'],
    ]);
    // Three switches deep, and a bridge with nothing below it.
    expect(find(name, '0000:67:00.0')).toMatchObject({ parentAddress: '0000:64:18.0', vendorId: '144d' });
    expect(find(name, '0000:64:18.0')?.parentAddress).toBe('0000:63:00.0');
    expect(find(name, '0000:63:00.0')?.parentAddress).toBe('0000:62:00.0');
    expect(find(name, '0000:62:1c.0')).toMatchObject({ parentAddress: '0000:61:00.0', classCode: '0604' });
    expect(find(name, '0000:61:00.0')?.parentAddress).toBe('0000:60:01.1');
    expect(find(name, '0000:21:00.1')).toMatchObject({
      parentAddress: '0000:20:03.1',
      vendorName: 'Mellanox Technologies',
      deviceName: 'MT2910 Family [ConnectX-7]',
    });
    expect(
      new Set(functions.filter((one) => one.parentAddress === null).map(({ address }) => address.slice(5, 7))),
    ).toEqual(new Set(['00', '20', '40', '60', '80', 'a0', 'c0', 'e0']));
  });

  it.each([
    ['fabric/sysfs-tree__gpu-node-good.json', 3],
    ['fabric/sysfs-tree__compute-nvme-link-downgraded.json', 4],
  ])('%s tells current links alone', (name, generation) => {
    expect(functionsOf(name)).toHaveLength(111);
    const link = { width: 4, maxGeneration: null, maxWidth: null };
    expect(find(name, '0000:22:00.0')?.link).toEqual({ ...link, generation });
    expect(find(name, '0000:89:00.0')?.link).toEqual({ ...link, generation: 4 });
  });
});
