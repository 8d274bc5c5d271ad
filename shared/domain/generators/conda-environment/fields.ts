import type { Generator, GeneratorExample } from '../generator';
import { otherField } from '../other-settings';
import { both } from '../values';

export const sections: Generator['sections'] = [
  {
    title: both('Environment', '环境'),
    fields: [
      {
        name: 'name',
        kind: 'text',
        isRequired: true,
        placeholder: 'llm-env',
        label: both('Name', '名称'),
        help: both(
          'What `conda activate` and `conda run -n` call it. No spaces, slashes, colons or #.',
          '`conda activate` 和 `conda run -n` 使用的名称。不能含空格、斜杠、冒号或 #。',
        ),
      },
      {
        name: 'channels',
        kind: 'texts',
        isRequired: true,
        placeholder: 'pytorch',
        label: both('Channels', '频道'),
        help: both(
          'Where packages come from, the first before all others. pytorch has PyTorch up to 2.5.1, nvidia its CUDA libraries, conda-forge Python and the rest. A mirror’s address works too.',
          '软件包来源，靠前者优先。pytorch 提供 2.5.1 及更早的 PyTorch，nvidia 提供其 CUDA 库，conda-forge 提供 Python 和其余软件包。也可填写镜像地址。',
        ),
      },
    ],
  },
  {
    title: both('Packages', '软件包'),
    fields: [
      {
        name: 'dependencies',
        kind: 'texts',
        isRequired: true,
        placeholder: 'python=3.10',
        label: both('From conda', '来自 conda'),
        help: both(
          '`name=1.2` takes the newest 1.2.x, `name==1.2.3` that one only, `name<2` anything older. List pip here where packages come from pip.',
          '`name=1.2` 选取最新的 1.2.x，`name==1.2.3` 只选该版本，`name<2` 选取更早的版本。若有来自 pip 的软件包，请在此列出 pip。',
        ),
      },
      {
        name: 'pip',
        kind: 'texts',
        placeholder: 'transformers==4.30.2',
        label: both('From pip', '来自 pip'),
        help: both(
          'Installed by pip after all conda packages, so conda does not check them against each other. Pinned with two equals signs: `transformers==4.30.2`.',
          '在所有 conda 软件包之后由 pip 安装，conda 不检查它们之间的兼容性。用两个等号固定版本：`transformers==4.30.2`。',
        ),
      },
    ],
  },
  {
    title: both('Variables', '变量'),
    fields: [
      {
        name: 'variables',
        kind: 'list',
        one: both('Variable', '变量'),
        label: both('Environment variables', '环境变量'),
        help: both(
          'Set whenever the environment is active (HF_HOME, say). No secrets: the file is readable.',
          '环境激活时自动设置（例如 HF_HOME）。不要放密钥：文件可被读取。',
        ),
        fields: [
          {
            name: 'name',
            kind: 'text',
            isRequired: true,
            placeholder: 'HF_HOME',
            label: both('Name', '名称'),
            help: both('Letters, digits and underscores.', '字母、数字和下划线。'),
          },
          {
            name: 'value',
            kind: 'text',
            placeholder: '/srv/models/hf',
            label: both('Value', '值'),
            help: both('Taken as it is; nothing in it is expanded.', '按原样使用，不作展开。'),
          },
        ],
      },
    ],
  },
  { title: both('Other', '其他'), fields: [otherField] },
];

const pip = ['transformers==4.30.2', 'accelerate==0.20.3'];

export const examples: readonly GeneratorExample[] = [
  {
    id: 'working',
    title: both('llm-env, working', 'llm-env（可用版）'),
    description: both(
      'The reference environment with what it needs to run on a GPU: pytorch-cuda=11.8 picks the CUDA build, mkl<2024.1 lets PyTorch 2.0 load, numpy<2 is what it was built against, conda-forge brings Python and pip.',
      '在参考环境上补齐 GPU 运行所需：pytorch-cuda=11.8 选中 CUDA 构建，mkl<2024.1 使 PyTorch 2.0 能够加载，numpy<2 是其编译所用版本，conda-forge 提供 Python 和 pip。',
    ),
    values: {
      name: 'llm-env',
      channels: ['pytorch', 'nvidia', 'conda-forge'],
      dependencies: [
        'python=3.10',
        'pytorch=2.0.1',
        'torchvision=0.15.2',
        'pytorch-cuda=11.8',
        'mkl<2024.1',
        'numpy<2',
        'pip',
      ],
      pip,
    },
  },
  {
    id: 'reference',
    title: both('llm-env, as usually given', 'llm-env（常见原版）'),
    description: both(
      'The file as it is passed around. It often ends as a CPU-only PyTorch or one that does not load; what is flagged says why.',
      '广为流传的原始文件。常得到仅 CPU 的 PyTorch，或根本无法加载；标出的问题说明了原因。',
    ),
    values: {
      name: 'llm-env',
      channels: ['nvidia', 'pytorch'],
      dependencies: ['python=3.10', 'pytorch=2.0.1', 'torchvision=0.15.2', 'pip'],
      pip,
    },
  },
];
