import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { printed } from '../testing/recordings';
import { blankFunction } from './blank-function';
import { pciProbe } from './pci-probe';

const tree = `fn 0000:00:1f.0 /sys/devices/pci0000:00/0000:00:1f.0 0x8086 0x1b81 0x060100 0x1028 0x0b73 0x11 0 - - - - D0 active - - 3 DMA-FQ -
fn 0000:15:01.0 /sys/devices/pci0000:15/0000:15:01.0 0x8086 0x352a 0x060400 0x8086 0x0000 0x04 0 32.0 16 32.0 16 D0 active - - 40 DMA-FQ pcieport
fn 0000:16:00.0 /sys/devices/pci0000:15/0000:15:01.0/0000:16:00.0 0x10de 0x2330 0x030200 0x10de 0x16c1 0xa1 0 2.5 8 32.0 16 D0 active 0 32 41 DMA-FQ nvidia
fn 0000:17:01.0 /sys/devices/pci0000:15/0000:17:01.0 0x8086 0x352a 0x060400 0x8086 0x0000 0x04 -1 2.5 0 32.0 8 D3hot suspended - - - - pcieport
fn 10000:01:00.0 /sys/devices/pci0000:37/0000:37:00.5/pci10000:00/10000:00:02.0/10000:01:00.0 0x144d 0xa80a 0x010802 0x144d 0xa801 0x00 1 16.0 4 16.0 4 D0 active - - - - nvme
fn 0000:9d:00.0 /sys/devices/pci0000:9a/0000:9a:01.0/0000:9d:00.0 0x10de 0x2330 0x030200 0x10de 0x16c1 0xff 1 Unknown 63 Unknown 63 unknown active - - - - nvidia
0000:16:00.0/resource:1:0x0000214042000000 0x0000214042ffffff 0x000000000014220c
0000:16:00.0/resource:3:0x0000210000000000 0x0000211fffffffff 0x000000000014220c
0000:16:00.0/resource:7:0x0000000096200000 0x00000000963fffff 0x0000000000140204
0000:16:00.0/aer_dev_correctable:BadTLP 40
0000:16:00.0/aer_dev_correctable:TOTAL_ERR_COR 41
0000:16:00.0/aer_dev_correctable:RxErr 1
0000:16:00.0/aer_dev_nonfatal:TOTAL_ERR_NONFATAL 0
0000:16:00.0/aer_dev_fatal:TOTAL_ERR_FATAL 0
/sys/bus/pci/slots/21/address:0000:16:00
iommu dmar0
argument iommu=pt
pci:end
`;
const names = `0000:15:01.0 "PCI bridge [0604]" "Intel Corporation [8086]" "Device [352a]" -r04 -p00 "Intel Corporation [8086]" "Device [0000]"
0000:16:00.0 "3D controller [0302]" "NVIDIA Corporation [10de]" "GH100 [H100 SXM5 80GB] [2330]" -ra1 "NVIDIA Corporation [10de]" "Device [16c1]"
`;
const bridges = `0000:15:01.0 PCI bridge: Intel Corporation Device 352a (rev 04) (prog-if 00 [Normal decode])
	Bus: primary=15, secondary=16, subordinate=16, sec-latency=0
		DevSta:	CorrErr+ NonFatalErr- FatalErr- UnsupReq+ AuxPwr- TransPend-
		ACSCtl:	SrcValid+ TransBlk- ReqRedir+ CmpltRedir- UpstreamFwd- EgressCtrl- DirectTrans-
	Kernel driver in use: pcieport
`;
const good = { 'pci-tree': tree, 'pci-names': names, 'pci-bridges': bridges };
const one = (address: string, outputs: Readonly<Record<string, string>> = good) =>
  factsOf(pciProbe, outputs).functions.find((each) => each.address === address);

describe('pci probe', () => {
  it('reads a function whole: its place, link, registers, errors and names', () => {
    expect(one('0000:16:00.0')).toEqual({
      address: '0000:16:00.0',
      parentAddress: '0000:15:01.0',
      vendorId: '10de',
      deviceId: '2330',
      subsystemVendorId: '10de',
      subsystemDeviceId: '16c1',
      classCode: '030200',
      revision: 'a1',
      className: '3D controller',
      vendorName: 'NVIDIA Corporation',
      deviceName: 'GH100 [H100 SXM5 80GB]',
      subsystemName: null,
      driver: 'nvidia',
      numaNode: 0,
      physicalSlot: '21',
      state: 'present',
      link: { generation: 1, width: 8, maxGeneration: 5, maxWidth: 16 },
      aer: { correctable: 41, nonFatal: 0, fatal: 0, kinds: { BadTLP: 40, RxErr: 1 } },
      statusErrors: null,
      bars: [
        { index: 0, sizeBytes: 16 * 1024 ** 2, isPrefetchable: true, is64Bit: true },
        { index: 2, sizeBytes: 128 * 1024 ** 3, isPrefetchable: true, is64Bit: true },
      ],
      acsControls: null,
      iommuGroup: 41,
      virtualFunctions: { enabled: 0, total: 32 },
      powerState: 'D0',
      runtimeStatus: 'active',
    });
  });

  it('adds what root can read of bridges, and names nothing that the database does not', () => {
    expect(one('0000:15:01.0')).toMatchObject({
      vendorName: 'Intel Corporation',
      deviceName: null,
      acsControls: ['SrcValid', 'ReqRedir'],
      statusErrors: ['CorrErr', 'UnsupReq'],
    });
  });

  it('tells no link, an empty slot and a lost device apart', () => {
    expect(one('0000:00:1f.0')?.link).toBeNull();
    expect(one('0000:17:01.0')).toMatchObject({
      numaNode: null,
      link: { generation: null, width: null, maxGeneration: 5, maxWidth: 8 },
      powerState: 'D3hot',
    });
    expect(one('0000:9d:00.0')).toMatchObject({
      state: 'lost',
      link: { generation: null, width: null, maxGeneration: null, maxWidth: null },
    });
  });

  it('finds the bridge above a disk behind a volume management device', () => {
    expect(one('10000:01:00.0')?.parentAddress).toBe('10000:00:02.0');
  });

  it('reads how addresses are translated', () => {
    expect(factsOf(pciProbe, good).iommu).toEqual({
      isEnabled: true,
      groupCount: 3,
      groupTypes: { 'DMA-FQ': 3 },
      kernelArguments: ['iommu=pt'],
    });
    expect(factsOf(pciProbe, { 'pci-tree': 'pci:end\n' }).iommu.isEnabled).toBe(false);
  });

  it('has the whole tree without lspci and without root, and says what is missing', () => {
    const none = { exitCode: null, stdout: '', stderr: '', isTruncated: false };
    const result = pciProbe.parse({
      'pci-tree': printed(tree),
      'pci-names': { ...none, state: 'missing-tool' },
      'pci-bridges': { ...none, state: 'denied' },
    });
    expect(result).toMatchObject({
      state: 'ok',
      reason: { key: 'probes.denied', params: { tool: 'lspci' } },
      facts: { hasAccessControl: false },
    });
    expect(result.state === 'ok' && result.facts.functions).toHaveLength(6);
  });

  it('tells bridges that were not asked from bridges without access control', () => {
    expect(factsOf(pciProbe, good).hasAccessControl).toBe(true);
    expect(factsOf(pciProbe, { ...good, 'pci-bridges': '' }).hasAccessControl).toBe(true);
    expect(factsOf(pciProbe, { 'pci-tree': tree }).hasAccessControl).toBe(false);
  });

  it('is ok and empty on a machine without PCI', () => {
    expect(factsOf(pciProbe, { 'pci-tree': 'pci:none\n' }).functions).toEqual([]);
  });

  it('refuses a listing that was cut', () => {
    expect(pciProbe.parse({ 'pci-tree': printed(tree.slice(0, -10)) }).state).toBe('unparsable');
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(pciProbe, good, ({ functions }) => functions.every(({ address }) => /^[0-9a-f]{4,8}:/.test(address)));
  });

  it('knows all lspci forms of one device', () => {
    const gpu = { vendorId: '10de', vendorName: 'NVIDIA Corporation', deviceName: 'GA102GL [A10]' };
    const forms = {
      '-nn': '06:00.0 3D controller [0302]: NVIDIA Corporation GA102GL [A10] [10de:2236] (rev a1)\n',
      '-n': '06:00.0 0302: 10de:2236 (rev a1)\n',
      '-mm': '06:00.0 "3D controller" "NVIDIA Corporation" "GA102GL [A10]" -ra1 "NVIDIA Corporation" "Device 1482"\n',
      '-vmm':
        'Slot:\t06:00.0\nClass:\t3D controller\nVendor:\tNVIDIA Corporation\nDevice:\tGA102GL [A10]\nRev:\ta1\n\n',
      '-t': '-+-[0000:00]-+-02.0-[06]----00.0\n',
    };
    const read = Object.fromEntries(
      Object.entries(forms).map(([form, text]) => [form, one('0000:06:00.0', { 'pci-tree': text })]),
    );
    expect(read['-nn']).toMatchObject({ ...gpu, deviceId: '2236', classCode: '0302', revision: 'a1' });
    expect(read['-n']).toMatchObject({ vendorId: '10de', deviceId: '2236', classCode: '0302', deviceName: null });
    expect(read['-mm']).toMatchObject({ ...gpu, classCode: '0302', subsystemDeviceId: '1482', subsystemName: null });
    expect(read['-vmm']).toMatchObject({ ...gpu, classCode: '0302', revision: 'a1' });
    expect(read['-t']).toEqual({ ...blankFunction('0000:06:00.0'), parentAddress: '0000:00:02.0' });
  });

  it('takes a device whose registers read as ones for lost', () => {
    const text =
      '9d:00.0 3D controller: NVIDIA Corporation GH100 [H100 SXM5 80GB] (rev ff) (prog-if ff)\n\t!!! Unknown header type 7f\n';
    expect(one('0000:9d:00.0', { 'pci-tree': text })?.state).toBe('lost');
  });
});

describe.skipIf(!existsSync('/sys/bus/pci/devices'))('pci probe on this machine', () => {
  const [sysfs] = pciProbe.commands;
  const shells = [['sh'], ['busybox', 'ash']].filter(([program = '']) =>
    ['/bin', '/usr/bin'].some((folder) => existsSync(`${folder}/${program}`)),
  );
  it.each(shells)('lists what the kernel has, in %s', (...shell) => {
    const [program = '', ...args] = shell;
    const text = execFileSync(program, [...args, '-c', sysfs?.argv[2] ?? ''], { encoding: 'utf8' });
    const virtual = readdirSync('/sys/bus/pci/devices').filter((name) =>
      existsSync(`/sys/bus/pci/devices/${name}/physfn`),
    );
    const all = readdirSync('/sys/bus/pci/devices').filter((name) => !virtual.includes(name));
    expect(
      factsOf(pciProbe, { 'pci-tree': text })
        .functions.map(({ address }) => address)
        .sort(),
    ).toEqual(all.sort());
  });
});
