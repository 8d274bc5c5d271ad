import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './run.mjs';
import { elapsed, say } from './say.mjs';

/** Where tests find packages of Debian that they install into a copy of this machine. Bumped when what is in it changes. */
export const testPackagesDir = '/var/cache/gantry-test-packages-2';

/**
 * Fetches packages that tests really install, so that they need no network: from Debian 12's own mirror, and Docker from
 * Debian 13 on the same mirror, as that of 12 is too old. Without them those tests are skipped, which the report counts.
 */
export async function fetchTestPackages() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || existsSync(testPackagesDir)) return;
  if (!isDebian12()) return;
  const startedAtMs = performance.now();
  say('fetching packages for tests …');
  const dir = `${testPackagesDir}.part`;
  rmSync(dir, { recursive: true, force: true });
  for (const name of ['partial', 'lists/partial']) mkdirSync(path.join(dir, name), { recursive: true });
  const problem = await fetchInto(dir);
  for (const name of ['partial', 'lists', 'lock', 'debian-13.list'])
    rmSync(path.join(dir, name), { recursive: true, force: true });
  if (problem !== null) {
    rmSync(dir, { recursive: true, force: true });
    say(`warning: no packages for tests, which are skipped therefore:\n${problem}`);
    return;
  }
  renameSync(dir, testPackagesDir);
  say(`packages for tests fetched in ${elapsed(startedAtMs)}`);
}

function isDebian12() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID=debian$/m.test(release) && /^VERSION_CODENAME=bookworm$/m.test(release);
}

/**
 * @param {string} dir
 * @returns {Promise<string | null>} what went wrong
 */
async function fetchInto(dir) {
  const ask = (/** @type {string} */ tool, /** @type {string[]} */ ...args) => run(tool, args, { cwd: dir });
  let site = await mirrorOf(ask);
  if (site === null) {
    await ask('apt-get', 'update', '-q');
    site = await mirrorOf(ask);
  }
  if (site === null) return 'apt-get names no mirror of Debian 12';
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  writeFileSync(path.join(dir, 'debian-13.list'), `deb [signed-by=${keyring}] ${site} trixie main\n`);
  const trixie = [
    `Dir::State::lists=${dir}/lists`,
    `Dir::Etc::sourcelist=${dir}/debian-13.list`,
    'Dir::Etc::sourceparts=-',
    'APT::Sandbox::User=root',
  ].flatMap((one) => ['-o', one]);
  const here = ['-o', `Dir::Cache::archives=${dir}`, '-o', 'APT::Sandbox::User=root', '-y', '-q'];
  for (const args of [
    [
      ...here,
      '--no-install-recommends',
      '--download-only',
      'install',
      'chrony',
      'containerd',
      'runc',
      'iptables',
      'tini',
    ],
    ['-o', 'APT::Sandbox::User=root', '-q', 'download', 'prometheus-node-exporter', 'sudo', 'systemd-timesyncd'],
    [...trixie, '-q', 'update'],
    [...trixie, '-q', 'download', 'docker.io', 'docker-cli'],
  ]) {
    const { code, output } = await ask('apt-get', ...args);
    if (code !== 0) return output.trimEnd().split('\n').slice(-5).join('\n');
  }
  const own = await ask('apt-cache', 'show', '--no-all-versions', 'docker.io');
  writeFileSync(path.join(dir, 'docker-of-12'), own.output);
  return own.code === 0 ? null : own.output;
}

/**
 * Address of the mirror that this machine has Debian 12 from.
 * @param {(tool: string, ...args: string[]) => Promise<{ output: string }>} ask
 */
async function mirrorOf(ask) {
  const { output } = await ask('apt-get', 'indextargets', '--format', '$(REPO_URI) $(RELEASE)', 'Created-By: Packages');
  return /^(\S+) bookworm$/m.exec(output)?.[1] ?? null;
}
