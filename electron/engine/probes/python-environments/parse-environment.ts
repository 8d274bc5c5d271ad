import type { PythonEnvironment } from '#shared/domain/facts/software';
import { linesOf } from '../lib/lines';

type Package = PythonEnvironment['packages'][number];

const maxPackages = 2000;

/** One block of the script's output, without its `== `. Null: not of an environment. */
export function parseEnvironment(block: string): PythonEnvironment | null {
  const [prefix = '', kind = '', ...lines] = linesOf(block);
  if (!/^\/[^\0\n]{0,1000}$/.test(prefix) || !isKind(kind)) return null;
  const of = (letter: string) => lines.filter((line) => line.startsWith(`${letter} `)).map((line) => line.slice(2));
  const condaPackages = of('C').flatMap((name) => condaPackage(name) ?? []);
  const known = new Set(condaPackages.map(({ name }) => normalized(name)));
  // A Python package that conda installed has a dist-info folder as well.
  const pipPackages = of('P').flatMap((name) => pipPackage(name) ?? []);
  const others = pipPackages.filter(({ name }, index) => {
    const key = normalized(name);
    return !known.has(key) && pipPackages.findIndex((other) => normalized(other.name) === key) === index;
  });
  const packages = [...condaPackages, ...others].slice(0, maxPackages);
  const conda = condaPackages.find(({ name }) => name === 'python');
  return {
    prefix,
    name: kind === 'system' ? 'system' : nameOf(prefix),
    kind,
    pythonVersion: conda?.version ?? pythonVersion(of('V')[0]),
    torch: torchOf(of('T')),
    packages: packages.sort((a, b) => (normalized(a.name) < normalized(b.name) ? -1 : 1)),
  };
}

function isKind(word: string): word is PythonEnvironment['kind'] {
  return ['conda', 'venv', 'python', 'user', 'system'].includes(word);
}

/** `train` of /opt/conda/envs/train; `sft/.venv` and `alice/.local` where the last folder says nothing. */
function nameOf(prefix: string): string {
  const folders = prefix.split('/').filter(Boolean);
  const last = folders.at(-1) ?? prefix;
  return /^\.?v?env$|^\.local$/.test(last) && folders.length > 1 ? `${folders.at(-2)}/${last}` : last;
}

/** `Python 3.11.2`, or of pyvenv.cfg `3.11.2` and virtualenv's `3.11.2.final.0`. */
function pythonVersion(words: string | undefined): string | null {
  return (
    /^(?:Python )?(\d{1,2}\.\d{1,3}(?:\.\d{1,3})?(?:(?:a|b|rc)\d{1,2}|\+)?)(?:\.(?:final|candidate)\.\d+)?\s*$/.exec(
      words ?? '',
    )?.[1] ?? null
  );
}

/** `numpy-1.26.4-py311h64a7726_0`: name, version and build; only the name may hold a hyphen. */
function condaPackage(file: string): Package | null {
  const match = /^([\w.+-]{1,128})-([\w.+!]{1,64})-([\w.+]{1,128})$/.exec(file);
  return match ? { name: match[1] ?? '', version: match[2] ?? '', source: 'conda' } : null;
}

/** `torch-2.5.1+cu124.dist-info`, `PyYAML-5.4.1.egg-info`, `python_apt-2.6.0-py3.11.egg-info` */
function pipPackage(folder: string): Package | null {
  const match = /^([\w.]{1,128})-([\w.+!]{1,64}?)(?:-py\d(?:\.\d{1,2})?)?\.(?:dist|egg)-info$/.exec(folder);
  return match ? { name: match[1] ?? '', version: match[2] ?? '', source: 'pip' } : null;
}

/** One name in all spellings (PEP 503): `Ruamel_yaml`, `ruamel.yaml` and `ruamel-yaml` are the same. */
function normalized(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

/**
 * Lines of torch/version.py, as the wheels have it:
 *   __version__ = '2.5.1+cu124'
 *   cuda: Optional[str] = '12.4'       | cuda = '11.8' of older ones | None
 *   hip: Optional[str] = '6.2.41133-dd7f95766'
 */
function torchOf(lines: readonly string[]): PythonEnvironment['torch'] {
  const value = (name: string) => {
    const line = lines.find((one) => new RegExp(`^${name}(?::| =|$)`).test(one));
    return /= *['"]([\w.+-]{1,64})['"]/.exec(line ?? '')?.[1] ?? null;
  };
  const version = value('__version__');
  return version === null ? null : { version, cudaVersion: value('cuda'), hipVersion: value('hip') };
}
