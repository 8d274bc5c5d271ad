import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf, outputsOf } from '../testing/check';
import { hasRecordings, recording } from '../testing/recordings';
import { tapeProbe } from './tape-probe';

const scsi = `[11:0:0:0]  tape    IBM      ULTRIUM-HH9      Q3F3  /dev/nst0  /dev/sg26  serial=10WT0A1183
[11:0:0:1]  mediumx QUANTUM  Scalar i3-i6     271G  /dev/sch0  /dev/sg28  serial=DE71809020
/sys/class/scsi_tape/nst0/stats/read_byte_cnt:4096
/sys/class/scsi_tape/nst0/stats/write_byte_cnt:8192
`;
const mt = `==> /dev/nst0
SCSI 2 tape drive:
File number=4, block number=120, partition=0.
Tape block size 0 bytes. Density code 0x60 (no translation).
Soft error count since last status=2
General status bits on (5010008):
 WR_PROT ONLINE IM_REP_EN CLN

<== 0
`;
const mtx = `==> /dev/sch0
  Storage Changer /dev/sch0:1 Drives, 3 Slots ( 1 Import/Export )
Data Transfer Element 0:Full (Storage Element 2 Loaded):VolumeTag = GNT002L9
      Storage Element 1:Full :VolumeTag=GNT001L9
      Storage Element 2:Empty
      Storage Element 3 IMPORT/EXPORT:Full

<== 0
`;
const denied = { state: 'denied', exitCode: null, stdout: '', stderr: '', isTruncated: false } as const;

describe('tape probe', () => {
  it('joins drives and library with what they say themselves', () => {
    expect(factsOf(tapeProbe, { scsi, mt, mtx })).toEqual({
      drives: [
        {
          scsiAddress: '11:0:0:0',
          device: '/dev/nst0',
          vendor: 'IBM',
          model: 'ULTRIUM-HH9',
          firmware: 'Q3F3',
          serial: '10WT0A1183',
          status: {
            isOnline: true,
            isWriteProtected: true,
            isDoorOpen: false,
            needsCleaning: true,
            // By its code, as this mt is older than the tape.
            density: 'LTO-9',
            fileNumber: 4,
            blockNumber: 120,
            softErrors: 2,
            flags: ['WR_PROT', 'ONLINE', 'IM_REP_EN', 'CLN'],
          },
          statistics: { readBytes: 4096, writtenBytes: 8192, readCount: null, writeCount: null, residualCount: null },
        },
      ],
      libraries: [
        {
          device: '/dev/sch0',
          scsiAddress: '11:0:0:1',
          vendor: 'QUANTUM',
          model: 'Scalar i3-i6',
          firmware: '271G',
          serial: 'DE71809020',
          inventory: {
            driveCount: 1,
            slotCount: 3,
            importExportCount: 1,
            drives: [{ number: 0, isFull: true, volume: 'GNT002L9', sourceSlot: 2 }],
            slots: [
              { number: 1, isFull: true, volume: 'GNT001L9', isImportExport: false },
              { number: 2, isFull: false, volume: null, isImportExport: false },
              { number: 3, isFull: true, volume: null, isImportExport: true },
            ],
          },
        },
      ],
    });
  });

  it('knows drives and library without root, and says what would allow to ask them', () => {
    expect(tapeProbe.parse({ ...outputsOf({ scsi }), mt: denied, mtx: denied })).toMatchObject({
      state: 'ok',
      facts: { drives: [{ status: null }], libraries: [{ inventory: null }] },
      reason: {
        key: 'probes.denied',
        params: { sudoers: expect.stringMatching(/mt -f \/dev\/nst\[0-9\] status, .*mtx -f \/dev\/sch\[0-9\] status/) },
      },
    });
  });

  describe('of a library that the kernel has no module for', () => {
    const generic = scsi.replace('/dev/sch0  /dev/sg28', '-  /dev/sg28');
    const asked = mtx.replaceAll('/dev/sch0', '/dev/sg28');

    it('knows what is in it through its generic device', () => {
      const [library] = factsOf(tapeProbe, { scsi: generic, mt, mtx: '', 'mtx-generic': asked }).libraries;
      expect(library).toMatchObject({ device: '/dev/sg28', serial: 'DE71809020', inventory: { slotCount: 3 } });
    });

    it('says which group may open that', () => {
      const shut = '==> /dev/sg28\nnot open to this user\n\n<== 13\n';
      expect(tapeProbe.parse(outputsOf({ scsi: generic, mt, mtx: '', 'mtx-generic': shut }))).toMatchObject({
        state: 'ok',
        facts: { libraries: [{ inventory: null }] },
        reason: { key: 'probes.changerNotOpen', params: { device: '/dev/sg28' } },
      });
    });
  });

  it('never asks the device that rewinds', () => {
    for (const { forEach } of tapeProbe.commands) expect(forEach ?? '').not.toMatch(/\/dev\/st/);
  });

  it('lacks nothing on a node without tape', () => {
    expect(tapeProbe.parse({ ...outputsOf({ scsi: '' }), mt: denied })).toEqual({
      state: 'ok',
      facts: { drives: [], libraries: [] },
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(tapeProbe, { scsi, mt, mtx, 'mtx-generic': mtx });
  });
});

describe.skipIf(!hasRecordings)('tape probe on recorded outputs', () => {
  it.each(['lsscsi__tape-2.txt', 'lsscsi__tape-and-disks.txt'])(
    'reads the drive among the disks of storage/%s',
    (name) => {
      expect(factsOf(tapeProbe, { scsi: recording(`storage/${name}`) })).toMatchObject({
        drives: [
          {
            scsiAddress: '3:0:5:0',
            device: '/dev/nst0',
            vendor: 'HP',
            model: 'C5713A',
            firmware: 'H910',
            serial: null,
            status: null,
          },
        ],
        libraries: [],
      });
    },
  );

  it('reads storage/mtx-status__52-slots-shortened.txt', () => {
    expect(
      factsOf(tapeProbe, { scsi: recording('storage/mtx-status__52-slots-shortened.txt') }).libraries,
    ).toMatchObject([
      {
        device: '/dev/sg8',
        inventory: {
          driveCount: 4,
          slotCount: 52,
          importExportCount: 4,
          drives: [
            { number: 0, isFull: true, volume: 'HPS001L3', sourceSlot: 0 },
            { number: 1, isFull: false, volume: null, sourceSlot: null },
            { number: 2, isFull: false },
            { number: 3, isFull: false },
          ],
          slots: [
            { number: 0, isFull: false, volume: null, isImportExport: false },
            { number: 1, isFull: true, volume: 'HPS002L3', isImportExport: false },
          ],
        },
      },
    ]);
  });

  it('reads storage/sysfs-scsi-tape-stats.txt, one drive of eight nodes', () => {
    expect(factsOf(tapeProbe, { scsi: recording('storage/sysfs-scsi-tape-stats.txt') }).drives).toMatchObject([
      {
        device: '/dev/nst0',
        statistics: {
          readBytes: 979_383_912,
          writtenBytes: 1_496_246_784_000,
          readCount: 3741,
          writeCount: 53_772_916,
          residualCount: 19,
        },
      },
    ]);
  });
});
