import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { RecentChangesFacts } from '#shared/domain/facts/software';
import { linesOf } from '../lib/lines';
import { commandProblem, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { bootsOf } from './boots';

type PackageChange = NonNullable<RecentChangesFacts['packages']>[number];
type ChangedFile = NonNullable<RecentChangesFacts['files']>[number];

/** Some weeks of most nodes. */
const maxPackages = 400;
const maxFiles = 200;

/** dpkg's log of this month and the one before, in the node's own time; elsewhere when rpm wrote each package last. */
const packagesScript = `if [ -r /var/log/dpkg.log ] || [ -r /var/log/dpkg.log.1 ]; then
  echo "== dpkg $(date +%z)"
  cat /var/log/dpkg.log.1 /var/log/dpkg.log 2>/dev/null | tail -c 8000000 |
    awk '$3 == "install" || $3 == "upgrade" || $3 == "remove" || $3 == "purge"' | tail -n ${maxPackages}
elif command -v rpm >/dev/null 2>&1; then
  echo '== rpm'
  rpm -qa --qf '%{INSTALLTIME} %{NAME} %{VERSION}-%{RELEASE}\\n' 2>/dev/null | sort -rn | head -n ${maxPackages}
else
  exit 127
fi
echo '== end'`;
const packages: CommandSpec = { id: 'packages', argv: ['sh', '-c', packagesScript], timeoutMs: 15_000 };

/** Newer distributions have no `last`: there the journal tells of boots, not of how they ended. */
const bootsScript = `b=$(TZ=UTC last -x -F -w -n 80 reboot shutdown 2>/dev/null | grep -E '^(reboot|shutdown) ')
if [ -n "$b" ]; then
  echo '== last'
  echo "$b"
elif command -v journalctl >/dev/null 2>&1; then
  echo '== journal'
  TZ=UTC journalctl --list-boots --no-pager 2>/dev/null | tail -n 80
else
  exit 127
fi
echo '== end'`;
const boots: CommandSpec = { id: 'boots', argv: ['sh', '-c', bootsScript], timeoutMs: 10_000 };

/** Settings of kernel, driver, containers, limits, network, storage, time and scheduler; what is in them is not read. */
const watched = [
  ...[
    '/etc/modprobe.d/*',
    '/etc/modules-load.d/*',
    '/etc/default/grub',
    '/etc/default/grub.d/*',
    '/etc/kernel/cmdline',
  ],
  ...['/etc/sysctl.conf', '/etc/sysctl.d/*', '/etc/udev/rules.d/*', '/etc/ld.so.conf.d/*', '/etc/environment'],
  ...['/etc/nvidia*', '/etc/nvidia*/*', '/etc/cdi/*', '/etc/docker/daemon.json', '/etc/containerd/config.toml'],
  ...['/etc/security/limits.conf', '/etc/security/limits.d/*', '/etc/systemd/system/*', '/etc/systemd/system/*.d/*'],
  ...[
    '/etc/netplan/*',
    '/etc/network/interfaces',
    '/etc/systemd/network/*',
    '/etc/NetworkManager/system-connections/*',
  ],
  ...['/etc/hosts', '/etc/resolv.conf', '/etc/fstab', '/etc/exports', '/etc/mdadm/mdadm.conf', '/etc/multipath.conf'],
  ...['/etc/chrony.conf', '/etc/chrony/*', '/etc/ssh/sshd_config', '/etc/ssh/sshd_config.d/*', '/etc/mlnx/*'],
  ...['/etc/slurm/*', '/etc/slurm-llnl/*', '/etc/kubernetes/*', '/var/lib/kubelet/config.yaml', '/etc/rancher/*/*'],
];
const filesScript = `for f in ${watched.join(' ')}; do
  [ -f "$f" ] && ! [ -h "$f" ] && stat -c '%Y %s %n' "$f" 2>/dev/null
done | sort -rn | head -n ${maxFiles}
echo '== end'`;
const files: CommandSpec = { id: 'files', argv: ['sh', '-c', filesScript], timeoutMs: 10_000 };

export const recentChangesProbe = defineProbe({
  id: 'recent-changes',
  commands: [packages, boots, files],
  sources: { '': 'packages', boots: 'boots', files: 'files' },
  parse(outputs) {
    const facts: RecentChangesFacts = {
      packages: packagesOf(wholeOf(outputs.packages)),
      boots: bootsOf(wholeOf(outputs.boots)),
      files: filesOf(wholeOf(outputs.files)),
    };
    if (Object.values(facts).every((part) => part === null)) {
      return commandProblem(outputs.files, files) ?? unparsable(files, outputs.files);
    }
    return { state: 'ok', facts };
  },
});

/** What a script printed; null where it did not come to its end. */
function wholeOf(output: CommandOutput | undefined): string | null {
  return output?.state === 'exited' && /^== end\s*$/m.test(output.stdout) ? output.stdout : null;
}

const version = '[\\w.+~:^-]{1,128}';
const dpkgLine = new RegExp(
  `^(\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d) (install|upgrade|remove|purge) ([a-z0-9][\\w.+-]{0,127})(?::[\\w-]{1,32})? (<none>|${version}) (<none>|${version})$`,
);
const rpmLine = new RegExp(`^(\\d{1,11}) ([\\w.+-]{1,128}) (${version})$`);

/**
 *   2026-01-13 06:31:05 upgrade libc6:amd64 2.35-0ubuntu3.6 2.35-0ubuntu3.8     (dpkg.log, see dpkg(1) --log)
 *   1768285865 kernel-core 5.14.0-427.40.1.el9_4                                (rpm: written then, anew or for the first time)
 */
function packagesOf(text: string | null): PackageChange[] | null {
  const head = /^== (?:dpkg ([+-])(\d\d)(\d\d)|(rpm))\s*$/m.exec(text ?? '');
  if (text === null || head === null) return null;
  const zoneMs = (head[1] === '-' ? -1 : 1) * (Number(head[2] ?? 0) * 60 + Number(head[3] ?? 0)) * 60_000;
  const changes = linesOf(text).flatMap((line): PackageChange[] => {
    if (head[4] === 'rpm') {
      const [, seconds, name, to] = rpmLine.exec(line) ?? [];
      if (seconds === undefined || name === undefined || to === undefined) return [];
      return [{ atMs: Number(seconds) * 1000, change: 'written', name, from: null, to }];
    }
    const [, day, time, change, name, from = '', to = ''] = dpkgLine.exec(line) ?? [];
    const atMs = Date.parse(`${day}T${time}Z`) - zoneMs;
    if (!Number.isFinite(atMs) || name === undefined) return [];
    const versionOf = (written: string) => (written === '<none>' ? null : written);
    return [{ atMs, change: change as PackageChange['change'], name, from: versionOf(from), to: versionOf(to) }];
  });
  return changes.sort((one, other) => other.atMs - one.atMs).slice(0, maxPackages);
}

/** `1768285865 420 /etc/modprobe.d/nvidia.conf`, as `stat -c '%Y %s %n'` prints it. */
function filesOf(text: string | null): ChangedFile[] | null {
  if (text === null) return null;
  const found = linesOf(text).flatMap((line): ChangedFile[] => {
    const [, seconds, size, path] = /^(\d{1,11}) (\d{1,15}) (\/[ -~]{1,300})$/.exec(line) ?? [];
    if (path === undefined) return [];
    return [{ path, modifiedAtMs: Number(seconds) * 1000, sizeBytes: Number(size) }];
  });
  return found.sort((one, other) => other.modifiedAtMs - one.modifiedAtMs).slice(0, maxFiles);
}
