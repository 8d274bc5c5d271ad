import { linesOf } from '../lib/lines';

export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly options: string[];
}

export interface Usage {
  readonly source: string;
  readonly mountPoint: string;
  readonly sizeBytes: number | null;
  readonly usedBytes: number | null;
  readonly availableBytes: number | null;
  readonly inodesTotal: number | null;
  readonly inodesUsed: number | null;
}

/** Reads /proc/self/mounts; blanks in names are octal there. The last mount on a path is the one seen. Null: not that. */
export function parseMounts(text: string): Mount[] | null {
  const byTarget = new Map<string, Mount>();
  for (const line of linesOf(text)) {
    if (line.trim() === '') continue;
    const match = /^(\S{1,4000}) (\/\S{0,4000}) ([\w.+-]{1,60}) (\S{1,4000}) \d+ \d+$/.exec(line);
    if (!match) return null;
    const target = unescapeOctal(match[2] ?? '');
    byTarget.delete(target);
    byTarget.set(target, {
      source: unescapeOctal(match[1] ?? ''),
      target,
      type: match[3] ?? '',
      options: (match[4] ?? '').split(','),
    });
  }
  return byTarget.size > 0 ? [...byTarget.values()] : null;
}

/**
 * Reads /proc/self/mountinfo (Documentation/filesystems/proc.rst): which places are mounted to be written on a file system
 * that is read-only itself. Who mounts read-only, or remounts so, sets both; the kernel after an error sets the file
 * system's alone, and newer ones of ext4 say `emergency_ro`. Lines that are none are left out.
 *   36 35 98:0 / /data rw,noatime shared:1 - ext4 /dev/sdb1 ro,errors=remount-ro
 */
export function parseMountInfo(text: string): Map<string, boolean> {
  const byTarget = new Map<string, boolean>();
  for (const line of linesOf(text)) {
    const match = /^\d+ \d+ \d+:\d+ \S+ (\/\S{0,4000}) (\S{1,4000})(?: \S+)* - \S+ \S+ (\S{1,4000})$/.exec(line);
    if (!match) continue;
    const [mount, superBlock] = [match[2], match[3]].map((options) => (options ?? '').split(','));
    const isForced = superBlock?.includes('emergency_ro') || (mount?.includes('rw') && superBlock?.includes('ro'));
    byTarget.set(unescapeOctal(match[1] ?? ''), isForced === true);
  }
  return byTarget;
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/**
 * Reads `df`, with -P or without, in bytes, kB or human units, and tables of `df -i` among them. Lines that are no mount
 * (messages, /proc and the like with no size) are left out. Null: no header, or a cut line.
 *   Filesystem     1024-blocks    Used Available Capacity Mounted on
 *   /dev/sda2         20508240 5748028  13695408      30% /
 *   Filesystem        Inodes  IUsed     IFree IUse% Mounted on
 *   /dev/sda2        1310720 234567   1076153   18% /
 */
export function parseDf(text: string): Usage[] | null {
  const usages = new Map<string, Usage>();
  let columns: { readonly factor: number | null } | 'inodes' | null = null;
  // Without -P a long name stands alone on the line before.
  let wrapped = '';
  for (const line of text.endsWith('\n') ? linesOf(text) : []) {
    if (/^Filesystem\s.*\bMounted on\s*$/.test(line)) {
      const unit = /\s(?:(\d{1,7})([KMG]?)-blocks|Size)\s/.exec(line);
      if (unit) columns = { factor: unit[1] ? Number(unit[1]) * 1024 ** ' KMG'.indexOf(unit[2] || ' ') : null };
      else columns = /\sInodes\s/.test(line) ? 'inodes' : null;
      continue;
    }
    if (line.trim() !== '' && !/\s/.test(line.trim())) wrapped = line.trim();
    const match =
      /^(.{1,4000}?)\s+(\d\S{0,20}|-)\s+(\d\S{0,20}|-)\s+(-?\d\S{0,20}|-)\s+(?:\d{1,5}%|-)\s+(\/.{0,4000})$/.exec(line);
    if (!match || columns === null) continue;
    const [, named = '', total, used, free, mountPoint = ''] = match;
    const source = named.trim() || wrapped;
    const known = usages.get(mountPoint) ?? { ...blankUsage, source, mountPoint };
    if (columns === 'inodes') {
      const inodesTotal = toBytes(total, 1);
      // 0: it makes them as they are needed (btrfs, and most network file systems).
      if (inodesTotal !== null && inodesTotal > 0) {
        usages.set(mountPoint, { ...known, inodesTotal, inodesUsed: toBytes(used, 1) });
      }
      continue;
    }
    const sizeBytes = toBytes(total, columns.factor);
    if (sizeBytes === null || sizeBytes === 0) continue;
    usages.set(mountPoint, {
      ...known,
      source,
      sizeBytes,
      usedBytes: toBytes(used, columns.factor),
      availableBytes: toBytes(free, columns.factor),
    });
  }
  return columns === null ? null : [...usages.values()];
}

const blankUsage = { sizeBytes: null, usedBytes: null, availableBytes: null, inodesTotal: null, inodesUsed: null };

export function toBytes(word: string | undefined, factor: number | null): number | null {
  const match = /^(\d{1,18}(?:\.\d)?)([KMGTPE]?)$/.exec(word ?? '');
  if (!match) return null;
  const bytes = Number(match[1]) * (factor ?? 1024 ** ' KMGTPE'.indexOf(match[2] || ' '));
  return Number.isSafeInteger(Math.round(bytes)) ? Math.round(bytes) : null;
}

const networkPattern =
  /^(nfs4?|cifs|smb\w*|lustre|ceph|fuse\.\S+|gpfs|beegfs\w*|9p|afs|glusterfs|panfs|wekafs|ocfs2|gfs2|pvfs2|orangefs)$/;

export function isNetworkType(type: string): boolean {
  return networkPattern.test(type) && !/^fuse\.(lxcfs|portal|gvfsd-fuse|fuse-overlayfs)$/.test(type);
}

const pseudoTypes = new Set(
  'proc sysfs devpts devtmpfs cgroup cgroup2 securityfs pstore bpf tracefs debugfs mqueue hugetlbfs fusectl configfs autofs binfmt_misc rpc_pipefs nsfs ramfs efivarfs selinuxfs squashfs fuse.lxcfs fuse.portal fuse.gvfsd-fuse nfsd none'.split(
    ' ',
  ),
);

/** File systems that hold nothing to fill up: the kernel's own, automount points and read-only package images. */
export function isPseudoType(type: string): boolean {
  return pseudoTypes.has(type);
}
