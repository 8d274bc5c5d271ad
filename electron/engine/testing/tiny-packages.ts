import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CopiedRoot } from './copied-root';

/** A package with at most one configuration file, `/etc/NAME/NAME.conf`. */
export interface TinyPackage {
  readonly name: string;
  readonly version: string;
  readonly depends?: string;
  readonly conflicts?: string;
  readonly configuration?: string;
  readonly afterInstall?: string;
  readonly program?: { readonly name: string; readonly text: string };
}

/** Builds it in a folder of the root with dpkg-deb; returns its paragraph for the file Packages. */
export function makeDeb({ folder, run }: CopiedRoot, packages: string, one: TinyPackage): string {
  const at = `${packages}/${one.name}_${one.version}`;
  const write = (file: string, text: string, mode: number) => {
    mkdirSync(join(folder, at, file, '..'), { recursive: true });
    writeFileSync(join(folder, at, file), text, { mode });
  };
  const control = `Package: ${one.name}\nVersion: ${one.version}\nArchitecture: all\nMaintainer: test <test@example.org>\nInstalled-Size: 2048\n${one.depends ? `Depends: ${one.depends}\n` : ''}${one.conflicts ? `Conflicts: ${one.conflicts}\n` : ''}Description: of a test\n`;
  write('DEBIAN/control', control, 0o644);
  if (one.afterInstall) write('DEBIAN/postinst', `#!/bin/sh\n${one.afterInstall}\n`, 0o755);
  if (one.program) write(`usr/bin/${one.program.name}`, `#!/bin/sh\n${one.program.text}\n`, 0o755);
  if (one.configuration !== undefined) {
    write(`etc/${one.name}/${one.name}.conf`, one.configuration, 0o644);
    write('DEBIAN/conffiles', `/etc/${one.name}/${one.name}.conf\n`, 0o644);
  }
  run('dpkg-deb', '--build', '--root-owner-group', at, `${at}.deb`);
  const bytes = readFileSync(join(folder, `${at}.deb`));
  const sum = createHash('sha256').update(bytes).digest('hex');
  return `${control}Filename: ./${one.name}_${one.version}.deb\nSize: ${bytes.length}\nSHA256: ${sum}\n\n`;
}

/** The paragraph for the file Packages of a package that somebody else made. */
export function listedDeb({ folder, run }: CopiedRoot, packages: string, file: string): string {
  const bytes = readFileSync(join(folder, packages, file));
  const sum = createHash('sha256').update(bytes).digest('hex');
  return `${run('dpkg-deb', '-f', `${packages}/${file}`)}Filename: ./${file}\nSize: ${bytes.length}\nSHA256: ${sum}\n\n`;
}

/** Builds RPMs with rpmbuild, makes a repository of them, and has dnf of the root know it alone. */
export function makeRpmRepository({ folder, run }: CopiedRoot, packages: string, all: readonly TinyPackage[]): void {
  mkdirSync(join(folder, packages, 'specs'), { recursive: true });
  const specs = all.map((one) => {
    const spec = `${packages}/specs/${one.name}-${one.version}.spec`;
    const at = `/etc/${one.name}/${one.name}.conf`;
    writeFileSync(
      join(folder, spec),
      `Name: ${one.name}\nVersion: ${one.version}\nRelease: 1\nSummary: of a test\nLicense: MIT\nBuildArch: noarch\n${one.depends ? `Requires: ${one.depends}\n` : ''}
%description
Of a test.
%install
mkdir -p %{buildroot}/etc/${one.name}
echo '${one.configuration ?? ''}' > %{buildroot}${at}
%files
%dir /etc/${one.name}
%config(noreplace) ${at}
`,
    );
    return spec;
  });
  run('rpmbuild', '-bb', '--quiet', '-D', `_topdir ${packages}/build`, '-D', `_rpmdir ${packages}/rpms`, ...specs);
  run('createrepo_c', '-q', `${packages}/rpms`);
  mkdirSync(join(folder, 'etc/yum.repos.d'), { recursive: true });
  const repository = `[test]\nname=test\nbaseurl=file://${packages}/rpms\ngpgcheck=0\n`;
  writeFileSync(join(folder, 'etc/yum.repos.d/test.repo'), repository);
}

/** Every file below a folder with its mode, owner and a sum of its bytes. */
export function filesBelow(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries.flatMap((entry): [string, string][] => {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() && !entry.isDirectory()) return [];
      const { mode, uid, gid } = statSync(path);
      const sum = entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'folder';
      return [[path.slice(folder.length), `${mode.toString(8)} ${uid}:${gid} ${sum}`]];
    }),
  );
}
