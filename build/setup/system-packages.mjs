import { existsSync } from 'node:fs';
import { run } from './run.mjs';
import { elapsed, SetupError, say } from './say.mjs';

// Each entry lists alternatives: Ubuntu 24.04 renamed some libraries when time_t grew to 64 bits.
const windowPackages = [
  ['libgtk-3-0', 'libgtk-3-0t64'],
  ['libnss3'],
  ['libasound2', 'libasound2t64'],
  ['libgbm1'],
  ['libxss1'],
  ['libnotify4'],
  ['libsecret-1-0'],
  ['fonts-noto-cjk'],
];
const testPackages = [
  ...[['xvfb'], ['xauth'], ['openssh-server'], ['openssh-client'], ['busybox'], ['poppler-utils']],
  // A BMC and an UPS to ask: ipmi_sim and NUT's dummy-ups with the real tools in front of them.
  ...[['openipmi'], ['ipmitool'], ['nut-server'], ['nut-client'], ['dmidecode']],
  // A Prometheus that scrapes what Gantry serves, with its promtool; an exporter that Gantry reads; certificates.
  ...[['prometheus'], ['prometheus-node-exporter'], ['openssl']],
  // A package manager of the other family, with what makes packages for it.
  ...[['dnf'], ['rpm'], ['createrepo-c']],
];

/**
 * Makes sure of the Debian/Ubuntu packages that Electron (and, for tests, sshd and the rest) needs: installs them when
 * root, else ends with the exact line to run. Other systems are left alone; Electron itself says what it misses there.
 * @param {{ forTests: boolean }} options
 */
export async function installSystemPackages({ forTests }) {
  if (process.platform !== 'linux' || !existsSync('/var/lib/dpkg/status')) return;
  const wanted = forTests ? [...windowPackages, ...testPackages] : windowPackages;
  const missing = await missingOf(wanted);
  if (missing.length === 0) return;

  if (process.getuid?.() !== 0) {
    const names = await pickNames(missing);
    throw new SetupError(
      `system packages are missing. Run this once, then start again:\n  sudo apt-get update && sudo apt-get install -y ${names.join(' ')}`,
    );
  }
  const startedAtMs = performance.now();
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // A machine that has just started may still be upgrading itself.
  const patience = ['-o', 'DPkg::Lock::Timeout=300'];
  say('updating the package lists (apt-get update) …');
  await run('apt-get', ['update', '-q', ...patience], { env });
  const names = await pickNames(missing);
  say(`installing system packages: ${names.join(' ')} …`);
  const options = ['-y', '-q', '--no-install-recommends', ...patience];
  const { code, output } = await run('apt-get', ['install', ...options, ...names], { env });
  if (code !== 0 || (await missingOf(wanted)).length > 0) {
    throw new SetupError(`apt-get install failed:\n${output.trimEnd().split('\n').slice(-15).join('\n')}`);
  }
  say(`system packages installed in ${elapsed(startedAtMs)}`);
}

/** @param {string[][]} wanted */
async function missingOf(wanted) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
  const { output } = await run('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...wanted.flat()]);
  const installed = new Set(output.match(/^\S+(?= installed$)/gm));
  return wanted.filter((names) => !names.some((name) => installed.has(name)));
}

/**
 * The name of each package that this release knows.
 * @param {string[][]} missing
 */
async function pickNames(missing) {
  return Promise.all(
    missing.map(async (names) => {
      for (const name of names) {
        const { output } = await run('apt-cache', ['policy', name]);
        if (/Candidate: (?!\(none\))/.test(output)) return name;
      }
      return /** @type {string} */ (names[0]);
    }),
  );
}
