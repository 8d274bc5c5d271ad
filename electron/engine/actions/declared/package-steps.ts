import type { ActionContext, PlanCheck } from '../action';
import { say } from './words';

export const packageManagers = ['dpkg', 'rpm'] as const;
export type PackageManager = (typeof packageManagers)[number];
export const packageOperations = ['install', 'reinstall', 'downgrade', 'remove'] as const;
export type PackageOperation = (typeof packageOperations)[number];

/** What a step does with packages. */
export interface PackageStep {
  readonly manager: PackageManager;
  readonly operation: PackageOperation;
  /** As the manager takes them. */
  readonly words: readonly string[];
  /** Names that go for it. */
  readonly removes?: readonly string[] | undefined;
  /** Also what is held may change or go. */
  readonly changesHeld?: boolean | undefined;
}

/** How long apt-get waits for its lock (apt.conf(5): DPkg::Lock::Timeout); dnf waits for its own by itself. */
export const lockSeconds = 600;

/** Debian policy 5.6.1 and 5.6.12, the rpm tags name and version-release. */
const item = /^([A-Za-z0-9][A-Za-z0-9+._-]*)(?:=([A-Za-z0-9][A-Za-z0-9.+:~^_-]*))?$/;

/**
 * `name=version` as each package manager writes it. Null for what is no package; a version is needed for all but a removal, as
 * what is installed has to be what was confirmed.
 */
export function packageWords(
  manager: PackageManager,
  operation: PackageOperation,
  items: readonly unknown[],
): string[] | null {
  const words = items.map((one) => {
    const [, name, version] = (typeof one === 'string' && item.exec(one)) || [];
    if (name === undefined) return null;
    if (operation === 'remove') return name;
    if (version === undefined) return null;
    return manager === 'dpkg' ? `${name}=${version}` : `${name}-${version}`;
  });
  return words.length > 0 && words.every((word) => word !== null) ? words : null;
}

/**
 * The command. Nothing that is installed may go away for it, but what is named. A configuration file that the administrator
 * changed stays (dpkg(1): --force-confold), as nobody is there to be asked.
 */
export function packageArgv(step: PackageStep): [string, ...string[]] {
  const { manager, operation, words, removes = [] } = step;
  if (manager === 'rpm') return ['dnf', '-y', operation, ...words];
  const options = ['-y', '-o', `DPkg::Lock::Timeout=${lockSeconds}`, '-o', 'Dpkg::Options::=--force-confold'];
  return ['apt-get', ...options, ...aptOperation(step), ...words, ...removes.map((name) => `${name}-`)];
}

/**
 * Reads the package lists anew, of all sources or of one. A source that does not answer is an error (apt-get alone only warns);
 * lists of the other sources stay when one is asked for.
 */
export function listsArgv(manager: PackageManager, source: string | null): [string, ...string[]] {
  if (manager === 'rpm') return ['dnf', '-y', 'makecache', ...(source === null ? [] : ['--repo', source])];
  // A name alone would be looked for in /etc/apt itself, and a source that is not found is only warned of.
  const only =
    source === null
      ? []
      : [`Dir::Etc::sourcelist=sources.list.d/${source}`, 'Dir::Etc::sourceparts=-', 'APT::Get::List-Cleanup=0'];
  return ['apt-get', ...['APT::Update::Error-Mode=any', ...only].flatMap((one) => ['-o', one]), 'update'];
}

function aptOperation({ operation, removes = [], changesHeld }: PackageStep): string[] {
  if (operation === 'remove') return ['remove'];
  const nothing = removes.length === 0 ? ['--no-remove'] : [];
  const held = changesHeld ? ['--allow-change-held-packages'] : [];
  return [...nothing, ...held, '--allow-downgrades', ...(operation === 'reinstall' ? ['--reinstall'] : []), 'install'];
}

/** The package manager's own simulation. dnf ends with 1 when it is told no, as with any mistake: it has to have asked. */
export function packageSimulation(step: PackageStep): {
  argv: [string, ...string[]];
  root: boolean;
  exitCodes: number[];
  says: RegExp | null;
} {
  const { manager, operation, words, removes = [] } = step;
  if (manager === 'rpm') {
    const argv: [string, ...string[]] = ['dnf', '--assumeno', operation, ...words];
    return { argv, root: true, exitCodes: [0, 1], says: /Operation aborted|Nothing to do/ };
  }
  const argv: [string, ...string[]] = [
    'apt-get',
    '-s',
    '-y',
    ...aptOperation(step),
    ...words,
    ...removes.map((name) => `${name}-`),
  ];
  return { argv, root: false, exitCodes: [0], says: null };
}

const locks: Record<PackageManager, readonly [string, ...string[]]> = {
  dpkg: ['/var/lib/dpkg/lock-frontend', '/var/lib/dpkg/lock', '/var/cache/apt/archives/lock'],
  rpm: ['/var/lib/rpm/.rpm.lock', '/var/cache/dnf/metadata_lock.pid'],
};

/** Who works with the package manager now. Held, it is waited for; which process that is has to be said. */
export async function lockCheck(context: ActionContext, manager: PackageManager): Promise<PlanCheck> {
  const title = say('checkPackageLock');
  const held = await context.run({
    id: 'package-lock',
    argv: ['fuser', ...locks[manager]],
    privilege: 'root-else-user',
  });
  const { evidenceId } = held;
  // fuser prints the PIDs alone on stdout and ends with 1 where nobody has the files open.
  const pids = [...new Set(held.stdout.match(/\d+/g) ?? [])];
  if (held.state !== 'exited' || (held.exitCode !== 0 && held.exitCode !== 1)) {
    return { title, outcome: 'warn', detail: say('packageLockUnknown'), evidenceId };
  }
  if (held.exitCode === 1 || pids.length === 0) {
    return { title, outcome: 'pass', detail: say('packageLockFree'), evidenceId };
  }
  const who = await context.run({
    id: 'package-lock-who',
    argv: ['ps', '-o', 'pid=,etime=,args=', '-p', pids.join(',')],
  });
  const holders = who.stdout.trim() === '' ? pids.join(', ') : who.stdout.trim();
  const detail = say('packageLockHeld', { holders, minutes: lockSeconds / 60 });
  return { title, outcome: 'warn', detail, evidenceId };
}
