import { describe, expect, it } from 'vitest';
import { disksOf } from './disks';
import type { NodeFacts, ProbeId } from './facts/index';
import type { BlockDevice, FileSystemsFacts, NvmeController, RaidArray } from './facts/storage';
import type { CephFacts, TapeFacts } from './facts/storage-services';
import type { ProbeState } from './probe';
import { diskConcerns, isArrayWell, storageConcerns } from './storage-concerns';
import { tiersOf } from './storage-tiers';

const block = (name: string, values: Partial<BlockDevice> = {}): BlockDevice => ({
  name,
  kind: 'disk',
  sizeBytes: 1e12,
  model: null,
  serial: null,
  isRotational: false,
  transport: null,
  fileSystem: null,
  mountPoints: [],
  children: [],
  ...values,
});
const part = (name: string, mountPoint: string | null, fileSystem = 'ext4'): BlockDevice =>
  block(name, { kind: 'part', fileSystem, mountPoints: mountPoint === null ? [] : [mountPoint] });
const controller = (index: number, sizeBytes: number | null, values: Partial<NvmeController> = {}): NvmeController => ({
  name: `nvme${index}`,
  model: 'KIOXIA',
  serial: `S${index}`,
  firmware: null,
  state: 'live',
  transport: 'pcie',
  address: null,
  numaNode: null,
  namespaces: [{ name: `nvme${index}n1`, sizeBytes, usedBytes: null, sectorBytes: 512 }],
  health: null,
  ...values,
});
const mount = (
  mountPoint: string,
  type: string,
  sizeBytes: number | null,
): FileSystemsFacts['fileSystems'][number] => ({
  mountPoint,
  source: 'nas:/x',
  type,
  options: ['rw'],
  isForcedReadOnly: null,
  sizeBytes,
  usedBytes: 0,
  availableBytes: sizeBytes,
  inodesTotal: null,
  inodesUsed: null,
  isNetwork: true,
});
const array = (values: Partial<RaidArray>): RaidArray => ({
  name: 'md0',
  kind: 'md',
  level: 'raid6',
  state: 'active',
  isDegraded: false,
  sizeBytes: 40e12,
  usedBytes: null,
  membersWanted: 4,
  membersActive: 4,
  members: [{ name: 'sda', state: 'active', errors: null }],
  operation: null,
  uuid: null,
  ...values,
});
const ceph = (values: Partial<CephFacts> = {}) =>
  ({
    health: 'HEALTH_OK',
    checks: [],
    osds: { total: 3, up: 3, in: 3 },
    capacity: { totalBytes: 90e12, usedBytes: 1, availableBytes: 2 },
    ...values,
  }) as CephFacts;
const drive = { scsiAddress: '3:0:0:0', device: '/dev/nst0', model: 'ULTRIUM-HH9', status: null };
const library = (fullSlots: number | null) => ({
  device: '/dev/sch0',
  model: 'Scalar',
  inventory:
    fullSlots === null
      ? null
      : { drives: [], slots: Array.from({ length: 4 }, (_, number) => ({ number, isFull: number < fullSlots })) },
});
const tape = (drives: object[], libraries: object[] = []) => ({ drives, libraries }) as unknown as TapeFacts;

const healthy = {
  warnings: [],
  temperatureC: 40,
  sparePercent: 100,
  spareThresholdPercent: 10,
  usedPercent: 3,
  readBytes: 0,
  writtenBytes: 0,
  mediaErrors: 0,
  errorLogEntries: 5000,
  unsafeShutdowns: 40,
  powerCycles: 1,
  powerOnHours: 1,
  warningTemperatureMinutes: 0,
  criticalTemperatureMinutes: 0,
};

const bare: NodeFacts = {
  'block-devices': { devices: [] },
  'file-systems': { fileSystems: [] },
  nvme: { controllers: [] },
  raid: { arrays: [], drives: [], volumes: [], multipaths: [] },
  tape: { drives: [], libraries: [] },
};
const withoutCeph: Partial<Record<ProbeId, ProbeState>> = { ceph: 'missing-tool' };
const stateOf = (id: 'cache' | 'dataset' | 'archive', facts: NodeFacts, states = withoutCeph) => {
  const tier = tiersOf(facts, states).find((one) => one.id === id);
  return [tier?.state, ...(tier?.reasons.map(({ key }) => key.replace('storage.reason.', '')) ?? [])];
};
const disks = (controllers: NvmeController[], devices: BlockDevice[] = []): NodeFacts => ({
  ...bare,
  nvme: { controllers },
  'block-devices': { devices },
});

const nextOf = (id: 'cache' | 'dataset' | 'archive', facts: NodeFacts, states = withoutCeph) =>
  tiersOf(facts, states)
    .find((one) => one.id === id)
    ?.next?.key.replace('storage.next.', '') ?? null;
const files = (...fileSystems: FileSystemsFacts['fileSystems']): NodeFacts => ({
  ...bare,
  'file-systems': { fileSystems },
});

describe('what to do about a tier', () => {
  const small = disks([controller(0, 1e12)], [block('nvme0n1')]);
  const taken = disks([controller(0, 8e12)], [block('nvme0n1', { children: [part('nvme0n1p1', '/')] })]);
  const { 'block-devices': _, ...unlisted } = small;

  it.each([
    ['cache', 'nothing, where it is whole', disks([controller(0, 8e12)], [block('nvme0n1')]), null],
    ['cache', 'disks, where there are none', bare, 'addNvme'],
    ['cache', 'more of them', small, 'addNvme'],
    ['cache', 'room on those that have something else', taken, 'freeNvme'],
    ['cache', 'what could not be read', unlisted, 'unread'],
    ['dataset', 'a store', bare, 'addDataset'],
    ['dataset', 'a bigger one', files(mount('/home', 'nfs', 2e12)), 'addDataset'],
    ['dataset', 'the server of a share that is silent', files(mount('/data', 'nfs4', null)), 'mendMount'],
    ['dataset', 'Ceph', { ...bare, ceph: ceph({ health: 'HEALTH_ERR' }) }, 'mendCeph'],
    [
      'dataset',
      'an array that has lost too much',
      { ...bare, raid: { ...bare.raid, arrays: [array({ state: 'clean, FAILED' })] } as never },
      'mendArray',
    ],
    ['archive', 'anything', bare, 'addArchive'],
    ['archive', 'a drive for the library', { ...bare, tape: tape([], [library(3)]) }, 'addDrive'],
    ['archive', 'cartridges for it', { ...bare, tape: tape([drive], [library(0)]) }, 'addCartridges'],
    ['archive', 'nothing, where it is whole', { ...bare, tape: tape([drive]) }, null],
  ] as const)('%s: %s', (id, _, facts, expected) => {
    expect(nextOf(id, facts)).toBe(expected);
  });
});

describe('the cache tier', () => {
  it('says which of the disks that count are about to fail', () => {
    const health = { ...healthy, warnings: ['reliability-degraded' as const] };
    const facts = disks([controller(0, 8e12, { health }), controller(1, 8e12)], [block('nvme0n1'), block('nvme1n1')]);
    expect(stateOf('cache', facts)).toEqual(['present', 'cacheEnough', 'failingDisks']);
    expect(tiersOf(facts)[0]?.reasons[1]?.params).toEqual({ disks: 'nvme0' });
  });

  it('is there with four decimal terabytes of NVMe beside the system’s', () => {
    const facts = disks(
      [controller(0, 1.92e12), controller(1, 2e12), controller(2, 2e12)],
      [block('nvme0n1', { children: [part('nvme0n1p1', '/')] }), block('nvme1n1'), block('nvme2n1')],
    );
    expect(stateOf('cache', facts)).toEqual(['present', 'cacheEnough', 'systemDisks']);
    expect(tiersOf(facts)[0]).toMatchObject({ sizeBytes: 4e12, requiredBytes: 4e12 });
  });

  it('is not enough with one disk of 3.84 TB, and says what is missing', () => {
    const facts = disks([controller(0, 3.84e12)], [block('nvme0n1')]);
    const [tier] = tiersOf(facts);
    expect(tier?.state).toBe('insufficient');
    expect(tier?.reasons).toContainEqual({ key: 'storage.reason.cacheMissing', params: { size: 0.16 } });
  });

  it('counts no disk of Ceph, none that the kernel has given up on, and none at the other end of a network', () => {
    const facts = disks(
      [
        controller(0, 8e12),
        controller(1, 8e12, { state: 'dead' }),
        controller(2, 8e12, { transport: 'tcp' }),
        controller(3, 8e12),
      ],
      [
        block('nvme0n1', { fileSystem: 'LVM2_member', children: [block('ceph--a-osd--db--b', { kind: 'lvm' })] }),
        block('nvme1n1'),
        block('nvme2n1'),
        block('nvme3n1', { children: [part('nvme3n1p1', '[SWAP]', 'swap')] }),
      ],
    );
    expect(stateOf('cache', facts)).toEqual([
      'missing',
      'noFreeNvme',
      'cacheMissing',
      'systemDisks',
      'cephDisks',
      'deadDisks',
    ]);
  });

  it('counts a disk with two ports once', () => {
    const [first, second] = [controller(0, 3e12), { ...controller(0, 3e12), name: 'nvme1' }];
    const facts = disks([first, second], [block('nvme0n1')]);
    expect(disksOf(facts)?.map(({ name }) => name)).toEqual(['nvme0']);
    expect(tiersOf(facts)[0]).toMatchObject({ state: 'insufficient', sizeBytes: 3e12 });
  });

  it('knows both disks of a mirror with the system on it', () => {
    const root = block('md0', { kind: 'raid1', mountPoints: ['/'] });
    const facts = disks(
      [controller(0, 8e12), controller(1, 8e12)],
      [block('nvme0n1', { children: [root] }), block('nvme1n1', { children: [root] })],
    );
    expect(disksOf(facts)?.map(({ use }) => use)).toEqual(['system', 'system']);
    expect(stateOf('cache', facts)[0]).toBe('missing');
  });

  it('is not known while lsblk does not tell where the system lies, nor a size', () => {
    const { 'block-devices': _, ...unlisted } = disks([controller(0, 8e12)]);
    expect(stateOf('cache', unlisted)).toEqual(['unknown', 'unread']);
    expect(stateOf('cache', {})).toEqual(['unknown', 'unread']);
    expect(stateOf('cache', disks([controller(0, null)], [block('nvme0n1')]))).toEqual(['unknown', 'sizeUnknown']);
  });

  it('is missing without any NVMe', () => {
    expect(stateOf('cache', bare)).toEqual(['missing', 'noNvme']);
  });
});

describe('the data set tier', () => {
  const mounts = files;

  it.each<[string, NodeFacts, string]>([
    ['a Ceph cluster', { ...bare, ceph: ceph() }, 'ceph'],
    ['an NFS share', mounts(mount('/data', 'nfs4', 64e12)), 'mount'],
    ...['lustre', 'beegfs_nodev', 'beegfs', 'gpfs', 'wekafs', 'fuse.glusterfs', 'fuse.ceph-fuse', 'fuse.juicefs'].map(
      (type): [string, NodeFacts, string] => [type, mounts(mount('/data', type, 900e12)), 'mount'],
    ),
    ['a redundant array', { ...bare, raid: { ...bare.raid, arrays: [array({})] } as never }, 'array'],
  ])('is there with %s', (_, facts, reason) => {
    expect(stateOf('dataset', facts)).toEqual(['present', reason]);
  });

  it.each([
    ['a share smaller than the cache', mounts(mount('/home', 'nfs', 2e12)), ['mount', 'datasetMissing']],
    ['a cluster that is broken', { ...bare, ceph: ceph({ health: 'HEALTH_ERR' }) }, ['cephDown', 'datasetMissing']],
  ])('is not enough with %s', (_, facts, reasons) => {
    expect(stateOf('dataset', facts)).toEqual(['insufficient', ...reasons]);
  });

  it('is not known while a share gives no size', () => {
    expect(stateOf('dataset', mounts(mount('/data', 'nfs4', null)))).toEqual(['unknown', 'mountSilent']);
  });

  it('takes neither a striped array nor one of the cache’s disks for one', () => {
    const member = { name: 'nvme1n1', state: 'active', errors: null } as const;
    const arrays = [array({ level: 'raid0' }), array({ members: [member] })];
    expect(stateOf('dataset', { ...bare, raid: { ...bare.raid, arrays } as never })[0]).toBe('missing');
  });

  it('is not known when Ceph could not be asked, and present all the same with a share', () => {
    expect(stateOf('dataset', bare, { ceph: 'denied' })).toEqual(['unknown', 'unread']);
    expect(stateOf('dataset', bare, {})).toEqual(['unknown', 'unread']);
    expect(stateOf('dataset', mounts(mount('/data', 'nfs4', 64e12)), { ceph: 'timeout' })[0]).toBe('present');
  });
});

describe('the archive tier', () => {
  const withTape = (value: TapeFacts): NodeFacts => ({ ...bare, tape: value });

  it.each([
    ['a drive', withTape(tape([drive])), 'present'],
    ['a library with drive and cartridges', withTape(tape([drive], [library(3)])), 'present'],
    ['a library that could not be asked', withTape(tape([drive], [library(null)])), 'present'],
    ['a library without a cartridge', withTape(tape([drive], [library(0)])), 'insufficient'],
    ['a library without a drive', withTape(tape([], [library(3)])), 'insufficient'],
    [
      'an object store that is mounted',
      { ...bare, 'file-systems': { fileSystems: [mount('/archive', 'fuse.s3fs', 1e15)] } },
      'present',
    ],
    ['nothing', bare, 'missing'],
  ])('with %s', (_, facts, state) => {
    expect(stateOf('archive', facts)[0]).toBe(state);
  });

  it('is not known when nobody could look for tape', () => {
    const { tape: _, ...unread } = bare;
    expect(stateOf('archive', unread, { tape: 'timeout' })).toEqual(['unknown', 'unread']);
  });
});

describe('what needs a look', () => {
  const concernsOf = (health: NvmeController['health']) => {
    const [disk] = disksOf(disks([controller(0, 8e12, { health })], [block('nvme0n1')])) ?? [];
    return disk ? diskConcerns(disk).map(({ level, message }) => `${level} ${message.key.split('.').at(-1)}`) : [];
  };

  it.each([
    ['nothing, in a disk with many entries in its log', healthy, []],
    ['nothing, in a disk that is nearly worn', { ...healthy, usedPercent: 89 }, []],
    ['a disk that is worn', { ...healthy, usedPercent: 90 }, ['warn worn']],
    ['a disk past its rated life', { ...healthy, usedPercent: 131 }, ['warn wornOut']],
    [
      'spare blocks below the threshold, told once',
      { ...healthy, warnings: ['spare-low' as const], sparePercent: 5 },
      ['bad spareLow'],
    ],
    ['spare blocks below the threshold without the bit', { ...healthy, sparePercent: 5 }, ['bad spareLow']],
    ['a disk that takes no writes', { ...healthy, warnings: ['read-only' as const] }, ['bad diskReadOnly']],
    ['media errors', { ...healthy, mediaErrors: 2 }, ['warn mediaErrors']],
    ['nothing, where nothing is known', null, []],
  ])('is %s', (_, health, expected) => {
    expect(concernsOf(health)).toEqual(expected);
  });

  it('names what is bad before what is not, and no check that was muted', () => {
    const check = { severity: 'HEALTH_WARN', summary: 's', details: [], isMuted: false };
    const facts: NodeFacts = {
      ...bare,
      ceph: ceph({
        health: 'HEALTH_WARN',
        checks: [
          { ...check, code: 'POOL_NO_REDUNDANCY', isMuted: true },
          { ...check, code: 'OSD_DOWN' },
        ],
      }),
      raid: { arrays: [array({ isDegraded: true })], drives: [], volumes: [], multipaths: [] },
      'file-systems': {
        fileSystems: [
          { ...mount('/data', 'ext4', 1), options: ['ro'] },
          { ...mount('/cd', 'iso9660', 1), options: ['ro'] },
        ],
      },
    };
    expect(storageConcerns(facts).map(({ message }) => [message.key.split('.').at(-1), message.params?.code])).toEqual([
      ['arrayDegraded', undefined],
      ['mountedReadOnly', undefined],
      ['ceph', 'OSD_DOWN'],
    ]);
  });

  it('is a file system that is full, of bytes or of inodes, or whose server is silent', () => {
    const system = (mountPoint: string, values: Partial<FileSystemsFacts['fileSystems'][number]>) => ({
      ...mount(mountPoint, 'ext4', 1e12),
      isNetwork: false,
      usedBytes: 9.5e11 - (values.availableBytes ?? 0),
      ...values,
    });
    const facts = files(
      system('/fine', { availableBytes: 9.6e10 }),
      // A twentieth is set aside for root.
      system('/filling', { availableBytes: 9.5e10 }),
      system('/full', { availableBytes: 2.8e10 }),
      system('/many-files', { availableBytes: 5e11, inodesTotal: 1000, inodesUsed: 1000 }),
      system('/endless', { availableBytes: 5e11, type: 'btrfs', inodesTotal: null, inodesUsed: null }),
      system('/image', { type: 'squashfs', availableBytes: 0 }),
      system('/dev/shm', { type: 'tmpfs', availableBytes: 0 }),
      system('/efi', { type: 'vfat', sizeBytes: 1e8, availableBytes: 0 }),
      system('/rescue', { options: ['ro'], availableBytes: 0 }),
      system('/unknown', { sizeBytes: null, availableBytes: null }),
      { ...mount('/nas', 'nfs4', null), availableBytes: null },
      { ...mount('/run/user/0/gvfs', 'fuse.gvfsd', null), availableBytes: null },
    );
    expect(
      storageConcerns(facts).map(({ level, message: { key, params } }) => [
        level,
        key.split('.').at(-1),
        params?.mountPoint,
        params?.percent,
      ]),
    ).toEqual([
      ['bad', 'fileSystemFull', '/full', 97],
      ['bad', 'inodesFull', '/many-files', 100],
      ['warn', 'fileSystemFull', '/filling', 90],
      ['warn', 'mountedReadOnly', '/rescue', undefined],
      ['warn', 'mountSilent', '/nas', undefined],
    ]);
  });

  it('is a pool that has lost data, though it is whole again', () => {
    const arrays = [array({ name: 'tank', kind: 'zfs', state: 'ONLINE, 3 data errors' })];
    const raid = { arrays, drives: [], volumes: [], multipaths: [] };
    expect(storageConcerns({ ...bare, raid }).map(({ level, message }) => `${level} ${message.key}`)).toEqual([
      'bad storage.concern.arrayLostData',
    ]);
    expect(arrays.map(isArrayWell)).toEqual([false]);
    expect(isArrayWell(array({ state: 'active' }))).toBe(true);
    expect(isArrayWell(array({ isDegraded: null, state: 'active' }))).toBeNull();
    expect(isArrayWell(array({ isDegraded: null, state: 'inactive' }))).toBe(false);
  });

  it.each(['clean, FAILED', 'inactive', 'FAULTED', 'SUSPENDED', 'OfLn'])('is an array that is %s', (state) => {
    const raid = { arrays: [array({ state })], drives: [], volumes: [], multipaths: [] };
    expect(storageConcerns({ ...bare, raid }).map(({ message }) => message.key)).toEqual([
      'storage.concern.arrayInactive',
    ]);
  });
});
