import type { PythonEnvironment } from '#shared/domain/facts/software';
import { linesOf } from '../lib/lines';

/** What `pip list` prints, as columns or in the old form; null for anything else. Which environment, it does not say. */
export function parsePipList(text: string): PythonEnvironment | null {
  const lines = linesOf(text).filter((line) => line.trim() !== '');
  const isTable = /^Package +Version(?: |$)/.test(lines[0] ?? '') && /^-{3,} -{3,}/.test(lines[1] ?? '');
  const packages: PythonEnvironment['packages'] = [];
  for (const line of isTable ? lines.slice(2) : lines) {
    const match = isTable
      ? /^([\w.-]{1,128}) +([\w.+!-]{1,64})(?: +\S.*)?\s*$/.exec(line)
      : /^([\w.-]{1,128}) \(([\w.+!-]{1,64})(?:, .{1,500})?\)$/.exec(line);
    if (!match) return null;
    packages.push({ name: match[1] ?? '', version: match[2] ?? '', source: 'pip' });
  }
  if (packages.length === 0 || !text.endsWith('\n')) return null;
  return {
    prefix: '',
    name: 'pip list',
    kind: 'venv',
    pythonVersion: null,
    torch: torchOf(packages),
    packages,
  };
}

/**
 * A version such as `2.5.1+cu124` tells; that of PyPI does not, whose wheels bring `nvidia-cuda-runtime-cu12 12.4.127` along.
 * Null where neither does: with which CUDA it was built is then not known, which is not the same as for CPU alone.
 */
function torchOf(packages: PythonEnvironment['packages']): PythonEnvironment['torch'] {
  const version = packages.find(({ name }) => name === 'torch')?.version;
  if (version === undefined) return null;
  const wheel = /\+cu(\d{2})(\d)$/.exec(version);
  const runtime = packages.find(({ name }) => /^nvidia-cuda-runtime(-cu\d\d)?$/.test(name))?.version;
  const hipVersion = /\+rocm([\d.]{1,20})$/.exec(version)?.[1] ?? null;
  const cudaVersion = wheel ? `${wheel[1]}.${wheel[2]}` : (/^\d+\.\d+/.exec(runtime ?? '')?.[0] ?? null);
  const isForCpu = version.endsWith('+cpu');
  return cudaVersion !== null || hipVersion !== null || isForCpu ? { version, cudaVersion, hipVersion } : null;
}
