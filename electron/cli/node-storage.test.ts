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
    ],
    ['Data sets', 'Not known', null, 'raid could not be read, so this is not known.'],
    [
      'Archive',
      { text: 'Missing', tone: 'warn' },
      null,
      'No tape drive, no tape library and no mounted object store was found. A tape drive or an object store is missing.',
    ],
  ]);
  expect(disks?.[0]?.at(-1)).toBe('Not read');
  expect(others.flat()).toEqual([]);
});

it('says nothing of a node that was never asked', () => {
  expect(storageSections({ say: translatorOf('en') }, {}, {}).flatMap(([, rows]) => rows)).toEqual([]);
});
