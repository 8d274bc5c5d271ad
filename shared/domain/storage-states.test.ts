import { describe, expect, it } from 'vitest';
import type { PressureFacts } from './facts/pressure';
import type { FileSystemsFacts, NvmeFacts } from './facts/storage';
import type { NfsFacts } from './facts/storage-services';
import { diskGrowth, diskLoads, mountOf, mountStates, nfsGrowth, slowDiskLinks, stubFiles } from './storage-states';

const readings = <Facts>(...facts: unknown[]) => everyMs(10_000, ...(facts as Facts[]));
const everyMs = <Facts>(ms: number, ...facts: Facts[]) =>
  facts.map((one, index) => ({ observedAtMs: index * ms, facts: one }));
const nvme = (mediaErrors: number | null, serial = 'S1') => ({
  controllers: [{ name: 'nvme0', serial, health: mediaErrors === null ? null : { mediaErrors } }],
});

describe('growth of disk errors', () => {
  it('is told of the same disk only, and never from one reading', () => {
    expect(diskGrowth(readings<NvmeFacts>(nvme(1)))).toBeNull();
    expect(diskGrowth(readings<NvmeFacts>(nvme(1), nvme(4)))).toEqual([
      { name: 'nvme0', counter: 'media errors', by: 3 },
    ]);
    const afterMinute = (...facts: object[]) => diskGrowth(everyMs(60_000, ...(facts as NvmeFacts[])));
    expect(afterMinute(nvme(1), nvme(4, 'S2'))).toEqual([]);
    expect(afterMinute(nvme(4), nvme(1))).toEqual([]);
    expect(afterMinute(nvme(4), nvme(null))).toEqual([]);
  });
});

describe('growth of disk errors in a short time', () => {
  it('is told where there is some; that there is none a few seconds can not tell of counters in minutes', () => {
    expect(diskGrowth(readings<NvmeFacts>(nvme(1), nvme(2)))).toHaveLength(1);
    expect(diskGrowth(readings<NvmeFacts>(nvme(1), nvme(1)))).toBeNull();
  });
});

describe('requests to disks', () => {
  const load = (reads: number, readMs: number, name = 'nvme0n1') => ({
    disks: [{ name, reads, readBytes: reads * 4096, readMs, writes: 0, writtenBytes: 0, writeMs: 0 }],
  });

  it('are slow from 2 ms on an NVMe disk, from 20 ms on others', () => {
    const slow = (name: string, ms: number) =>
      diskLoads(readings<PressureFacts>(load(0, 0, name), load(100, 100 * ms, name)))?.[0];
    expect(slow('nvme0n1', 3)).toMatchObject({ readMs: 3, writeMs: null, isSlow: true, bytesPerSec: 40_960 });
    expect(slow('sda', 3)).toMatchObject({ isSlow: false });
    expect(slow('sda', 25)).toMatchObject({ isSlow: true });
  });

  it('can not be told after a restart, or from one reading', () => {
    expect(diskLoads(readings<PressureFacts>(load(100, 10), load(5, 1)))).toBeNull();
    expect(diskLoads(readings<PressureFacts>(load(100, 10)))).toBeNull();
  });
});

describe('NFS requests', () => {
  const mount = (mountedSeconds: number, retransmissions: number | null) => ({
    mounts: [{ mountPoint: '/m', mountedSeconds, retransmissions, timeouts: 0 }],
    server: null,
  });

  it('that were sent again are counted within one mount', () => {
    expect(nfsGrowth(readings<NfsFacts>(mount(10, 1), mount(20, 4)))).toEqual([
      { mountPoint: '/m', retransmissions: 3, timeouts: 0, seconds: 10 },
    ]);
    expect(nfsGrowth(readings<NfsFacts>(mount(10, 1), mount(3, 4)))).toEqual([]);
    expect(nfsGrowth(readings<NfsFacts>(mount(10, 1)))).toBeNull();
    // What a counter does not tell is not that it stood still.
    expect(nfsGrowth(readings<NfsFacts>(mount(10, 1), mount(20, null)))).toBeNull();
    expect(nfsGrowth(readings<NfsFacts>(mount(10, 1), mount(20, 1)))).toEqual([]);
  });
});

describe('mounts', () => {
  const one = {
    mountPoint: '/data',
    source: '/dev/sda1',
    type: 'ext4',
    options: ['rw'],
    isForcedReadOnly: false,
    sizeBytes: 1e12,
    usedBytes: 9.8e11,
    availableBytes: 2e10,
    inodesTotal: null,
    inodesUsed: null,
    isNetwork: false,
  };
  const state = (changes: object) => mountStates({ fileSystems: [{ ...one, ...changes }] } as FileSystemsFacts)[0];

  it('are full by their users’ share, images and read-only ones never', () => {
    expect(state({})).toMatchObject({ fullness: 'bad', usedPercent: 98 });
    expect(state({ type: 'squashfs' })?.fullness).toBe('none');
    expect(state({ options: ['ro'] })?.fullness).toBe('none');
    expect(state({ usedBytes: null, availableBytes: null })).toMatchObject({ fullness: 'none', usedPercent: null });
  });

  it('that are read-only without a reason that could be read are neither well nor broken', () => {
    expect(state({ options: ['ro'], isForcedReadOnly: null })?.isForcedReadOnly).toBeNull();
    expect(state({ isForcedReadOnly: null })?.isForcedReadOnly).toBe(false);
  });

  it('hold the paths below them, by the longest way in common', () => {
    const mounts = mountStates({
      fileSystems: [{ ...one, mountPoint: '/' }, one, { ...one, mountPoint: '/data/models' }],
    } as FileSystemsFacts);
    expect(mountOf('/data/models/llama', mounts)?.mountPoint).toBe('/data/models');
    expect(mountOf('/data/models2', mounts)?.mountPoint).toBe('/data');
    expect(mountOf('/database', mounts)?.mountPoint).toBe('/');
    expect(mountOf('relative', mounts)).toBeNull();
  });
});

describe('files', () => {
  it('are stubs when less than half of them is on the disk', () => {
    expect(stubFiles('4294967296 8 a b\n4294967296 8388608 c\n300 0 tiny\n')?.map(({ name }) => name)).toEqual(['a b']);
    expect(stubFiles('stat: cannot stat')).toBeNull();
  });
});

describe('links of NVMe disks', () => {
  const link = { generation: 4, width: 4, maxGeneration: 5, maxWidth: 4 };
  const disk = (own: object, port: object | null) => ({
    functions: [
      { address: 'a', parentAddress: null, classCode: '0604', link: port },
      { address: 'b', parentAddress: 'a', classCode: '010802', link: own },
    ],
    iommu: {},
    hasAccessControl: false,
  });

  it('are slow only below what both ends can', () => {
    expect(slowDiskLinks(disk(link, { maxGeneration: 4, maxWidth: 16 }) as never)).toEqual([]);
    expect(slowDiskLinks(disk(link, { maxGeneration: 5, maxWidth: 16 }) as never)).toEqual([
      { address: 'b', trained: 'x4 Gen4', capable: 'x4 Gen5' },
    ]);
    expect(slowDiskLinks(disk({ ...link, generation: null, width: null }, null) as never)).toEqual([]);
  });
});
