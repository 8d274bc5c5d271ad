import type { CommandSpec } from '#shared/domain/command';
import type { FileSystemsFacts } from '#shared/domain/facts/storage';
import { commandProblem, isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { parseFindmnt, parseMountCommand } from './parse-mount-tools';
import {
  isNetworkType,
  isPseudoType,
  type Mount,
  parseDf,
  parseMountInfo,
  parseMounts,
  type Usage,
} from './parse-mounts';

type FileSystem = FileSystemsFacts['fileSystems'][number];

const networkTypes =
  'nfs*|cifs|smb*|lustre|ceph|fuse.*|gpfs|beegfs*|9p|afs|autofs|glusterfs|panfs|wekafs|ocfs2|gfs2|pvfs2|orangefs';

/**
 * What `df -l` takes for local may still wait for a server or a dead daemon (FUSE, BeeGFS, Ceph without a colon in its name),
 * and one that waits hides all others: types are left out by name. busybox's df can do neither: there each local mount is
 * asked for by itself.
 */
const localScript = `x=
while read -r source target type rest; do
  case $type in ${networkTypes}) x="$x -x $type" ;; esac
done </proc/self/mounts
df -P -B1 -l $x 2>/dev/null && { df -P -i -l $x 2>/dev/null; exit 0; }
echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'
while read -r source target type rest; do
  case $type in
    ${networkTypes}) ;;
    *) df -P -k "$(printf '%b' "$target")" 2>/dev/null | tail -n 1 ;;
  esac
done </proc/self/mounts`;

/** Each network mount is asked for by itself and all at once: one dead server must not hide the others. */
const networkScript = `echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'
while read -r source target type rest; do
  case $type in
    autofs) ;;
    ${networkTypes}) (timeout -k 1 2 df -P -k "$(printf '%b' "$target")" 2>/dev/null | tail -n 1) & ;;
  esac
done </proc/self/mounts
wait`;

const local: CommandSpec = { id: 'df', argv: ['sh', '-c', localScript], timeoutMs: 5000 };
const mounts: CommandSpec = { id: 'mounts', argv: ['cat', '/proc/self/mounts'], maxOutputBytes: 2 * 1024 * 1024 };
const mountInfo: CommandSpec = {
  id: 'mountinfo',
  argv: ['cat', '/proc/self/mountinfo'],
  maxOutputBytes: 2 * 1024 * 1024,
};
const network: CommandSpec = { id: 'df-network', argv: ['sh', '-c', networkScript], timeoutMs: 4000 };

export const fileSystemsProbe = defineProbe({
  id: 'file-systems',
  commands: [local, mounts, mountInfo, network],
  sources: {
    '': 'df',
    'fileSystems.type': 'mounts',
    'fileSystems.options': 'mounts',
    'fileSystems.isForcedReadOnly': 'mountinfo',
    'fileSystems.isNetwork': 'mounts',
  },
  parse(outputs) {
    const output = readCommand(outputs, local);
    const usages = isProblem(output) ? null : parseDf(output.stdout);
    const mounted = outputs.mounts?.state === 'exited' ? parseMounts(outputs.mounts.stdout) : null;
    if (mounted === null) {
      if (isProblem(output)) return output;
      const listed = usages === null ? (parseFindmnt(output.stdout) ?? parseMountCommand(output.stdout)) : null;
      if (listed) {
        const shown = listed.filter(({ mount }) => !isPseudoType(mount.type));
        return { state: 'ok', facts: { fileSystems: shown.map(({ mount, usage }) => toFileSystem(mount, usage)) } };
      }
      if (usages === null) return unparsable(local, output);
      const facts = { fileSystems: usages.map((usage) => toFileSystem(undefined, usage)) };
      return { state: 'ok', facts };
    }
    // What a hung server left of its output is still good for the others.
    const remote = parseDf(outputs[network.id]?.stdout ?? '') ?? [];
    const all = [...(usages ?? []), ...remote];
    const shown = mounted.filter((mount) => !isPseudoType(mount.type));
    const forced =
      outputs.mountinfo?.state === 'exited' ? parseMountInfo(outputs.mountinfo.stdout) : new Map<string, boolean>();
    const fileSystems = shown.map((mount) => ({
      ...toFileSystem(
        mount,
        all.find((usage) => usage.mountPoint === mount.target),
      ),
      isForcedReadOnly: forced.get(mount.target) ?? null,
    }));
    const isUnmeasured = fileSystems.some((system) => system.isNetwork && system.sizeBytes === null);
    const told = commandProblem(outputs[network.id], network);
    return isUnmeasured && told && told.state !== 'failed'
      ? { state: 'ok', facts: { fileSystems }, reason: { key: 'probes.networkMountsUnmeasured' } }
      : { state: 'ok', facts: { fileSystems } };
  },
});

function toFileSystem(mount: Mount | undefined, usage: Usage | undefined): FileSystem {
  return {
    mountPoint: mount?.target ?? usage?.mountPoint ?? '',
    source: mount?.source ?? usage?.source ?? '',
    type: mount?.type ?? null,
    options: mount?.options ?? [],
    isForcedReadOnly: null,
    sizeBytes: usage?.sizeBytes ?? null,
    usedBytes: usage?.usedBytes ?? null,
    availableBytes: usage?.availableBytes ?? null,
    inodesTotal: usage?.inodesTotal ?? null,
    inodesUsed: usage?.inodesUsed ?? null,
    isNetwork: mount ? isNetworkType(mount.type) : /^[^/\s]+:\//.test(usage?.source ?? ''),
  };
}
