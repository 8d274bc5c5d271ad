import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { gpuDevicesProbe } from './gpu-devices-probe';

const good = `device 0000:1b:00.0 0x030200 0x10de 0x2330 0x10de 0x16c1 0 - ../../../../bus/pci/drivers/nvidia
device 0000:05:00.0 0x120000 0x1002 0x74a1 0x1002 0x74a1 1 - 
device 0000:07:00.0 0x068000 0x10de 0x22a3 0x10de 0x1796 -1 - ../../../../bus/pci/drivers/nvidia-nvswitch
device 0000:c1:00.0 0x030000 0x1a03 0x2000 - - - 1 ../../../../bus/pci/drivers/ast
device 0000:00:01.0 0x030000 0x1234 0x1111 0x1af4 0x1100 -1 0 
device 0000:e3:00.0 0x038000 0x8086 0x56c0 0x8086 0x4905 1 0 ../../../../bus/pci/drivers/i915
0000:1b:00.0 3D controller [0302]: NVIDIA Corporation GH100 [H100 SXM5 80GB] [10de:2330] (rev a1)
0000:05:00.0 Processing accelerators [1200]: Advanced Micro Devices, Inc. [AMD/ATI] Aqua Vanjaram [Instinct MI300X] [1002:74a1]
0000:c1:00.0 VGA compatible controller [0300]: ASPEED Technology, Inc. ASPEED Graphics Family [1a03:2000] (rev 52)
0000:00:01.0 VGA compatible controller [0300]: Device [1234:1111] (rev 02)
0000:e3:00.0 Display controller [0380]: Intel Corporation Data Center GPU Flex 170 [8086:56c0] (rev 08)
pci:end
`;
const facts = (text: string) => factsOf(gpuDevicesProbe, { 'sysfs-pci': text });

describe('gpu-devices probe', () => {
  it('tells GPUs, NVSwitches and the displays of BMCs and hypervisors apart, with their names', () => {
    const { devices } = facts(good);
    expect(devices.map(({ pciBusId, kind, name, driver }) => [pciBusId, kind, name, driver])).toEqual([
      ['00000000:1b:00.0', 'gpu', 'NVIDIA Corporation GH100 [H100 SXM5 80GB]', 'nvidia'],
      ['00000000:05:00.0', 'gpu', 'Advanced Micro Devices, Inc. [AMD/ATI] Aqua Vanjaram [Instinct MI300X]', null],
      ['00000000:07:00.0', 'nvswitch', null, 'nvidia-nvswitch'],
      ['00000000:c1:00.0', 'management-display', 'ASPEED Technology, Inc. ASPEED Graphics Family', 'ast'],
      ['00000000:00:01.0', 'virtual-display', null, null],
      ['00000000:e3:00.0', 'gpu', 'Intel Corporation Data Center GPU Flex 170', 'i915'],
    ]);
    expect(devices[0]).toEqual({
      pciBusId: '00000000:1b:00.0',
      kind: 'gpu',
      pciClass: '030200',
      vendorId: '10de',
      deviceId: '2330',
      subsystemVendorId: '10de',
      subsystemDeviceId: '16c1',
      name: 'NVIDIA Corporation GH100 [H100 SXM5 80GB]',
      driver: 'nvidia',
      numaNode: 0,
      isBootDisplay: null,
    });
    expect(devices.map(({ numaNode }) => numaNode)).toEqual([0, 1, null, null, null, 1]);
    expect(devices.map(({ isBootDisplay }) => isBootDisplay)).toEqual([null, null, null, true, false, false]);
  });

  it('finds nothing on a machine without a PCI bus, and says nothing of a list that was cut', () => {
    expect(facts('pci:none\n')).toEqual({ devices: [] });
    expect(facts('pci:end\n')).toEqual({ devices: [] });
    expect(gpuDevicesProbe.parse({ 'sysfs-pci': printed(good.slice(0, 400)) }).state).toBe('unparsable');
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(gpuDevicesProbe, { 'sysfs-pci': good }, ({ devices }) =>
      devices.every(({ pciBusId, vendorId }) => /^[0-9a-f]{8}:/.test(pciBusId) && /^[0-9a-f]{4}$/.test(vendorId)),
    );
  });
});

describe.skipIf(!hasRecordings)('gpu-devices probe on a recorded lspci -nn', () => {
  const summary = (name: string) =>
    facts(recording(`host/lspci-nn__${name}.txt`)).devices.map(({ pciBusId, kind, deviceId, name: device }) => [
      pciBusId.replace(/^(.{8}):00:00\.0$/, '$1'),
      kind,
      deviceId,
      device,
    ]);

  it('finds eight A100 and six NVSwitches that lspci has no name for', () => {
    const gpu = (domain: string) => [`0000${domain}`, 'gpu', '20b2', 'NVIDIA Corporation GA100 [A100 SXM4 80GB]'];
    const nvswitch = (domain: string) => [`0000${domain}`, 'nvswitch', '1af1', null];
    expect(summary('a100-x8-nvswitch')).toEqual([
      ...['0001', '0002', '0003', '0004'].map(gpu),
      ...['0005', '0006', '0007', '0008', '0009', '000a'].map(nvswitch),
      ...['000b', '000c', '000d', '000e'].map(gpu),
    ]);
  });

  it('finds the A10 of a virtual machine beside the graphics of its hypervisor', () => {
    expect(summary('a10-vm')).toEqual([
      ['00000000:00:01.0', 'virtual-display', '1050', 'Red Hat, Inc. Virtio GPU'],
      ['00000000:06:00.0', 'gpu', '2236', 'NVIDIA Corporation GA102GL [A10]'],
    ]);
  });
});
