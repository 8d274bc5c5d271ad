import { arraysOf } from '../model/arrays';
import type { NodeModel } from '../model/node-model';
import { logicalVolumes, mapperName } from '../model/volumes';
import type { DiskSpec } from '../profiles/profile';
import { human } from './storage';
import { failed, optionValue, printed, type Tool, table } from './tool';

type Json = string | number | boolean | null | readonly (string | null)[];

/** One line of lsblk: a disk, a partition, or what is built of them. */
interface BlockNode {
  readonly name: string;
  readonly type: string;
  readonly sizeBytes: number;
  readonly fileSystem: string | null;
  readonly mountPoint: string | null;
  readonly disk: DiskSpec;
  readonly children: readonly BlockNode[];
}

function blockTree(model: NodeModel): BlockNode[] {
  const arrays = arraysOf(model).filter(({ isActive }) => isActive);
  const volumes = logicalVolumes(model);
  const builtOn = (member: string, disk: DiskSpec): BlockNode[] =>
    arrays
      .filter(({ present }) => present.includes(member))
      .map(({ spec, sizeBytes }) => ({
        name: spec.name,
        type: spec.level,
        sizeBytes,
        fileSystem: spec.fileSystem,
        mountPoint: spec.mountPoint,
        disk,
        children: [],
      }));
  return model.disks.map((disk): BlockNode => {
    const own = volumes.filter((volume) => volume.disk === disk);
    const array = builtOn(disk.name, disk);
    return {
      name: disk.name,
      type: 'disk',
      sizeBytes: disk.sizeBytes,
      fileSystem:
        own.length > 0
          ? 'LVM2_member'
          : array.length > 0
            ? 'linux_raid_member'
            : (model.storage.fileSystems.get(disk.name)?.type ?? null),
      mountPoint: model.storage.mounts.find(({ source }) => source === `/dev/${disk.name}`)?.mountPoint ?? null,
      disk,
      children: [
        ...disk.partitions.map((part) => ({ ...part, type: 'part', disk, children: builtOn(part.name, disk) })),
        ...array,
        ...own.map((volume) => ({
          name: mapperName(volume),
          type: 'lvm',
          sizeBytes: volume.sizeBytes,
          fileSystem: volume.name.startsWith('osd-block') ? 'ceph_bluestore' : null,
          mountPoint: null,
          disk,
          children: [],
        })),
      ],
    };
  });
}

function cellOf(column: string, node: BlockNode, parent: string | null, isBytes: boolean): Json {
  const { disk } = node;
  const isDisk = node.type === 'disk';
  switch (column) {
    case 'NAME':
    case 'KNAME':
      return node.name;
    case 'PATH':
      return node.type === 'lvm' ? `/dev/mapper/${node.name}` : `/dev/${node.name}`;
    case 'TYPE':
      return node.type;
    case 'SIZE':
      return isBytes ? Math.floor(node.sizeBytes) : human(node.sizeBytes);
    case 'MODEL':
      return isDisk ? disk.model : null;
    case 'SERIAL':
      return isDisk ? disk.serial : null;
    case 'VENDOR':
      return !isDisk || disk.transport === 'nvme' ? null : 'ATA     ';
    case 'ROTA':
      return disk.isRotational;
    case 'RO':
    case 'RM':
      return false;
    case 'TRAN':
      return isDisk || (node.type === 'part' && disk.transport === 'nvme') ? disk.transport : null;
    case 'FSTYPE':
      return node.fileSystem;
    case 'MOUNTPOINT':
      return node.mountPoint;
    case 'MOUNTPOINTS':
      return [node.mountPoint];
    case 'PKNAME':
      return parent;
    case 'PHY-SEC':
    case 'LOG-SEC':
      return disk.transport === 'nvme' ? 512 : 4096;
    case 'MAJ:MIN':
      return node.type === 'lvm'
        ? '253:0'
        : node.type.startsWith('raid')
          ? '9:0'
          : disk.transport === 'nvme'
            ? '259:0'
            : '8:0';
    case 'STATE':
      return isDisk ? (disk.transport === 'nvme' ? 'live' : 'running') : null;
    default:
      return null;
  }
}

const KNOWN_COLUMNS =
  'NAME,KNAME,PATH,MAJ:MIN,TYPE,SIZE,MODEL,SERIAL,VENDOR,ROTA,RO,RM,TRAN,FSTYPE,MOUNTPOINT,MOUNTPOINTS,PHY-SEC,LOG-SEC,STATE,UUID,LABEL,WWN,FSSIZE,FSUSED,PKNAME';

/** lsblk: `-J`, `-b`, `-o LIST`, `-O`, or a plain tree. */
export const lsblk: Tool = (model, args) => {
  const isBytes = args.some((arg) => /^-[a-zA-Z]*b/.test(arg) || arg === '--bytes');
  const isAllColumns = args.some((arg) => /^-[a-zA-Z]*O/.test(arg) || arg === '--output-all');
  const list = optionValue(args, '-o', '--output') ?? args[args.findIndex((arg) => /^-[a-zA-Z]+o$/.test(arg)) + 1];
  const isListed = args.some((arg) => arg.startsWith('-o') || arg.startsWith('--output') || /^-[a-zA-Z]+o$/.test(arg));
  const columns = (isAllColumns ? KNOWN_COLUMNS : isListed && list ? list : 'NAME,MAJ:MIN,RM,SIZE,RO,TYPE,MOUNTPOINTS')
    .toUpperCase()
    .split(',');
  const unknown = columns.find((column) => !KNOWN_COLUMNS.split(',').includes(column));
  if (unknown !== undefined) return failed(1, `lsblk: unknown column: ${unknown}\n`);
  const tree = blockTree(model);
  if (args.some((arg) => /^-[a-zA-Z]*J/.test(arg) || arg === '--json')) {
    return printed(
      `${JSON.stringify({ blockdevices: tree.map((node) => toJson(node, null, columns, isBytes)) }, null, 3)}\n`,
    );
  }
  const rows: string[][] = [];
  const visit = (node: BlockNode, prefix: string, below: string): void => {
    rows.push(
      columns.map((column, index) => {
        const value = cellOf(column, node, null, isBytes);
        const shown = Array.isArray(value)
          ? value.filter((each) => each !== null).join(' ')
          : typeof value === 'boolean'
            ? value
              ? '1'
              : '0'
            : String(value ?? '');
        return index === 0 ? prefix + shown : shown;
      }),
    );
    for (const [index, child] of node.children.entries()) {
      const isLast = index === node.children.length - 1;
      visit(child, `${below}${isLast ? '`-' : '|-'}`, `${below}${isLast ? '  ' : '| '}`);
    }
  };
  for (const node of tree) visit(node, '', '');
  return printed(table([columns, ...rows]));
};

function toJson(
  node: BlockNode,
  parent: string | null,
  columns: readonly string[],
  isBytes: boolean,
): Record<string, unknown> {
  const entry: Record<string, unknown> = Object.fromEntries(
    columns.map((column) => [column.toLowerCase(), cellOf(column, node, parent, isBytes)]),
  );
  // lsblk leaves the list away where it would be empty.
  if (node.children.length > 0)
    entry.children = node.children.map((child) => toJson(child, node.name, columns, isBytes));
  return entry;
}
