import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandEnvironment } from '../../hosts/batch/batch-library';
import { copiedRoot, onlyPackagesOf } from '../../testing/copied-root';
import { filesBelow, makeDeb, makeRpmRepository } from '../../testing/tiny-packages';
import type { ActionContext } from '../action';
import type { FilledStep } from './filled-step';
import { brokenCheck, planPackages } from './package-plan';
import { type PackageManager, packageArgv, packageWords } from './package-steps';
import { keepCommands, type PackageBack } from './package-undo';
import { putPackagesBack } from './packages-back';

const root = existsSync('/var/lib/dpkg/status') && process.getuid?.() === 0 ? copiedRoot() : null;
const hasDnf = ['dnf', 'rpmbuild', 'createrepo_c'].every((name) => existsSync(`/usr/bin/${name}`));
const packages = '/srv/gantry-packages';

describe.skipIf(root === null)('packages of a real Debian', () => {
  const copied = root as NonNullable<typeof root>;
  const etc = join(copied?.folder ?? '', 'etc');
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', ...commandEnvironment };
  const context = {
    run: async ({ argv }: { argv: readonly string[] }) => {
      const { status, stdout, stderr } = spawnSync('chroot', [copied.folder, ...argv], { env, encoding: 'utf8' });
      return { state: 'exited', exitCode: status, stdout, stderr, stdoutBytes: Buffer.from(stdout), evidenceId: 'e' };
    },
  } as unknown as ActionContext;
  const plan = (manager: PackageManager, items: string[]) => {
    const words = packageWords(manager, 'install', items) ?? [];
    return planPackages(context, 'test', { manager, operation: 'install', words });
  };
  const apply = (manager: PackageManager, items: string[], { kept }: PackageBack) => {
    for (const { argv } of keepCommands(kept ?? '')) copied.run(...argv);
    copied.run(...packageArgv({ manager, operation: 'install', words: packageWords(manager, 'install', items) ?? [] }));
  };
  const undo = (back: PackageBack) => putPackagesBack(context, { id: 'back', timeoutMs: 60_000 } as FilledStep, back);
  const said = ({ checks }: { checks: readonly { outcome: string; detail: { en: string } }[] }) =>
    checks.map(({ outcome, detail }) => `[${outcome}] ${detail.en}`).join('\n');
  const kept = () => existsSync(join(copied.folder, 'var/lib/gantry'));

  beforeAll(() => {
    const deb = (one: Parameters<typeof makeDeb>[2]) => makeDeb(copied, packages, one);
    const listed = [
      deb({ name: 'gconf', version: '2', depends: 'gdep', configuration: 'a=2\n' }),
      deb({ name: 'gdep', version: '2' }),
      ...['1', '2'].flatMap((version) =>
        ['grc', 'gold'].map((name) => deb({ name, version, configuration: `of=${version}\n` })),
      ),
    ];
    deb({ name: 'gbad', version: '1', afterInstall: 'exit 1' });
    writeFileSync(join(copied.folder, packages, 'Packages'), listed.join(''));
    onlyPackagesOf(copied, packages);
  });
  afterAll(() => root?.release());

  it('become what they were to the byte: new, upgraded, only removed before, not asked for by name', async () => {
    copied.run('dpkg', '-i', `${packages}/gold_1.deb`, `${packages}/grc_1.deb`);
    copied.run('dpkg', '-r', 'grc');
    copied.run('apt-mark', 'auto', 'gold');
    // The administrator's own: a file where the package brings one, what dpkg deletes beside it, and a changed one.
    mkdirSync(join(etc, 'gconf'));
    writeFileSync(join(etc, 'gconf/gconf.conf'), 'mine\n', { mode: 0o640 });
    writeFileSync(join(etc, 'gconf/gconf.conf.bak'), 'a copy\n');
    writeFileSync(join(etc, 'gold/gold.conf'), 'of=1\nchanged=1\n');
    const state = () => ({
      status: readFileSync(join(copied.folder, 'var/lib/dpkg/status'), 'utf8'),
      marks: readFileSync(join(copied.folder, 'var/lib/apt/extended_states'), 'utf8'),
      files: filesBelow(etc),
      kept: kept(),
    });
    const before = state();
    const wanted = ['gconf=2', 'grc=2', 'gold=2'];
    const planned = await plan('dpkg', wanted);
    expect(said(planned)).toMatch(/^\[pass\] .*gdep - → 2\n.*gold 1 → 2\n.*Download \d+ B, disk \+6291 kB.\n\[pass\]/s);
    expect(state()).toEqual(before);
    const back = planned.back as PackageBack;
    expect(back).toMatchObject({ purge: ['gdep', 'gconf'], remove: ['grc'], auto: ['gold'] });
    apply('dpkg', wanted, back);
    expect(readFileSync(join(etc, 'gold/gold.conf.dpkg-dist'), 'utf8')).toBe('of=2\n');
    expect(said(await plan('dpkg', wanted))).not.toMatch(/→/);
    expect(await undo(back)).toMatchObject({ state: 'done' });
    expect(state()).toEqual(before);
  });

  it('are left alone where one is held, half configured, not offered or would take others along, with what to do', async () => {
    copied.run('apt-mark', 'hold', 'gold');
    expect(said(await plan('dpkg', ['gold=2']))).toMatch(/^\[fail\].*What to do: .*apt-mark unhold/s);
    copied.run('apt-mark', 'unhold', 'gold');
    expect(said(await plan('dpkg', ['gold=9']))).toMatch(/^\[fail\].*What to do: Run apt-get update/s);
    expect(await brokenCheck(context, 'dpkg', false)).toBeNull();
    expect(() => copied.run('dpkg', '-i', `${packages}/gbad_1.deb`)).toThrow();
    expect(await brokenCheck(context, 'dpkg', false)).toMatchObject({
      outcome: 'fail',
      detail: { en: expect.stringMatching(/gbad.*dpkg --configure -a/s) },
    });
    copied.run('dpkg', '--purge', 'gbad');
  });

  it.skipIf(!hasDnf)('and of dnf do the same', async () => {
    makeRpmRepository(copied, '/srv/gantry-rpms', [
      { name: 'rgold', version: '1', configuration: 'of=1' },
      { name: 'rgold', version: '2', configuration: 'of=2' },
      { name: 'rconf', version: '1', depends: 'rdep', configuration: 'a=1' },
      { name: 'rdep', version: '1', configuration: 'b=1' },
    ]);
    copied.run('dnf', '-q', '-y', 'install', 'rgold-1');
    mkdirSync(join(etc, 'rconf'));
    writeFileSync(join(etc, 'rconf/rconf.conf'), 'mine\n', { mode: 0o640 });
    writeFileSync(join(etc, 'rgold/rgold.conf'), 'of=1\nchanged=1\n');
    const state = () => ({
      packages: copied.run('rpm', '-qa').split('\n').sort(),
      files: filesBelow(etc),
      kept: kept(),
    });
    const before = state();
    const wanted = ['rgold=2-1', 'rconf=1-1'];
    const planned = await plan('rpm', wanted);
    expect(said(planned)).toMatch(/^\[pass\] .*rgold 0:1-1 → 2-1\n.*Download [\d.]+ k/s);
    expect(state()).toEqual(before);
    const back = planned.back as PackageBack;
    apply('rpm', wanted, back);
    expect(said(await plan('rpm', wanted))).not.toMatch(/→/);
    expect(await undo(back)).toMatchObject({ state: 'done' });
    expect(state()).toEqual(before);
  });
});
