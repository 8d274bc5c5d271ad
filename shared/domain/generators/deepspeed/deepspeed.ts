import type { NodeFacts } from '../../facts/index';
import type { Generator, GeneratorExample, GeneratorProblem, Values } from '../generator';
import { asValues, both, problem } from '../values';
import { configOf, partConfig } from './config';
import { sections } from './fields';
import { problems } from './problems';
import { scriptsOf } from './scripts';

const adamW = { type: 'AdamW', params: { lr: 0.0001, betas: [0.9, 0.95], eps: 1e-8, weight_decay: 0.1 } };
const warmup = { type: 'WarmupLR', params: { warmup_min_lr: 0, warmup_max_lr: 0.0001, warmup_num_steps: 100 } };
const common = {
  train_micro_batch_size_per_gpu: 1,
  gradient_accumulation_steps: 16,
  gradient_clipping: 1,
  bf16: { enabled: 'true' },
  optimizer: adamW,
  scheduler: warmup,
};
const ownLoop = { framework: 'deepspeed', nodes: 1, gpusPerNode: 8 };

const examples: readonly GeneratorExample[] = [
  {
    id: 'zero-2',
    title: both('ZeRO 2', 'ZeRO 2'),
    description: both(
      'Parameters fit on each GPU: optimizer state and gradients are split. The fastest that saves memory.',
      '每卡放得下全部参数：切分优化器状态和梯度。省显存的方案中最快。',
    ),
    values: {
      launch: ownLoop,
      ...common,
      zero_optimization: { stage: 2, overlap_comm: true, contiguous_gradients: true },
    },
  },
  {
    id: 'zero-3',
    title: both('ZeRO 3', 'ZeRO 3'),
    description: both(
      'Parameters are split as well: bigger models, more traffic.',
      '参数也切分：可训练更大的模型，通信更多。',
    ),
    values: {
      launch: ownLoop,
      ...common,
      zero_optimization: { stage: 3, overlap_comm: true, stage3_gather_16bit_weights_on_model_save: true },
    },
  },
  {
    id: 'zero-3-offload',
    title: both('ZeRO 3 with offload', 'ZeRO 3 加卸载'),
    description: both(
      'Optimizer and parameters in host memory: the biggest models, at the pace of PCIe and CPU.',
      '优化器和参数放到主机内存：可训练最大的模型，速度受 PCIe 和 CPU 限制。',
    ),
    values: {
      launch: ownLoop,
      ...common,
      zero_optimization: {
        stage: 3,
        offload_optimizer: { device: 'cpu', pin_memory: true },
        offload_param: { device: 'cpu', pin_memory: true },
        overlap_comm: true,
        sub_group_size: 1e9,
        stage3_gather_16bit_weights_on_model_save: true,
      },
    },
  },
  {
    id: 'trainer-auto',
    title: both('Hugging Face Trainer', 'Hugging Face Trainer'),
    description: both(
      'auto wherever the Trainer knows the value: it is said once, in its arguments.',
      '凡 Trainer 已知的值都用 auto：只在其参数中写一次。',
    ),
    values: {
      launch: { framework: 'huggingface', nodes: 1, gpusPerNode: 8 },
      train_batch_size: 'auto',
      train_micro_batch_size_per_gpu: 'auto',
      gradient_accumulation_steps: 'auto',
      gradient_clipping: 'auto',
      bf16: { enabled: 'auto' },
      optimizer: { type: 'AdamW', params: { lr: 'auto', betas: 'auto', eps: 'auto', weight_decay: 'auto' } },
      scheduler: {
        type: 'WarmupLR',
        params: { warmup_min_lr: 'auto', warmup_max_lr: 'auto', warmup_num_steps: 'auto' },
      },
      zero_optimization: {
        stage: 3,
        overlap_comm: true,
        reduce_bucket_size: 'auto',
        stage3_prefetch_bucket_size: 'auto',
        stage3_param_persistence_threshold: 'auto',
        stage3_gather_16bit_weights_on_model_save: true,
      },
    },
  },
];

/** DeepSpeed's JSON with a script and the commands that start it. Source: deepspeedai/DeepSpeed docs/_pages/config-json.md. */
export const deepspeed: Generator = {
  id: 'deepspeed',
  title: both('DeepSpeed training', 'DeepSpeed 训练'),
  description: both(
    'ds_config.json with ZeRO and offload, a script that runs as it is, and the commands that start it.',
    'ds_config.json（ZeRO 与卸载）、可直接运行的训练脚本和启动命令。',
  ),
  nodePath: null,
  probeIds: ['gpu'],
  sections,
  examples,
  initial,
  problems,
  files: (form) => [
    { fileName: 'ds_config.json', language: 'json', text: `${JSON.stringify(configOf(form), null, 2)}\n` },
    ...scriptsOf(form),
  ],
  read,
};

/** As many processes as the node has GPUs, and what its GPUs compute in. */
function initial(facts: NodeFacts | null): Record<string, unknown> {
  const gpus = facts?.gpu?.gpus ?? [];
  const values = JSON.parse(JSON.stringify(examples[0]?.values ?? {}));
  if (gpus.length > 0) values.launch = { ...ownLoop, gpusPerNode: gpus.length };
  const hasNoBf16 = problems(values, facts).some(({ path }) => path.join('.') === 'bf16.enabled');
  return hasNoBf16 ? { ...values, bf16: { enabled: 'false' }, fp16: { enabled: 'true' } } : values;
}

/** Null: no JSON object. Who trains is not in the file: `auto` is a sign of the Trainer. */
function read(text: string): { values: Record<string, unknown>; notes: GeneratorProblem[] } | null {
  let config: Values | null;
  try {
    config = asValues(JSON.parse(text));
  } catch {
    return null;
  }
  if (config === null) return null;
  const { values, others } = partConfig(config);
  const framework = text.includes('"auto"') ? 'huggingface' : 'deepspeed';
  const names = Object.keys(others);
  return {
    values: {
      launch: { framework, nodes: 1, gpusPerNode: 1 },
      ...values,
      ...(names.length > 0 ? { other: JSON.stringify(others, null, 2) } : {}),
    },
    notes: [
      problem(
        'info',
        ['launch'],
        both(
          'How many GPUs there are is not in the file: fill in the launch.',
          '文件中没有 GPU 数量：请填写启动部分。',
        ),
      ),
      ...(names.length > 0
        ? [problem('info', ['other'], both(`Kept as it is: ${names.join(', ')}.`, `原样保留：${names.join('、')}。`))]
        : []),
    ],
  };
}
