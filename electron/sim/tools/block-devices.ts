import { arraysOf } from '../model/arrays';
import { uuidOf } from '../model/mounts';
import type { NodeModel } from '../model/node-model';
import { failed, lines, optionValue, printed, type Tool } from './tool';

/** A disk or partition as libblkid sees it. */
interface Device {
  readonly name: string;
  readonly sizeBytes: number;
  /** A file system or member of something; null: none that is known. */
  readonly signature: { readonly type: string; readonly uuid: string } | null;
  readonly hasPartitions: boolean;
  readonly isMounted: boolean;
  /** By a partition that is mounted, an array or a volume: nobody else may have it alone. */
  readonly isHeld: boolean;
  /** Something is written on it, also where no signature tells of what. */
  readonly hasData: boolean;
}

export function deviceOf(model: NodeModel, path: string): Device | null {
  const name = path.replace(/^\/dev\//, '');
  const isMounted = (one: string): boolean => model.storage.mounts.some(({ source }) => source === `/dev/${one}`);
  const inArray = (one: string): boolean => arraysOf(model).some(({ present }) => present.includes(one));
  for (const disk of model.disks) {
    if (disk.name === name) {
      const isOfCeph = (disk.cephOsds ?? []).length > 0;
      const own = model.storage.fileSystems.get(name) ?? null;
      const member = isOfCeph ? 'LVM2_member' : inArray(name) ? 'linux_raid_member' : null;
      const signature = own ?? (member === null ? null : { type: member, uuid: uuidOf(disk.serial) });
      const hasPartitions = disk.partitions.length > 0;
      return {
        name,
        sizeBytes: disk.sizeBytes,
        signature,
        hasPartitions,
        isMounted: isMounted(name),
        isHeld: member !== null || disk.partitions.some((part) => part.mountPoint !== null || inArray(part.name)),
        hasData: signature !== null || hasPartitions || disk.content !== undefined,
      };
    }
    const part = disk.partitions.find((one) => one.name === name);
    if (part === undefined) continue;
    const type = inArray(name) ? 'linux_raid_member' : part.fileSystem;
    return {
      name,
      sizeBytes: part.sizeBytes,
      signature: { type, uuid: uuidOf(`${disk.serial}/${name}`) },
      hasPartitions: false,
      isMounted: part.mountPoint !== null,
      isHeld: inArray(name),
      hasData: true,
    };
  }
  return null;
}

const offsets: Readonly<Record<string, string>> = {
  xfs: '0x0',
  ext4: '0x438',
  vfat: '0x52',
  LVM2_member: '0x218',
  linux_raid_member: '0x1000',
};

/** `wipefs -n -p DEVICE`: what libblkid recognizes, one a line; it erases nothing here. */
export const wipefs: Tool = (model, args, { uid }) => {
  const path = args.at(-1) ?? '';
  const device = deviceOf(model, path);
  const error = (text: string): ReturnType<Tool> =>
    failed(1, `wipefs: error: ${path}: probing initialization failed: ${text}\n`);
  if (device === null) return error('No such file or directory');
  if (uid !== 0) return error('Permission denied');
  if (!args.includes('-n') || !args.includes('-p')) return failed(1, 'wipefs: not emulated\n');
  const { signature, hasPartitions, sizeBytes } = device;
  const table = hasPartitions
    ? ['0x200,,,gpt', `0x${(Math.floor(sizeBytes) - 512).toString(16)},,,gpt`, '0x1fe,,,PMBR']
    : [];
  const own = signature ? [`${offsets[signature.type] ?? '0x0'},${signature.uuid},,${signature.type}`] : [];
  return printed(lines(...table, ...own));
};

/** `mkfs.xfs [-N] [-f] [-m uuid=UUID] DEVICE` of xfsprogs. */
export const mkfsXfs: Tool = (model, args, { uid }) => {
  const path = args.at(-1) ?? '';
  const device = deviceOf(model, path);
  const error = (...text: readonly string[]): ReturnType<Tool> =>
    failed(1, lines(...text.map((line) => `mkfs.xfs: ${line}`)));
  if (device === null) return failed(1, `Error accessing specified device ${path}: No such file or directory\n`);
  if (uid !== 0) return error(`cannot open ${path}: Permission denied`);
  if (device.isMounted) return error(`${path} contains a mounted filesystem`);
  // It opens for itself alone.
  if (device.isHeld) return error(`cannot open ${path}: Device or resource busy`);
  const found = device.signature
    ? `an existing filesystem (${device.signature.type})`
    : device.hasPartitions
      ? 'a partition table (gpt)'
      : null;
  if (found !== null && !args.includes('-f'))
    return error(`${path} appears to contain ${found}.`, 'Use the -f option to force overwrite.');
  if (!args.includes('-N')) {
    const uuid = /uuid=([^,]+)/.exec(optionValue(args, '-m') ?? '')?.[1] ?? uuidOf(`${path}/${model.nowMs()}`);
    model.storage.fileSystems.set(device.name, { type: 'xfs', uuid });
    model.revision += 1;
  }
  const blocks = Math.floor(device.sizeBytes / 4096);
  const group = Math.ceil(blocks / 4);
  const log = Math.min(521_728, Math.max(16_384, Math.floor(blocks / 2048)));
  const shown = lines(
    `meta-data=${path.padEnd(22)} isize=512    agcount=4, agsize=${group} blks`,
    '         =                       sectsz=512   attr=2, projid32bit=1',
    '         =                       crc=1        finobt=1, sparse=1, rmapbt=0',
    '         =                       reflink=1    bigtime=1 inobtcount=1 nrext64=0',
    `data     =                       bsize=4096   blocks=${blocks}, imaxpct=${blocks > 268_435_456 ? 5 : 25}`,
    '         =                       sunit=0      swidth=0 blks',
    'naming   =version 2              bsize=4096   ascii-ci=0, ftype=1',
    `log      =internal log           bsize=4096   blocks=${log}, version=2`,
    '         =                       sectsz=512   sunit=0 blks, lazy-count=1',
    'realtime =none                   extsz=4096   blocks=0, rtextents=0',
  );
  return printed(args.includes('-N') ? shown : `${shown}Discarding blocks...Done.\n`);
};

/** `cmp … DEVICE /dev/zero` of a device of the node: what was never written reads as zeros. */
export const cmpDevice: Tool = (model, args, { uid }) => {
  const path = args.find((arg) => arg.startsWith('/dev/') && arg !== '/dev/zero') ?? '';
  const device = deviceOf(model, path);
  if (device === null) return failed(2, `cmp: ${path}: No such file or directory\n`);
  if (uid !== 0) return failed(2, `cmp: ${path}: Permission denied\n`);
  const skip = Number((optionValue(args, '-i') ?? '0').split(':')[0]);
  // Where exactly data lies is not simulated: a little behind the start, as most formats have it.
  const at = 4097;
  if (!device.hasData || skip >= at) return printed('');
  const words = args.includes('-s') ? '' : `${path} /dev/zero differ: byte ${at - skip}, line 1\n`;
  return failed(1, '', words);
};
