import { choice, flag, group, number, text, whole } from '../../field-makers';
import type { GeneratorField } from '../../generator';
import { both } from '../../values';
import { isSwitchedOn } from './conditions';

const monitor: readonly GeneratorField[] = [
  flag('enabled', 'Default false.', '默认 false。'),
  text('output_path', 'Folder.', '目录。', { placeholder: '/srv/logs', isShown: isSwitchedOn }),
  text('job_name', 'Folder of this run. Default DeepSpeedJobName.', '本次运行的子目录，默认 DeepSpeedJobName。', {
    isShown: isSwitchedOn,
  }),
];

export const other: readonly GeneratorField[] = [
  choice(
    'communication_data_type',
    ['fp16', 'bf16', 'fp32'],
    'What gradients are sent as. Default: what is trained in.',
    '梯度通信的数据类型，默认与训练精度相同。',
  ),
  flag(
    'prescale_gradients',
    'Scales gradients before they are summed. Default false.',
    '求和前先缩放梯度，默认 false。',
  ),
  number('gradient_predivide_factor', 'By what they are divided before. Default 1.', '求和前除以该数，默认 1。', {
    minimum: 0,
  }),
  choice(
    'gradient_allreduce_op',
    ['mean', 'sum'],
    'Default mean; sum not in stage 3.',
    '默认 mean；stage 3 不能用 sum。',
  ),
  group(
    'activation_checkpointing',
    'For models that call deepspeed.checkpointing. Those of Hugging Face: gradient_checkpointing_enable().',
    '用于调用 deepspeed.checkpointing 的模型。Hugging Face 模型用 gradient_checkpointing_enable()。',
    [
      flag(
        'partition_activations',
        'Splits them over model-parallel GPUs. Default false.',
        '在模型并行的 GPU 间切分激活，默认 false。',
      ),
      flag('cpu_checkpointing', 'Keeps them in host memory. Default false.', '激活放到主机内存，默认 false。'),
      flag(
        'contiguous_memory_optimization',
        'In one buffer; needs partition_activations and number_checkpoints.',
        '使用连续缓冲区；需要 partition_activations 和 number_checkpoints。',
      ),
      whole('number_checkpoints', 'How many there are.', '检查点数量。', { minimum: 1 }),
      flag(
        'synchronize_checkpoint_boundary',
        'Waits for the GPU at each. Default false.',
        '在每个检查点处同步 GPU，默认 false。',
      ),
      flag('profile', 'Logs the time of each. Default false.', '记录每个检查点的耗时，默认 false。'),
    ],
  ),
  group(
    'tensor_parallel',
    'Splits layers over GPUs (AutoTP), with ZeRO 0 to 2.',
    '在 GPU 间切分各层（AutoTP），可搭配 ZeRO 0 至 2。',
    [
      whole('autotp_size', 'Over how many GPUs. Default 0: off.', '切分到多少个 GPU，默认 0 表示关闭。', {
        minimum: 0,
      }),
    ],
  ),
  group('data_types', 'Types of what is kept.', '保存数据的类型。', [
    choice(
      'grad_accum_dtype',
      ['fp32', 'fp16', 'bf16'],
      'What gradients are added up in. Default: as in training.',
      '梯度累加的类型，默认与训练相同。',
    ),
  ]),
  group('checkpoint', 'How checkpoints are written and read.', '检查点的读写方式。', [
    choice(
      'tag_validation',
      ['Warn', 'Ignore', 'Fail'],
      'Where ranks name a checkpoint differently. Default Warn.',
      '各 rank 的检查点名不一致时，默认 Warn。',
    ),
    flag(
      'load_universal',
      'Reads a universal checkpoint, which fits any number of GPUs. Default false.',
      '读取 universal 检查点，可用于任意 GPU 数，默认 false。',
    ),
    flag(
      'use_node_local_storage',
      'Each machine keeps its own part, without a shared folder. Default false.',
      '各机器保存自己的部分，无需共享目录，默认 false。',
    ),
  ]),
  group('flops_profiler', 'Measures where the time of a step goes.', '分析每步的耗时分布。', [
    flag('enabled', 'Default false.', '默认 false。'),
    whole(
      'profile_step',
      'Which step. Default 1; not the first ones, which are slow.',
      '分析哪一步，默认 1；前几步较慢，不宜选用。',
      { minimum: 1, isShown: isSwitchedOn },
    ),
    whole('module_depth', 'How deep into modules; default -1: all.', '模块深度，默认 -1 表示全部。', {
      minimum: -1,
      isShown: isSwitchedOn,
    }),
    whole('top_modules', 'How many of the slowest. Default 1.', '列出最慢的若干个，默认 1。', {
      minimum: 1,
      isShown: isSwitchedOn,
    }),
    flag('detailed', 'With each module. Default true.', '列出各模块，默认 true。', { isShown: isSwitchedOn }),
    text('output_file', 'Where to. Default: standard output.', '输出文件，默认标准输出。', { isShown: isSwitchedOn }),
  ]),
  group('comms_logger', 'Logs each communication of the GPUs.', '记录 GPU 间的每次通信。', [
    flag('enabled', 'Default false. Slows training.', '默认 false。会拖慢训练。'),
    flag('verbose', 'One by one while it runs. Default false.', '运行中逐条输出，默认 false。', {
      isShown: isSwitchedOn,
    }),
    flag('prof_all', 'All operations. Default true.', '记录全部操作，默认 true。', { isShown: isSwitchedOn }),
    flag('debug', 'With the names of calling functions. Default false.', '附带调用函数名，默认 false。', {
      isShown: isSwitchedOn,
    }),
  ]),
  group('tensorboard', 'Writes events for TensorBoard.', '写入 TensorBoard 事件。', monitor),
  group('csv_monitor', 'Writes CSV files.', '写入 CSV 文件。', monitor),
  group('wandb', 'Sends to Weights & Biases.', '发送到 Weights & Biases。', [
    flag('enabled', 'Default false. Needs a key in the environment.', '默认 false。需在环境中提供密钥。'),
    text('group', 'Runs of one group stand together.', '同组的运行归在一起。', { isShown: isSwitchedOn }),
    text('team', 'Whose account.', '所属团队。', { isShown: isSwitchedOn }),
    text('project', 'Default deepspeed.', '默认 deepspeed。', { isShown: isSwitchedOn }),
  ]),
  {
    name: 'other',
    kind: 'multiline',
    placeholder: '{"elasticity": {"enabled": true}}',
    label: both('Other settings', '其他设置'),
    help: both(
      'JSON that is merged into the file: what has no field here.',
      '合并到文件中的 JSON：此处没有字段的设置。',
    ),
  } satisfies GeneratorField,
];
