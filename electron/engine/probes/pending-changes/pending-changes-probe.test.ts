import { describe, expect, it } from 'vitest';
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
