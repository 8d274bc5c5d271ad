import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandSpec } from '#shared/domain/command';
import type { HostSpec } from '#shared/domain/host';
import { installedFolder } from '#shared/domain/playbook/package-set';
import type { PlaybookPlan } from '#shared/domain/playbook/playbook-plan';
import { noSite, type SiteSettings, vendorSite } from '#shared/domain/site';
import { packageArgv } from '../../actions/declared/package-steps';
import type { Host } from '../../hosts/host';
import { actOnRoot } from '../../testing/acting-on-root';
import { copiedRoot, onlyPackagesOf } from '../../testing/copied-root';
import { filesBelow, makeDeb, makeRpmRepository } from '../../testing/tiny-packages';
import { askPackages } from './ask-node';
import { createPackageSets } from './create-package-sets';
import { fetchFile } from './fetch-file';
import { packagesList, readUris } from './read-package-set';
import { writeRpmRepository } from './rpm-repository';

describe('archives that apt names', () => {
  const sum = 'a'.repeat(64);
  it('are read with where they are, their size and hash; anything else is left out', () => {
    const line = (url: string, name: string) => `'${url}' ${name} 292988 SHA256:${sum}\n`;
    const text = [
      line('http://deb.example/pool/c/chrony.deb', 'chrony_1%3a4.3-2+deb12u1_amd64.deb'),
      line('file:/etc/passwd', 'local_1_all.deb'),
      line('http://deb.example/x', '../../etc/cron.d/x.deb'),
      "'http://deb.example/y.deb' y_1_all.deb 3 MD5Sum:abc\n",
    ].join('');
    expect(readUris(text)).toEqual([
      {
        kind: 'package',
        file: 'chrony_1.4.3-2+deb12u1_amd64.deb',
        url: 'http://deb.example/pool/c/chrony.deb',
        sizeBytes: 292988,
        sha256: sum,
      },
    ]);
  });

  it('get their own paragraph by their hash, and who has none is named', () => {
    const files = [
      { kind: 'package' as const, file: 'a_1_all.deb', url: 'http://x/a', sizeBytes: 1, sha256: sum },
      { kind: 'package' as const, file: 'b_1_all.deb', url: 'http://x/b', sizeBytes: 1, sha256: 'b'.repeat(64) },
    ];
    const shown = `Package: a\nFilename: pool/a.deb\nSHA256: ${sum}\n\nPackage: c\nSHA256: ${'c'.repeat(64)}\n`;
    expect(packagesList(shown, files)).toEqual({
      text: `Package: a\nFilename: ./a_1_all.deb\nSHA256: ${sum}\n\n`,
      missing: ['b_1_all.deb'],
    });
  });
});

const root = existsSync('/var/lib/dpkg/status') && process.getuid?.() === 0 ? copiedRoot() : null;

describe.skipIf(root === null)('a set for a real Debian without network', () => {
  const copied = root as NonNullable<typeof root>;
  const folder = mkdtempSync(join(tmpdir(), 'gantry-set-'));
  const packages = '/srv/gantry-mirror';
  const server = createServer((request, response) => {
    const [, at] = request.url?.split('/') ?? [];
    const file = join(
      copied.folder,
      at === 'rpm' ? '/srv/gantry-rpms/rpms/noarch' : packages,
      request.url?.split('/').at(-1) ?? '',
    );
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.end(readFileSync(file));
  });
  let address = '';
  let digest = 'as it is';
  const key = Buffer.from('an installer');
  const installer = { kind: 'file', name: '', sha256: '', fingerprints: [] };
  const steps = [
    {
      ...{ id: 'first', actionId: 'installs', state: 'ready' },
      plan: {
        parameters: {},
        packages: {
          changes: [
            { name: 'gset', before: null, after: '2' },
            { name: 'gdep', before: null, after: '1' },
            { name: 'gone', before: '1', after: null },
          ],
        },
      },
    },
    { id: 'then', actionId: 'installs', state: 'later', plan: null },
    {
      ...{ id: 'more', actionId: 'takes', state: 'ready' },
      plan: { parameters: {}, brings: [installer, { kind: 'image', name: null }] },
    },
  ];
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', HOME: '/root' };
  const exec = async ({ argv }: Pick<CommandSpec, 'argv'>, { stdin }: { stdin?: Uint8Array } = {}) => {
    const ran = spawnSync('chroot', [copied.folder, ...argv], { env, ...(stdin ? { input: stdin } : {}) });
    // The archives lie in a folder of the root; whoever fetches them goes over HTTP.
    const stdout = ran.stdout.toString().replaceAll(`'file:${packages}/`, `'http://${address}/`);
    return { state: 'exited', exitCode: ran.status, stdout: Buffer.from(stdout), stderr: ran.stderr };
  };
  const sets = createPackageSets({
    hosts: {
      spec: () => ({ name: 'connected' }) as HostSpec,
      open: async () => ({ id: 'n', exec }) as unknown as Host,
    },
    inventory: {
      refresh: async () => ({}) as never,
      facts: () => ({ os: { prettyName: 'Debian 12', kernelRelease: '6.1' }, packages: { manager: 'dpkg' } }) as never,
    },
    playbooks: {
      digest: () => digest,
      versions: async () => ({ choices: [] }) as never,
      plan: async () => ({ refusal: null, steps }) as unknown as PlaybookPlan,
    },
    actions: {
      list: () =>
        [
          { id: 'installs', brings: ['package'] },
          { id: 'takes', brings: ['file', 'image'] },
        ] as never,
    },
    audit: { append: () => ({}) as never },
    nowMs: () => 5,
  });
  const state = () => ({
    etc: filesBelow(join(copied.folder, 'etc')),
    lists: filesBelow(join(copied.folder, 'var/lib/apt/lists')),
    sets: readdirSync(join(copied.folder, 'var/lib')).filter((name) => name.startsWith('gantry')),
  });
  const request = { playbookId: 'book', hostId: 'n', parameters: {}, folder };

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sha256 = createHash('sha256').update(key).digest('hex');
    Object.assign(installer, { name: `http://${address}/installer`, sha256 });
    const listed = [
      makeDeb(copied, packages, { name: 'gset', version: '2', depends: 'gdep' }),
      makeDeb(copied, packages, { name: 'gdep', version: '1' }),
    ];
    writeFileSync(join(copied.folder, packages, 'Packages'), listed.join(''));
    writeFileSync(join(copied.folder, packages, 'installer'), key);
    onlyPackagesOf(copied, packages);
    // Whatever the machine of the test was given meanwhile.
    copied.run('update-ca-certificates');
    // Java's keystore keeps what was once added: update-ca-certificates tells it of nothing that went.
    copied.run('rm', '-f', '/etc/ca-certificates/update.d/jks-keystore');
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
    root?.release();
  });

  it('is fetched with hashes, carried, and installed by apt from its folder alone', async () => {
    // A wheel that was built at home is carried too.
    mkdirSync(join(folder, 'wheels'));
    writeFileSync(join(folder, 'wheels/own-1-py3-none-any.whl'), 'a wheel');
    const set = await sets.fetch(request);
    expect(set).toMatchObject({ madeOn: { host: 'connected', system: 'Debian 12' } });
    // What could not be told is told as missing, with what to do.
    expect(set.missing.map(({ step, kind, remedy }) => [step, kind, remedy.en.slice(0, 5)])).toEqual([
      ['then', 'package', 'Carry'],
      ['more', 'image', 'Name '],
    ]);
    expect(readdirSync(folder).sort()).toEqual([
      ...['Packages', 'SHA256SUMS', 'files', 'gdep_1_all.deb', 'gset_2_all.deb', 'manifest.json', 'wheels'],
    ]);
    const sums = readFileSync(join(folder, 'SHA256SUMS'));
    expect(createHash('sha256').update(sums).digest('hex')).toBe(set.sumsSha256);
    expect(await sets.carry({ hostId: 'n', folder })).toMatchObject({ isOlder: false });
    digest = 'another';
    expect(await sets.carry({ hostId: 'n', folder })).toMatchObject({ isOlder: true });
    // The archive itself is gone.
    rmSync(join(copied.folder, packages), { recursive: true });
    rmSync(join(copied.folder, 'etc/apt/sources.list'), { force: true });
    const before = state();
    const act = () => actOnRoot(copied, 'local-packages', { sums: set.sumsSha256 }, noSite);
    const first = await act();
    expect(first).toMatchObject({ verified: 'pass', isDoneAgain: true });
    expect(await first.undo()).toBe('pass');
    expect(state()).toEqual(before);
    await act();
    expect(readFileSync(join(copied.folder, 'etc/pip.conf'), 'utf8')).toContain('no-index = true');
    expect(readdirSync(join(copied.folder, installedFolder, 'wheels'))).toEqual(['own-1-py3-none-any.whl']);
    copied.run(...packageArgv({ manager: 'dpkg', operation: 'install', words: ['gset=2'] }));
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
    expect(copied.run('dpkg-query', '-W', '-f=${Package} ${Version}\\n', 'gset', 'gdep')).toBe('gdep 1\ngset 2\n');
  });

  it('trusts the site and takes its mirror and proxy as an action says, and all of it goes to the byte', async () => {
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', '/CN=Site CA', '-keyout', '/dev/null'],
    ]);
    const caPem = made.stdout.toString();
    const settings: SiteSettings = {
      addresses: { apt: 'https://mirror.site', pypi: 'https://mirror.site/simple' },
      proxy: { http: 'http://proxy.site:3128', https: null, noProxy: ['.site'] },
      caPem,
    };
    const before = state();
    const done = await actOnRoot(copied, 'site-settings', { sources: true }, settings);
    expect(done).toMatchObject({ verified: 'pass', isDoneAgain: true });
    const read = (path: string) => readFileSync(join(copied.folder, path), 'utf8');
    expect(read('etc/ssl/certs/ca-certificates.crt')).toContain(caPem.trim());
    const proxy = copied.run('apt-config', 'dump', 'Acquire::https::Proxy').trim();
    expect(proxy.split('\n')).toEqual([
      'Acquire::https::Proxy "http://proxy.site:3128";',
      'Acquire::https::Proxy::mirror.site "DIRECT";',
    ]);
    const python = await actOnRoot(copied, 'site-python', {}, settings);
    expect(python).toMatchObject({ verified: 'pass', isDoneAgain: true });
    expect(read('etc/pip.conf')).toContain('index-url = https://mirror.site/simple\n');
    expect(read('etc/conda/condarc.d/10-gantry-site.yml')).toContain('proxy_servers: { http: "http://proxy.site:3128"');
    const asked = copied.run('apt-get', 'update', '--print-uris');
    expect(
      [...asked.matchAll(/'(https:[^']*)\/dists\/\w+([-\w]*)\/InRelease'/g)].map(([, at, suite]) => `${at} ${suite}`),
    ).toEqual([
      ...['https://mirror.site/debian ', 'https://mirror.site/debian -updates'],
      'https://mirror.site/debian-security -security',
    ]);
    const shell = copied.run('sh', '-c', '. /etc/profile.d/gantry-site.sh; echo $https_proxy $SSL_CERT_FILE');
    expect(shell.trim()).toBe('http://proxy.site:3128 /etc/ssl/certs/ca-certificates.crt');
    expect(await python.undo()).toBe('pass');
    expect(await done.undo()).toBe('pass');
    expect(state()).toEqual(before);
  });

  it('is refused where a file is not what its hash says, and nothing of it is kept', async () => {
    await expect(sets.carry({ hostId: 'n', folder: '/nowhere' })).rejects.toThrow('playbooks.noPackageSet');
    const archive = readFileSync(join(folder, 'gset_2_all.deb'));
    writeFileSync(join(folder, 'gset_2_all.deb'), 'damaged on the way');
    await expect(sets.carry({ hostId: 'n', folder })).rejects.toThrow('playbooks.offlineDamaged');
    writeFileSync(join(folder, 'gset_2_all.deb'), archive);
    await expect(sets.fetch({ ...request, playbookId: 'other' })).rejects.toThrow('playbooks.offlineOtherSet');
    writeFileSync(join(folder, 'SHA256SUMS'), 'other');
    await expect(sets.carry({ hostId: 'n', folder })).rejects.toThrow('playbooks.noPackageSet');
    rmSync(join(folder, 'manifest.json'));
    rmSync(join(folder, 'gdep_1_all.deb'));
    await expect(sets.fetch(request)).rejects.toThrow(/playbooks\.offline/);
    expect(readdirSync(folder)).not.toContain('gdep_1_all.deb');
  });

  it('of RPMs is told by dnf, made a repository without its tools, and installed by dnf from its folder alone', async () => {
    const repository = '/srv/gantry-rpms';
    const own = join(folder, 'rpms');
    makeRpmRepository(copied, repository, [
      { name: 'rdep', version: '1', configuration: 'dep' },
      { name: 'rset', version: '2', depends: 'rdep = 1', configuration: 'set' },
    ]);
    const read = (name: string) =>
      execFileSync('chroot', [copied.folder, 'dnf', '-q', 'repoquery', ...name.split(' ')], {
        env,
      }).toString();
    const dnf = {
      id: 'n',
      exec: async (spec: CommandSpec) => {
        const ran = await exec(spec);
        return {
          ...ran,
          stdout: Buffer.from(ran.stdout.toString().replaceAll(`file://${repository}/rpms/`, `http://${address}/rpm/`)),
        };
      },
    } as unknown as Host;
    const wanted = [
      { name: 'rset', version: '2-1' },
      { name: 'rdep', version: '1-1' },
    ];
    const { files } = await askPackages(dnf, 'rpm', wanted, new AbortController().signal);
    expect(files.map(({ file }) => file).sort()).toEqual(['rdep-1-1.noarch.rpm', 'rset-2-1.noarch.rpm']);
    for (const { file, url, sha256, sizeBytes } of files)
      await fetchFile(
        { url, name: file, sha256, sizeBytes },
        join(own, file),
        vendorSite,
        new AbortController().signal,
      );
    writeRpmRepository(own, files, 5000);
    // What createrepo_c says of the same packages.
    const told = (from: string) =>
      ['--requires', '--provides', '--list'].map((what) => read(`--repofrompath=x,${from} --repo=x ${what} rset rdep`));
    cpSync(own, join(copied.folder, 'srv/own'), { recursive: true });
    expect(told('/srv/own')).toEqual(told(`${repository}/rpms`));
    rmSync(join(copied.folder, repository), { recursive: true });
    execFileSync(
      'chroot',
      [
        copied.folder,
        'dnf',
        '-y',
        '-q',
        'install',

        '--repofrompath=x,/srv/own',
        '--repo=x',
        '--nogpgcheck',
        'rset',
      ],
      { env, stdio: 'pipe' },
    );
    expect(copied.run('rpm', '-q', 'rset', 'rdep')).toBe('rset-2-1.noarch\nrdep-1-1.noarch\n');
  });
});
