import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { SetupReadinessFacts } from '#shared/domain/facts/setup';
import { readEach } from '../lib/each';
import { linesOf, readPairs } from '../lib/lines';
import { commandProblem, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { readRepositories } from './read-repositories';

/** What has to be there before something is installed. A password in the address of a proxy is taken out on the node. */
const stateScript = `. /etc/os-release 2>/dev/null
echo "codename=$VERSION_CODENAME"
k=$(uname -r)
echo "kernel=$k"
if [ -e "/lib/modules/$k/build/Makefile" ]; then echo headers=yes; else echo headers=no; fi
if command -v apt-cache >/dev/null 2>&1 && ls /var/lib/apt/lists 2>/dev/null | grep -q _Packages; then
  if apt-cache show "linux-headers-$k" 2>/dev/null | grep -q ^Filename; then echo offered=yes; else echo offered=no; fi
fi
case $k in *[Mm]icrosoft*) echo wsl=yes ;; *) echo wsl=no ;; esac
for c in /.dockerenv /run/.containerenv /run/systemd/container; do [ -e $c ] && echo "container=$c"; done
for t in gcc make dkms curl wget gpg fuser mokutil; do command -v $t >/dev/null 2>&1 && echo "tool=$t"; done
for f in /usr/bin/nvidia-uninstall /usr/bin/nvidia-installer; do [ -e $f ] && echo "installer=$f"; done
for v in http_proxy https_proxy no_proxy; do eval "p=\\$$v"; [ -n "$p" ] && echo "proxy=$v $p"; done | sed 's#//[^/@ ]*@#//#'
cat /etc/apt/apt.conf /etc/apt/apt.conf.d/* 2>/dev/null | sed -n 's#^ *Acquire::\\(https\\{0,1\\}\\)::[Pp]roxy  *"\\([^"]*\\)".*#proxy=apt-\\1 \\2#p' | sed 's#//[^/@ ]*@#//#'
sed -n 's#^proxy *= *\\(.*\\)#proxy=dnf \\1#p' /etc/dnf/dnf.conf 2>/dev/null | sed 's#//[^/@ ]*@#//#'
echo '== done'`;
const state: CommandSpec = { id: 'setup-state', argv: ['sh', '-c', stateScript] };

const sourcesScript = `for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources /etc/yum.repos.d/*.repo; do
  [ -r "$f" ] || continue
  echo "== $f"
  sed -e '/^ *#/d' -e 's#//[^/@ ]*@#//#' "$f"
done
echo '== done'`;
const sources: CommandSpec = { id: 'sources', argv: ['sh', '-c', sourcesScript], maxOutputBytes: 256 * 1024 };

/** Packages that are neither whole nor gone: the second letter of the status is not i, n or c, or the third says Reinst-required. dpkg-query(1). */
const packagesScript = `command -v dpkg-query >/dev/null 2>&1 || exit 127
dpkg-query -W -f='\${db:Status-Abbrev}\\t\${Package}\\t\${Version}\\t\${Architecture}\\n' | awk -F '\\t' 'substr($1, 2, 1) !~ /[inc]/ || substr($1, 3, 1) ~ /R/ { print $1 "\\t" $2 }'
ls /var/lib/dpkg/updates 2>/dev/null | sed -n 's/^\\([0-9][0-9]*\\)$/update \\1/p'
echo '== done'`;
const packages: CommandSpec = { id: 'package-state', argv: ['sh', '-c', packagesScript], timeoutMs: 15_000 };

/** Whoever works with the package manager. Without root nobody else's open files are seen. */
const locks: CommandSpec = {
  id: 'package-lock',
  argv: [
    'fuser',
    '/var/lib/dpkg/lock-frontend',
    '/var/lib/dpkg/lock',
    '/var/cache/apt/archives/lock',
    '/var/lib/rpm/.rpm.lock',
    '/var/cache/dnf/metadata_lock.pid',
  ],
  privilege: 'root-else-user',
};

/** Whether root may be had without a password. */
const root: CommandSpec = { id: 'root', argv: ['true'], privilege: 'root' };

/**
 * A home that is there and can't be written: gpg neither reads nor makes a keyring of its own. Without --fast-list-mode it wants
 * its database of trust as soon as a key has expired, and ends without a word about it (gpg 2.2.40).
 */
const keys: CommandSpec = {
  id: 'keys',
  argv: [
    ...(['gpg', '--homedir', '/proc', '--no-keyring', '--no-autostart', '--trust-model', 'always'] as const),
    ...['--batch', '--fast-list-mode', '--with-colons', '--show-keys', '{}'],
  ],
  forEach:
    '/etc/apt/trusted.gpg /etc/apt/trusted.gpg.d/*.gpg /etc/apt/trusted.gpg.d/*.asc /etc/apt/keyrings/* /usr/share/keyrings/*.gpg /usr/share/keyrings/*.asc /etc/pki/rpm-gpg/*',
  timeoutMs: 15_000,
  maxOutputBytes: 256 * 1024,
};

/** The keys that dkms signs modules with: whether firmware knows them. */
const mok: CommandSpec = {
  id: 'machine-owner-key',
  argv: ['mokutil', '--test-key', '{}'],
  forEach: '/var/lib/shim-signed/mok/MOK.der /var/lib/dkms/mok.pub',
};

export const setupReadinessProbe = defineProbe({
  id: 'setup-readiness',
  commands: [state, sources, packages, locks, root, keys, mok],
  sources: {
    '': 'setup-state',
    repositories: 'sources',
    unfinishedPackages: 'package-state',
    lockHolders: 'package-lock',
    canBeRoot: 'root',
    keys: 'keys',
    machineOwnerKeys: 'machine-owner-key',
  },
  parse(outputs) {
    const told = commandProblem(outputs[state.id], state);
    if (told) return told;
    const text = outputs[state.id]?.stdout ?? '';
    if (!/^== done\s*$/m.test(text)) return unparsable(state, outputs[state.id]);
    const values = readPairs(text, '=');
    const all = (name: string): string[] =>
      linesOf(text).flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []));
    const facts: SetupReadinessFacts = {
      codename: /^[a-z]{2,32}$/.exec(values.get('codename') ?? '')?.[0] ?? null,
      runningKernel: /^[\w.+~-]{1,100}$/.exec(values.get('kernel') ?? '')?.[0] ?? null,
      hasKernelHeaders: flagOf(values.get('headers')),
      areHeadersOffered: flagOf(values.get('offered')),
      isWsl: flagOf(values.get('wsl')),
      containerMarks: all('container').filter((path) => /^\/[\w./]{1,60}$/.test(path)),
      tools: all('tool').filter((name) => /^[a-z]{2,20}$/.test(name)),
      nvidiaInstallers: all('installer').filter((path) => /^\/[\w./-]{1,60}$/.test(path)),
      proxies: all('proxy').flatMap((line) => {
        const [, name, url] = /^([\w-]{1,20}) ([!-~]{1,500})$/.exec(line) ?? [];
        return name === undefined || url === undefined ? [] : [{ name, url }];
      }),
      repositories: readRepositories(wholeOf(outputs[sources.id])),
      unfinishedPackages: unfinishedOf(wholeOf(outputs[packages.id])),
      lockHolders: holdersOf(outputs[locks.id]),
      canBeRoot: rootOf(outputs[root.id]),
      keys: keysOf(outputs[keys.id]),
      machineOwnerKeys: ownerKeysOf(outputs[mok.id]),
    };
    return { state: 'ok', facts };
  },
});

function flagOf(word: string | undefined): boolean | null {
  return word === 'yes' ? true : word === 'no' ? false : null;
}

function wholeOf(output: CommandOutput | undefined): string | null {
  return output?.state === 'exited' && /^== done\s*$/m.test(output.stdout) ? output.stdout : null;
}

/** `iU \tdocker-ce`; `update 0003` is a change of dpkg's list that was cut short. */
function unfinishedOf(text: string | null): SetupReadinessFacts['unfinishedPackages'] {
  if (text === null) return null;
  return linesOf(text).flatMap((line) => {
    const [, status, name] = /^([a-zA-Z]{2}[a-zA-Z]?) ?\t([\w.+-]{1,128})$/.exec(line) ?? [];
    if (status !== undefined && name !== undefined) return [{ name, status }];
    const update = /^update (\d{1,10})$/.exec(line)?.[1];
    return update === undefined ? [] : [{ name: `/var/lib/dpkg/updates/${update}`, status: 'update' }];
  });
}

/** fuser(1): PIDs on stdout; ends with 1 where nobody has one of the files open. As the login, that nobody is seen says nothing. */
function holdersOf(output: CommandOutput | undefined): number[] | null {
  if (output?.state !== 'exited' || (output.exitCode !== 0 && output.exitCode !== 1)) return null;
  const pids = [...new Set(output.stdout.match(/\b\d{1,9}\b/g) ?? [])].map(Number);
  return pids.length === 0 && output.privilege !== 'root' ? null : pids;
}

function rootOf(output: CommandOutput | undefined): boolean | null {
  if (output?.state === 'denied') return false;
  return output?.state === 'exited' ? output.exitCode === 0 : null;
}

/** `pub:-:4096:1:73A4F27B8DD47936:1610882316:1863170316::-:::scSC:…` of gpg's doc/DETAILS: fields 5 key, 6 made, 7 expires. */
function keysOf(output: CommandOutput | undefined): SetupReadinessFacts['keys'] {
  if (output?.state === 'not-needed') return [];
  if (output?.state !== 'exited') return null;
  return readEach(output.stdout).flatMap(({ path, output: text }) =>
    [...text.matchAll(/^pub:[^:\n]{0,8}:\d{0,6}:\d{0,4}:([0-9A-F]{8,40}):\d{0,12}:(\d{0,12}):/gm)].map(
      ([, keyId = '', expires]) => ({
        file: path,
        keyId,
        expiresAtMs: expires === undefined || expires === '' ? null : Number(expires) * 1000,
      }),
    ),
  );
}

/** `FILE is already enrolled`, `FILE is already in the enrollment request`, `FILE is not enrolled`: mokutil(1) --test-key. */
function ownerKeysOf(output: CommandOutput | undefined): SetupReadinessFacts['machineOwnerKeys'] {
  if (output?.state !== 'exited') return [];
  return readEach(output.stdout).map(({ path, output: text }) => ({
    path,
    isEnrolled: / is already enrolled/.test(text)
      ? true
      : / is not enrolled|enrollment request/.test(text)
        ? false
        : null,
  }));
}
