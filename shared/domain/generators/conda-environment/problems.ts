import { compareVersions, isAtLeast, minorOf } from '../../compatibility/versions';
import type { NodeFacts } from '../../facts/index';
import { checkFields } from '../check-fields';
import type { GeneratorProblem, Values } from '../generator';
import { both, problem, rowsOf, textOf, textsOf } from '../values';
import { sections } from './fields';
import { type CondaSpec, fixedVersion, readCondaSpec, readPipRequirement } from './specs';
import { oldestDriver, releaseSource, torchRelease } from './torch-releases';

type Indexed = CondaSpec & { readonly index: number };
type Find = (name: string) => Indexed | undefined;

const previousVersions = 'PyTorch, Installing previous versions';
const condaFiles = 'conda documentation, Managing environments';

export function problems(values: Values, facts: NodeFacts | null): GeneratorProblem[] {
  const lines = Array.isArray(values.dependencies) ? values.dependencies : [];
  const specs = lines.flatMap((line: unknown, index): Indexed[] => {
    const spec = typeof line === 'string' ? readCondaSpec(line) : null;
    return spec ? [{ ...spec, index }] : [];
  });
  const find: Find = (name) => specs.find((spec) => spec.name === name);
  return [
    ...checkFields(sections, values),
    ...ofName(values),
    ...ofChannels(values, find),
    ...ofLines(values, lines, specs),
    ...ofPip(values, find),
    ...ofTorch(values, find),
    ...onNode(facts, find),
    ...rowsOf(values, 'variables').flatMap((row, index) => {
      const name = textOf(row, 'name');
      if (name === null || /^[A-Za-z_]\w*$/.test(name)) return [];
      const text = both(
        'Letters, digits and underscores, no digit first.',
        '只能含字母、数字和下划线，且不能以数字开头。',
      );
      return [problem('error', ['variables', index, 'name'], text, condaFiles)];
    }),
  ];
}

function ofName(values: Values): GeneratorProblem[] {
  const name = textOf(values, 'name');
  if (name !== null && /[\s/:#]/.test(name)) {
    const text = both('No spaces, slashes, colons or # in a name.', '名称不能含空格、斜杠、冒号或 #。');
    return [problem('error', ['name'], text, 'conda, conda/base/context.py (validate_prefix_name)')];
  }
  if (name !== 'base' && name !== 'root') return [];
  const text = both(
    'That is conda’s own environment; a mistake in it breaks conda. Choose another name.',
    '这是 conda 自身的环境，出错会损坏 conda。请换一个名称。',
  );
  return [problem('error', ['name'], text, 'conda, conda/base/context.py (validate_prefix_name)')];
}

function ofChannels(values: Values, find: Find): GeneratorProblem[] {
  const channels = textsOf(values, 'channels').map((channel) =>
    channel.replace(/\/+$/, '').replace(/.*\//, '').toLowerCase(),
  );
  const found: GeneratorProblem[] = [];
  for (const [index, channel] of channels.entries()) {
    if (channels.indexOf(channel) < index) {
      found.push(problem('warn', ['channels', index], both('Listed twice.', '重复列出。')));
    } else if (['defaults', 'anaconda', 'main'].includes(channel)) {
      const text = both(
        'Anaconda’s own packages need a licence in most companies; conda-forge has the same ones.',
        'Anaconda 自有软件包在多数公司需要许可证；conda-forge 有相同的软件包。',
      );
      found.push(problem('warn', ['channels', index], text, 'Anaconda, Terms of Service'));
    }
  }
  if (channels.length > 0 && channels.every((channel) => channel === 'nvidia' || channel === 'pytorch')) {
    const text = both(
      'Neither channel has Python and pip: they come from whatever conda has as its default, or the solve fails. Add conda-forge at the end.',
      '这两个频道都没有 Python 和 pip：只能取自 conda 的默认频道，否则求解失败。请在末尾加上 conda-forge。',
    );
    found.push(problem('warn', ['channels'], text, previousVersions));
  }
  const [forge, torch] = [channels.indexOf('conda-forge'), channels.indexOf('pytorch')];
  if (find('pytorch-cuda') && forge >= 0 && torch > forge) {
    const text = both(
      'conda-forge before pytorch: its own PyTorch wins, which knows no pytorch-cuda. Move it to the end.',
      'conda-forge 排在 pytorch 之前：会选中它自己的 PyTorch，与 pytorch-cuda 不兼容。请移到末尾。',
    );
    found.push(problem('warn', ['channels', forge], text, 'conda documentation, Managing channels'));
  }
  if (find('pytorch-cuda') && channels.length > 0 && !channels.includes('nvidia')) {
    const text = both(
      'pytorch-cuda takes its libraries from the channel nvidia.',
      'pytorch-cuda 的库来自 nvidia 频道。',
    );
    found.push(problem('error', ['channels'], text, previousVersions));
  }
  return found;
}

function ofLines(values: Values, lines: readonly unknown[], specs: readonly Indexed[]): GeneratorProblem[] {
  const found: GeneratorProblem[] = [];
  for (const [index, line] of lines.entries()) {
    if (typeof line !== 'string' || line.trim() === '' || specs.some((spec) => spec.index === index)) continue;
    const text = both(
      'conda does not read this as a package: `name=1.2`.',
      'conda 无法将其识别为软件包：应形如 `name=1.2`。',
    );
    found.push(problem('error', ['dependencies', index], text, 'conda, conda/models/match_spec.py'));
  }
  for (const [at, { name, index, constraint }] of specs.entries()) {
    const path = ['dependencies', index];
    if (specs.slice(0, at).some((other) => other.name === name)) {
      found.push(problem('warn', path, both(`${name} is listed twice.`, `${name} 重复列出。`)));
    } else if (constraint === '' && name !== 'pip' && name !== 'python') {
      const text = both(
        `Any version of ${name}: the same file gives another environment next month.`,
        `${name} 未固定版本：同一文件下个月会得到不同的环境。`,
      );
      found.push(problem('info', path, text));
    }
  }
  const python = specs.find(({ name }) => name === 'python');
  if (specs.length > 0 && (!python || python.constraint === '')) {
    const text = both(
      'No Python version is asked for: the newest one comes, which older packages may not have.',
      '未指定 Python 版本：会装最新版，旧软件包可能不支持。',
    );
    found.push(problem('warn', python ? ['dependencies', python.index] : ['dependencies'], text, condaFiles));
  }
  for (const [index, line] of (Array.isArray(values.pip) ? values.pip : []).entries()) {
    if (typeof line !== 'string' || line.trim() === '') continue;
    const requirement = readPipRequirement(line.trim());
    if (requirement === null) {
      const text = both(
        'pip refuses this: `name==1.2.3`, two equals signs.',
        'pip 会拒绝：应为 `name==1.2.3`，用两个等号。',
      );
      found.push(problem('error', ['pip', index], text, 'PyPA, Dependency specifiers'));
    } else if (!requirement.isPinned) {
      const text = both(
        'Not pinned with ==: the newest that fits is taken.',
        '未用 == 固定版本：会选取最新的可用版本。',
      );
      found.push(problem('info', ['pip', index], text));
    }
  }
  return found;
}

function ofPip(values: Values, find: Find): GeneratorProblem[] {
  const lines = textsOf(values, 'pip');
  const found: GeneratorProblem[] = [];
  if (lines.length > 0 && !find('pip')) {
    const text = both(
      'conda wants pip listed where packages come from it.',
      '若有来自 pip 的软件包，conda 要求列出 pip。',
    );
    found.push(problem('warn', ['dependencies'], text, condaFiles));
  }
  for (const [index, line] of lines.entries()) {
    const name = readPipRequirement(line)?.name ?? '';
    const twin = name === 'torch' ? find('pytorch') : find(name);
    if (!twin || name === 'pip') continue;
    const text = both(
      `${twin.name} comes from conda already: pip installs a second copy over it.`,
      `${twin.name} 已由 conda 提供：pip 会在其上再装一份。`,
    );
    found.push(problem('warn', ['pip', index], text, condaFiles));
  }
  return found;
}

function ofTorch(values: Values, find: Find): GeneratorProblem[] {
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

function onNode(facts: NodeFacts | null, find: Find): GeneratorProblem[] {
  const torch = find('pytorch');
  const version = torch ? fixedVersion(torch) : null;
  if (!torch || version === null || !facts?.gpu) return [];
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
    found.push(
      problem('error', ['dependencies', torch.index], text, 'pytorch/pytorch RELEASE.md (PyTorch CUDA support matrix)'),
    );
  }
  const selector = find('pytorch-cuda');
  const cuda = selector ? fixedVersion(selector) : null;
  if (!selector || cuda === null) return found;
  const hopper = names('Hopper');
  if (hopper !== '' && !isAtLeast(cuda, '11.8')) {
    const text = both(`${hopper} needs pytorch-cuda=11.8 or newer.`, `${hopper} 需要 pytorch-cuda=11.8 或更新版本。`);
    const source = 'pytorch/pytorch RELEASE.md (PyTorch CUDA support matrix)';
    found.push(problem('error', ['dependencies', selector.index], text, source));
  }
  const [driver, oldest] = [facts.gpu.driverVersion, oldestDriver(cuda)];
  if (driver !== null && oldest !== null && !isAtLeast(driver, oldest)) {
    const text = both(
      `CUDA ${cuda} needs driver ${oldest} or newer; this node has ${driver}.`,
      `CUDA ${cuda} 需要 ${oldest} 或更新的驱动；该节点为 ${driver}。`,
    );
    const source = 'NVIDIA CUDA Toolkit Release Notes, CUDA Minor Version Compatibility';
    found.push(problem('error', ['dependencies', selector.index], text, source));
  }
  return found;
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
