import { z } from 'zod';
import { packageManagers } from './package-steps';

/** How a step with packages is taken back; saved with the run. */
export const packageBackSchema = z.object({
  manager: z.enum(packageManagers),
  /** All that the step changes. */
  names: z.array(z.string()),
  /** What was installed in another version, or was only removed and not purged: with that version, or a file of it. */
  install: z.array(z.string()),
  /** What was not there at all. */
  purge: z.array(z.string()),
  /** Debian: what was removed and had its configuration files still (state `rc`). */
  remove: z.array(z.string()),
  /** Debian: what nobody had asked for by name. */
  auto: z.array(z.string()),
  /** Debian: what was held. Missing where nothing held may change. */
  held: z.array(z.string()).optional(),
  /** The configuration as it was before, on the node; null where it has no tar to keep it with. */
  kept: z.string().nullable(),
});
export type PackageBack = z.infer<typeof packageBackSchema>;

export const keptFolder = '/var/lib/gantry';

type Argv = [string, ...string[]];
const aptOptions = ['-y', '-o', 'DPkg::Lock::Timeout=600', '-o', 'Dpkg::Options::=--force-confold'];

/** Keeps /etc before the step: a package may overwrite, add to, and when purged delete files that it did not bring. */
export function keepCommands(kept: string): { id: string; argv: Argv }[] {
  // No package brings these, and a second copy of a secret is one too many.
  const secrets = ['etc/shadow*', 'etc/gshadow*', 'etc/ssh/*_key', 'etc/ssl/private', 'etc/krb5.keytab'];
  const excluded = secrets.map((path) => `--exclude=${path}`);
  return [
    { id: 'keep-folder', argv: ['install', '-d', '-m', '700', keptFolder] },
    { id: 'keep', argv: ['tar', '-C', '/', '--acls', '--xattrs', ...excluded, '-czpf', kept, 'etc'] },
  ];
}

/** One transaction, as what was there may need what goes; then what a transaction can not say. */
export function backCommands({ manager, install, purge, remove, auto, held = [] }: PackageBack): Argv[] {
  const commands: Argv[] = [];
  if (manager === 'rpm') {
    if (install.length > 0) commands.push(['dnf', '-y', 'downgrade', ...install]);
    if (purge.length > 0) commands.push(['dnf', '-y', 'remove', '--noautoremove', ...purge]);
    return commands;
  }
  if (install.length > 0) {
    commands.push([
      'apt-get',
      ...aptOptions,
      '--purge',
      '--allow-downgrades',
      'install',
      ...install,
      ...purge.map((name) => `${name}-`),
    ]);
  } else if (purge.length > 0) commands.push(['apt-get', ...aptOptions, 'purge', ...purge]);
  if (remove.length > 0) commands.push(['apt-get', ...aptOptions, 'remove', ...remove]);
  if (auto.length > 0) commands.push(['apt-mark', 'auto', ...auto]);
  if (held.length > 0) commands.push(['apt-mark', 'hold', ...held]);
  return commands;
}

/** What would go away by a command of undo, simulated: nothing but what came. */
export function backSimulation(argv: Argv): Argv | null {
  if (argv[0] === 'apt-get') return ['apt-get', '-s', ...argv.slice(1)];
  if (argv[0] === 'dnf') return ['dnf', '--assumeno', ...argv.slice(2)];
  return null;
}

export function configFilesQuery({ manager, names }: PackageBack): Argv {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
  return manager === 'rpm' ? ['rpm', '-qc', ...names] : ['dpkg-query', '-W', '-f=${Conffiles}\n', ...names];
}

/** What dpkg and rpm write beside a configuration file, and what dpkg deletes with it (dpkg: REMOVECONFFEXTS). */
const beside = {
  dpkg: {
    written: ['', '.dpkg-tmp', '.dpkg-new', '.dpkg-old', '.dpkg-dist', '.dpkg-bak'],
    deleted: ['~', '.bak', '%'],
  },
  rpm: { written: ['', '.rpmnew', '.rpmsave', '.rpmorig'], deleted: [] },
};

/**
 * Which files are put back, and which go, by the configuration files that the packages name and by those that were there.
 * `listed`: what the archive holds, one `etc/…` a line, folders with a slash at the end.
 */
export function filesBack(
  manager: PackageBack['manager'],
  named: string,
  listed: string,
): { extract: string[]; remove: string[] } {
  const there = new Set(listed.split('\n'));
  const extract = new Set<string>();
  const remove: string[] = [];
  const { written, deleted } = beside[manager];
  // ` /etc/a.conf 0123…` of dpkg-query, `/etc/a.conf` of rpm.
  for (const [, path = ''] of named.matchAll(/^ ?\/(etc\/\S+)(?: [0-9a-f]{32}.*)?$/gm)) {
    for (const ending of [...written, ...deleted]) {
      const file = path + ending;
      if (there.has(file)) for (const one of [...foldersOf(file), file]) extract.add(one);
      else if (written.includes(ending)) remove.push(`/${file}`);
    }
  }
  return { extract: [...extract], remove };
}

/** Those below /etc: a package that is purged takes the empty ones along. */
function foldersOf(file: string): string[] {
  const names = file.split('/').slice(1, -1);
  return names.map((_, index) => `etc/${names.slice(0, index + 1).join('/')}/`);
}
