import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installSystemPackages } from './system-packages.mjs';

const window = [
  'libgtk-3-0t64',
  'libnss3',
  'libasound2t64',
  'libgbm1',
  'libxss1',
  'libnotify4',
  'libsecret-1-0',
  'fonts-noto-cjk',
];
const forTests = [
  ...['xvfb', 'xauth', 'openssh-server', 'openssh-client', 'busybox', 'poppler-utils'],
  ...['openipmi', 'ipmitool', 'nut-server', 'nut-client', 'dmidecode'],
  ...['prometheus', 'prometheus-node-exporter', 'openssl', 'dnf', 'rpm', 'createrepo-c'],
];

let dir: string;
let said: string[];
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'gantry-apt-'));
  said = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

/** A Debian whose packages are lines of a file, with the tools that the set-up asks. */
function startMachine(options: { uid: number; installed: readonly string[]; isAptBroken?: boolean }): void {
  const tool = (name: string, script: string) => {
    writeFileSync(path.join(dir, name), `#!/bin/sh\ncd '${dir}' || exit 9\n${script}\n`);
    chmodSync(path.join(dir, name), 0o755);
  };
  writeFileSync(path.join(dir, 'installed'), options.installed.map((name) => `${name}\n`).join(''));
  tool('dpkg-query', 'while read -r name; do echo "$name installed"; done < installed');
  // This release has the names with t64 only.
  tool('apt-cache', 'case $2 in libgtk-3-0|libasound2) c="(none)";; *) c=1.0;; esac; printf "  Candidate: %s\\n" "$c"');
  const install = 'for word; do case $word in -*|DPkg*|install) ;; *) echo "$word" >> installed;; esac; done';
  const broken = 'echo "E: Unable to fetch some archives" >&2; exit 100';
  tool(
    'apt-get',
    `echo "$DEBIAN_FRONTEND $*" >> calls\n[ "$1" = update ] || { ${options.isAptBroken ? broken : install}; }`,
  );
  vi.stubEnv('PATH', `${dir}:${process.env.PATH}`);
  vi.spyOn(process, 'getuid').mockReturnValue(options.uid);
}

const calls = () =>
  existsSync(path.join(dir, 'calls')) ? readFileSync(path.join(dir, 'calls'), 'utf8').trim().split('\n') : [];

describe.skipIf(!existsSync('/var/lib/dpkg/status'))('the system packages', () => {
  it('are left alone, without a word, when all of them are there', async () => {
    startMachine({ uid: 0, installed: window });
    await installSystemPackages({ forTests: false });
    expect([calls(), said]).toEqual([[], []]);
  });

  it.each([
    ['to start', false, window],
    ['to test', true, [...window, ...forTests]],
  ])('are named in one line to run when an ordinary user wants %s', async (_case, isForTests, names) => {
    startMachine({ uid: 1000, installed: [] });
    await expect(installSystemPackages({ forTests: isForTests })).rejects.toThrow(
      `system packages are missing. Run this once, then start again:\n  sudo apt-get update && sudo apt-get install -y ${names.join(' ')}`,
    );
    expect(calls()).toEqual([]);
  });

  it('name only what is missing, also when it goes by its older name here', async () => {
    const there = forTests.filter((name) => name !== 'busybox' && name !== 'poppler-utils');
    startMachine({ uid: 1000, installed: [...window.slice(1), 'libgtk-3-0', ...there] });
    await expect(installSystemPackages({ forTests: true })).rejects.toThrow(/ install -y busybox poppler-utils$/);
  });

  it('are installed without a question when root, once', async () => {
    startMachine({ uid: 0, installed: ['libnss3'] });
    await installSystemPackages({ forTests: false });
    const patience = '-o DPkg::Lock::Timeout=300';
    const names = window.filter((name) => name !== 'libnss3').join(' ');
    expect(calls()).toEqual([
      `noninteractive update -q ${patience}`,
      `noninteractive install -y -q --no-install-recommends ${patience} ${names}`,
    ]);
    expect(said.join('')).toContain(`installing system packages: ${names}`);
    await installSystemPackages({ forTests: false });
    expect(calls()).toHaveLength(2);
  });

  it('end with the words of apt-get when that fails', async () => {
    startMachine({ uid: 0, installed: [], isAptBroken: true });
    await expect(installSystemPackages({ forTests: false })).rejects.toThrow(
      'apt-get install failed:\nE: Unable to fetch some archives',
    );
  });
});
