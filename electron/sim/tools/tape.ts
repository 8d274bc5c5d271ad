import type { NodeModel } from '../model/node-model';
import type { TapeSpec } from '../profiles/profile';
import { failed, lines, printed, type Tool } from './tool';

/** The SAS adapter that library and drives hang on, behind those of the disks. */
const HOST = 11;

export interface ScsiNode {
  readonly address: string;
  readonly type: 1 | 8;
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
  readonly serial: string;
  /** `nst0` or `sch0`. */
  readonly device: string;
  readonly generic: string;
}

/** Drives first, as they are found; each disk of the node has taken a generic device before. */
export function tapeDevices(model: NodeModel): ScsiNode[] {
  const { tape } = model.profile;
  if (!tape) return [];
  const first = model.disks.filter(({ transport }) => transport !== 'nvme').length;
  const drives = tape.drives.map(
    (drive, index): ScsiNode => ({
      address: `${HOST}:0:${index}:0`,
      type: 1,
      vendor: 'IBM',
      product: drive.product,
      revision: drive.revision,
      serial: drive.serial,
      device: `nst${index}`,
      generic: `sg${first + index}`,
    }),
  );
  return [
    ...drives,
    {
      address: `${HOST}:0:0:1`,
      type: 8,
      vendor: tape.vendor,
      product: tape.product,
      revision: tape.revision,
      serial: tape.serial,
      device: 'sch0',
      generic: `sg${first + drives.length}`,
    },
  ];
}

/** lsscsi, with -g the generic devices too. */
export const lsscsi: Tool = (model, args) => {
  const isGeneric = args.some((arg) => /^-\w*g/.test(arg));
  const row = (
    address: string,
    kind: string,
    words: readonly [string, string, string],
    device: string,
    generic: string,
  ): string =>
    `${`[${address}]`.padEnd(13)}${kind.padEnd(8)}${words[0].padEnd(9)}${words[1].slice(0, 16).padEnd(17)}${words[2].slice(0, 4).padEnd(6)}${device.padEnd(11)}${isGeneric ? `/dev/${generic}` : ''}`.trimEnd();
  const disks = model.disks.filter(({ transport }) => transport !== 'nvme');
  return printed(
    lines(
      ...disks.map((disk, index) =>
        row(`${index}:0:0:0`, 'disk', ['ATA', disk.model, disk.firmware ?? '1.0'], `/dev/${disk.name}`, `sg${index}`),
      ),
      ...tapeDevices(model).map((node) =>
        row(
          node.address,
          node.type === 1 ? 'tape' : 'mediumx',
          [node.vendor, node.product, node.revision],
          `/dev/${node.device.replace(/^nst/, 'st')}`,
          node.generic,
        ),
      ),
    ),
  );
};

/** mt of mt-st 1.6: `status` of a drive with a tape at its beginning, or of an empty one. */
export const mt: Tool = (model, args, context) => {
  const device = args[args.indexOf('-f') + 1] ?? '';
  const index = Number(/^\/dev\/n?st(\d+)$/.exec(device)?.[1] ?? Number.NaN);
  const drive = model.profile.tape?.drives[index];
  if (!drive) return failed(1, `${device}: No such file or directory\n`);
  if (context.uid !== 0) return failed(1, `${device}: Permission denied\n`);
  const isLoaded = drive.loadedFrom !== null;
  return printed(
    lines(
      'SCSI 2 tape drive:',
      isLoaded ? 'File number=0, block number=0, partition=0.' : 'File number=-1, block number=-1, partition=0.',
      `Tape block size 0 bytes. Density code ${isLoaded ? '0x60 (LTO-9)' : '0x0 (default)'}.`,
      'Soft error count since last status=0',
      `General status bits on (${isLoaded ? '41010000' : '50000'}):`,
      isLoaded ? ' BOT ONLINE IM_REP_EN' : ' DR_OPEN IM_REP_EN',
    ),
  );
};

/** mtx: `status` of the changer. */
export const mtx: Tool = (model, args, context) => {
  const device = args[args.indexOf('-f') + 1] ?? '';
  const { tape } = model.profile;
  const changer = tapeDevices(model).find(({ type }) => type === 8);
  const isChanger = changer !== undefined && [`/dev/${changer.device}`, `/dev/${changer.generic}`].includes(device);
  if (!tape || !isChanger) return failed(1, `cannot open SCSI device '${device}' - No such file or directory\n`);
  if (context.uid !== 0) return failed(1, `cannot open SCSI device '${device}' - Permission denied\n`);
  return printed(lines(...mtxRows(tape, device)));
};

function mtxRows(tape: TapeSpec, device: string): string[] {
  const loaded = new Set(tape.drives.map(({ loadedFrom }) => loadedFrom));
  // A label has 32 places and a blank behind them.
  const label = (slot: number): string => `${tape.volumes[slot] ?? ''}`.padEnd(32);
  const slots = Array.from({ length: tape.slots }, (_, index) => {
    const slot = index + 1;
    const kind = slot > tape.slots - tape.importExportSlots ? ' IMPORT/EXPORT' : '';
    const isFull = tape.volumes[slot] !== undefined && !loaded.has(slot);
    return `      Storage Element ${slot}${kind}:${isFull ? `Full :VolumeTag=${label(slot)}` : 'Empty'}`;
  });
  return [
    `  Storage Changer ${device}:${tape.drives.length} Drives, ${tape.slots} Slots ( ${tape.importExportSlots} Import/Export )`,
    ...tape.drives.map(({ loadedFrom }, index) =>
      loadedFrom === null
        ? `Data Transfer Element ${index}:Empty`
        : `Data Transfer Element ${index}:Full (Storage Element ${loadedFrom} Loaded):VolumeTag = ${label(loadedFrom)}`,
    ),
    ...slots,
  ];
}
