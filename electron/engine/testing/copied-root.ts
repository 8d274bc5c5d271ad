import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandEnvironment } from '../hosts/batch/batch-library';

/** This machine's file system as it is, whose changes stay in memory and are lost with it. */
export interface CopiedRoot {
  /** Absolute; every folder above belongs to root alone, as sshd wants of a ChrootDirectory. */
  readonly folder: string;
  /** What was changed, as a layer for another copy. */
  readonly changes: string;
  /** Runs a program in it, as root; returns what it printed. */
  run(...argv: readonly [string, ...string[]]): string;
  release(): void;
}

/** A worker that is blocked never reaches its test's limit. */
const timeout = 120_000;

/** Null where this login may not mount. `on`: another copy, which is as it is now and no longer changed. */
export function copiedRoot(on?: CopiedRoot): CopiedRoot | null {
  let base: string;
  try {
    base = mkdtempSync('/run/gantry-root-');
  } catch {
    return null;
  }
  const mounted: string[] = [];
  const mount = (target: string, ...options: string[]) => {
    mkdirSync(target, { recursive: true });
    execFileSync('mount', [...options, target], { stdio: 'ignore', timeout });
    mounted.unshift(target);
  };
  const release = () => {
    for (const target of mounted.splice(0)) execFileSync('umount', ['-l', target], { stdio: 'ignore', timeout });
    rmSync(base, { recursive: true, force: true });
  };
  const folder = join(base, 'root');
  try {
    mount(base, '-t', 'tmpfs', '-o', 'mode=755', 'gantry-test');
    for (const name of ['changes', 'work']) mkdirSync(join(base, name));
    const lower = on ? `${on.changes}:/` : '/';
    const layers = `lowerdir=${lower},upperdir=${join(base, 'changes')},workdir=${join(base, 'work')}`;
    mount(folder, '-t', 'overlay', '-o', layers, 'overlay');
    mount(join(folder, 'proc'), '-t', 'proc', 'proc');
    mount(join(folder, 'dev'), '--bind', '/dev');
  } catch {
    release();
    return null;
  }
  return {
    folder,
    changes: join(base, 'changes'),
    run: (...argv) =>
      execFileSync('chroot', [folder, ...argv], {
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout,
      }).toString(),
    release,
  };
}

const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', ...commandEnvironment };

/** Leaves apt-get of a copied root with the packages of one folder inside it, and asks nobody else. */
export function onlyPackagesOf({ folder, run }: CopiedRoot, packages: string): void {
  for (const name of ['etc/apt/sources.list.d', 'etc/apt/apt.conf.d', 'etc/apt/preferences.d', 'var/lib/apt/lists']) {
    for (const file of readdirSync(join(folder, name))) rmSync(join(folder, name, file), { recursive: true });
  }
  run('sh', '-c', `echo 'deb [trusted=yes] file:${packages} ./' > /etc/apt/sources.list`);
  run('apt-get', 'update', '-q');
}
