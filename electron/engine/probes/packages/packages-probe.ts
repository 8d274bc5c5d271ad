import type { CommandSpec } from '#shared/domain/command';
import type { PackagesFacts } from '#shared/domain/facts/software';
import { linesOf } from '../lib/lines';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

/** What a GPU node is run with, and what actions judge by its name. The beginning of a package's name, on Debian and on Red Hat alike. */
export const interesting =
  '((lib)?(nvidia|cuda|cudnn|nccl|cublas|tensorrt|nvinfer|datacenter-gpu-manager|dcgm|triton|nvshmem|gdrcopy|gdrdrv|mlnx|mft|doca|ofed|rdma|ibverbs|infiniband|ucx|sharp|hpcx|opensm|openmpi|docker|containerd|podman|crun|runc|moby|cri-o|cri-tools|kube|k3s|slurm|munge|pmix|ceph|rbd|rocm|rocr|hip|hsa|amdgpu|amd-smi|xpu-smi|level-zero|lustre|beegfs)|intel-level-zero|perftest|mstflint|chrony|ntp|openntpd|dkms|linux-image|linux-headers|linux-(modules|objects|signatures)-nvidia|xserver-xorg-video-nvidia|kmod-nvidia|kernel-core|kernel-modules|kernel-devel|ipmitool|nvme-cli|smartmontools|xfsprogs|fwupd|(gcc|python3)([-.]?[0-9.]+)?$)';

/**
 * One line a package, `STATUS<tab>NAME<tab>VERSION<tab>ARCHITECTURE`, and how many there are. dpkg says itself what is held;
 * dnf, yum and zypper keep that in files of their own. An entry of versionlock that begins with `!` keeps a version out.
 */
const script = `if command -v dpkg-query >/dev/null 2>&1; then
  echo '== dpkg'
  dpkg-query -W -f='\${db:Status-Abbrev}\\t\${Package}\\t\${Version}\\t\${Architecture}\\n'
elif command -v rpm >/dev/null 2>&1; then
  echo '== rpm'
  cat /etc/dnf/plugins/versionlock.list /etc/yum/pluginconf.d/versionlock.list 2>/dev/null | sed 's/^/== locked /'
  sed -n 's/^name *= *"\\(.*\\)"$/== locked \\1/p' /etc/dnf/versionlock.toml 2>/dev/null
  sed -n 's/^solvable_name: */== locked /p' /etc/zypp/locks 2>/dev/null
  rpm -qa --qf 'ii\\t%{NAME}\\t%{VERSION}-%{RELEASE}\\t%{ARCH}\\n'
else
  exit 127
fi | awk -F '\\t' '/^==/ { print; next }
$1 ~ /^.i/ { n++; if ($1 ~ /^h/ || $2 ~ /^${interesting}/) print }
END { print "== count " n + 0 }'`;
const list: CommandSpec = { id: 'packages', argv: ['sh', '-c', script], timeoutMs: 20_000, maxOutputBytes: 512 * 1024 };

export const packagesProbe = defineProbe({
  id: 'packages',
  commands: [list],
  sources: { '': 'packages' },
  parse(outputs) {
    const output = readCommand(outputs, list);
    if (isProblem(output)) return output;
    const facts = /^== (?:dpkg|rpm)$/m.test(output.stdout) ? fromScript(output.stdout) : fromDpkgList(output.stdout);
    return facts ? { state: 'ok', facts } : unparsable(list, output);
  },
});

function fromScript(text: string): PackagesFacts | null {
  const count = /^== count (\d{1,6})$/m.exec(text)?.[1];
  if (count === undefined) return null;
  const rows: Row[] = linesOf(text).flatMap((line) => {
    const match = /^([a-zA-Z]{2}[a-zA-Z ]?)\t([\w.+-]{1,128})\t([\w.+~:^-]{1,128})\t([\w-]{0,32})$/.exec(line);
    return match
      ? [{ status: match[1] ?? '', name: match[2] ?? '', version: match[3] ?? '', architecture: match[4] }]
      : [];
  });
  const locked = [...text.matchAll(/^== locked ([\w.+*:-]{1,200})/gm)].map(([, entry]) => entry ?? '');
  const manager = /^== dpkg$/m.test(text) ? ('dpkg' as const) : ('rpm' as const);
  return { ...fromRows(rows, manager, locked), installedCount: Number(count) };
}

interface Row {
  readonly status: string;
  readonly name: string;
  readonly version: string;
  readonly architecture: string | undefined;
}

/** `dpkg -l`, as people run it: `ii  docker.io  18.09.7-0ubuntu1~18.04.4  amd64  Linux container runtime`. */
function fromDpkgList(text: string): PackagesFacts | null {
  if (!/^\+\+\+-=+/m.test(text)) return null;
  const rows: Row[] = linesOf(text).flatMap((line) => {
    const match =
      /^([uihrp][nicuhfwt][rR ]?) +([\w.+-]{1,128})(?::[\w-]{1,32})? +([\w.+~:^-]{1,128}) +([\w-]{1,32})(?: |$)/.exec(
        line,
      );
    return match?.[1]?.[1] === 'i'
      ? [{ status: match[1], name: match[2] ?? '', version: match[3] ?? '', architecture: match[4] }]
      : [];
  });
  return rows.length === 0 ? null : { ...fromRows(rows, 'dpkg', []), installedCount: rows.length };
}

const isInteresting = new RegExp(`^${interesting}`);

/** Whether a package of this name is listed where it is installed. */
export const isWatchedPackage = (name: string): boolean => isInteresting.test(name);

function fromRows(
  rows: readonly Row[],
  manager: PackagesFacts['manager'],
  locked: readonly string[],
): Pick<PackagesFacts, 'manager' | 'packages' | 'held'> {
  const held =
    manager === 'dpkg' ? rows.filter(({ status }) => status.startsWith('h')).map(({ name }) => name) : locked;
  const packages = rows
    .filter(({ name }) => isInteresting.test(name))
    .map(({ name, version, architecture }) => ({ name, version, architecture: architecture || null }));
  return { manager, packages: packages.sort((a, b) => (a.name < b.name ? -1 : 1)), held: [...held].sort() };
}
