import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandSpec } from '#shared/domain/command';
import type { HostSpec } from '#shared/domain/host';
import type { PlaybookPlan } from '#shared/domain/playbook/playbook-plan';
import { noSite, type SiteSettings } from '#shared/domain/site';
import { packageArgv } from '../../actions/declared/package-steps';
import type { Host } from '../../hosts/host';
import { actOnRoot } from '../../testing/acting-on-root';
import { copiedRoot, onlyPackagesOf } from '../../testing/copied-root';
import { filesBelow, makeDeb } from '../../testing/tiny-packages';
import { createPackageSets } from './create-package-sets';
import { packagesList, readUris } from './read-package-set';

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
        file: 'chrony_1.4.3-2+deb12u1_amd64.deb',
        url: 'http://deb.example/pool/c/chrony.deb',
        sizeBytes: 292988,
        sha256: sum,
      },
    ]);
  });

  it('get their own paragraph by their hash, and who has none is named', () => {
    const files = [
      { file: 'a_1_all.deb', url: 'http://x/a', sizeBytes: 1, sha256: sum },
      { file: 'b_1_all.deb', url: 'http://x/b', sizeBytes: 1, sha256: 'b'.repeat(64) },
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
    const file = join(copied.folder, packages, request.url?.split('/').at(-1) ?? '');
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.end(readFileSync(file));
  });
  let address = '';
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', HOME: '/root' };
  const exec = async ({ argv }: CommandSpec, { stdin }: { stdin?: Uint8Array } = {}) => {
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
      plan: async () =>
        ({
          refusal: null,
          packages: [
            { name: 'gset', before: null, after: '2' },
            { name: 'gdep', before: null, after: '1' },
            { name: 'gone', before: '1', after: null },
          ],
          steps: [
            { id: 'first', state: 'ready' },
            { id: 'then', state: 'later' },
          ],
        }) as unknown as PlaybookPlan,
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
    const listed = [
      makeDeb(copied, packages, { name: 'gset', version: '2', depends: 'gdep' }),
      makeDeb(copied, packages, { name: 'gdep', version: '1' }),
    ];
    writeFileSync(join(copied.folder, packages, 'Packages'), listed.join(''));
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
    const set = await sets.fetch(request);
    expect(set).toMatchObject({ stepsUntold: ['then'], madeOn: { host: 'connected', system: 'Debian 12' } });
    expect(readdirSync(folder).sort()).toEqual([
      ...['Packages', 'SHA256SUMS', 'gdep_1_all.deb', 'gset_2_all.deb', 'manifest.json'],
    ]);
    const sums = readFileSync(join(folder, 'SHA256SUMS'));
    expect(createHash('sha256').update(sums).digest('hex')).toBe(set.sumsSha256);
    await sets.carry({ hostId: 'n', folder });
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
    expect(proxy).toBe('Acquire::https::Proxy "http://proxy.site:3128";');
    const asked = copied.run('apt-get', 'update', '--print-uris');
    expect(
      [...asked.matchAll(/'(https:[^']*)\/dists\/\w+([-\w]*)\/InRelease'/g)].map(([, at, suite]) => `${at} ${suite}`),
    ).toEqual([
      ...['https://mirror.site/debian ', 'https://mirror.site/debian -updates'],
      'https://mirror.site/debian-security -security',
    ]);
    const shell = copied.run(
      'sh',
      '-c',
      '. /etc/profile.d/gantry-site.sh; echo $https_proxy $PIP_INDEX_URL $SSL_CERT_FILE',
    );
    expect(shell.trim()).toBe('http://proxy.site:3128 https://mirror.site/simple /etc/ssl/certs/ca-certificates.crt');
    expect(await done.undo()).toBe('pass');
    expect(state()).toEqual(before);
  });

  it('is refused where a file is not what its hash says, and nothing of it is kept', async () => {
    await expect(sets.carry({ hostId: 'n', folder: '/nowhere' })).rejects.toThrow('playbooks.noPackageSet');
    writeFileSync(join(folder, 'SHA256SUMS'), 'other');
    await expect(sets.carry({ hostId: 'n', folder })).rejects.toThrow('playbooks.noPackageSet');
    rmSync(join(folder, 'gdep_1_all.deb'));
    await expect(sets.fetch(request)).rejects.toThrow(/playbooks\.offline/);
    expect(readdirSync(folder)).not.toContain('gdep_1_all.deb');
  });
});
