import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PythonEnvironment } from '#shared/domain/facts/software';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { pythonEnvironmentsProbe } from './python-environments-probe';

const environments = `== /usr
system
I /usr/bin/python3.10
V Python 3.10.12
P PyYAML-5.4.1.egg-info
== /opt/conda/envs/train
conda
C numpy-1.26.4-py311h64a7726_0
C python-3.11.9-hb806964_0_cpython
C pytorch-cuda-12.4-hc786d27_7
P numpy-1.26.4.dist-info
P torch-2.5.1+cu124.dist-info
P transformers-4.46.3.dist-info
T __version__ = '2.5.1+cu124'
T cuda: Optional[str] = '12.4'
T hip: Optional[str] = None
== /home/mei/lora/.venv
venv
V 3.12.3
P torch-2.7.1+cpu.dist-info
T __version__ = '2.7.1+cpu'
T cuda: Optional[str] = None
== closed 2
== done
`;

describe('python-environments probe', () => {
  it('reads each environment with its packages once, and what its PyTorch was built with', () => {
    const result = pythonEnvironmentsProbe.parse({ environments: printed(environments) });
    expect(result).toEqual({
      state: 'ok',
      facts: {
        systemPython: { path: '/usr/bin/python3.10', version: '3.10.12' },
        environments: [
          {
            prefix: '/usr',
            name: 'system',
            kind: 'system',
            pythonVersion: '3.10.12',
            torch: null,
            packages: [{ name: 'PyYAML', version: '5.4.1', source: 'pip' }],
          },
          {
            prefix: '/opt/conda/envs/train',
            name: 'train',
            kind: 'conda',
            pythonVersion: '3.11.9',
            torch: { version: '2.5.1+cu124', cudaVersion: '12.4', hipVersion: null },
            packages: [
              { name: 'numpy', version: '1.26.4', source: 'conda' },
              { name: 'python', version: '3.11.9', source: 'conda' },
              { name: 'pytorch-cuda', version: '12.4', source: 'conda' },
              { name: 'torch', version: '2.5.1+cu124', source: 'pip' },
              { name: 'transformers', version: '4.46.3', source: 'pip' },
            ],
          },
          {
            prefix: '/home/mei/lora/.venv',
            name: 'lora/.venv',
            kind: 'venv',
            pythonVersion: '3.12.3',
            torch: { version: '2.7.1+cpu', cudaVersion: null, hipVersion: null },
            packages: [{ name: 'torch', version: '2.7.1+cpu', source: 'pip' }],
          },
        ],
        unreadableHomes: 2,
      },
      reason: { key: 'probes.homesUnreadable', params: { count: 2 } },
    });
  });

  it('tells a folder once, however often it was come to', () => {
    const twice = environments.replace('== closed', '== /usr\npython\n== closed');
    const { environments: found } = factsOf(pythonEnvironmentsProbe, { environments: twice });
    expect(found.map(({ prefix, kind }) => [prefix, kind])).toEqual([
      ['/usr', 'system'],
      ['/opt/conda/envs/train', 'conda'],
      ['/home/mei/lora/.venv', 'venv'],
    ]);
  });

  it('keeps what was found before the time was up, and says that it is not all', () => {
    const cut = environments.slice(0, environments.indexOf('== /home'));
    const output = { ...printed(`${cut}== /home/slow\nconda\nC nu`), state: 'timeout', exitCode: null } as const;
    const result = pythonEnvironmentsProbe.parse({ environments: output });
    expect(result).toMatchObject({
      state: 'ok',
      facts: { environments: [{ name: 'system' }, { name: 'train' }] },
      reason: { key: 'probes.environmentsCut' },
    });
    expect(pythonEnvironmentsProbe.parse({ environments: { ...output, stdout: '' } }).state).toBe('timeout');
  });

  it.each(['dash', 'busybox'])('finds real folders with %s, and starts no Python of theirs', (shell) => {
    if (!existsSync(`/usr/bin/${shell}`) && !existsSync(`/bin/${shell}`)) return;
    const home = mkdtempSync(join(tmpdir(), 'gantry-python-'));
    const file = (path: string, text = '') => {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text);
    };
    try {
      file('miniconda3/conda-meta/conda-24.9.2-py312h7900ff3_0.json');
      file('elsewhere/my env/conda-meta/python-3.10.14-h955ad1f_1.json');
      file('elsewhere/my env/lib/python3.10/site-packages/torch-2.0.1.dist-info/METADATA');
      file(
        'elsewhere/my env/lib/python3.10/site-packages/torch/version.py',
        "__version__ = '2.0.1'\ndebug = False\ncuda = '11.8'\ngit_version = 'abc'\nhip = None\n",
      );
      file('.conda/environments.txt', `${home}/elsewhere/my env\n${home}/gone\n`);
      file('work/.venv/pyvenv.cfg', 'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11.2\n');
      file('.pyenv/versions/3.12.6/lib/python3.12/site-packages/pip-24.2.dist-info/METADATA');
      file('.pyenv/versions/3.12.6/bin/python3', '#!/bin/sh\ntouch "$HOME/started"\n');
      execFileSync('chmod', ['755', join(home, '.pyenv/versions/3.12.6/bin/python3')]);
      file('.local/lib/python3.10/site-packages/torch-2.6.0.dist-info/METADATA');
      file(
        '.local/lib/python3.10/site-packages/torch/version.py',
        "__version__ = '2.6.0+cu124'\ncuda: Optional[str] = '12.4'\nhip: Optional[str] = None\n",
      );
      file('.local/share/mamba/envs/serve/conda-meta/python-3.12.7-hc5c86c4_0_cpython.json');
      const script = pythonEnvironmentsProbe.commands[0]?.argv[2] ?? '';
      const args = shell === 'busybox' ? ['sh', '-c', script] : ['-c', script];
      const text = execFileSync(shell, args, { env: { PATH: process.env.PATH, HOME: home, LC_ALL: 'C' } }).toString();
      const own = factsOf(pythonEnvironmentsProbe, { environments: text }).environments.filter(({ prefix }) =>
        prefix.startsWith(home),
      );
      expect(own.map(({ packages: _, prefix, ...rest }) => ({ ...rest, prefix: prefix.slice(home.length) }))).toEqual([
        {
          prefix: '/elsewhere/my env',
          name: 'my env',
          kind: 'conda',
          pythonVersion: '3.10.14',
          torch: { version: '2.0.1', cudaVersion: '11.8', hipVersion: null },
        },
        { prefix: '/miniconda3', name: 'miniconda3', kind: 'conda', pythonVersion: null, torch: null },
        {
          prefix: '/.local/share/mamba/envs/serve',
          name: 'serve',
          kind: 'conda',
          pythonVersion: '3.12.7',
          torch: null,
        },
        {
          prefix: '/.local',
          name: `${home.slice(home.lastIndexOf('/') + 1)}/.local`,
          kind: 'user',
          pythonVersion: '3.10',
          torch: { version: '2.6.0+cu124', cudaVersion: '12.4', hipVersion: null },
        },
        { prefix: '/work/.venv', name: 'work/.venv', kind: 'venv', pythonVersion: '3.11.2', torch: null },
        { prefix: '/.pyenv/versions/3.12.6', name: '3.12.6', kind: 'python', pythonVersion: '3.12', torch: null },
      ]);
      expect(existsSync(join(home, 'started'))).toBe(false);
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  it.each<[string, PythonEnvironment['torch']]>([
    ['torch 2.5.1+cu124', { version: '2.5.1+cu124', cudaVersion: '12.4', hipVersion: null }],
    ['torch 2.6.0+rocm6.2.4', { version: '2.6.0+rocm6.2.4', cudaVersion: null, hipVersion: '6.2.4' }],
    ['torch 2.7.1+cpu', { version: '2.7.1+cpu', cudaVersion: null, hipVersion: null }],
    // Of PyPI: the version alone does not tell, and is no build for the CPU.
    ['torch 2.8.0', null],
    ['nvidia-cuda-runtime-cu12 12.8.90\ntorch 2.8.0', { version: '2.8.0', cudaVersion: '12.8', hipVersion: null }],
  ])('pip list with %j', (rows, torch) => {
    const text = `Package Version\n------- -------\n${rows}\n`;
    expect(factsOf(pythonEnvironmentsProbe, { environments: text }).environments[0]?.torch).toEqual(torch);
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(pythonEnvironmentsProbe, { environments });
  });

  it
    .skipIf(!hasRecordings)
    .each([['software/pip-list__ubuntu-18.04.txt'], ['software/pip-list-legacy__ubuntu-18.04.txt']])(
    '%s: 57 packages of one environment',
    (name) => {
      const [environment, ...others] = factsOf(pythonEnvironmentsProbe, { environments: recording(name) }).environments;
      expect(others).toEqual([]);
      const { packages = [] } = environment ?? {};
      expect([packages.length, packages[0], packages[13], packages[26], packages.at(-1)]).toEqual([
        57,
        { name: 'asn1crypto', version: '0.24.0', source: 'pip' },
        { name: 'distro-info', version: '0.18ubuntu0.18.04.1', source: 'pip' },
        { name: 'language-selector', version: '0.1', source: 'pip' },
        { name: 'zope.interface', version: '4.3.2', source: 'pip' },
      ]);
      expect(environment).toMatchObject({ prefix: '', pythonVersion: null, torch: null });
    },
  );
});
