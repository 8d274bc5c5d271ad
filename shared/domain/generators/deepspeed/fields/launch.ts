import { choice, flag, group, number, text, whole } from '../../field-makers';
import { both, numberOf } from '../../values';
import { isTrainer } from '../setup';

export const launch = group(
  'launch',
  'How it is started; not part of the JSON.',
  '启动方式；不写入 JSON。',
  [
    choice(
      'framework',
      ['deepspeed', 'huggingface'],
      'deepspeed: your own loop around deepspeed.initialize. huggingface: Trainer, the only one that understands auto.',
      'deepspeed：自己编写循环，调用 deepspeed.initialize。huggingface：Trainer，只有它认识 auto。',
      { label: both('Training loop', '训练循环'), isRequired: true },
    ),
    whole('nodes', 'Machines that train together.', '共同训练的机器数。', {
      label: both('Machines', '机器数'),
      minimum: 1,
    }),
    whole(
      'gpusPerNode',
      'Processes on each, one a GPU. GPUs x nodes is the world size.',
      '每台机器的进程数，每个 GPU 一个。GPU 数 × 机器数即 world size。',
      { label: both('GPUs of each', '每台 GPU 数'), minimum: 1 },
    ),
    text(
      'hosts',
      'Names of the machines, separated by blanks; the first one leads. They need SSH to each other without a password.',
      '机器名，以空格分隔；第一台为主节点。彼此需免密 SSH。',
      {
        label: both('Names of the machines', '机器名'),
        placeholder: 'gpu-01 gpu-02',
        isShown: (around) => (numberOf(around, 'nodes') ?? 1) > 1,
      },
    ),
    whole(
      'masterPort',
      'TCP port of the first machine for the meeting. Default 29500.',
      '主节点用于会合的 TCP 端口，默认 29500。',
      {
        label: both('Port of the first', '主节点端口'),
        minimum: 1024,
        maximum: 65535,
        isShown: (around) => (numberOf(around, 'nodes') ?? 1) > 1,
      },
    ),
    text('model', 'Folder or hub name of the model that is trained.', '所训练模型的目录或 Hub 名称。', {
      label: both('Model', '模型'),
      placeholder: '/srv/models/Llama-3.1-8B',
      isShown: (_, form) => isTrainer(form),
    }),
    text('data', 'Text file to train on, one sample a line.', '训练用文本文件，每行一个样本。', {
      label: both('Data', '数据'),
      placeholder: '/srv/data/train.txt',
      isShown: (_, form) => isTrainer(form),
    }),
    flag(
      'passesOptimizer',
      'The script makes the optimizer and passes it on; then there is none in the JSON.',
      '由脚本创建优化器并传入；此时 JSON 中不能再有优化器。',
      { label: both('Optimizer from the script', '优化器由脚本传入'), isShown: (_, form) => !isTrainer(form) },
    ),
    number(
      'modelBillions',
      'Parameters that are trained, to estimate memory on the node’s GPUs; not written.',
      '所训练的参数量，用于估算节点 GPU 的显存；不写入文件。',
      { label: both('Parameters of the model', '模型参数量'), minimum: 0, unit: '10^9' },
    ),
    whole('pipelineStages', 'Stages of pipeline parallelism; 1: none.', '流水线并行的级数；1 表示不使用。', {
      label: both('Pipeline stages', '流水线级数'),
      minimum: 1,
    }),
  ],
  { label: both('Loop and processes', '训练循环与进程') },
);
