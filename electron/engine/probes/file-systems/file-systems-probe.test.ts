import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { ToolBench } from '../testing/real-tools';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { fileSystemsProbe } from './file-systems-probe';

const df = `Filesystem        1-blocks       Used Available Capacity Mounted on
/dev/nvme0n1p2    10000000    4000000   6000000      40% /
/dev/sdb1         20000000    1000000  19000000       5% /data set
Filesystem     Inodes IUsed IFree IUse% Mounted on
/dev/nvme0n1p2   2000   500  1500   25% /
/dev/sdb1           0     0     0     - /data set
`;
const mounts = `sysfs /sys sysfs rw,nosuid 0 0
/dev/nvme0n1p2 / ext4 rw,relatime 0 0
/dev/sdb1 /data\\040set xfs rw 0 0
nas:/home /home nfs4 rw,hard 0 0
nas:/scratch /scratch nfs4 rw,hard 0 0
/dev/loop0 /snap/core squashfs ro 0 0
`;
const remote = 'Filesystem 1024-blocks Used Available Capacity Mounted on\nnas:/home 2000 500 1500 25% /home\n';

describe('file-systems probe', () => {
  it('joins sizes with mounts and lists a network mount that does not answer without its size', () => {
    const slow = { state: 'timeout', exitCode: null, stdout: remote, stderr: '', isTruncated: false } as const;
    const result = fileSystemsProbe.parse({ df: printed(df), mounts: printed(mounts), 'df-network': slow });
    expect(result).toEqual({
      state: 'ok',
      facts: {
        fileSystems: [
          {
            mountPoint: '/',
            source: '/dev/nvme0n1p2',
            type: 'ext4',
            options: ['rw', 'relatime'],
            isForcedReadOnly: null,
            sizeBytes: 1e7,
            usedBytes: 4e6,
            availableBytes: 6e6,
            inodesTotal: 2000,
            inodesUsed: 500,
            isNetwork: false,
          },
          {
            mountPoint: '/data set',
            source: '/dev/sdb1',
            type: 'xfs',
            options: ['rw'],
            isForcedReadOnly: null,
            sizeBytes: 2e7,
            usedBytes: 1e6,
            availableBytes: 1.9e7,
            inodesTotal: null,
            inodesUsed: null,
            isNetwork: false,
          },
          {
            mountPoint: '/home',
            source: 'nas:/home',
            type: 'nfs4',
            options: ['rw', 'hard'],
            isForcedReadOnly: null,
            sizeBytes: 2_048_000,
            usedBytes: 512_000,
            availableBytes: 1_536_000,
            inodesTotal: null,
            inodesUsed: null,
            isNetwork: true,
          },
          {
            mountPoint: '/scratch',
            source: 'nas:/scratch',
            type: 'nfs4',
            options: ['rw', 'hard'],
            isForcedReadOnly: null,
            sizeBytes: null,
            usedBytes: null,
            availableBytes: null,
            inodesTotal: null,
            inodesUsed: null,
            isNetwork: true,
          },
        ],
      },
      reason: { key: 'probes.networkMountsUnmeasured' },
    });
  });

  it('tells what the kernel made read-only from what was mounted so', () => {
    const mountinfo = `22 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 ro,errors=remount-ro
30 22 8:17 / /data\\040set ro,relatime shared:2 master:1 - xfs /dev/sdb1 ro
31 22 8:33 / /home rw,noatime - ext4 /dev/sdc1 rw,emergency_ro
32 22 8:34 / /snap/core ro - squashfs /dev/loop0 ro
a line that is none
`;
    const seen = factsOf(fileSystemsProbe, { df, mounts, mountinfo }).fileSystems;
    expect(seen.map(({ mountPoint, isForcedReadOnly }) => [mountPoint, isForcedReadOnly])).toEqual([
      ['/', true],
      ['/data set', false],
      ['/home', true],
      ['/scratch', null],
    ]);
    expect(factsOf(fileSystemsProbe, { df, mounts }).fileSystems[0]?.isForcedReadOnly).toBeNull();
  });

  it('takes a table of inodes alone, without sizes', () => {
    const inodes = 'Filesystem Inodes IUsed IFree IUse% Mounted on\n/dev/sda1 100 10 90 10% /\n';
    expect(factsOf(fileSystemsProbe, { df: inodes }).fileSystems).toMatchObject([
      { mountPoint: '/', sizeBytes: null, inodesTotal: 100, inodesUsed: 10 },
    ]);
  });

  it('lets no mount that waits for a server or a dead daemon hide the local ones', () => {
    const bench = new ToolBench();
    const table = bench.file(
      'mounts',
      '/dev/sda1 / ext4 rw 0 0\nJuiceFS:x /jfs fuse.juicefs rw 0 0\nfs /b beegfs_nodev rw 0 0\n',
    );
    // A real df would wait for ever on the file system of a daemon that is dead, though it takes it for local.
    bench.tool('df', 'case "$*" in *"-l -x fuse.juicefs -x beegfs_nodev"*) echo listed;; *) exit 1;; esac');
    const [command] = fileSystemsProbe.commands;
    const script = command?.argv[2]?.replaceAll('/proc/self/mounts', table) ?? '';
    const { stdout } = bench.run('sh', ['-c', script]);
    bench.stop();
    expect(stdout).toBe('listed\nlisted\n');
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(fileSystemsProbe, { df, mounts, 'df-network': remote });
  });
});

describe.skipIf(!hasRecordings)('file-systems probe on recorded outputs', () => {
  const sizes = (name: string) =>
    factsOf(fileSystemsProbe, { df: recording(`storage/${name}`) }).fileSystems.map(
      ({ mountPoint, sizeBytes, usedBytes }) => [mountPoint, sizeBytes, usedBytes],
    );

  it('reads df with messages in front and mounts without a size', () => {
    expect(sizes('df-alP__rhel.txt')).toEqual([
      ['/', 98571884 * 1024, 4244032 * 1024],
      ['/dev', 5988480 * 1024, 0],
      ['/dev/shm', 5998736 * 1024, 491660 * 1024],
      ['/run', 5998736 * 1024, 1380 * 1024],
      ['/sys/fs/cgroup', 5998736 * 1024, 0],
    ]);
  });

  it('reads findmnt -J and mount', () => {
    expect(
      factsOf(fileSystemsProbe, { df: recording('storage/findmnt-J__lxc-rootfs.json') }).fileSystems,
    ).toMatchObject([
      {
        mountPoint: '/',
        type: 'ext4',
        sizeBytes: Math.round(1.7 * 1024 ** 4),
        availableBytes: Math.round(1.2 * 1024 ** 4),
      },
    ]);
    const mounted = factsOf(fileSystemsProbe, { df: recording('storage/mount__ubuntu-18.04.txt') }).fileSystems;
    expect(mounted.find((one) => one.mountPoint === '/')).toMatchObject({
      source: '/dev/sda2',
      type: 'ext4',
      sizeBytes: null,
    });
    expect(mounted.some((one) => one.type === 'cgroup')).toBe(false);
  });

  it('reads plain and rounded sizes', () => {
    expect(sizes('df__ubuntu-18.04.txt')).toContainEqual(['/', 20508240 * 1024, 5748028 * 1024]);
    expect(sizes('df-h__centos-7.txt')).toContainEqual(['/boot', 1014 * 1024 ** 2, 233 * 1024 ** 2]);
  });

  it('reads the inodes of storage/df-li__rhel.txt, wrapped lines too', () => {
    const read = factsOf(fileSystemsProbe, { df: recording('storage/df-li__rhel.txt') }).fileSystems;
    expect(read.map(({ mountPoint, inodesTotal, inodesUsed }) => [mountPoint, inodesTotal, inodesUsed])).toEqual([
      ['/', 6275072, 124955],
      ['/dev', 1497120, 532],
      ['/dev/shm', 1499684, 331],
      ['/run', 1499684, 728],
      ['/sys/fs/cgroup', 1499684, 16],
      ['/tmp', 1499684, 54],
      ['/home', 106954752, 298662],
      ['/boot', 128016, 429],
      ['/V M T o o l s', 1499684, 6],
      ['/VM Tools', 1499684, 15],
    ]);
    expect(read[0]?.source).toBe('/dev/mapper/vg_lxcrhel6sat56-lv_root');
  });
});
