import { expect, it } from 'vitest';
import type { NodeFacts } from '#shared/domain/facts/index';
import { translatorOf } from '#shared/i18n/translator';
import { storageSections } from './node-storage';

const block = {
  name: 'nvme0n1',
  kind: 'disk',
  sizeBytes: 3_840_755_982_336,
  model: 'KIOXIA',
  serial: 'S1',
  isRotational: false,
  transport: 'nvme',
  fileSystem: null,
  mountPoints: [],
  children: [],
};
const facts: NodeFacts = {
  'block-devices': { devices: [block] },
  'file-systems': { fileSystems: [] },
  nvme: { controllers: [] },
  tape: { drives: [], libraries: [] },
};

it('says of each tier why it is so, of a disk that its wear is not known, and leaves out what is not there', () => {
  const sections = storageSections({ say: translatorOf('en') }, facts, {
    'block-devices': 'ok',
    nvme: 'ok',
    raid: 'timeout',
    ceph: 'missing-tool',
  });
  const [tiers, disks, ...others] = sections.map(([, rows]) => rows);
  expect(tiers).toEqual([
    [
      'Cache',
      { text: 'Not enough', tone: 'warn' },
      { text: '3.84 TB', isAmount: true },
      '1 NVMe disk with 3.84 TB can be used as cache. 0.16 TB of NVMe are missing.',
      'Put at least 0.16 TB of NVMe into the node.',
    ],
    [
      'Data sets',
      'Not known',
      null,
      'raid could not be read, so this is not known.',
      'See what the probe raid says that it lacks, then refresh.',
    ],
    [
      'Archive',
      { text: 'Missing', tone: 'warn' },
      null,
      'No tape drive, no tape library and no mounted object store was found. A tape drive or an object store is missing.',
      'Attach a tape drive or mount an object store. Where another node keeps the archive, nothing is to be done here.',
    ],
  ]);
  expect(disks?.[0]?.at(-1)).toBe('Not read');
  expect(others.flat()).toEqual([]);
});

it('says nothing of a node that was never asked', () => {
  expect(storageSections({ say: translatorOf('en') }, {}, {}).flatMap(([, rows]) => rows)).toEqual([]);
});

it('shows free space and options of file systems, how an NFS mount answers, and the OSDs that do not serve', () => {
  const osd = {
    kind: 'osd',
    depth: 2,
    deviceClass: 'hdd',
    weight: 1,
    totalBytes: 100,
    usedBytes: 41,
    placementGroups: 1,
  };
  const rows = storageSections(
    { say: translatorOf('en') },
    {
      'file-systems': {
        fileSystems: [
          {
            mountPoint: '/data',
            source: 'nas:/x',
            type: 'nfs4',
            options: ['rw', 'hard'],
            isForcedReadOnly: null,
            sizeBytes: 4 * 1024 ** 4,
            usedBytes: 1024 ** 4,
            availableBytes: 3 * 1024 ** 4,
            inodesTotal: null,
            inodesUsed: null,
            isNetwork: true,
          },
        ],
      },
      nfs: {
        mounts: [
          {
            mountPoint: '/data',
            version: '4.2',
            retransmissions: 3,
            timeouts: 1,
            read: { count: 1, rttMs: 1, exeMs: 1.5 },
            write: { count: 0, rttMs: null, exeMs: null },
          },
        ],
        server: null,
      } as unknown as NonNullable<NodeFacts['nfs']>,
      ceph: {
        health: 'HEALTH_WARN',
        checks: [],
        osds: { total: 3, up: 2, in: 2 },
        capacity: { totalBytes: 1, usedBytes: 1, availableBytes: 0 },
        tree: [
          { ...osd, id: -2, name: 'stor01', kind: 'host', status: null, reweight: null },
          { ...osd, id: 0, name: 'osd.0', status: 'up', reweight: 1 },
          { ...osd, id: 1, name: 'osd.1', status: 'down', reweight: 0 },
        ],
      } as unknown as NonNullable<NodeFacts['ceph']>,
    },
    {},
  );
  const of = (title: string) => rows.find(([headers]) => headers[0] === title)?.[1];
  const amount = (text: string) => ({ text, isAmount: true });
  expect(of('FILE SYSTEM')).toEqual([
    ['/data', amount('4.0 TiB'), amount('3.0 TiB'), amount('25 %'), 'nfs4', 'nas:/x', 'rw,hard'],
  ]);
  expect(of('NFS MOUNT')).toEqual([['/data', '4.2', amount('1.50 ms'), null, 3, 1]]);
  expect(of('OSD')).toEqual([['osd.1', 'stor01', { text: 'down, out', tone: 'bad' }, 'hdd', amount('41 %')]]);
});
