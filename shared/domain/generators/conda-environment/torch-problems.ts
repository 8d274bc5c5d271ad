import { compareVersions, isAtLeast, minorOf } from '../../compatibility/versions';
import type { NodeFacts } from '../../facts/index';
import type { GeneratorProblem, Values } from '../generator';
import { both, problem, textsOf } from '../values';
import { type CondaSpec, fixedVersion } from './specs';
import { oldestDriver, releaseSource, torchRelease } from './torch-releases';

export const previousVersions = 'PyTorch, Installing previous versions';

/** A line of `dependencies` with its number. */
export type IndexedSpec = CondaSpec & { readonly index: number };
/** The line of a package; undefined: it is not asked for. */
export type FindSpec = (name: string) => IndexedSpec | undefined;

/** What a PyTorch of the channel `pytorch` needs beside it. */
export function ofTorch(values: Values, find: FindSpec): GeneratorProblem[] {
  const torch = find('pytorch');
  if (!torch) return [];
  const version = fixedVersion(torch);
  if (version === null) return [];
  const path = ['dependencies', torch.index];
  const channels = textsOf(values, 'channels').map((channel) => channel.replace(/.*\//, '').toLowerCase());
  const isOfForge =
    torch.channel === 'conda-forge' || (channels.includes('conda-forge') && !channels.includes('pytorch'));
  if (isOfForge) return [];
  if (compareVersions(minorOf(version), '2.5') > 0) {
    const text = both(
      `The channel pytorch ends with 2.5.1. Take ${version} as a wheel (torch==${version} from pip) or from conda-forge.`,
      `pytorch 频道止于 2.5.1。请改用 wheel（pip 安装 torch==${version}）或 conda-forge 的 ${version}。`,
    );
    return [problem('error', path, text, previousVersions)];
  }
  const release = torchRelease(version);
  const found: GeneratorProblem[] = [];
  const selector = find('pytorch-cuda');
  if (!selector && !find('cpuonly') && release) {
    const text = both(
      `Nothing selects the CUDA build: the solver may take the one for CPU only. Add pytorch-cuda=${bestCuda(release.cuda)}.`,
      `没有选定 CUDA 构建：求解器可能选中仅 CPU 的版本。请加上 pytorch-cuda=${bestCuda(release.cuda)}。`,
    );
    found.push(problem('warn', path, text, `${previousVersions}, v${version}`));
  }
  const cuda = selector ? fixedVersion(selector) : null;
  if (selector && cuda !== null && release && !release.cuda.includes(cuda)) {
    const text = both(
      `PyTorch ${version} was built for CUDA ${release.cuda.join(', ')} only.`,
      `PyTorch ${version} 只有 CUDA ${release.cuda.join('、')} 的构建。`,
    );
    found.push(problem('error', ['dependencies', selector.index], text, releaseSource));
  }
  const mkl = find('mkl');
  if (['2.0', '2.1', '2.2'].includes(minorOf(version)) && !isBelow(mkl, '2024.1')) {
    const text = both(
      'With MKL 2024.1 or newer this PyTorch does not load (undefined symbol: iJIT_NotifyEvent). Add mkl<2024.1.',
      '搭配 MKL 2024.1 及更新版本时该 PyTorch 无法加载（undefined symbol: iJIT_NotifyEvent）。请加上 mkl<2024.1。',
    );
    found.push(problem('warn', mkl ? ['dependencies', mkl.index] : path, text, 'pytorch/pytorch issue 123097'));
  }
  const numpy = find('numpy');
  if (!isAtLeast(version, '2.3') && !isBelow(numpy, '2')) {
    const text = both(
      'Built against NumPy 1: with NumPy 2 conversions fail. Add numpy<2.',
      '该版本针对 NumPy 1 编译：搭配 NumPy 2 时转换会失败。请加上 numpy<2。',
    );
    found.push(problem('warn', numpy ? ['dependencies', numpy.index] : path, text, 'PyTorch 2.3 release notes'));
  }
  const vision = find('torchvision');
  const visionVersion = vision ? fixedVersion(vision) : null;
  if (vision && visionVersion !== null && release && minorOf(visionVersion) !== release.torchvision) {
    const text = both(
      `PyTorch ${version} goes with torchvision ${release.torchvision}.x.`,
      `PyTorch ${version} 对应 torchvision ${release.torchvision}.x。`,
    );
    found.push(problem('error', ['dependencies', vision.index], text, releaseSource));
  }
  const python = find('python');
  const pythonVersion = python ? fixedVersion(python) : null;
  if (python && pythonVersion !== null && release) {
    const [oldest, newest] = release.python;
    const minor = minorOf(pythonVersion);
    if (compareVersions(minor, oldest) < 0 || compareVersions(minor, newest) > 0) {
      const text = both(
        `PyTorch ${version} exists for Python ${oldest} to ${newest}.`,
        `PyTorch ${version} 支持 Python ${oldest} 至 ${newest}。`,
      );
      found.push(problem('error', ['dependencies', python.index], text, releaseSource));
    }
  }
  return found;
}

/** Whether the node's GPUs and driver run it. */
export function onNode(facts: NodeFacts | null, values: Values, find: FindSpec): GeneratorProblem[] {
  const torch = fromConda(find) ?? fromPip(values);
  if (torch === null || !facts?.gpu) return [];
  const { version, cuda } = torch;
  const found: GeneratorProblem[] = [];
  const names = (architecture: string) =>
    [
      ...new Set(
        facts.gpu?.gpus.filter((gpu) => gpu.architecture === architecture).map(({ name }) => name ?? architecture),
      ),
    ].join(', ');
  const blackwell = names('Blackwell');
  if (blackwell !== '' && !isAtLeast(version, '2.7')) {
    const text = both(
      `PyTorch ${version} has no code for ${blackwell}: 2.7 or newer, built for CUDA 12.8, has.`,
      `PyTorch ${version} 不支持 ${blackwell}：需要 2.7 及更新版本的 CUDA 12.8 构建。`,
    );
    found.push(problem('error', torch.path, text, 'pytorch/pytorch RELEASE.md (PyTorch CUDA support matrix)'));
  }
  if (cuda === null) return found;
  const hopper = names('Hopper');
  if (hopper !== '' && !isAtLeast(cuda, '11.8')) {
    const text = both(`${hopper} needs a build for CUDA 11.8 or newer.`, `${hopper} 需要 CUDA 11.8 或更新版本的构建。`);
    const source = 'pytorch/pytorch RELEASE.md (PyTorch CUDA support matrix)';
    found.push(problem('error', torch.cudaPath, text, source));
  }
  const [driver, oldest] = [facts.gpu.driverVersion, oldestDriver(cuda)];
  if (driver !== null && oldest !== null && !isAtLeast(driver, oldest)) {
    const text = both(
      `CUDA ${cuda} needs driver ${oldest} or newer; this node has ${driver}.`,
      `CUDA ${cuda} 需要 ${oldest} 或更新的驱动；该节点为 ${driver}。`,
    );
    const source = 'NVIDIA CUDA Toolkit Release Notes, CUDA Minor Version Compatibility';
    found.push(problem('error', torch.cudaPath, text, source));
  }
  return found;
}

/** A PyTorch with the CUDA that it was built for, and where both are said. */
interface ChosenTorch {
  readonly version: string;
  readonly cuda: string | null;
  readonly path: GeneratorProblem['path'];
  readonly cudaPath: GeneratorProblem['path'];
}

function fromConda(find: FindSpec): ChosenTorch | null {
  const [torch, selector] = [find('pytorch'), find('pytorch-cuda')];
  const version = torch ? fixedVersion(torch) : null;
  if (!torch || version === null) return null;
  const path = ['dependencies', torch.index];
  const cuda = selector ? fixedVersion(selector) : null;
  return { version, cuda, path, cudaPath: selector ? ['dependencies', selector.index] : path };
}

/** `torch==2.7.1+cu128`; without the last part the wheel does not say its CUDA. */
function fromPip(values: Values): ChosenTorch | null {
  const lines = Array.isArray(values.pip) ? values.pip : [];
  for (const [index, line] of lines.entries()) {
    const [, version, major, minor] = /^torch\s*==\s*(\d[\d.]*)(?:\+cu(\d\d)(\d))?/i.exec(String(line).trim()) ?? [];
    if (version === undefined) continue;
    const path = ['pip', index];
    return { version, cuda: major === undefined ? null : `${major}.${minor}`, path, cudaPath: path };
  }
  return null;
}

/** The newest that also carries older GPUs: 11.8 where there is one. */
function bestCuda(choices: readonly string[]): string {
  return choices.includes('11.8') ? '11.8' : (choices.at(-1) ?? '');
}

/** Whether a constraint keeps out a version and all newer ones: `<2`, `<=1.26`, `=1.24`, `>=1.20,<2`. */
function isBelow(spec: CondaSpec | undefined, version: string): boolean {
  if (!spec) return false;
  const fixed = fixedVersion(spec);
  if (fixed !== null) return compareVersions(fixed, version) < 0;
  return spec.constraint.split(',').some((part) => {
    const [, operator, limit] = /^\s*(<=?)\s*(\d[\d.]*)/.exec(part) ?? [];
    if (limit === undefined) return false;
    return operator === '<' ? compareVersions(limit, version) <= 0 : compareVersions(limit, version) < 0;
  });
}
