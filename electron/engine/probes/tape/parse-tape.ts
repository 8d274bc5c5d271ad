import type { TapeFacts, TapeLibrary } from '#shared/domain/facts/storage-services';
import { integerOf, linesOf } from '../lib/lines';

type Drive = TapeFacts['drives'][number];

export interface ScsiDevice {
  readonly address: string;
  readonly kind: string;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly revision: string | null;
  readonly devices: readonly string[];
  readonly serial: string | null;
}

/**
 * Reads `lsscsi`, with -g or without, and the lines that stand in for it where it is not installed. Null: not that. Vendor
 * and product are cut by column, as both may hold blanks.
 *   [3:0:5:0]    tape    HP       C5713A           H910  /dev/st0   /dev/sg3
 *   [3:0:5:1]    mediumx HP       MSL G3 Series    3.00  /dev/sch0  /dev/sg4
 */
export function parseScsiList(text: string): ScsiDevice[] | null {
  const devices: ScsiDevice[] = [];
  for (const line of linesOf(text)) {
    if (line.trim() === '' || line.startsWith('==> ')) continue;
    const row = /^\[([0-9a-fN:]{3,40})\]\s+(\S{1,10}) +(.{8}) (.{16}) (.{4}) +(\S.{0,200})$/.exec(line);
    if (row) {
      const [, address = '', kind = '', vendor, model, revision, rest = ''] = row;
      const words = rest.trim().split(/ +/);
      devices.push({
        address,
        kind,
        vendor: vendor?.trim() || null,
        model: model?.trim() || null,
        revision: revision?.trim() || null,
        devices: words.filter((word) => word.startsWith('/dev/')),
        serial: words.find((word) => word.startsWith('serial='))?.slice(7) || null,
      });
    } else if (!/^\[[0-9a-fN:]{3,40}\]\s/.test(line)) return null;
  }
  return devices.length > 0 ? devices : null;
}

/** `/sys/…/H:C:T:L/scsi_tape/nst0/stats/read_byte_cnt:979383912`, the same for each of a drive's nodes. */
export function parseTapeStatistics(text: string): Map<string, NonNullable<Drive['statistics']>> {
  const drives = new Map<string, Record<string, string>>();
  // Addresses in the path have colons of their own.
  for (const line of linesOf(text)) {
    const match = /\/scsi_tape\/(nst\d{1,3})\/(?:device\/)?stats\/([a-z_]{1,30}):(\d{1,20})$/.exec(line);
    if (match) drives.set(match[1] ?? '', { ...drives.get(match[1] ?? ''), [match[2] ?? '']: match[3] ?? '' });
  }
  return new Map(
    [...drives].map(([name, stats]) => [
      `/dev/${name}`,
      {
        readBytes: integerOf(stats.read_byte_cnt),
        writtenBytes: integerOf(stats.write_byte_cnt),
        readCount: integerOf(stats.read_cnt),
        writeCount: integerOf(stats.write_cnt),
        residualCount: integerOf(stats.resid_cnt),
      },
    ]),
  );
}

/**
 * Reads `mt status` of mt-st, and of GNU cpio where that is the `mt`. Null: not that. The flags are those of <sys/mtio.h>.
 *   File number=0, block number=0, partition=0.
 *   Tape block size 0 bytes. Density code 0x60 (LTO-9).
 *   Soft error count since last status=0
 *   General status bits on (41010000):
 *    BOT ONLINE IM_REP_EN
 */
export function parseMt(text: string): NonNullable<Drive['status']> | null {
  const file = /^(?:File number=|file number = )(-?\d{1,9})/m.exec(text);
  const block = /\bblock number ?= ?(-?\d{1,12})/.exec(text);
  if (!file && !/General status bits on/.test(text)) return null;
  const flags = (/General status bits on \([0-9a-f]{1,16}\):\n([A-Z0-9_ \n]{0,400})/.exec(text)?.[1] ?? '')
    .split(/\s+/)
    .filter((word) => word !== '');
  // -1: the position is not known, as with no tape in the drive.
  const known = (word: string | undefined) => (word === undefined || word.startsWith('-') ? null : integerOf(word));
  return {
    isOnline: flags.includes('ONLINE'),
    isWriteProtected: flags.includes('WR_PROT'),
    isDoorOpen: flags.includes('DR_OPEN'),
    needsCleaning: flags.includes('CLN'),
    density: densityOf(/[Dd]ensity code 0x([0-9a-f]{1,2})\b(?: \(([^)\n]{1,60})\))?/.exec(text)),
    fileNumber: known(file?.[1]),
    blockNumber: known(block?.[1]),
    softErrors: integerOf(/Soft error count since last status=(\d{1,9})/.exec(text)?.[1]),
    flags,
  };
}

/** Codes of Ultrium tapes (T10 SSC-5, density codes), for an mt that is older than the tape. */
const densities: Readonly<Record<string, string>> = {
  '44': 'LTO-3',
  '46': 'LTO-4',
  '58': 'LTO-5',
  '5a': 'LTO-6',
  '5c': 'LTO-7',
  '5d': 'LTO-7 M8',
  '5e': 'LTO-8',
  '60': 'LTO-9',
};

function densityOf(match: RegExpExecArray | null): string | null {
  const [, code = '', name = ''] = match ?? [];
  return (
    densities[code.toLowerCase()] ?? (/^(default|no translation|unknown)?$/i.test(name.trim()) ? null : name.trim())
  );
}

/**
 * Reads `mtx status`. Null: not that. Drives write `VolumeTag = X`, slots `VolumeTag=X`.
 *   Storage Changer /dev/sg8:4 Drives, 52 Slots ( 4 Import/Export )
 *   Data Transfer Element 0:Full (Storage Element 1 Loaded):VolumeTag = HPS001L3
 *         Storage Element 1:Full :VolumeTag=HPS002L3
 *         Storage Element 52 IMPORT/EXPORT:Empty
 */
export function parseMtx(text: string): { device: string; inventory: NonNullable<TapeLibrary['inventory']> } | null {
  const head =
    /^ *Storage Changer (\S{1,200}):(\d{1,4}) Drives, (\d{1,6}) Slots \( ?(\d{1,5}) Import\/Export ?\)/m.exec(text);
  if (!head) return null;
  const inventory: NonNullable<TapeLibrary['inventory']> = {
    drives: [],
    slots: [],
    driveCount: Number(head[2]),
    slotCount: Number(head[3]),
    importExportCount: Number(head[4]),
  };
  for (const line of linesOf(text)) {
    const drive =
      /^ *Data Transfer Element (\d{1,4}):(Full|Empty)(?: \((?:Storage Element (\d{1,6})|[^)]{1,60}) Loaded\))?(?: ?: ?VolumeTag ?= ?(\S{1,60}))?/.exec(
        line,
      );
    if (drive) {
      inventory.drives.push({
        number: Number(drive[1]),
        isFull: drive[2] === 'Full',
        volume: drive[4] ?? null,
        sourceSlot: drive[3] === undefined ? null : Number(drive[3]),
      });
      continue;
    }
    const slot =
      /^ *Storage Element (\d{1,6})( IMPORT\/EXPORT)? ?: ?(Full|Empty)(?: ?: ?VolumeTag ?= ?(\S{1,60}))?/.exec(line);
    if (slot) {
      inventory.slots.push({
        number: Number(slot[1]),
        isFull: slot[3] === 'Full',
        volume: slot[4] ?? null,
        isImportExport: slot[2] !== undefined,
      });
    }
  }
  return { device: head[1] ?? '', inventory };
}
