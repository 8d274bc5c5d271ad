import type { NodeFacts } from '../../facts/index';
import { checkFields } from '../check-fields';
import type { GeneratorProblem, Values } from '../generator';
import { both, problem, rowsOf, textOf, textsOf } from '../values';
import { sections } from './fields';
import { readCondaSpec, readPipRequirement } from './specs';
import { type FindSpec, type IndexedSpec, ofTorch, onNode, previousVersions } from './torch-problems';

const condaFiles = 'conda documentation, Managing environments';

export function problems(values: Values, facts: NodeFacts | null): GeneratorProblem[] {
  const lines = Array.isArray(values.dependencies) ? values.dependencies : [];
  const specs = lines.flatMap((line: unknown, index): IndexedSpec[] => {
    const spec = typeof line === 'string' ? readCondaSpec(line) : null;
    return spec ? [{ ...spec, index }] : [];
  });
  // The first of a name; files may have thousands of lines.
  const byName = new Map(specs.toReversed().map((spec) => [spec.name, spec]));
  const find: FindSpec = (name) => byName.get(name);
  return [
    ...checkFields(sections, values),
    ...ofName(values),
    ...ofChannels(values, find),
    ...ofLines(values, lines, specs),
    ...ofPip(values, find),
    ...ofTorch(values, find),
    ...onNode(facts, values, find),
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

function ofChannels(values: Values, find: FindSpec): GeneratorProblem[] {
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

function ofLines(values: Values, lines: readonly unknown[], specs: readonly IndexedSpec[]): GeneratorProblem[] {
  const found: GeneratorProblem[] = [];
  const read = new Set(specs.map(({ index }) => index));
  for (const [index, line] of lines.entries()) {
    if (typeof line !== 'string' || line.trim() === '' || read.has(index)) continue;
    const text = both(
      'conda does not read this as a package: `name=1.2`.',
      'conda 无法将其识别为软件包：应形如 `name=1.2`。',
    );
    found.push(problem('error', ['dependencies', index], text, 'conda, conda/models/match_spec.py'));
  }
  const before = new Set<string>();
  for (const { name, index, constraint } of specs) {
    const path = ['dependencies', index];
    const isTwice = before.has(name);
    before.add(name);
    if (isTwice) {
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

function ofPip(values: Values, find: FindSpec): GeneratorProblem[] {
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
