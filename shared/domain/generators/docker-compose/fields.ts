import { choice, flag, group, list, number, pairs, text, texts, whole } from '../field-makers';
import type { Generator, GeneratorField } from '../generator';
import { otherField } from '../other-settings';
import { both } from '../values';

const seconds = { unit: 's', minimum: 1, maximum: 86_400 } as const;

export const serviceFields: readonly GeneratorField[] = [
  text('name', 'Other services reach it under this name.', '其他服务通过此名称访问它。', {
    isRequired: true,
    placeholder: 'triton',
  }),
  text(
    'image',
    'With its version: without one, a pull brings whatever is newest.',
    '须带版本：否则拉取到的是当时最新的镜像。',
    {
      placeholder: 'nvcr.io/nvidia/tritonserver:25.07-py3',
    },
  ),
  texts('command', 'Words that replace the image’s own command.', '替换镜像默认命令的参数。', {
    placeholder: 'tritonserver',
  }),
  pairs(
    'environment',
    both('Variable', '变量'),
    'Without a value it is taken from where compose is run, or from its .env file: the way for secrets.',
    '不填值则取自运行 compose 的环境或其 .env 文件：机密应这样传入。',
  ),
  texts('env_file', 'Files with NAME=value lines.', '含 NAME=value 行的文件。', { placeholder: './triton.env' }),
  choice(
    'gpus',
    ['none', 'all', 'count', 'ids'],
    'Which GPUs it gets (deploy.resources.reservations.devices).',
    '可用的 GPU（deploy.resources.reservations.devices）。',
    {
      label: both('GPUs', 'GPU'),
    },
  ),
  whole('gpuCount', 'The first so many that Docker finds.', 'Docker 找到的前若干个。', {
    label: both('How many', '个数'),
    minimum: 1,
    maximum: 64,
    isShown: ({ gpus }) => gpus === 'count',
  }),
  texts('gpuIds', 'Indexes or UUIDs; UUIDs stay the same when cards change.', '编号或 UUID；换卡后 UUID 不变。', {
    label: both('Which', '哪些'),
    placeholder: 'GPU-8f3c…',
    isShown: ({ gpus }) => gpus === 'ids',
  }),
  text(
    'shm_size',
    'Default 64m: too little for NCCL and data loaders (Bus error).',
    '默认 64m：对 NCCL 和数据加载器过小（Bus error）。',
    { placeholder: '16g' },
  ),
  choice(
    'ipc',
    ['private', 'host', 'shareable'],
    'host: shared memory of the node itself; shm_size then has no effect.',
    'host：使用节点的共享内存，此时 shm_size 无效。',
  ),
  flag(
    'memlockUnlimited',
    'Page-locked memory without a limit: RDMA and pinned buffers need it.',
    '不限制锁页内存：RDMA 与锁页缓冲区需要。',
    {
      label: both('ulimits.memlock -1', 'ulimits.memlock -1'),
    },
  ),
  whole('stackBytes', 'NVIDIA’s images ask for 67108864.', 'NVIDIA 镜像建议 67108864。', {
    label: both('ulimits.stack', 'ulimits.stack'),
    unit: 'B',
    minimum: 8192,
  }),
  whole('nofile', 'Open files.', '可打开的文件数。', {
    label: both('ulimits.nofile', 'ulimits.nofile'),
    minimum: 1024,
  }),
  texts(
    'ports',
    'ADDRESS:PORT:PORT; without an address everybody in the network reaches it, past ufw.',
    '地址:端口:端口；不写地址则全网可访问，且绕过 ufw。',
    {
      placeholder: '127.0.0.1:8000:8000',
    },
  ),
  texts('volumes', 'PATH:PATH, :ro behind it for reading only.', '路径:路径，末尾加 :ro 表示只读。', {
    placeholder: '/srv/models:/models:ro',
  }),
  texts(
    'devices',
    'Device files beside the GPUs: RDMA needs /dev/infiniband.',
    'GPU 之外的设备文件：RDMA 需要 /dev/infiniband。',
    {
      placeholder: '/dev/infiniband:/dev/infiniband',
    },
  ),
  choice(
    'network_mode',
    ['bridge', 'host'],
    'host: the node’s own network, no ports to publish; several nodes over RDMA need it.',
    'host：使用节点网络，无需发布端口；跨节点 RDMA 需要。',
  ),
  texts(
    'cap_add',
    'IPC_LOCK for RDMA, SYS_ADMIN for profiling metrics of DCGM.',
    'RDMA 用 IPC_LOCK，DCGM 性能指标用 SYS_ADMIN。',
    { placeholder: 'IPC_LOCK' },
  ),
  text('user', 'UID:GID instead of the image’s user.', '以 UID:GID 替代镜像的用户。', { placeholder: '1000:1000' }),
  flag('read_only', 'Its root file system can’t be written.', '根文件系统只读。'),
  choice(
    'restart',
    ['no', 'always', 'unless-stopped', 'on-failure'],
    'unless-stopped: starts again after crashes and restarts of the node.',
    'unless-stopped：崩溃或节点重启后自动启动。',
  ),
  texts('depends_on', 'Services that start before.', '先启动的服务。'),
  whole(
    'stop_grace_period',
    'How long it may take to end before it is killed. Default 10 s.',
    '停止时的宽限时间，超过则强制结束。默认 10 s。',
    seconds,
  ),
  group('healthcheck', 'Says whether it works, not only whether it runs.', '判断服务是否可用，而不仅是进程存在。', [
    texts(
      'test',
      'A command in the container; 0 is healthy. One entry: a shell line.',
      '容器内的命令，返回 0 为健康。只有一项时作为 shell 命令行。',
      {
        placeholder: 'curl -fsS http://127.0.0.1:8000/v2/health/ready',
      },
    ),
    number('interval', 'Default 30 s.', '默认 30 s。', seconds),
    number('timeout', 'Default 30 s.', '默认 30 s。', seconds),
    whole(
      'retries',
      'Failures in a row until it counts as unhealthy. Default 3.',
      '连续失败多少次视为不健康。默认 3。',
      { minimum: 1 },
    ),
    number(
      'start_period',
      'Failures do not count before: loading a model takes minutes.',
      '此前的失败不计：加载模型需要数分钟。',
      seconds,
    ),
  ]),
  group('logging', 'Without limits, logs fill the disk.', '不限制则日志会占满磁盘。', [
    choice('driver', ['json-file', 'local', 'journald'], 'Default: that of the daemon.', '默认：守护进程的设置。'),
    text('max_size', 'A file of a log.', '单个日志文件大小。', { placeholder: '50m' }),
    whole('max_file', 'How many are kept.', '保留个数。', { minimum: 1 }),
  ]),
  otherField,
];

export const projectFields: readonly GeneratorField[] = [
  text(
    'name',
    'Begins the names of containers, networks and volumes. Without it: the folder’s name.',
    '容器、网络和卷名称的前缀。留空则取目录名。',
    { placeholder: 'serving' },
  ),
];

/** Source: compose-spec, spec.md and deploy.md; Docker documentation, Enable GPU access with Docker Compose. */
export const sections: Generator['sections'] = [
  {
    title: both('Project', '项目'),
    fields: projectFields,
  },
  {
    title: both('Services', '服务'),
    fields: [list('services', both('Service', '服务'), 'One container each.', '每个服务一个容器。', serviceFields)],
  },
  { title: both('Other', '其他'), fields: [otherField] },
];
