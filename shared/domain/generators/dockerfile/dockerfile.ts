import type { NodeFacts } from '../../facts/index';
import type { LocalizedText } from '../../text';
import { checkFields } from '../check-fields';
import type { Generator, GeneratorExample, GeneratorProblem, Values } from '../generator';
import { imageProblems } from '../image-problems';
import { both, copyOf, problem, rowsOf, textOf, textsOf } from '../values';
import { sections } from './fields';
import { files } from './files';
import {
  imagePathPattern,
  packagePattern,
  projectPathPattern,
  requirementPattern,
  userPattern,
  variablePattern,
} from './words';

const reference = 'Docker documentation, Dockerfile reference';
const practices = 'Docker documentation, Building best practices';

const examples: readonly GeneratorExample[] = [
  {
    id: 'pytorch',
    title: both('PyTorch service', 'PyTorch 服务'),
    description: both(
      'CUDA libraries, PyTorch from pip, the code of src.',
      'CUDA 运行库、pip 安装的 PyTorch、src 中的代码。',
    ),
    values: {
      base: 'nvidia/cuda:12.8.1-runtime-ubuntu22.04',
      pip: ['torch==2.6.0', 'fastapi==0.115.6', 'uvicorn==0.34.0'],
      copy: [{ from: 'src', to: '/app/src' }],
      ignore: ['*.safetensors', 'data'],
      environment: [{ name: 'PYTHONUNBUFFERED', value: '1' }],
      ports: [8000],
      entrypoint: ['/opt/venv/bin/uvicorn', 'src.main:app', '--host', '0.0.0.0', '--port', '8000'],
      healthcheck: {
        test: [
          '/opt/venv/bin/python',
          '-c',
          "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=4)",
        ],
        interval: 30,
        timeout: 5,
        start_period: 120,
        retries: 3,
      },
    },
  },
  {
    id: 'requirements',
    title: both('From requirements.txt', '使用 requirements.txt'),
    description: both(
      'What the project itself lists; the driver’s libraries only.',
      '安装项目自身列出的依赖；仅含驱动相关库。',
    ),
    values: {
      base: 'nvidia/cuda:12.8.1-base-ubuntu22.04',
      requirements: 'requirements.txt',
      copy: [{ from: '.', to: '/app' }],
      command: ['/opt/venv/bin/python', 'train.py'],
    },
  },
];

/** By the newest CUDA that the driver runs; the same major runs on the driver of any of its minors. */
function initial(facts: NodeFacts | null): Record<string, unknown> {
  const values = copyOf(examples[0]?.values ?? {});
  const told = facts?.gpu?.cudaVersion;
  if (told != null && Number(told.split('.')[0]) < 12) values.base = 'nvidia/cuda:11.8.0-runtime-ubuntu22.04';
  return values;
}

function problems(form: Values, facts: NodeFacts | null): GeneratorProblem[] {
  const found = checkFields(sections, form);
  const add = (
    severity: GeneratorProblem['severity'],
    path: GeneratorProblem['path'],
    text: LocalizedText,
    source = reference,
  ) => found.push(problem(severity, path, text, source));
  found.push(...imageProblems(textOf(form, 'base'), ['base'], facts));
  const each = (field: string, pattern: RegExp, text: LocalizedText) => {
    for (const [index, one] of textsOf(form, field).entries())
      if (!pattern.test(one)) add('error', [field, index], text);
  };
  each('packages', packagePattern, both('No name of a package; it is left out.', '不是有效的软件包名；已略去。'));
  each(
    'pip',
    requirementPattern,
    both(
      'No requirement as pip knows it (name==version); it is left out.',
      '不是 pip 的依赖写法（名称==版本）；已略去。',
    ),
  );
  for (const [index, one] of textsOf(form, 'pip').entries()) {
    if (requirementPattern.test(one) && !one.includes('==')) {
      add(
        'warn',
        ['pip', index],
        both(
          'Name its version (==): another day another one is installed.',
          '请写明版本（==）：换一天会装到别的版本。',
        ),
        practices,
      );
    }
  }
  const one = (field: string, pattern: RegExp, text: LocalizedText) => {
    const value = textOf(form, field);
    if (value !== null && !pattern.test(value)) add('error', [field], text);
  };
  const folder = both('A full path of letters, digits, - _ . + @', '应为完整路径，仅含字母、数字和 - _ . + @');
  one('workdir', imagePathPattern, folder);
  one('requirements', projectPathPattern, both('A path in the project’s folder.', '应为项目目录中的路径。'));
  one('user', userPattern, both('Lower case letters, digits, - and _.', '只能用小写字母、数字、- 和 _。'));
  if (textOf(form, 'user') === 'root') {
    add(
      'warn',
      ['user'],
      both('What breaks out of the container is root on the node.', '逃逸出容器即为节点的 root。'),
      practices,
    );
  }
  for (const [index, row] of rowsOf(form, 'copy').entries()) {
    const [from, to] = [textOf(row, 'from'), textOf(row, 'to')];
    if (from !== null && !projectPathPattern.test(from)) {
      add(
        'error',
        ['copy', index, 'from'],
        both(
          'A path in the project’s folder: nothing else is sent to the builder.',
          '应为项目目录中的路径：其他内容不会发送给构建器。',
        ),
      );
    }
    if (to !== null && !imagePathPattern.test(to)) add('error', ['copy', index, 'to'], folder);
  }
  for (const [index, row] of rowsOf(form, 'environment').entries()) {
    const name = textOf(row, 'name');
    if (name === null) continue;
    if (!variablePattern.test(name))
      add('error', ['environment', index, 'name'], both('No name of a variable.', '不是有效的变量名。'));
    if (/TOKEN|PASSWORD|SECRET|API_?KEY/i.test(name) && textOf(row, 'value') !== null) {
      const text = both(
        'Everybody who gets the image can read it: give it when the container is started.',
        '拿到镜像的人都能读取：请在启动容器时传入。',
      );
      add('warn', ['environment', index, 'value'], text, practices);
    }
  }
  if (textsOf(form, 'entrypoint').length === 0 && textsOf(form, 'command').length === 0) {
    add(
      'warn',
      ['command'],
      both('It then runs the base image’s command, mostly a shell.', '将运行基础镜像的命令，通常是 shell。'),
    );
  }
  return found;
}

/**
 * A Dockerfile for work on NVIDIA GPUs, and the .dockerignore beside it. No reader: it is a program whose order and shell lines are its
 * meaning, and fields would change what they take; an existing one is compared with as text.
 */
export const dockerfile: Generator = {
  id: 'dockerfile',
  title: both('Dockerfile', 'Dockerfile'),
  description: both(
    'Dockerfile: CUDA that the driver runs, fixed versions, a user of its own, a health check; and its .dockerignore.',
    'Dockerfile：与驱动匹配的 CUDA、固定版本、独立用户、健康检查；附 .dockerignore。',
  ),
  nodePath: null,
  probeIds: ['gpu'],
  sections,
  examples,
  initial,
  problems,
  files,
};
