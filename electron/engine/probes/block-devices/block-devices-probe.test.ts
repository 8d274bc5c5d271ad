import { describe, expect, it } from 'vitest';
import type { BlockDevice } from '#shared/domain/facts/storage';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording, recordingNames } from '../testing/recordings';
import { blockDevicesProbe } from './block-devices-probe';

const json = `{
   "blockdevices": [
      {"name":"nvme0n1", "type":"disk", "size":1920383410176, "model":"SAMSUNG MZ1L2", "serial":"S666NE0R802510", "rota":false, "tran":"nvme", "fstype":null, "mountpoints":[null],
         "children": [
            {"name":"nvme0n1p1", "type":"part", "size":"536870912", "model":null, "serial":null, "rota":"0", "tran":"nvme", "fstype":"vfat", "mountpoints":["/boot/efi"]}
         ]
      }
   ]
}
`;
const disk = {
  name: 'nvme0n1',
  kind: 'disk',
  sizeBytes: 1_920_383_410_176,
  model: 'SAMSUNG MZ1L2',
  serial: 'S666NE0R802510',
  isRotational: false,
  transport: 'nvme',
  fileSystem: null,
  mountPoints: [],
};
const part = {
  name: 'nvme0n1p1',
  kind: 'part',
  sizeBytes: 536_870_912,
  model: null,
  serial: null,
  isRotational: false,
  transport: 'nvme',
  fileSystem: 'vfat',
  mountPoints: ['/boot/efi'],
  children: [],
};
const parse = (text: string) => factsOf(blockDevicesProbe, { lsblk: text }).devices;
const flat = (devices: readonly BlockDevice[]): BlockDevice[] =>
  devices.flatMap((device) => [device, ...flat(device.children)]);

describe('block-devices probe', () => {
  it('reads devices and what is on them', () => {
    expect(parse(json)).toEqual([{ ...disk, children: [part] }]);
  });

  it('reads pairs of an lsblk without JSON', () => {
    const pairs =
      'NAME="sda" TYPE="disk" SIZE="100" MODEL="A \\"B" SERIAL="" ROTA="1" TRAN="sata" FSTYPE="" MOUNTPOINT="" PKNAME=""\nNAME="sda1" TYPE="part" SIZE="50" MODEL="" SERIAL="" ROTA="1" TRAN="" FSTYPE="ext4" MOUNTPOINT="/" PKNAME="sda"\n';
    expect(parse(pairs)).toMatchObject([
      {
        name: 'sda',
        isRotational: true,
        transport: 'sata',
        children: [{ name: 'sda1', fileSystem: 'ext4', mountPoints: ['/'] }],
      },
    ]);
  });

  it('reads a tree with the kernel’s names beside its own and blanks in a mount point', () => {
    const tree =
      'NAME MAJ:MIN RM SIZE RO TYPE MOUNTPOINT\nsda 8:0 0 2G 0 disk\n└─vg-data (dm-0) 253:0 0 1G 0 lvm /mnt/my data\n';
    expect(parse(tree)[0]?.children).toMatchObject([
      { name: 'vg-data', sizeBytes: 1024 ** 3, mountPoints: ['/mnt/my data'] },
    ]);
  });

  it('refuses output that is cut', () => {
    expect(blockDevicesProbe.parse({ lsblk: printed(json.slice(0, -6)) })).toMatchObject({ state: 'unparsable' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(blockDevicesProbe, { lsblk: json });
  });
});

describe.skipIf(!hasRecordings)('block-devices probe on recorded outputs', () => {
  it.each(recordingNames('storage', /^lsblk-J__/))('reads every device of %s', (name) => {
    const text = recording(name);
    expect(flat(parse(text)).map((device) => device.name)).toEqual(
      [...text.matchAll(/"name": ?"([^"]+)"/g)].map((match) => match[1]),
    );
  });

  it('reads storage/lsblk-J__gpu-node-nvme-raid.json: eight NVMe disks, six of them mounted', () => {
    const found = parse(recording('storage/lsblk-J__gpu-node-nvme-raid.json')).filter(({ kind }) => kind === 'disk');
    expect(
      found.map(({ name, sizeBytes, model, serial, isRotational, children }) => [
        name,
        sizeBytes,
        model,
        serial,
        isRotational,
        children.flatMap(({ mountPoints }) => mountPoints).join(' '),
      ]),
    ).toEqual([
      ['/dev/nvme0n1', 960_197_124_096, 'Dell DC NVMe ISE 7450 RI U.2 960GB', '24014620E9AA', false, ''],
      ['/dev/nvme1n1', 960_197_124_096, 'Dell DC NVMe ISE 7450 RI U.2 960GB', '24014620E91F', false, ''],
      ['/dev/nvme3n1', 7_681_501_126_656, 'INTEL SSDPF2KX076T1O', 'BTAX341401Y87P6DGN', false, '/mnt/test-cache/vol-0'],
      [
        '/dev/nvme2n1',
        7_681_501_126_656,
        'INTEL SSDPF2KX076T1O',
        'BTAX341402PV7P6DGN',
        false,
        '/mnt/local-volume/vol-0',
      ],
      ['/dev/nvme7n1', 7_681_501_126_656, 'INTEL SSDPF2KX076T1O', 'BTAX341404087P6DGN', false, '/mnt/test-cache/vol-4'],
      ['/dev/nvme6n1', 7_681_501_126_656, 'INTEL SSDPF2KX076T1O', 'BTAX341403YS7P6DGN', false, '/mnt/test-cache/vol-3'],
      ['/dev/nvme5n1', 7_681_501_126_656, 'INTEL SSDPF2KX076T1O', 'BTAX341404657P6DGN', false, '/mnt/test-cache/vol-2'],
      ['/dev/nvme4n1', 7_681_501_126_656, 'INTEL SSDPF2KX076T1O', 'BTAX3413027X7P6DGN', false, '/mnt/test-cache/vol-1'],
    ]);
  });

  it('reads storage/lsblk-J__xfs-vfat.json, with a drive that has no medium, and storage/lsblk-J__node-5.json', () => {
    const disksOf = (name: string) =>
      parse(recording(`storage/lsblk-J__${name}.json`))
        .filter(({ kind }) => kind === 'disk')
        .map(({ name: disk, sizeBytes, children }) => [
          disk,
          sizeBytes,
          children.map((one) => [one.sizeBytes, one.fileSystem, ...one.mountPoints].join(' ')),
        ]);
    expect(disksOf('xfs-vfat')).toEqual([
      ['/dev/sda', 0, []],
      ['/dev/nvme0n1', 3_840_755_982_336, ['15363014131712 ext4 /lepton-data-disk']],
      ['/dev/nvme4n1', 1_920_383_410_176, ['536870912 vfat /boot/efi', '1919844089856 xfs /']],
    ]);
    expect(disksOf('node-5')).toEqual([
      ['/dev/nvme0n1', 3_200_631_791_616, ['536870912 vfat /boot/efi', '3200026411008 ext4 /', '67444224 vfat']],
    ]);
  });

  it('reads storage/lsblk-J__node-4.json: rounded sizes, and one array below each of its eight disks', () => {
    const devices = parse(recording('storage/lsblk-J__node-4.json')).filter(({ kind }) => kind === 'disk');
    expect(devices.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ['sda', Math.round(1.7 * 1024 ** 4)],
      ['sdb', 0],
      ...[0, 1, 2, 3, 4, 5, 6, 7].map((index) => [`nvme${index}n1`, 7 * 1024 ** 4]),
    ]);
    const arrays = devices.slice(2).map(({ children }) => children[0]?.children[0]);
    expect(new Set(arrays.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(arrays[0]).toMatchObject({
      name: 'md0',
      kind: 'raid0',
      sizeBytes: Math.round(55.9 * 1024 ** 4),
      mountPoints: ['/raid'],
    });
  });

  it('nests pairs below their parents', () => {
    const devices = parse(recording('storage/lsblk-P__centos7-inspur.txt'));
    expect(devices.map((device) => device.name)).toEqual(['/dev/sda', '/dev/nvme0n1', '/dev/nvme1n1']);
    expect(devices[0]?.children[2]?.children.map((device) => device.mountPoints)).toEqual([['/'], []]);
    expect(devices[1]).toMatchObject({
      model: 'INTEL SSDPE2KE032T8',
      sizeBytes: 3_200_631_791_616,
      mountPoints: ['/data1'],
    });
  });

  it('reads trees drawn with lines or with ASCII', () => {
    const [sda] = parse(recording('storage/lsblk__centos-7.txt'));
    expect(sda?.children.map((child) => child.name)).toEqual(['sda1', 'sda2']);
    expect(sda?.children[1]?.children.map((child) => [child.name, child.mountPoints])).toEqual([
      ['centos-root', ['/']],
      ['centos-swap', ['[SWAP]']],
    ]);
    const nodes = flat(parse(recording('storage/lsblk__rhel-multipath.txt')));
    expect(nodes.find((device) => device.name === 'mpathb')?.children[0]?.children[0]).toMatchObject({
      name: 'appdg-app',
      kind: 'lvm',
      mountPoints: ['/splunk'],
    });
    const raid = flat(parse(recording('storage/lsblk__asus-esc8000a-rtx6000ada-x4.txt')));
    expect(raid.filter((device) => device.name === 'md1')).toHaveLength(8);
  });
});
