import { group, list, number, pairs, text, texts, whole, wholes } from '../field-makers';
import type { Generator } from '../generator';
import { both } from '../values';

/** Source: Docker documentation, Dockerfile reference and Building best practices; NVIDIA CUDA images on Docker Hub. */
export const sections: Generator['sections'] = [
  {
    title: both('Image', '镜像'),
    fields: [
      text(
        'base',
        'Its CUDA may be at most that of the node’s driver. base: libraries of the driver only; runtime: CUDA libraries; devel: the compiler as well (several GB).',
        '其 CUDA 不能高于节点驱动支持的版本。base：仅驱动相关库；runtime：CUDA 运行库；devel：含编译器（数 GB）。',
        { label: both('FROM', 'FROM'), isRequired: true, placeholder: 'nvidia/cuda:12.8.1-runtime-ubuntu22.04' },
      ),
      texts(
        'packages',
        'Of the distribution, name or name=version. Python comes by itself where pip has something to install.',
        '发行版软件包，名称或 名称=版本。需要 pip 时会自动安装 Python。',
        {
          placeholder: 'libgomp1',
        },
      ),
      texts(
        'pip',
        'name==version; they go into an environment of their own (/opt/venv).',
        '名称==版本；安装到独立环境（/opt/venv）。',
        { placeholder: 'torch==2.6.0' },
      ),
      text(
        'requirements',
        'A requirements file of the project, installed before the code is copied: changes of the code then keep that layer.',
        '项目的 requirements 文件，在复制代码前安装：修改代码时可复用该层。',
        {
          placeholder: 'requirements.txt',
        },
      ),
    ],
  },
  {
    title: both('Content', '内容'),
    fields: [
      text('workdir', 'Where commands start. Default /app.', '命令的起始目录。默认 /app。', {
        label: both('WORKDIR', 'WORKDIR'),
        placeholder: '/app',
      }),
      list(
        'copy',
        both('Copy', '复制'),
        'What goes from the project’s folder into the image.',
        '从项目目录复制到镜像的内容。',
        [
          text('from', 'In the project’s folder.', '项目目录中的路径。', {
            label: both('From', '来源'),
            isRequired: true,
            placeholder: 'src',
          }),
          text('to', 'In the image.', '镜像中的路径。', {
            label: both('To', '目标'),
            isRequired: true,
            placeholder: '/app/src',
          }),
        ],
        { label: both('COPY', 'COPY') },
      ),
      texts(
        'ignore',
        'Never sent to the builder: models, data, .git, secrets.',
        '不发送给构建器：模型、数据、.git、机密。',
        {
          label: both('.dockerignore', '.dockerignore'),
          placeholder: '*.safetensors',
        },
      ),
      pairs(
        'environment',
        both('Variable', '变量'),
        'Stays readable in the image: no secrets.',
        '会保留在镜像中且可读取：不要写机密。',
        { label: both('ENV', 'ENV') },
      ),
    ],
  },
  {
    title: both('Running', '运行'),
    fields: [
      text(
        'user',
        'What runs as root in a container is root where it breaks out. Default app.',
        '容器内以 root 运行，逃逸后即为 root。默认 app。',
        {
          label: both('USER', 'USER'),
          placeholder: 'app',
        },
      ),
      whole(
        'uid',
        'Owner of what it writes to mounted folders. Default 10001.',
        '其在挂载目录中写入文件的属主。默认 10001。',
        { label: both('UID', 'UID'), minimum: 0, maximum: 65_533 },
      ),
      wholes('ports', 'Only documents them; docker run -p publishes.', '仅作说明；发布端口用 docker run -p。', {
        label: both('EXPOSE', 'EXPOSE'),
        minimum: 1,
        maximum: 65_535,
      }),
      texts('entrypoint', 'The words of the command; no shell.', '命令的各个参数；不经过 shell。', {
        label: both('ENTRYPOINT', 'ENTRYPOINT'),
        placeholder: 'python',
      }),
      texts('command', 'Words behind it that docker run can replace.', '其后的参数，可由 docker run 替换。', {
        label: both('CMD', 'CMD'),
        placeholder: 'serve.py',
      }),
      group(
        'healthcheck',
        'Says whether it works, not only whether it runs.',
        '判断服务是否可用，而不仅是进程存在。',
        [
          texts(
            'test',
            'The words of a command in the container; 0 is healthy.',
            '容器内命令的各个参数，返回 0 为健康。',
            { placeholder: 'python' },
          ),
          number('interval', 'Default 30 s.', '默认 30 s。', { unit: 's', minimum: 1, maximum: 86_400 }),
          number('timeout', 'Default 30 s.', '默认 30 s。', { unit: 's', minimum: 1, maximum: 86_400 }),
          number('start_period', 'Failures do not count before.', '此前的失败不计。', {
            unit: 's',
            minimum: 1,
            maximum: 86_400,
          }),
          whole(
            'retries',
            'Failures in a row until it counts as unhealthy. Default 3.',
            '连续失败多少次视为不健康。默认 3。',
            { minimum: 1, maximum: 100 },
          ),
        ],
        { label: both('HEALTHCHECK', 'HEALTHCHECK') },
      ),
    ],
  },
];
