import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shells } from '../../hosts/testing/shells';
import { expectTotal, factsOf } from '../testing/check';
import { printed } from '../testing/recordings';
import { newestFirst } from './kernel-order';
import { pendingChangesProbe } from './pending-changes-probe';

const reboot = `reboot=yes
package=linux-image-6.8.0-101-generic
package=libc6
running=6.8.0-57-generic
kernel=6.8.0-101-generic no
kernel=6.8.0-57-generic yes
== done
`;
const apt = `== apt
libc6/noble-updates 2.39-0ubuntu8.4 amd64 [upgradable from: 2.39-0ubuntu8.3]
docker-ce/noble 5:28.3.0-1~ubuntu.24.04~noble amd64 [upgradable from: 5:28.0.4-1~ubuntu.24.04~noble]
== count 2
`;
const good = { reboot, apt };

describe('pending-changes probe', () => {
  it('reads what a restart waits for, and the kernel it would start without an NVIDIA module', () => {
    expect(factsOf(pendingChangesProbe, good)).toEqual({
      isRebootRequired: true,
      rebootPackages: ['linux-image-6.8.0-101-generic', 'libc6'],
      runningKernel: '6.8.0-57-generic',
      installedKernels: [
        { release: '6.8.0-101-generic', hasNvidiaModule: false },
        { release: '6.8.0-57-generic', hasNvidiaModule: true },
      ],
      upgradable: [
        { name: 'libc6', from: '2.39-0ubuntu8.3', to: '2.39-0ubuntu8.4' },
        { name: 'docker-ce', from: '5:28.0.4-1~ubuntu.24.04~noble', to: '5:28.3.0-1~ubuntu.24.04~noble' },
      ],
      upgradableCount: 2,
    });
  });

  it('takes Red Hat at its word, and says null for what no tool told', () => {
    const dnf = printed(
      '\nkernel-core.x86_64     5.14.0-503.15.1.el9_5   baseos\nObsoleting Packages\nold.noarch   1-1   appstream\n',
      100,
    );
    const needed = printed(
      'Core libraries or services have been updated…\n\nReboot is required to fully utilize these updates.\n',
      1,
    );
    const plain = 'reboot=-\nrunning=5.14.0-503.11.1.el9_5.x86_64\n== done\n';
    expect(factsOf(pendingChangesProbe, { reboot: plain, 'needs-restarting': needed, dnf })).toMatchObject({
      isRebootRequired: true,
      upgradable: [{ name: 'kernel-core', from: null, to: '5.14.0-503.15.1.el9_5' }],
      upgradableCount: 1,
    });
    expect(factsOf(pendingChangesProbe, { reboot: plain })).toMatchObject({
      isRebootRequired: null,
      installedKernels: [],
      upgradable: null,
      upgradableCount: null,
    });
  });

  it.each<[string, number, boolean, string[]]>([
    // CentOS 7 (yum-utils)
    ['No core libraries or services have been updated.\nReboot is probably not necessary.\n', 0, false, []],
    [
      `Core libraries or services have been updated:
  dbus -> 1:1.10.24-14.el7_8
  systemd -> 219-78.el7

Reboot is required to ensure that your system benefits from these updates.
`,
      1,
      true,
      ['dbus', 'systemd'],
    ],
    // RHEL 8 and later (dnf-utils), dnf5
    [
      `Core libraries or services have been updated since boot-up:
  * kernel-core
  * glibc

Reboot is required to fully utilize these updates.
More information: https://access.redhat.com/solutions/27943
`,
      1,
      true,
      ['kernel-core', 'glibc'],
    ],
    ['No core libraries or services have been updated since boot-up.\nReboot should not be necessary.\n', 0, false, []],
  ])('understands needs-restarting: %j', (text, exitCode, isRebootRequired, rebootPackages) => {
    const outputs = { reboot: 'reboot=-\nrunning=5.14.0\n== done\n', 'needs-restarting': printed(text, exitCode) };
    expect(factsOf(pendingChangesProbe, outputs)).toMatchObject({ isRebootRequired, rebootPackages });
  });

  it('puts a name that dnf gave a line of its own back before its version', () => {
    const text = `
kernel-core.x86_64                          5.14.0-503.15.1.el9_5     baseos
nvidia-driver-cuda-libs-and-a-long-name.x86_64
                                            3:580.95.05-1.el9         cuda-rhel9-x86_64
Obsoleting packages
old.noarch                                  1-1                       appstream
    older.noarch                            1-0                       @appstream
`;
    const { upgradable } = factsOf(pendingChangesProbe, {
      reboot: 'reboot=-\n== done\n',
      dnf: printed(text, 100),
    });
    expect(upgradable).toEqual([
      { name: 'kernel-core', from: null, to: '5.14.0-503.15.1.el9_5' },
      { name: 'nvidia-driver-cuda-libs-and-a-long-name', from: null, to: '3:580.95.05-1.el9' },
    ]);
  });

  it('reads what zypper lists on SUSE, and that there is nothing', () => {
    const table = `Loading repository data...
Reading installed packages...
S | Repository                | Name           | Current Version    | Available Version  | Arch
--+---------------------------+----------------+--------------------+--------------------+-------
v | openSUSE-Leap-15.0-Update | NetworkManager | 1.10.6-lp150.4.6.1 | 1.10.6-lp150.4.9.1 | x86_64
`;
    const of = (text: string) => factsOf(pendingChangesProbe, { reboot: 'reboot=no\n== done\n', apt: text });
    expect(of(table)).toMatchObject({
      upgradable: [{ name: 'NetworkManager', from: '1.10.6-lp150.4.6.1', to: '1.10.6-lp150.4.9.1' }],
      upgradableCount: 1,
    });
    expect(of('Loading repository data...\nReading installed packages...\nNo updates found.\n').upgradableCount).toBe(
      0,
    );
    expect(of('Loading repository data...\n').upgradableCount).toBeNull();
  });

  it('names the line that would let it ask dnf', () => {
    const denied = { state: 'denied', exitCode: null, stdout: '', stderr: '', isTruncated: false } as const;
    const plain = printed('reboot=-\nrunning=5.14.0-503.11.1.el9_5.x86_64\n== done\n');
    expect(pendingChangesProbe.parse({ reboot: plain, dnf: denied })).toMatchObject({
      state: 'ok',
      facts: { upgradable: null },
      reason: { key: 'probes.denied', params: { sudoers: expect.stringContaining('/usr/bin/dnf -q -C check-update') } },
    });
    expect(pendingChangesProbe.parse({ reboot: plain, apt: printed(apt), dnf: denied }).reason).toBeUndefined();
  });

  describe.each(shells.filter(({ argv }) => existsSync(argv[0])))('asked in a real $name', ({ argv }) => {
    /** The node's script over a folder in place of `/`. */
    function ask(files: Readonly<Record<string, string>>) {
      const root = mkdtempSync(join(tmpdir(), 'gantry-pending-'));
      try {
        for (const [path, text] of Object.entries(files)) {
          mkdirSync(dirname(join(root, path)), { recursive: true });
          writeFileSync(join(root, path), text);
        }
        const script = (pendingChangesProbe.commands[0]?.argv[2] ?? '')
          .replace(/\/(?=(?:run|var\/run|usr\/share|etc|lib\/modules)\b)/g, `${root}/`)
          .replaceAll('/var$d', `${root}/var\${d#${root}}`);
        const [shell, ...args] = argv;
        return factsOf(pendingChangesProbe, { reboot: execFileSync(shell, [...args, '-c', script]).toString() });
      } finally {
        rmSync(root, { recursive: true });
      }
    }
    const modules = (...names: string[]) => names.map((name) => `${name}: kernel/drivers/drm.ko\n`).join('');

    it('takes no mark for an answer only where something would leave one', () => {
      const notifier = { 'usr/share/update-notifier/notify-reboot-required': '' };
      const unattended = { 'etc/kernel/postinst.d/unattended-upgrades': '' };
      const mark = { 'run/reboot-required': '', 'run/reboot-required.pkgs': 'libc6\nlinux-base\nlibc6\n' };
      const marks: ReadonlyArray<Readonly<Record<string, string>>> = [
        {},
        notifier,
        unattended,
        mark,
        { 'run/reboot-needed': '' },
      ];
      expect(marks.map((files) => ask(files).isRebootRequired)).toEqual([null, false, false, true, true]);
      expect(ask(mark).rebootPackages).toEqual(['libc6', 'linux-base']);
      expect(ask({ 'var/run/reboot-required': '', 'var/run/reboot-required.pkgs': 'dbus\n' })).toMatchObject({
        isRebootRequired: true,
        rebootPackages: ['dbus'],
      });
    });

    it('knows the module by all names that distributions give it', () => {
      const kernels = ask({
        'lib/modules/6.8.0-5/modules.dep': modules('updates/dkms/nvidia.ko.zst'),
        'lib/modules/6.8.0-4/modules.dep': modules('updates/dkms/nvidia-current.ko.xz'),
        'lib/modules/6.8.0-3/modules.dep': modules('updates/dkms/nvidia-tesla-470.ko'),
        'lib/modules/6.8.0-2/modules.dep': modules('kernel/drivers/platform/nvidia-wmi-ec-backlight.ko'),
        'lib/modules/6.8.0-1/modules.dep': modules('kernel/drivers/i2c/i2c-nvidia-gpu.ko'),
        'lib/modules/6.8.0-0/modules.order': '',
      }).installedKernels;
      expect(kernels.map(({ release, hasNvidiaModule }) => `${release} ${hasNvidiaModule}`)).toEqual([
        '6.8.0-5 true',
        '6.8.0-4 true',
        '6.8.0-3 true',
        '6.8.0-2 false',
        '6.8.0-1 false',
      ]);
    });
  });

  it('orders kernels by their numbers and not by their letters', () => {
    const named = ['6.8.0-57-generic', '6.11.0-9-generic', '6.8.0-101-generic', '5.15.0-1053-nvidia'];
    expect(newestFirst(named.map((release) => ({ release }))).map(({ release }) => release)).toEqual([
      '6.11.0-9-generic',
      '6.8.0-101-generic',
      '6.8.0-57-generic',
      '5.15.0-1053-nvidia',
    ]);
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(pendingChangesProbe, good);
  });
});
