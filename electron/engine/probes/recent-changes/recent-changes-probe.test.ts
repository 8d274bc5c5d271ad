import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shells } from '../../hosts/testing/shells';
import { expectTotal, factsOf } from '../testing/check';
import { printed } from '../testing/recordings';
import { recentChangesProbe } from './recent-changes-probe';

const dpkg = `== dpkg +0800
2026-01-12 09:00:00 install linux-image-5.15.0-1053-nvidia:amd64 <none> 5.15.0-1053.54
2026-01-13 06:31:05 upgrade libc6:amd64 2.35-0ubuntu3.6 2.35-0ubuntu3.8
2026-01-13 06:31:05 status installed libc6:amd64 2.35-0ubuntu3.8
2026-01-13 06:40:00 remove nvidia-driver-535:amd64 535.183.06-0ubuntu1 <none>
== end
`;
const last = `== last
reboot   system boot  5.15.0-1053-nvidia Tue Jan 13 06:31:05 2026   still running
reboot   system boot  5.15.0-1053-nvidia Mon Jan 12 22:10:00 2026 - Tue Jan 13 06:31:05 2026  (08:21)
shutdown system down  5.15.0-91-generic Mon Jan 12 22:08:59 2026 - Mon Jan 12 22:10:00 2026  (00:01)
reboot   system boot  5.15.0-91-generic Sat Nov  1 08:00:00 2025 - Mon Jan 12 22:08:59 2026 (72+14:08)
== end
`;
const stat = '1768285865 420 /etc/modprobe.d/nvidia.conf\n1700000000 88 /etc/fstab\n== end\n';
const good = { packages: dpkg, boots: last, files: stat };

describe('recent-changes probe', () => {
  it('reads packages by their log, boots with how the one before ended, and when settings were written', () => {
    expect(factsOf(recentChangesProbe, good)).toEqual({
      packages: [
        {
          atMs: Date.UTC(2026, 0, 12, 22, 40),
          change: 'remove',
          name: 'nvidia-driver-535',
          from: '535.183.06-0ubuntu1',
          to: null,
        },
        {
          atMs: Date.UTC(2026, 0, 12, 22, 31, 5),
          change: 'upgrade',
          name: 'libc6',
          from: '2.35-0ubuntu3.6',
          to: '2.35-0ubuntu3.8',
        },
        {
          atMs: Date.UTC(2026, 0, 12, 1),
          change: 'install',
          name: 'linux-image-5.15.0-1053-nvidia',
          from: null,
          to: '5.15.0-1053.54',
        },
      ],
      boots: [
        { atMs: Date.UTC(2026, 0, 13, 6, 31, 5), kernel: '5.15.0-1053-nvidia', isAfterShutdown: false },
        { atMs: Date.UTC(2026, 0, 12, 22, 10), kernel: '5.15.0-1053-nvidia', isAfterShutdown: true },
        { atMs: Date.UTC(2025, 10, 1, 8), kernel: '5.15.0-91-generic', isAfterShutdown: null },
      ],
      files: [
        { path: '/etc/modprobe.d/nvidia.conf', modifiedAtMs: 1768285865000, sizeBytes: 420 },
        { path: '/etc/fstab', modifiedAtMs: 1700000000000, sizeBytes: 88 },
      ],
    });
  });

  it('reads rpm and the journal, which tell less', () => {
    const packages = '== rpm\n1768285865 kernel-core 5.14.0-427.40.1.el9_4\n== end\n';
    const boots = `== journal
 -1 1f0c5b0f8c6f4d0e9a1b2c3d4e5f6071 Mon 2026-01-12 22:10:00 UTC—Tue 2026-01-13 06:20:00 UTC
  0 0f0c5b0f8c6f4d0e9a1b2c3d4e5f6071 Tue 2026-01-13 06:31:05 UTC Tue 2026-01-13 09:12:44 UTC
== end
`;
    expect(factsOf(recentChangesProbe, { packages, boots, files: stat })).toMatchObject({
      packages: [{ atMs: 1768285865000, change: 'written', name: 'kernel-core', from: null }],
      boots: [
        { atMs: Date.UTC(2026, 0, 13, 6, 31, 5), kernel: null, isAfterShutdown: null },
        { atMs: Date.UTC(2026, 0, 12, 22, 10) },
      ],
    });
  });

  it('takes what was not told for not known, never for nothing', () => {
    const withoutShutdowns = last.replace(/^shutdown.*\n/m, '');
    expect(factsOf(recentChangesProbe, { boots: withoutShutdowns }).boots?.map((one) => one.isAfterShutdown)).toEqual([
      null,
      null,
      null,
    ]);
    expect(factsOf(recentChangesProbe, { packages: dpkg.replace('== end\n', ''), files: '== end\n' })).toEqual({
      packages: null,
      boots: null,
      files: [],
    });
    const missing = printed('', 127);
    expect(recentChangesProbe.parse({ packages: missing, boots: missing, files: missing })).toMatchObject({
      state: 'missing-tool',
    });
  });

  it.each(shells)('comes to its end in $name', ({ argv: [shell, ...options] }) => {
    if (!existsSync(shell)) return;
    for (const { id, argv } of recentChangesProbe.commands) {
      const { status, stdout, stderr } = spawnSync(shell, [...options, '-c', argv[2] ?? ''], { encoding: 'utf8' });
      // A machine that logs neither packages nor boots says so.
      const isWhole = status === 127 || (status === 0 && /^== end$/m.test(stdout));
      expect([id, isWhole, stderr]).toEqual([id, true, '']);
    }
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(
      recentChangesProbe,
      good,
      ({ packages, boots, files }) =>
        [...(packages ?? []), ...(boots ?? [])].every(({ atMs }) => Number.isFinite(atMs)) &&
        (files ?? []).every(({ path }) => path.startsWith('/')),
    );
  });
});
