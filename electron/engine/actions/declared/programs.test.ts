import { describe, expect, it } from 'vitest';
import { programProblems } from './programs';

const run = (...words: string[]) => ['docker', 'run', '--rm', ...words] as [string, ...string[]];

describe('the program of a declared command', () => {
  it.each([
    [['{{ parameters.path }}/bin/pip', 'install', '{{ x }}']],
    [['{{ parameters.path }}/bin/python', '-c', 'import torch\nprint(torch.__version__)', '{{ x }}']],
    [['python3', '-m', 'venv', '{{ x }}']],
    [run('--gpus', 'all', '-v', '{{ x }}:/models:ro', '--', '{{ image }}', 'nvidia-smi', '-L')],
    [run('--', 'img', 'python', '-c', 'print(1)', '{{ x }}')],
    [run('--', 'img', 'sh', '-c', 'nvidia-smi && vectorAdd')],
    [run('--', 'img')],
    [['runuser', '-u', 'nobody', '--', 'prlimit', '--memlock', '{{ x }}']],
    [['docker', 'compose', 'exec', '{{ x }}', 'nvidia-smi']],
  ])('may be %j', (argv) => {
    expect(programProblems(argv as [string, ...string[]])).toEqual([]);
  });

  it.each([
    ['a shell', ['{{ parameters.path }}/bin/sh', '-c', 'x']],
    ['a shell of another login', ['runuser', '-u', 'nobody', '--', 'sh', '-c', 'x']],
    ['another login out of a value', ['runuser', '-u', '{{ x }}', '--', 'prlimit']],
    ['a command line of another login', ['runuser', '-l', 'nobody', '-c', '{{ x }}']],
    ['a program out of a value', ['{{ parameters.path }}']],
    ['a folder that is no folder', ['x{{ y }}/pip']],
    ['code out of a value', ['python3', '-c', 'print({{ x }})']],
    ['a module out of a value', ['python3', '-m', '{{ x }}']],
    ['no place for the image', run('img', 'nvidia-smi')],
    ['a program in the image out of a value', run('--', 'img', '{{ x }}')],
    ['a shell in the image with a value', run('--', 'img', 'sh', '-c', 'echo {{ x }}')],
    ['env in the image with a value', run('--', 'img', 'env', '{{ x }}')],
    ['another entry point', run('--entrypoint=/bin/sh', '--', 'img')],
    ['the whole node', run('--privileged', '--', 'img')],
    ['a shell in a container that runs', ['docker', 'exec', '{{ x }}', 'sh', '-c', '{{ y }}']],
    ['a run behind an option', ['docker', '--host=x', 'run', 'img', '{{ x }}']],
    ['an option out of a value', run('{{ x }}', '{{ y }}', '--', 'img')],
  ])('may not be %s', (_, argv) => {
    expect(programProblems(argv as [string, ...string[]])).toHaveLength(1);
  });
});
