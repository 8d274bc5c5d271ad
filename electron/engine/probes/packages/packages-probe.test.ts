import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, recording } from '../testing/recordings';
import { interesting, packagesProbe } from './packages-probe';

const dpkg = `== dpkg
hi \tnvidia-driver-550\t550.127.08-0ubuntu1\tamd64
ii \tlibnccl2\t2.21.5-1+cuda12.4\tamd64
hi \tpostgresql-16\t16.4-0ubuntu0.24.04.2\tamd64
== count 812
`;
const rpm = `== rpm
== locked kmod-nvidia-open-dkms-3:570.26-1.el9.*
ii\tnvidia-container-toolkit\t1.17.4-1\tx86_64
== count 640
`;

describe('packages probe', () => {
  it('lets through every package whose presence an action of setup judges', () => {
    const folder = join(process.cwd(), 'shared/knowledge/setup');
    const files = readdirSync(folder).filter((name) => /^[^.]+\.yaml$/.test(name));
    const named = files.flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const lists = [...text.matchAll(/p\.name (?:== (".*?")|in \[([^\]]*)\])/g)].map(
        ([, one, all]) => one ?? all ?? '',
      );
      // Of these nothing but the presence is asked.
      const required = /required\.all\(n, packages\.packages\.exists/.test(text)
        ? (/name: required\s+value: '(.*)'/.exec(text)?.[1] ?? '')
        : '';
      return [...lists, required].flatMap((list) => [...list.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name));
    });
    expect(named).toEqual(expect.arrayContaining(['opensm', 'perftest', 'docker-ce']));
    expect(named.filter((name) => !new RegExp(`^${interesting}`).test(name))).toEqual([]);
  });

  it('reads the packages of interest, and every held one, from dpkg', () => {
    expect(factsOf(packagesProbe, { packages: dpkg })).toEqual({
      manager: 'dpkg',
      installedCount: 812,
      packages: [
        { name: 'libnccl2', version: '2.21.5-1+cuda12.4', architecture: 'amd64' },
        { name: 'nvidia-driver-550', version: '550.127.08-0ubuntu1', architecture: 'amd64' },
      ],
      held: ['nvidia-driver-550', 'postgresql-16'],
    });
  });

  it('reads rpm with the locks of dnf', () => {
    expect(factsOf(packagesProbe, { packages: rpm })).toEqual({
      manager: 'rpm',
      installedCount: 640,
      packages: [{ name: 'nvidia-container-toolkit', version: '1.17.4-1', architecture: 'x86_64' }],
      held: ['kmod-nvidia-open-dkms-3:570.26-1.el9.*'],
    });
  });

  it('filters on the node: what a real shell and awk leave of a package list', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gantry-packages-'));
    try {
      const rows = [
        'ii \tnvidia-driver-580\t580.95.05\tamd64',
        'ii \tzsh\t5.9\tamd64',
        'hi \tvim\t9.1\tamd64',
        'rc \tcuda-toolkit\t12\tall',
        'ii \tgcc-13-base\t13\tamd64',
        'ii \tgcc-13\t13.2\tamd64',
        'ii \tlibcudnn9-cuda-12\t9.1.0.70-1\tamd64',
      ];
      writeFileSync(join(folder, 'list'), `${rows.join('\n')}\n`);
      writeFileSync(join(folder, 'dpkg-query'), `#!/bin/sh\ncat ${folder}/list\n`);
      chmodSync(join(folder, 'dpkg-query'), 0o755);
      const [shell = 'sh', ...args] = packagesProbe.commands[0]?.argv ?? [];
      const text = execFileSync(shell, args, {
        env: { PATH: `${folder}:${process.env.PATH}`, LC_ALL: 'C' },
      }).toString();
      expect(factsOf(packagesProbe, { packages: text })).toEqual({
        manager: 'dpkg',
        installedCount: 6,
        packages: [
          { name: 'gcc-13', version: '13.2', architecture: 'amd64' },
          { name: 'libcudnn9-cuda-12', version: '9.1.0.70-1', architecture: 'amd64' },
          { name: 'nvidia-driver-580', version: '580.95.05', architecture: 'amd64' },
        ],
        held: ['vim'],
      });
      expect(text).not.toContain('zsh');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('reads what is held with dnf, dnf5, yum and zypper, each from its own file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gantry-locks-'));
    try {
      const file = (name: string, text: string) => {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      };
      file(
        'etc/dnf/plugins/versionlock.list',
        '\n# Added lock on Mon Aug  3\nkernel-core-0:5.14.0-503.el9.*\n!zsh-0:5.9-1.*\n',
      );
      file('etc/yum/pluginconf.d/versionlock.list', '0:kmod-nvidia-latest-dkms-470.256.02-1.el7.*\n');
      file(
        'etc/dnf/versionlock.toml',
        'version = "1.0"\n\n[[packages]]\nname = "*nvidia*"\n[[packages.conditions]]\nkey = "evr"\ncomparator = ">="\nvalue = "3:570"\n',
      );
      file('etc/zypp/locks', 'type: package\nmatch_type: glob\ncase_sensitive: on\nsolvable_name: kernel-default\n');
      file('bin/rpm', '#!/bin/sh\nprintf "ii\\tnvidia-driver\\t570.26-1.el9\\tx86_64\\n"\n');
      chmodSync(join(folder, 'bin/rpm'), 0o755);
      const script = (packagesProbe.commands[0]?.argv[2] ?? '').replaceAll(' /etc/', ` ${folder}/etc/`);
      // Of the machine's own tools only those that the script needs, so that it finds no dpkg.
      for (const tool of ['cat', 'sed', 'awk']) {
        const path = execFileSync('sh', ['-c', `command -v ${tool}`])
          .toString()
          .trim();
        symlinkSync(path, join(folder, 'bin', tool));
      }
      const text = execFileSync('/bin/sh', ['-c', script], {
        env: { PATH: join(folder, 'bin'), LC_ALL: 'C' },
      }).toString();
      expect(factsOf(packagesProbe, { packages: text })).toEqual({
        manager: 'rpm',
        installedCount: 1,
        packages: [{ name: 'nvidia-driver', version: '570.26-1.el9', architecture: 'x86_64' }],
        held: [
          '*nvidia*',
          '0:kmod-nvidia-latest-dkms-470.256.02-1.el7.*',
          'kernel-core-0:5.14.0-503.el9.*',
          'kernel-default',
        ],
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(packagesProbe, { packages: dpkg });
    expectTotal(packagesProbe, { packages: rpm });
  });

  it.skipIf(!hasRecordings)('software/dpkg-l__ubuntu-18.04: what is installed, without what was removed', () => {
    const read = factsOf(packagesProbe, { packages: recording('software/dpkg-l__ubuntu-18.04.txt') });
    expect([read.manager, read.installedCount, read.held]).toEqual(['dpkg', 614, []]);
    const named = (name: string) => read.packages.find((each) => each.name === name);
    // dpkg cuts a long version in its table; so much of it is there.
    expect([
      named('containerd'),
      named('gcc'),
      named('gcc-7'),
      named('gcc-7-base'),
      named('ntp'),
      named('runc'),
    ]).toEqual([
      { name: 'containerd', version: '1.3.3-0ubuntu1~18.04', architecture: 'amd64' },
      { name: 'gcc', version: '4:7.4.0-1ubuntu2.3', architecture: 'amd64' },
      { name: 'gcc-7', version: '7.5.0-3ubuntu1~18.04', architecture: 'amd64' },
      undefined,
      { name: 'ntp', version: '1:4.2.8p10+dfsg-5ubu', architecture: 'amd64' },
      { name: 'runc', version: '1.0.0~rc10-0ubuntu1~', architecture: 'amd64' },
    ]);
    expect(read.packages.filter(({ name }) => /^linux-image-4/.test(name)).map(({ name }) => name)).toEqual([
      'linux-image-4.15.0-137-generic',
      'linux-image-4.15.0-139-generic',
      'linux-image-4.15.0-140-generic',
    ]);
  });
});
