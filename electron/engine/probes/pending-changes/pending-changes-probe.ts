import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { PendingChangesFacts } from '#shared/domain/facts/software';
import { integerOf, linesOf } from '../lib/lines';
import { commandProblem, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { newestFirst } from './kernel-order';

type Upgrade = NonNullable<PendingChangesFacts['upgradable']>[number];

/** More is counted and not listed. */
const maxUpgrades = 300;

/**
 * The mark that Debian's packages or SUSE's leave, the kernels that are installed, and for which of them there is an NVIDIA
 * module: a node that restarts into one without has no GPUs. On Debian only update-notifier and unattended-upgrades leave the
 * mark: without them that there is none says nothing. Debian's own module is named nvidia-current.
 */
const rebootScript = `r=- d=/run/reboot-required
[ -e /usr/share/update-notifier/notify-reboot-required ] || [ -e /etc/kernel/postinst.d/unattended-upgrades ] && r=no
command -v zypper >/dev/null 2>&1 && ! [ -e /etc/debian_version ] && r=no
for f in $d /var$d /run/reboot-needed /var/run/reboot-needed; do [ -e $f ] && r=yes; done
echo "reboot=$r"
[ -r $d.pkgs ] || d=/var$d
[ -r $d.pkgs ] && sort -u $d.pkgs | sed 's/^/package=/'
echo "running=$(uname -r)"
for k in /lib/modules/*; do
  [ -e "$k/modules.dep" ] || continue
  if grep -qE '[/]nvidia(-(current|tesla|legacy)[0-9a-z-]*)?\\.ko' "$k/modules.dep" 2>/dev/null; then n=yes; else n=no; fi
  echo "kernel=\${k##*/} $n"
done
echo '== done'`;
const reboot: CommandSpec = { id: 'reboot', argv: ['sh', '-c', rebootScript] };
/** Exit code 1: a restart is needed. Source: needs-restarting(1) of yum-utils and dnf-utils. */
const needsRestarting: CommandSpec = { id: 'needs-restarting', argv: ['needs-restarting', '-r'], timeoutMs: 10_000 };
/**
 * By the lists that are there (apt's, or zypper's on SUSE). As root apt would write its cache anew; without one it reads the lists themselves.
 */
const upgradesScript = `if command -v apt >/dev/null 2>&1; then
  set --
  [ "$(id -u)" = 0 ] && set -- -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
  echo '== apt'
  apt list --upgradable "$@" 2>/dev/null | awk '/upgradable from/ { n++; if (n <= ${maxUpgrades}) print } END { print "== count " n + 0 }'
elif command -v zypper >/dev/null 2>&1; then
  zypper --non-interactive --no-refresh list-updates 2>/dev/null
else
  exit 127
fi`;
const aptUpgrades: CommandSpec = { id: 'apt', argv: ['sh', '-c', upgradesScript], timeoutMs: 15_000 };
/** Root's cache is the one that the system's own timer fills; a login of its own has none. Exit code 100: there are some. */
const dnfUpgrades: CommandSpec = {
  id: 'dnf',
  argv: ['dnf', '-q', '-C', 'check-update'],
  privilege: 'root',
  timeoutMs: 20_000,
};

export const pendingChangesProbe = defineProbe({
  id: 'pending-changes',
  commands: [reboot, needsRestarting, aptUpgrades, dnfUpgrades],
  sources: {
    '': 'reboot',
    upgradable: 'apt|dnf',
    upgradableCount: 'apt|dnf',
    isRebootRequired: 'reboot|needs-restarting',
  },
  parse(outputs) {
    const told = commandProblem(outputs.reboot, reboot);
    if (told) return told;
    const text = outputs.reboot?.stdout ?? '';
    if (!/^== done\s*$/m.test(text)) return unparsable(reboot, outputs.reboot);
    const all = (name: string) =>
      linesOf(text).flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []));
    const kernels = all('kernel').flatMap((line) => {
      const match = /^([\w.+~-]{1,100}) (yes|no)$/.exec(line);
      return match ? [{ release: match[1] ?? '', hasNvidiaModule: match[2] === 'yes' }] : [];
    });
    const upgrades = fromApt(outputs.apt) ?? fromZypper(outputs.apt) ?? fromDnf(outputs.dnf);
    const restarting = fromNeedsRestarting(outputs['needs-restarting']);
    const running = all('running')[0] ?? '';
    // dnf is there and may not be asked: what could be upgraded is then not known, and the line that would allow it is.
    const denied =
      upgrades === null && outputs.dnf?.state === 'denied' ? commandProblem(outputs.dnf, dnfUpgrades) : null;
    return {
      state: 'ok',
      ...(denied ? { reason: denied.reason } : {}),
      facts: {
        isRebootRequired: flagOf(all('reboot')[0]) ?? restarting.isRequired,
        rebootPackages: [...all('package').filter((name) => /^[\w.+-]{1,128}$/.test(name)), ...restarting.packages],
        runningKernel: /^[\w.+~-]{1,100}$/.test(running) ? running : null,
        installedKernels: newestFirst(kernels).slice(0, 32),
        upgradable: upgrades?.list ?? null,
        upgradableCount: upgrades?.count ?? null,
      },
    };
  },
});

function flagOf(word: string | undefined): boolean | null {
  return word === 'yes' ? true : word === 'no' ? false : null;
}

/**
 *   Core libraries or services have been updated since boot-up:
 *     * kernel-core                       (RHEL 8 and later; `  dbus -> 1:1.10.24-14.el7_8` on 7)
 *   Reboot is required to fully utilize these updates.
 */
function fromNeedsRestarting(output: CommandOutput | undefined): { isRequired: boolean | null; packages: string[] } {
  const text = output?.state === 'exited' ? output.stdout : '';
  const isTold = /^Reboot (?:is required|should not be necessary|is probably not necessary)/im.test(text);
  if (!isTold) return { isRequired: null, packages: [] };
  const isRequired = output?.exitCode === 1;
  const named = linesOf(text).flatMap(
    (line) => /^ +(?:\* )?([\w.+-]{1,128})(?: -> \S{1,128})?\s*$/.exec(line)?.[1] ?? [],
  );
  return { isRequired, packages: isRequired ? named : [] };
}

/** `libc6/jammy-updates 2.35-0ubuntu3.8 amd64 [upgradable from: 2.35-0ubuntu3.6]` */
function fromApt(output: CommandOutput | undefined): { list: Upgrade[]; count: number } | null {
  const text = output?.state === 'exited' ? output.stdout : '';
  const count = integerOf(/^== count (\d{1,6})$/m.exec(text)?.[1]);
  if (count === null) return null;
  const list = linesOf(text).flatMap((line): Upgrade[] => {
    const match =
      /^([\w.+-]{1,128})\/\S{1,200} ([\w.+~:^-]{1,128}) \S{1,32} \[upgradable from: ([\w.+~:^-]{1,128})\]$/.exec(line);
    return match ? [{ name: match[1] ?? '', from: match[3] ?? null, to: match[2] ?? '' }] : [];
  });
  return { list: list.slice(0, maxUpgrades), count: Math.max(count, list.length) };
}

/**
 * `v | openSUSE-Leap-15.4 | bash | 4.4-23 | 4.4-26 | x86_64` of a table; or that there is none. SUSE's enterprise systems have a
 * further mark in the first column.
 */
function fromZypper(output: CommandOutput | undefined): { list: Upgrade[]; count: number } | null {
  if (output?.state !== 'exited' || output.exitCode !== 0) return null;
  const rows = linesOf(output.stdout).map((line) => line.split('|').map((cell) => cell.trim()));
  const isTable = rows.some(([status, , name]) => status === 'S' && name === 'Name');
  if (!isTable && !/^No updates found\.\s*$/m.test(output.stdout)) return null;
  const list = rows.flatMap(([status = '', , name = '', from = '', to = '']): Upgrade[] => {
    const isRow = /^[vi]/.test(status) && /^[\w.+-]{1,128}$/.test(name);
    return isRow && [from, to].every((version) => /^[\w.+~:^-]{1,128}$/.test(version)) ? [{ name, from, to }] : [];
  });
  return { list: list.slice(0, maxUpgrades), count: list.length };
}

/** `kernel-core.x86_64    5.14.0-503.15.1.el9_5    baseos`; what stands behind `Obsoleting Packages` is something else. */
function fromDnf(output: CommandOutput | undefined): { list: Upgrade[]; count: number } | null {
  if (output?.state !== 'exited' || (output.exitCode !== 0 && output.exitCode !== 100)) return null;
  // A name too long for its column has a line of its own.
  const text = (output.stdout.split(/^Obsoleting Packages/im)[0] ?? '').replace(/^(\S+)\n +(?=\S)/gm, '$1 ');
  const list = linesOf(text).flatMap((line): Upgrade[] => {
    const match = /^([\w.+-]{1,128})\.(?:\w{1,16}) +([\w.+~:^-]{1,128}) +\S{1,100}\s*$/.exec(line);
    return match ? [{ name: match[1] ?? '', from: null, to: match[2] ?? '' }] : [];
  });
  return { list: list.slice(0, maxUpgrades), count: list.length };
}
