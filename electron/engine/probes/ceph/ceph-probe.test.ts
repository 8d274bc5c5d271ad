import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf, outputsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { cephProbe } from './ceph-probe';

const status = {
  fsid: '3f1d6c52-7a0e-4f3b-9d51-6c2b8e0f4a77',
  health: {
    status: 'HEALTH_WARN',
    checks: { OSD_DOWN: { severity: 'HEALTH_WARN', summary: { message: '1 osds down' } } },
  },
  quorum_names: ['a', 'b'],
  monmap: { num_mons: 3 },
  // Before Octopus.
  osdmap: { osdmap: { num_osds: 6, num_up_osds: 5, num_in_osds: 6 } },
  pgmap: {
    pgs_by_state: [{ state_name: 'active+clean', count: 128 }],
    num_pgs: 128,
    bytes_total: 600,
    bytes_used: 100,
  },
};
const detail = {
  status: 'HEALTH_WARN',
  checks: {
    OSD_DOWN: {
      severity: 'HEALTH_WARN',
      summary: { message: '1 osds down', count: 1 },
      detail: [{ message: 'osd.3 (root=default,host=a) is down' }],
      muted: false,
    },
  },
  mutes: [],
};
const tree = {
  nodes: [
    { id: -1, name: 'default', type: 'root', children: [-3] },
    { id: -3, name: 'a', type: 'host', children: [3, 1] },
    { id: 1, name: 'osd.1', type: 'osd', device_class: 'ssd', status: 'up', reweight: 1, crush_weight: 1.5 },
    { id: 3, name: 'osd.3', type: 'osd', device_class: 'hdd', status: 'down', reweight: 0, crush_weight: 1.5 },
  ],
  stray: [],
};
const osdDf = { nodes: [{ id: 1, name: 'osd.1', type: 'osd', kb: 1000, kb_used: 250, pgs: 77 }], stray: [] };
const all = {
  status: `\n${JSON.stringify(status)}\n`,
  'health-detail': JSON.stringify(detail),
  'osd-tree': JSON.stringify(tree),
  'osd-df': JSON.stringify(osdDf),
};
const one = (name: string) => factsOf(cephProbe, { status: recording(`storage/${name}`) });
const noKey = printed('', 1, '[errno 13] RADOS permission denied (error connecting to the cluster)\n');

describe('ceph probe', () => {
  it('puts together what the queries say', () => {
    expect(factsOf(cephProbe, all)).toMatchObject({
      fsid: status.fsid,
      health: 'HEALTH_WARN',
      checks: [{ code: 'OSD_DOWN', details: ['osd.3 (root=default,host=a) is down'], isMuted: false }],
      monitors: { total: 3, inQuorum: ['a', 'b'] },
      osds: { total: 6, up: 5, in: 6 },
      capacity: { totalBytes: 600, usedBytes: 100 },
      tree: [
        { name: 'default', depth: 0 },
        { name: 'a', depth: 1 },
        { name: 'osd.1', depth: 2, status: 'up', totalBytes: 1_024_000, usedBytes: 256_000, placementGroups: 77 },
        { name: 'osd.3', depth: 2, status: 'down', reweight: 0, totalBytes: null },
      ],
    });
  });

  it.each([
    ['no ceph', printed('', 127), { state: 'missing-tool', reason: { key: 'probes.missingTool' } }],
    ['no key', { ...noKey, privilege: 'root' as const }, { state: 'denied', reason: { key: 'probes.cephNoKeyring' } }],
    [
      'no quorum',
      printed('', 1, '[errno 110] RADOS timed out (error connecting to the cluster)\n'),
      { state: 'timeout', reason: { key: 'probes.cephNoQuorum' } },
    ],
    [
      'no cluster',
      printed(
        '',
        1,
        'Error initializing cluster client: ObjectNotFound("RADOS object not found (error calling conf_read_file)")\n',
      ),
      { state: 'missing-tool', reason: { key: 'probes.cephNotSetUp' } },
    ],
  ])('tells %s as that', (_, output, expected) => {
    expect(cephProbe.parse({ status: output })).toMatchObject(expected);
  });

  it('names the line of sudoers that would show the cluster', () => {
    expect(cephProbe.parse({ status: noKey }).reason).toMatchObject({
      key: 'probes.denied',
      params: {
        sudoers: `USER ALL=(root) NOPASSWD: ${['status', 'health detail', 'df', 'osd tree', 'osd df']
          .map((query) => `/usr/bin/ceph --connect-timeout 5 -f json ${query}`)
          .join(', ')}`,
      },
    });
  });

  it('does not go round in a tree that bites its own tail', () => {
    const loop = { nodes: [{ id: -1, name: 'a', type: 'root', children: [-1] }], stray: [] };
    expect(factsOf(cephProbe, { status: JSON.stringify(loop) }).tree.map(({ name }) => name)).toEqual(['a']);
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(cephProbe, all);
    expect(cephProbe.parse(outputsOf({ status: '{"a": 1}' }))).toMatchObject({ state: 'unparsable' });
  });
});

describe.skipIf(!hasRecordings)('ceph probe on recorded outputs', () => {
  it('reads storage/ceph-status__telegraf.json', () => {
    expect(one('ceph-status__telegraf.json')).toMatchObject({
      fsid: '01234567-abcd-9876-0123-ffeeddccbbaa',
      health: 'HEALTH_OK',
      checks: [],
      monitors: { total: 3, inQuorum: ['a', 'b', 'c'] },
      standbyManagers: 2,
      metadataServers: { up: 1, standby: 2 },
      osds: { total: 24, up: 24, in: 24 },
      placementGroups: {
        total: 2560,
        states: [
          { state: 'active+clean', count: 2560 },
          { state: 'active+scrubbing', count: 10 },
          { state: 'active+backfilling', count: 5 },
        ],
        degradedObjects: 25_919,
        degradedPercent: 0.8876217872981627,
      },
      capacity: { totalBytes: 17_335_810_048_000, usedBytes: 7_478_347_665_408, availableBytes: 9_857_462_382_592 },
      throughput: { readBytesPerSec: 0, writtenBytesPerSec: 367_217, recoveringBytesPerSec: 223_303 },
    });
  });

  it('reads storage/ceph-status__degraded-pgs.json, a status without its other halves', () => {
    const facts = one('ceph-status__degraded-pgs.json');
    expect(facts).toMatchObject({
      health: null,
      osds: { total: null, up: null, in: null },
      placementGroups: { total: 9208, degradedObjects: 1_597_678 },
      capacity: { totalBytes: 2_537_720_565_469_184, usedBytes: 1_861_238_087_680 },
    });
    expect(facts.placementGroups.degradedPercent).toBeCloseTo(21.3363, 6);
    expect(facts.placementGroups.states).toHaveLength(18);
    expect(facts.placementGroups.states[13]).toEqual({
      state: 'active+undersized+remapped+backfill_wait+forced_backfill',
      count: 10,
    });
  });

  it('reads storage/ceph-df__telegraf.json, by class and pool', () => {
    expect(one('ceph-df__telegraf.json')).toMatchObject({
      capacity: { totalBytes: 14_882_929_901_568, usedBytes: 7_016_794_836_992, availableBytes: 7_866_135_064_576 },
      classes: [
        { name: 'hdd', totalBytes: 12_002_349_023_232, usedBytes: 5_922_308_816_896 },
        { name: 'ssd', totalBytes: 2_880_580_878_336, availableBytes: 1_786_094_858_240 },
      ],
      pools: [
        {
          id: 4,
          name: 'foo',
          storedBytes: 672_914_410_122,
          usedBytes: 2_019_480_838_046,
          availableBytes: 1_826_599_337_984,
          objects: 161_029,
        },
        { name: 'bar_metadata' },
        { name: 'bar_data' },
        { id: 17, name: 'device_health_metrics', objects: 9 },
      ],
    });
  });

  it('reads storage/ceph-df-detail__rhcs.json and storage/ceph-df-pools.json, of older releases', () => {
    expect(one('ceph-df-detail__rhcs.json')).toMatchObject({
      capacity: { totalBytes: 17_113_243_648, usedBytes: 203_120_640, availableBytes: 16_910_123_008 },
      pools: [
        { id: 0, name: 'rbd', storedBytes: 0, usedBytes: 0, availableBytes: 999_252_180 },
        { id: 2, name: 'ecpool', availableBytes: 1_998_504_360 },
      ],
    });
    expect(one('ceph-df-pools.json').pools).toEqual([
      {
        id: 32,
        name: 'cinder_sas',
        storedBytes: 71_525_351_713,
        usedBytes: 214_576_054_272,
        availableBytes: 6_038_098_673_664,
        objects: 17_124,
      },
      {
        id: 33,
        name: 'cinder_ssd',
        storedBytes: 68_865_564_849,
        usedBytes: 206_596_702_208,
        availableBytes: 186_205_372_416,
        objects: 16_461,
      },
    ]);
  });

  it('reads storage/ceph-osd-tree__buckets.json, with an OSD that no host holds and one astray', () => {
    expect(
      one('ceph-osd-tree__buckets.json').tree.map(({ name, depth, status, reweight }) => [
        name,
        depth,
        status,
        reweight,
      ]),
    ).toEqual([
      ['data', 0, null, null],
      ['R1-data', 1, null, null],
      ['test-data03-object01', 2, null, null],
      ['osd.524', 0, 'destroyed', 0],
      ['osd.525', 0, 'down', 0],
    ]);
  });

  it('reads storage/ceph-osd-tree__hdd-ssd.json', () => {
    const { tree: nodes } = one('ceph-osd-tree__hdd-ssd.json');
    expect(nodes.slice(0, 3).map(({ name, kind, depth }) => [name, kind, depth])).toEqual([
      ['default', 'root', 0],
      ['A8R1', 'rack', 1],
      ['prod-data01-block01', 'host', 2],
    ]);
    expect(nodes.find(({ name }) => name === 'osd.1')).toMatchObject({
      deviceClass: 'ssd',
      status: 'up',
      reweight: 0.950027,
      weight: 3.481995,
      depth: 3,
    });
  });

  it('reads storage/ceph-osd-tree-text__v3.txt', () => {
    const { tree: nodes } = one('ceph-osd-tree-text__v3.txt');
    expect(nodes.map(({ name, depth }) => `${depth} ${name}`)).toEqual(
      '0 default,1 ceph1,2 osd.2,2 osd.5,1 ceph2,2 osd.1,2 osd.4,1 ceph3,2 osd.0,2 osd.3,1 ceph_1'.split(','),
    );
    expect(nodes[2]).toMatchObject({
      id: 2,
      kind: 'osd',
      deviceClass: 'hdd',
      status: 'up',
      reweight: 1,
      weight: 0.01459,
    });
    expect(nodes.at(-1)).toMatchObject({ id: -7, kind: 'host', weight: 0 });
  });

  it('reads storage/ceph-osd-df__rhcs.json', () => {
    expect(one('ceph-osd-df__rhcs.json').tree).toMatchObject([
      {
        name: 'osd.0',
        totalBytes: 1_171_539_620 * 1024,
        usedBytes: 4_048_208 * 1024,
        placementGroups: 945,
        reweight: 1,
        weight: 1.091095,
      },
    ]);
  });
});
