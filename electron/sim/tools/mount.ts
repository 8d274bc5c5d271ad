import type { SimMount } from '../model/mounts';
import type { NodeModel } from '../model/node-model';
import type { CephClusterSpec } from '../profiles/profile';
import { mountedFileSystems, mountOf } from './storage';
import { failed, lines, optionValue, printed, type Tool, type ToolFiles, type ToolOutput } from './tool';

/** Of mount(8): usage, the system, the mount itself. */
const [usage, failure] = [1, 32];

interface FstabLine {
  readonly source: string;
  readonly mountPoint: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** Without arguments what is mounted; `-o remount,size=N[kMG] /dev/shm`; a folder or source of /etc/fstab; `[-t TYPE] [-o OPTIONS] SOURCE FOLDER`. */
export const mount: Tool = (model, args, { uid, files }) => {
  const [, size, unit = ''] = /^remount,size=(\d+)([kKmMgG]?)$/.exec(optionValue(args, '-o') ?? '') ?? [];
  if (size !== undefined && args.at(-1) === '/dev/shm') {
    if (uid !== 0) return failed(failure, 'mount: /dev/shm: must be superuser to use mount.\n');
    const factor = { k: 1, m: 1024, g: 1024 * 1024 }[unit.toLowerCase()] ?? 1 / 1024;
    model.settings.sharedMemoryKib = Math.floor(Number(size) * factor);
    model.revision += 1;
    return printed('');
  }
  const words = args.filter((arg, index) => !arg.startsWith('-') && !/^-[to]$/.test(args[index - 1] ?? ''));
  const [first, second] = words;
  if (first === undefined)
    return printed(
      lines(
        ...mountedFileSystems(model).map(
          (each) => `${each.source} on ${each.mountPoint} type ${each.fileSystem} (${each.options})`,
        ),
      ),
    );
  const line =
    second === undefined
      ? fstab(files).find(({ source, mountPoint }) => source === first || mountPoint === first)
      : {
          source: first,
          mountPoint: second,
          type: optionValue(args, '-t') ?? 'auto',
          options: (optionValue(args, '-o') ?? 'defaults').split(','),
        };
  if (line === undefined) return failed(usage, `mount: ${first}: can't find in /etc/fstab.\n`);
  if (uid !== 0) return failed(usage, `mount: ${line.mountPoint}: must be superuser to use mount.\n`);
  const said = (code: number, text: string): ToolOutput => failed(code, `mount: ${line.mountPoint}: ${text}\n`);
  if (!files?.isFolder(line.mountPoint)) return said(failure, 'mount point does not exist.');
  const isAtBoot = fstab(files).some(({ mountPoint }) => mountPoint === line.mountPoint);
  const made = line.type === 'ceph' ? cephMount(model, line, files) : diskMount(model, line, said);
  if (!('source' in made)) return made;
  if (
    ownDevice(made.source) &&
    mountedFileSystems(model).some(({ source, mountPoint }) => source === made.source && mountPoint === line.mountPoint)
  )
    return said(failure, `${made.source} already mounted on ${line.mountPoint}.`);
  model.storage.mounts = [...model.storage.mounts, { ...made, isAtBoot }];
  model.revision += 1;
  return printed('');
};

const ownDevice = (source: string): boolean => source.startsWith('/dev/');

function fstab(files: ToolFiles | undefined): FstabLine[] {
  return (files?.read('/etc/fstab') ?? '').split('\n').flatMap((line) => {
    const [source, mountPoint, type = 'auto', options = 'defaults'] = line.trim().split(/\s+/);
    if (!source || source.startsWith('#') || mountPoint === undefined) return [];
    return [{ source, mountPoint, type, options: options.split(',') }];
  });
}

type Made = Omit<SimMount, 'isAtBoot'>;

function diskMount(
  model: NodeModel,
  { source, mountPoint, type, options }: FstabLine,
  said: (code: number, text: string) => ToolOutput,
): Made | ToolOutput {
  const { fileSystems } = model.storage;
  const disk = model.disks.find(
    ({ name }) => source === `/dev/${name}` || source === `UUID=${fileSystems.get(name)?.uuid}`,
  );
  // libmount: with nofail a source that is not there is no error, and nothing is said.
  if (disk === undefined && options.includes('nofail')) return printed('');
  if (disk === undefined && !ownDevice(source)) return said(usage, `can't find ${source}.`);
  if (disk === undefined) return said(failure, `special device ${source} does not exist.`);
  const found = fileSystems.get(disk.name);
  if (found === undefined || (type !== 'auto' && type !== found.type))
    return said(
      failure,
      `wrong fs type, bad option, bad superblock on /dev/${disk.name}, missing codepage or helper program, or other error.`,
    );
  return {
    source: `/dev/${disk.name}`,
    type: found.type,
    mountPoint,
    options: `${kernelOptions(options)},attr2,inode64,logbufs=8,logbsize=32k,noquota`,
    sizeBytes: disk.sizeBytes,
    usedShare: 0.007,
  };
}

/** What mount(8) and systemd keep for themselves does not reach the kernel. */
function kernelOptions(options: readonly string[]): string {
  const own = /^(defaults|auto|noauto|nofail|_netdev|rw|ro|mon_addr=.*|secretfile=.*|x-.*)$/;
  const rest = options.filter((option) => !own.test(option));
  return [options.includes('ro') ? 'ro' : 'rw', ...(rest.includes('noatime') ? [] : ['relatime']), ...rest].join(',');
}

/** mount.ceph of ceph-common, and the kernel's client behind it. */
function cephMount(model: NodeModel, line: FstabLine, files: ToolFiles): Made | ToolOutput {
  const { source, mountPoint, options } = line;
  if (!model.software.packages.has('ceph-common'))
    return failed(
      failure,
      `mount: ${mountPoint}: wrong fs type, bad option, bad superblock on ${source}, missing codepage or helper program, or other error.\n`,
    );
  const error = (number: number, text: string): ToolOutput => failed(failure, `mount error ${number} = ${text}\n`);
  const option = (name: string): string =>
    options.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  const key = files.read(option('secretfile'));
  if (key === null)
    return failed(
      failure,
      'unable to read secretfile: No such file or directory\nerror reading secret file: 2\nfailed to parse ceph_options: -2\n',
    );
  const cluster = model.profile.cephNearby;
  const asked = option('mon_addr').split('/');
  if (!cluster?.monitors.some((one) => asked.includes(one))) return error(110, 'Connection timed out');
  const [, user, fsid, fileSystem, path = '/'] = /^([^@]+)@([0-9a-f-]+)\.([^=]+)=(.*)$/.exec(source) ?? [];
  if (fsid !== cluster.fsid) return error(22, 'Invalid argument');
  if (cluster.keys[user ?? ''] !== key.trim()) return error(13, 'Permission denied');
  if (fileSystem !== cluster.fileSystem || !isFolderOf(cluster, path)) return error(2, 'No such file or directory');
  const shown = `${kernelOptions(options)},name=${user},secret=<hidden>,fsid=${fsid},acl,mon_addr=${option('mon_addr')}`;
  const { sizeBytes, usedShare } = cluster;
  return { source, type: 'ceph', mountPoint, options: shown, sizeBytes, usedShare };
}

function isFolderOf({ folders }: CephClusterSpec, path: string): boolean {
  return path === '/' || folders.includes(path.replace(/\/$/, ''));
}

/** `umount FOLDER`: of what was mounted by hand or by /etc/fstab. */
export const umount: Tool = (model, args, { uid, files }) => {
  const [target = ''] = args.filter((arg) => !arg.startsWith('-'));
  const said = (text: string): ToolOutput => failed(failure, `umount: ${target}: ${text}\n`);
  const isOf = ({ source, mountPoint }: { source: string; mountPoint: string }): boolean =>
    source === target || mountPoint === target;
  if (!mountedFileSystems(model).some(isOf))
    return said(files?.isFolder(target) ? 'not mounted.' : 'no mount point specified.');
  if (uid !== 0) return said('must be superuser to unmount.');
  const last = model.storage.mounts.findLast(isOf);
  if (last === undefined) return said('target is busy.');
  const inside = [...model.processes.values()].some(({ workingDirectory }) =>
    `${workingDirectory}/`.startsWith(`${last.mountPoint}/`),
  );
  if (inside) return said('target is busy.');
  model.storage.mounts = model.storage.mounts.filter((one) => one !== last);
  model.revision += 1;
  return printed('');
};

const magicNames: Readonly<Record<string, string>> = { ext4: 'ext2/ext3', vfat: 'msdos', nfs4: 'nfs' };

/** `stat -f -c FORMAT PATH`, as coreutils names the kernel's magic numbers; sizes in blocks of 4 KiB. */
export const statFs: Tool = (model, args, { files }) => {
  const path = args.at(-1) ?? '';
  const format = optionValue(args, '-c', '--format') ?? '';
  const found = mountOf(mountedFileSystems(model), path);
  if (found === undefined || (!files?.isFolder(path) && files?.read(path) === null))
    return failed(1, `stat: cannot read file system information for '${path}': No such file or directory\n`);
  const { fileSystem, sizeBytes, usedBytes } = found;
  const blocks = (bytes: number): string => String(Math.floor(bytes / 4096));
  const values: Record<string, string> = {
    T: magicNames[fileSystem] ?? fileSystem,
    S: '4096',
    b: blocks(sizeBytes),
    a: blocks(sizeBytes - usedBytes),
    f: blocks(sizeBytes - usedBytes),
  };
  return printed(lines(format.replace(/%(\w)/g, (all, letter: string) => values[letter] ?? all)));
};
