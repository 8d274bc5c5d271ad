import type { PackagesFacts } from '#shared/domain/facts/software';
import { type JudgedCheck, judged, type PreflightBasis, untold } from './check';
import { say } from './words';

/** The package manager itself, and what of NVIDIA is there already. */
export function judgePackages(basis: PreflightBasis): JudgedCheck[] {
  return [state(basis), lock(basis), holds(basis), nvidia(basis), keys(basis)];
}

function state({ facts }: PreflightBasis): JudgedCheck {
  const from = [['setup-readiness', 'unfinishedPackages']] as const;
  // rpm keeps no half-installed packages: that its list can be read is what there is to know.
  if (facts.packages?.manager === 'rpm')
    return judged('package-state', 'packageState', [['packages', '']], 'pass', say('packagesWhole'));
  const unfinished = facts['setup-readiness']?.unfinishedPackages ?? null;
  if (unfinished === null) return untold('package-state', 'packageState', from);
  if (unfinished.length === 0) return judged('package-state', 'packageState', from, 'pass', say('packagesWhole'));
  const names = unfinished.map(({ name, status }) => `${name} (${status})`).join(', ');
  if (isHeld(facts)) {
    const busy = [say('packagesBroken', { names }), say('packagesBusyWhy'), say('packagesBusyHelp')] as const;
    return judged('package-state', 'packageState', from, 'warn', ...busy);
  }
  const words = [say('packagesBroken', { names }), say('packagesBrokenWhy'), say('packagesBrokenHelp')] as const;
  return judged('package-state', 'packageState', from, 'fail', ...words);
}

/** Whoever works with packages leaves them unfinished for a while. */
function isHeld(facts: PreflightBasis['facts']): boolean {
  return (facts['setup-readiness']?.lockHolders ?? []).length > 0;
}

/** Programs that hold the lock; Ubuntu's unattended-upgrade-shutdown only waits for the machine to go down. */
const installers = /(^|\/)(apt|apt-get|aptitude|dpkg|unattended-upgrades?|aptd|packagekitd|dnf|yum|rpm)( |$)/;

function lock({ facts }: PreflightBasis): JudgedCheck {
  const from = [
    ['setup-readiness', 'lockHolders'],
    ['processes', 'processes'],
  ] as const;
  const holders = facts['setup-readiness']?.lockHolders ?? null;
  const processes = facts.processes?.processes;
  const lineOf = (pid: number) => processes?.find((one) => one.pid === pid)?.commandLine?.slice(0, 120) ?? '?';
  const seen = (processes ?? [])
    .filter(({ commandLine }) => installers.test(commandLine ?? '') && !commandLine?.includes('--wait-for-signal'))
    .map(({ pid }) => pid);
  const pids = holders ?? seen;
  if (pids.length > 0) {
    const list = pids.map((pid) => `${pid} ${lineOf(pid)}`).join('; ');
    const words = [say('lockHeld', { holders: list }), say('lockWhy'), say('lockHelp')] as const;
    return judged('package-lock', 'packageLock', from, 'warn', ...words);
  }
  if (holders === null) return untold('package-lock', 'packageLock', from);
  return judged('package-lock', 'packageLock', from, 'pass', say('lockFree'));
}

function holds({ facts }: PreflightBasis): JudgedCheck {
  const from = [['packages', 'held']] as const;
  const held = facts.packages?.held ?? null;
  if (held === null) return untold('package-holds', 'holds', from);
  if (held.length === 0) return judged('package-holds', 'holds', from, 'pass', say('holdsNone'));
  const words = [say('holdsList', { names: held.join(', ') }), say('holdsWhy'), say('holdsHelp')] as const;
  return judged('package-holds', 'holds', from, 'warn', ...words);
}

/** Those that have to be of one release. `5:580.95.05-0ubuntu1` is 580.95.05. */
const driverPackage =
  /^(nvidia-driver|nvidia-headless|nvidia-dkms|nvidia-kernel-(?:source|common)|nvidia-utils|libnvidia-compute|nvidia-open|cuda-drivers)(-|$)/;

export function driverVersions({ packages }: Pick<PackagesFacts, 'packages'>): string[] {
  const versions = packages.flatMap(({ name, version }) => {
    if (!driverPackage.test(name)) return [];
    return /^(?:\d+:)?(\d+\.\d+(?:\.\d+)?)/.exec(version)?.[1] ?? [];
  });
  return [...new Set(versions)].sort();
}

function nvidia({ facts }: PreflightBasis): JudgedCheck {
  const from = [
    ['packages', 'packages'],
    ['setup-readiness', 'nvidiaInstallers'],
    ['gpu-driver', 'kernelModuleVersion'],
  ] as const;
  const setup = facts['setup-readiness'];
  if (facts.packages === undefined || setup === undefined) return untold('nvidia-sources', 'nvidia', from);
  const versions = driverVersions(facts.packages);
  const loaded = facts['gpu-driver']?.kernelModuleVersion ?? null;
  const [installer] = setup.nvidiaInstallers;
  const list = [
    ...(loaded === null ? [] : [`module ${loaded}`]),
    ...versions.map((version) => `packages ${version}`),
    ...(installer === undefined ? [] : [installer]),
  ];
  const value = list.length === 0 ? say('nvidiaNone') : say('nvidiaFound', { list: list.join(', ') });
  if (installer !== undefined) {
    const words = [value, say('nvidiaRunWhy', { path: installer }), say('nvidiaRunHelp')] as const;
    return judged('nvidia-sources', 'nvidia', from, 'fail', ...words);
  }
  if (versions.length > 1) {
    const words = [value, say('nvidiaMixedWhy', { versions: versions.join(', ') }), say('nvidiaMixedHelp')] as const;
    return judged('nvidia-sources', 'nvidia', from, 'fail', ...words);
  }
  return judged('nvidia-sources', 'nvidia', from, 'pass', value);
}

function keys({ facts, nowMs }: PreflightBasis): JudgedCheck {
  const from = [
    ['setup-readiness', 'keys'],
    ['setup-readiness', 'repositories'],
  ] as const;
  const setup = facts['setup-readiness'];
  if (setup?.keys == null) return untold('repository-keys', 'keys', from);
  const release = facts.os?.versionId?.split('.')[0] ?? '';
  const named = new Set(
    (setup.repositories ?? []).map(({ signedBy }) => signedBy?.replace('$releasever', release) ?? null),
  );
  // A repository that names no file is checked by all of /etc/apt/trusted.gpg*.
  const isUsed = (file: string) => named.has(file) || (named.has(null) && file.startsWith('/etc/apt/trusted.gpg'));
  const used = setup.keys.filter(({ file }) => isUsed(file));
  const files = [...new Set(used.map(({ file }) => file))];
  // A file with one key that is still good checks what that key signed.
  const expired = files.filter((file) => used.every((key) => key.file !== file || isExpired(key, nowMs)));
  if (expired.length === 0)
    return used.length === 0
      ? untold('repository-keys', 'keys', from)
      : judged('repository-keys', 'keys', from, 'pass', say('keysOk', { count: used.length }));
  const list = expired.map((file) => `${file} (${used.find((key) => key.file === file)?.keyId})`).join(', ');
  // The database of rpm may have a newer one by now than the file that dnf took the first from.
  const outcome = facts.packages?.manager === 'rpm' ? 'warn' : 'fail';
  return judged(
    'repository-keys',
    'keys',
    from,
    outcome,
    say('keysExpired', { list }),
    say('keysWhy'),
    say('keysHelp'),
  );
}

function isExpired({ expiresAtMs }: { expiresAtMs: number | null }, nowMs: number): boolean {
  return expiresAtMs !== null && expiresAtMs < nowMs;
}
