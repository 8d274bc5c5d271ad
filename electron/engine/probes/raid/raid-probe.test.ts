import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf, outputsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { raidProbe } from './raid-probe';

const mdstat = `Personalities : [raid1]
md0 : active raid1 nvme0n1p2[0] nvme1n1p2[2]
      1874716672 blocks super 1.2 [2/1] [U_]
      [==>..................]  recovery = 12.6% (236214400/1874716672) finish=131.8min speed=207104K/sec

unused devices: <none>
`;
const detail = `==> /dev/md0
/dev/md0:
           Version : 1.2
        Raid Level : raid1
        Array Size : 1874716672 (1787.87 GiB 1919.71 GB)
      Raid Devices : 2
     Total Devices : 2

             State : clean, degraded, recovering
    Active Devices : 1
   Working Devices : 2
    Failed Devices : 0
     Spare Devices : 1

    Rebuild Status : 12% complete

              UUID : 0f1e2d3c:4b5a6978:8796a5b4:c3d2e1f0

    Number   Major   Minor   RaidDevice State
       0     259        3        0      active sync   /dev/nvme0n1p2
       2     259        6        1      spare rebuilding   /dev/nvme1n1p2

<== 0
`;
const pools = `NAME    SIZE  ALLOC  FREE  CKPOINT  EXPANDSZ  FRAG  CAP  DEDUP  HEALTH  ALTROOT
tank  1000000000  250000000  750000000  -  -  4  25  1.00  DEGRADED  -

  pool: tank
 state: DEGRADED
  scan: resilver in progress since Sun Jul  6 10:00:00 2025
\t1.2T scanned, 300G issued
\t300G resilvered, 24.50% done, 01:30:00 to go
config:

\tNAME        STATE     READ WRITE CKSUM
\ttank        DEGRADED     0     0     0
\t  raidz2-0  DEGRADED     0     0     0
\t    sda     ONLINE       0     0     0
\t    sdb     FAULTED      3   1.2K     0  too many errors
\t    sdc     UNAVAIL      0     0     0
\tspares
\t  sdf       AVAIL

errors: No known data errors
`;
const virtualDrives = JSON.stringify({
  Controllers: [
    {
      'Command Status': { Controller: 0, Status: 'Success' },
      'Response Data': {
        'Virtual Drives': [{ 'DG/VD': '0/1', TYPE: 'RAID6', State: 'Dgrd', Size: '72.761 TB', Name: '' }],
      },
    },
  ],
});
const read = (outputs: Record<string, string>) => factsOf(raidProbe, { mdstat: '', ...outputs });
const arrays = (name: string) => read({ mdstat: recording(`storage/${name}`) }).arrays;

describe('raid probe', () => {
  it('knows from mdadm which member is rebuilt, and from the kernel how far it is', () => {
    expect(read({ mdstat, mdadm: detail }).arrays).toMatchObject([
      {
        name: 'md0',
        level: 'raid1',
        state: 'clean, degraded, recovering',
        isDegraded: true,
        sizeBytes: 1_919_709_872_128,
        membersWanted: 2,
        membersActive: 1,
        members: [
          { name: 'nvme0n1p2', state: 'active' },
          { name: 'nvme1n1p2', state: 'rebuilding' },
        ],
        operation: { name: 'recovery', percent: 12.6, finishMinutes: 131.8 },
        uuid: '0f1e2d3c:4b5a6978:8796a5b4:c3d2e1f0',
      },
    ]);
  });

  it('does not guess which of the members is rebuilt', () => {
    expect(read({ mdstat }).arrays[0]?.members.map(({ state }) => state)).toEqual(['unknown', 'unknown']);
  });

  it('reads a pool that resilvers, its broken disks and its spare', () => {
    expect(read({ zpool: pools }).arrays).toMatchObject([
      {
        name: 'tank',
        kind: 'zfs',
        level: 'raidz2',
        state: 'DEGRADED',
        isDegraded: true,
        sizeBytes: 1e9,
        usedBytes: 2.5e8,
        membersWanted: 3,
        membersActive: 1,
        members: [
          { name: 'sda', state: 'active', errors: 0 },
          { name: 'sdb', state: 'faulty', errors: 1203 },
          { name: 'sdc', state: 'missing' },
          { name: 'sdf', state: 'spare' },
        ],
        operation: { name: 'resilver', percent: 24.5, finishMinutes: 90 },
      },
    ]);
  });

  it.each([
    [
      '  scan: scrub in progress since Mon Jul  7 09:00:00 2014\n    1.2T scanned out of 3T at 100M/s, 5h10m to go\n    0 repaired, 40.00% done',
      'scrub',
      40,
      310,
    ],
    [' scrub: resilver in progress for 0h3m, 12.50% done, 0h21m to go', 'resilver', 12.5, 21],
    [' scrub: none requested', null, null, null],
  ])('reads what older versions of ZFS say of %j', (scan, name, percent, finishMinutes) => {
    const zpool = pools.replace(/ {2}scan: (?:.*\n){3}/, `${scan}\n`);
    expect(read({ zpool }).arrays[0]?.operation).toEqual(name === null ? null : { name, percent, finishMinutes });
  });

  it('keeps that a pool has lost data, though it is whole again', () => {
    const zpool = pools
      .replaceAll('DEGRADED', 'ONLINE')
      .replace('errors: No known data errors', "errors: 3 data errors, use '-v' for a list");
    expect(read({ zpool }).arrays[0]).toMatchObject({ state: 'ONLINE, 3 data errors', isDegraded: false });
  });

  it('reads the virtual drives of a controller, once where its tool has several names', () => {
    const twice = `==> /opt/MegaRAID/perccli/perccli64\n${virtualDrives}\n<== 0\n==> /usr/local/sbin/perccli\n${virtualDrives}\n<== 0\n`;
    expect(read({ 'storcli-volumes': twice }).arrays).toMatchObject([
      { name: '/c0/v1', kind: 'controller', level: 'RAID6', state: 'Dgrd', isDegraded: true },
    ]);
  });

  it('tells that disks may be hidden behind a controller, and what would show them', () => {
    const controller = 'raid-controller: megaraid_sas\n';
    const tool = 'raid-tool: /opt/MegaRAID/perccli/perccli64\n';
    const denied = { state: 'denied', exitCode: null, stdout: '', stderr: '', isTruncated: false } as const;
    const reason = (text: string, drives: typeof denied | ReturnType<typeof printed> = printed('')) =>
      raidProbe.parse({ ...outputsOf({ mdstat: text }), 'storcli-drives': drives }).reason;
    expect(reason('')).toBeUndefined();
    expect(reason(controller)).toEqual({
      key: 'probes.raidControllerUnread',
      params: { controller: 'megaraid_sas' },
    });
    expect(reason(controller + tool)?.key).toBe('probes.raidControllerSilent');
    expect(reason(controller + tool, denied)).toEqual({
      key: 'probes.denied',
      params: {
        tool: '/opt/MegaRAID/perccli/perccli64',
        sudoers:
          'USER ALL=(root) NOPASSWD: /usr/bin/nice /opt/MegaRAID/perccli/perccli64 /cALL/eALL/sALL show all J nolog, /usr/bin/nice /opt/MegaRAID/perccli/perccli64 /cALL/vALL show J nolog',
      },
    });
    const answered = `==> /opt/MegaRAID/perccli/perccli64\n${virtualDrives}\n<== 0\n`;
    expect(
      raidProbe.parse(outputsOf({ mdstat: controller + tool, 'storcli-volumes': answered })).reason,
    ).toBeUndefined();
  });

  it('never lets the tool of a controller leave a log on the node', () => {
    const asked = raidProbe.commands.filter(
      ({ argv }) => argv.includes('/cALL/vALL') || argv.includes('/cALL/eALL/sALL'),
    );
    expect(asked.map(({ argv }) => argv.at(-1))).toEqual(['nolog', 'nolog']);
  });

  it('names the right that would show the members, where there are arrays', () => {
    const denied = { state: 'denied', exitCode: null, stdout: '', stderr: '', isTruncated: false } as const;
    expect(raidProbe.parse({ ...outputsOf({ mdstat }), mdadm: denied }).reason?.key).toBe('probes.denied');
    expect(raidProbe.parse({ ...outputsOf({ mdstat: '' }), mdadm: denied })).toEqual({
      state: 'ok',
      facts: { arrays: [], drives: [], volumes: [], multipaths: [] },
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(raidProbe, {
      mdstat: `${mdstat}raid-controller: hpsa\nraid-tool: /usr/sbin/storcli\n`,
      mdadm: detail,
      zpool: pools,
      'storcli-volumes': `==> /usr/sbin/storcli\n${virtualDrives}\n<== 0\n`,
    });
  });
});

describe.skipIf(!hasRecordings)('raid probe on recorded outputs', () => {
  it('reads storage/proc-mdstat__procfs.txt, with every kind of member and operation', () => {
    const all = arrays('proc-mdstat__procfs.txt');
    expect(all.map(({ name }) => name)).toEqual(
      'md3 md127 md0 md4 md6 md8 md201 md7 md9 md10 md11 md12 md126 md219 md00 md120 md101 md42'.split(' '),
    );
    const of = (name: string) => all.find((one) => one.name === name);
    expect(of('md6')).toMatchObject({
      level: 'raid1',
      state: 'active',
      isDegraded: true,
      sizeBytes: 195_310_144 * 1024,
      membersWanted: 2,
      membersActive: 1,
      members: [
        { name: 'sdb2', state: 'faulty' },
        { name: 'sdc', state: 'spare' },
        { name: 'sda2', state: 'active' },
      ],
      operation: { name: 'recovery', percent: 8.5, finishMinutes: 17 },
    });
    expect(of('md4')).toMatchObject({ state: 'inactive', level: 'raid1', isDegraded: false });
    expect(of('md7')).toMatchObject({ level: 'raid6', isDegraded: true, membersWanted: 4, membersActive: 3 });
    expect(of('md9')).toMatchObject({ operation: { name: 'resync', percent: null, finishMinutes: null } });
    expect(of('md11')).toMatchObject({
      state: 'active (auto-read-only)',
      operation: { name: 'resync', percent: null },
    });
    expect(of('md12')).toMatchObject({ level: 'raid0', isDegraded: false, membersWanted: null });
    expect(of('md219')).toMatchObject({ level: 'container', state: 'inactive', isDegraded: null });
    expect(of('md101')).toMatchObject({ state: 'active (read-only)' });
    expect(of('md201')).toMatchObject({ operation: { name: 'check', percent: 5.7, finishMinutes: 0.2 } });
    expect(of('md42')).toMatchObject({ operation: { name: 'reshape', percent: 56.1, finishMinutes: 1868.1 } });
  });

  it('reads storage/proc-mdstat__raid-mixed.txt', () => {
    expect(arrays('proc-mdstat__raid-mixed.txt')).toMatchObject([
      {
        name: 'md2',
        level: 'raid10',
        sizeBytes: 11_251_451_904 * 1024,
        membersWanted: 12,
        membersActive: 12,
        operation: { name: 'check', percent: 94.3, finishMinutes: 101.6 },
      },
      { name: 'md1', level: 'raid1', isDegraded: false, operation: null },
      { name: 'md0', sizeBytes: 244_005_888 * 1024, members: [{ name: 'sdb1' }, { name: 'sda1' }] },
    ]);
  });

  it('reads storage/proc-mdstat__sync-start.txt, a check that has just begun', () => {
    const all = arrays('proc-mdstat__sync-start.txt');
    expect(
      all.map(({ name, level, state, sizeBytes, membersActive }) => [name, level, state, sizeBytes, membersActive]),
    ).toEqual([
      ['md2', 'raid10', 'active', 11_251_451_904 * 1024, 12],
      ['md1', 'raid1', 'active', 5_909_504 * 1024, 2],
      ['md0', 'raid1', 'active', 244_005_888 * 1024, 2],
    ]);
    expect(all.map(({ operation }) => operation)).toEqual([
      { name: 'check', percent: 1.5, finishMinutes: 101.6 },
      null,
      null,
    ]);
    expect(all[0]?.members.map(({ name }) => name).join(' ')).toBe('sde sdl sdf sdk sdh sdd sdg sdn sdm sdj sdc sdi');
  });

  it('reads storage/mdadm-detail__raid1-faulty-removed.txt', () => {
    expect(arrays('mdadm-detail__raid1-faulty-removed.txt')).toEqual([
      {
        name: 'md127',
        kind: 'md',
        level: 'raid1',
        state: 'clean, degraded',
        isDegraded: true,
        sizeBytes: 101_376 * 1024,
        usedBytes: null,
        membersWanted: 2,
        membersActive: 1,
        members: [
          { name: 'vda1', state: 'active', errors: null },
          { name: '', state: 'missing', errors: null },
        ],
        operation: null,
        uuid: 'e054553a:fbccdcfe:0ae80bc8:9379377a',
      },
    ]);
  });

  it('reads storage/mdadm-detail__raid1-faulty.txt', () => {
    expect(arrays('mdadm-detail__raid1-faulty.txt')).toMatchObject([
      {
        name: 'md126',
        members: [
          { name: 'vda1', state: 'active' },
          { name: '', state: 'missing' },
          { name: 'vda2', state: 'faulty' },
        ],
      },
    ]);
  });

  it('reads storage/zpool-list-p__vdev-logs-cache.txt, with a broken log and cache', () => {
    expect(arrays('zpool-list-p__vdev-logs-cache.txt')).toMatchObject([
      {
        name: 'rpool',
        level: 'mirror',
        state: 'DEGRADED',
        isDegraded: true,
        sizeBytes: 9_981_503_995_904,
        usedBytes: 3_046_188_658_688,
        members: [
          { name: 'sdc2', state: 'active' },
          { name: 'sdd2', state: 'active' },
          { name: 'sdb1', state: 'active' },
          { name: '14807975228228307538', state: 'missing' },
          { name: 'sdb2', state: 'active' },
          { name: 'wwn-0x500151795954c095-part2', state: 'missing' },
        ],
      },
    ]);
  });

  it('reads storage/zpool-status-v__spares.txt and storage/zpool-status-v__ok.txt', () => {
    const [tank] = arrays('zpool-status-v__spares.txt');
    expect(tank).toMatchObject({ name: 'tank', level: 'mirror', state: 'ONLINE', membersWanted: 8, membersActive: 8 });
    expect(tank?.members.map(({ name }) => name).join(' ')).toBe('sdh sdk sdl sdj sdn sdm sdg sdi sdf');
    expect(tank?.members.at(-1)).toEqual({ name: 'sdf', state: 'spare', errors: null });
    expect(arrays('zpool-status-v__ok.txt').map(({ name, level, members }) => [name, level, members[0]?.name])).toEqual(
      [
        ['zhgstera6', 'stripe', '726060ALE614-K8JAPRGN:10'],
        ['zint500', 'stripe', 'ST3500418AS-5VMSTSSX:5'],
        ['zsam53', 'stripe', 'Portable_SSD_T5-S49WNP0N120517B:8'],
      ],
    );
  });

  it('reads storage/storcli-drives__megaraid.json, sizes by sector', () => {
    const { drives } = read({ mdstat: recording('storage/storcli-drives__megaraid.json') });
    expect(drives.map(({ slot }) => slot).slice(0, 3)).toEqual(['/c0/e252/s0', '/c0/e252/s1', '/c0/e252/s3']);
    expect(drives[0]).toEqual({
      slot: '/c0/e252/s0',
      state: 'Onln',
      model: 'ST16000NM001G-2KK103',
      serial: 'ZL2PVFA8',
      firmware: 'SN03',
      sizeBytes: 0x746c00000 * 512,
      transport: 'SATA',
      medium: 'HDD',
      temperatureC: 28,
      mediaErrors: 0,
      otherErrors: 0,
      predictiveFailures: 0,
      hasSmartAlert: false,
    });
  });

  it('reads storage/lvs-report.json', () => {
    expect(read({ mdstat: recording('storage/lvs-report.json') }).volumes).toEqual([
      {
        group: 'cm-vg',
        name: 'root',
        sizeBytes: 214_232_465_408,
        attributes: 'twi-ao----',
        dataPercent: 78.89,
        metadataPercent: 19.25,
      },
    ]);
  });

  it('reads storage/multipath-v4-ll__mixed.txt and storage/multipath-v4-ll__rhel5.txt', () => {
    const mixed = read({ mdstat: recording('storage/multipath-v4-ll__mixed.txt') }).multipaths;
    expect(mixed[0]).toMatchObject({
      name: 'mpathg',
      wwid: '36f01faf000da360b0000033c528fea6d',
      device: 'dm-2',
      product: 'DELL,MD36xxi',
      sizeBytes: 54 * 1024 ** 4,
    });
    expect(mixed[0]?.paths).toHaveLength(8);
    expect(mixed[0]?.paths[3]).toEqual({ name: 'sdv', address: '17:0:0:1', state: 'active ready', isUsable: true });
    expect(mixed[2]).toMatchObject({
      name: '36001405b1629f80d52a4c898f8856e43',
      device: 'dm-5',
      sizeBytes: 2 * 1024 ** 3,
    });
    expect(mixed.at(-1)).toMatchObject({ name: 'mpathc', device: 'dm-1', paths: [] });
    const [old] = read({ mdstat: recording('storage/multipath-v4-ll__rhel5.txt') }).multipaths;
    expect(old).toMatchObject({ name: 'L004', device: 'dm-9', product: 'DGC,RAID 5', sizeBytes: 100 * 1024 ** 3 });
    expect(old?.paths.map(({ name, isUsable }) => [name, isUsable])).toEqual([
      ['sdk', true],
      ['sdp', true],
      ['sdf', true],
      ['sdu', true],
    ]);
  });
});
