import { arraysOf } from '../model/arrays';
import { ownMounts } from '../model/mounts';
import type { NodeModel } from '../model/node-model';
import { failed, lines, optionValue, printed, type Tool, table } from './tool';

export interface MountedFileSystem {
  readonly source: string;
  readonly fileSystem: string;
  readonly mountPoint: string;
  readonly options: string;
  /** Of the file system itself, where they are others than the mount's. */
  readonly superOptions?: string;
  readonly sizeBytes: number;
  readonly usedBytes: number;
}

/** Everything that is mounted, as df and findmnt see it; `full-disk` fills one of them. */
export function mountedFileSystems(model: NodeModel): MountedFileSystem[] {
  const full = model.fault('full-disk');
  const used = (mountPoint: string, sizeBytes: number, share: number): number =>
    full && (full.mountPoint ?? '/') === mountPoint ? sizeBytes : Math.round(sizeBytes * share);
  const block = (size: number): number => Math.floor(size / 4096) * 4096;
  const arrays = arraysOf(model).flatMap(({ spec, isActive, sizeBytes: arrayBytes }) => {
    if (!isActive) return [];
    const sizeBytes = block(arrayBytes * 0.984);
    return [
      {
        source: `/dev/${spec.name}`,
        fileSystem: spec.fileSystem,
        mountPoint: spec.mountPoint,
        options:
          spec.mountPoint === '/'
            ? 'rw,relatime,errors=remount-ro'
            : 'rw,noatime,attr2,inode64,logbufs=8,logbsize=32k,noquota',
        sizeBytes,
        usedBytes: block(used(spec.mountPoint, sizeBytes, spec.usedShare)),
      },
    ];
  });
  const partitions = model.disks.flatMap((disk) =>
    disk.partitions.flatMap((part) => {
      if (part.mountPoint === null) return [];
      // A file system is a little smaller than what it lies on.
      const sizeBytes = block(part.sizeBytes * 0.984);
      return [
        {
          source: `/dev/${part.name}`,
          fileSystem: part.fileSystem,
          mountPoint: part.mountPoint,
          options: part.fileSystem === 'vfat' ? 'rw,relatime,fmask=0077,dmask=0077' : 'rw,relatime',
          sizeBytes,
          usedBytes: block(used(part.mountPoint, sizeBytes, part.usedShare)),
        },
      ];
    }),
  );
  const memoryBytes = model.memoryTotalMib * 1024 * 1024;
  const local = [...partitions, ...arrays];
  const temporary = [
    {
      source: 'tmpfs',
      fileSystem: 'tmpfs',
      mountPoint: '/run',
      options: 'rw,nosuid,nodev,noexec,relatime',
      sizeBytes: block(memoryBytes / 10),
      usedBytes: 4_194_304,
    },
    {
      source: 'tmpfs',
      fileSystem: 'tmpfs',
      mountPoint: '/dev/shm',
      options: 'rw,nosuid,nodev',
      sizeBytes:
        model.settings.sharedMemoryKib === null ? block(memoryBytes / 2) : model.settings.sharedMemoryKib * 1024,
      usedBytes: 0,
    },
  ];
  const network = model.profile.networkMounts.map((mount) => ({
    ...mount,
    options: 'rw,relatime,vers=4.2,rsize=1048576,wsize=1048576,hard,proto=tcp,timeo=600,retrans=2,sec=sys',
    usedBytes: block(used(mount.mountPoint, mount.sizeBytes, mount.usedShare)),
  }));
  const rootFirst = [...local].sort((a, b) => (a.mountPoint === '/' ? -1 : b.mountPoint === '/' ? 1 : 0));
  const own = ownMounts(model).map(({ type, usedShare, sizeBytes: raw, ...mount }) => {
    const sizeBytes = mount.source.startsWith('/dev/') ? block(raw * 0.995) : block(raw);
    return { ...mount, fileSystem: type, sizeBytes, usedBytes: block(used(mount.mountPoint, sizeBytes, usedShare)) };
  });
  const mounted: MountedFileSystem[] = [...rootFirst, ...temporary, ...network, ...own];
  const broken = model.fault('remounted-read-only');
  return mounted.map((each) =>
    broken && each.mountPoint === (broken.mountPoint ?? '/')
      ? { ...each, options: each.options.replace(/^rw/, 'ro'), superOptions: each.options.replace(/^rw/, 'ro') }
      : each,
  );
}

export function human(bytes: number): string {
  const units = ['B', 'K', 'M', 'G', 'T', 'P'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)}${units[unit]}`;
}

/** The mount that a path lies on: the longest mount point that starts it. */
export function mountOf(mounts: readonly MountedFileSystem[], path: string): MountedFileSystem | undefined {
  return mounts
    .filter(
      (mount) => path === mount.mountPoint || path.startsWith(mount.mountPoint === '/' ? '/' : `${mount.mountPoint}/`),
    )
    .sort((a, b) => b.mountPoint.length - a.mountPoint.length)[0];
}

export const df: Tool = (model, args) => {
  const flags = args.filter((arg) => arg.startsWith('-')).join('');
  const paths = args.filter((arg) => arg.startsWith('/'));
  const all = mountedFileSystems(model);
  const isLocalOnly = args.some((arg) => /^-[a-zA-Z]*l/.test(arg) || arg === '--local');
  const leftOut = args.filter((_, index) => args[index - 1] === '-x');
  const chosen =
    paths.length === 0
      ? all.filter(({ source, fileSystem }) => (!isLocalOnly || !source.includes(':')) && !leftOut.includes(fileSystem))
      : paths.map((path) => mountOf(all, path)).filter((mount) => mount !== undefined);
  if (args.includes('--output=avail'))
    return printed(lines('Avail', ...chosen.map(({ sizeBytes, usedBytes }) => String(sizeBytes - usedBytes))));
  const isInodes = /-[a-zA-Z]*i/.test(flags);
  const isHuman = /-[a-zA-Z]*h/.test(flags);
  const blockBytes = /B1\b|--block-size=1\b/.test(args.join(' ')) ? 1 : 1024;
  const hasType = /-[a-zA-Z]*T/.test(flags);
  const rows = chosen.map((mount) => {
    // Sixteen KiB a file, the usual ratio of mkfs.
    const total = isInodes ? Math.floor(mount.sizeBytes / 16_384) : mount.sizeBytes / blockBytes;
    const used = isInodes ? Math.floor(mount.usedBytes / 262_144) : mount.usedBytes / blockBytes;
    const show = (value: number): string =>
      isHuman && !isInodes ? human(value * blockBytes) : String(Math.floor(value));
    const percent = total === 0 ? '-' : `${Math.ceil((used / total) * 100)}%`;
    return [
      mount.source,
      ...(hasType ? [mount.fileSystem] : []),
      show(total),
      show(used),
      show(total - used),
      percent,
      mount.mountPoint,
    ];
  });
  const size = isInodes ? 'Inodes' : isHuman ? 'Size' : blockBytes === 1 ? '1-blocks' : '1024-blocks';
  const header = [
    'Filesystem',
    ...(hasType ? ['Type'] : []),
    size,
    isInodes ? 'IUsed' : 'Used',
    isInodes ? 'IFree' : 'Available',
    isInodes ? 'IUse%' : 'Capacity',
    'Mounted on',
  ];
  return printed(table([header, ...rows], hasType ? [2, 3, 4, 5] : [1, 2, 3, 4]));
};

export const findmnt: Tool = (model, args) => {
  const wanted = (optionValue(args, '-o', '--output') ?? 'TARGET,SOURCE,FSTYPE,OPTIONS')
    .split(',')
    .map((name) => name.trim().toUpperCase());
  const isBytes = args.some((arg) => /^-[a-zA-Z]*b/.test(arg) || arg === '--bytes');
  const isJson = args.some((arg) => /^-[a-zA-Z]*J/.test(arg) || arg === '--json');
  const all = mountedFileSystems(model);
  const target = optionValue(args, '-T', '--target');
  const types = optionValue(args, '-t', '--types')?.split(',');
  const chosen = (target === undefined ? all : [mountOf(all, target)].filter((mount) => mount !== undefined)).filter(
    (mount) => !types || types.includes(mount.fileSystem),
  );
  if (chosen.length === 0) return failed(1, '');
  const size = (bytes: number): string | number => (isBytes ? bytes : human(bytes));
  const value = (mount: MountedFileSystem, name: string): string | number | null => {
    switch (name) {
      case 'TARGET':
        return mount.mountPoint;
      case 'SOURCE':
        return mount.source;
      case 'FSTYPE':
        return mount.fileSystem;
      case 'OPTIONS':
        return mount.options;
      case 'SIZE':
        return size(mount.sizeBytes);
      case 'USED':
        return size(mount.usedBytes);
      case 'AVAIL':
        return size(mount.sizeBytes - mount.usedBytes);
      case 'USE%':
        return `${Math.ceil((mount.usedBytes / mount.sizeBytes) * 100)}%`;
      default:
        return null;
    }
  };
  if (!isJson)
    return printed(table([wanted, ...chosen.map((mount) => wanted.map((name) => String(value(mount, name) ?? '')))]));
  const plain = chosen.map((mount) =>
    Object.fromEntries(wanted.map((name) => [name.toLowerCase(), value(mount, name)])),
  );
  const [root, ...rest] = plain;
  // A tree unless -l: everything hangs under the root.
  const isList = args.some((arg) => /^-[a-zA-Z]*l/.test(arg) || arg === '--list');
  const tree = isList || root?.target !== '/' || rest.length === 0 ? plain : [{ ...root, children: rest }];
  return printed(`${JSON.stringify({ filesystems: tree }, null, 3)}\n`);
};
