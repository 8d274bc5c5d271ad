import { flag, number, whole } from '../../field-makers';
import type { GeneratorField } from '../../generator';

export const batch: readonly GeneratorField[] = [
  whole(
    'train_batch_size',
    'Samples for one step of the optimizer, all GPUs together: micro batch x accumulation x world size. Give two of the three.',
    '优化器每步的总样本数：微批 × 累积步数 × world size。三者给出其二即可。',
    { minimum: 1, isAuto: true },
  ),
  whole(
    'train_micro_batch_size_per_gpu',
    'Samples that a GPU takes at once: what its memory allows.',
    '每个 GPU 一次处理的样本数，受显存限制。',
    { minimum: 1, isAuto: true },
  ),
  whole(
    'gradient_accumulation_steps',
    'Micro batches before a step. Default 1; more of them make a bigger batch without more memory.',
    '每步之前累积的微批数，默认 1；增大它可扩大批量而不增加显存。',
    { minimum: 1, isAuto: true },
  ),
  number('gradient_clipping', 'Longest gradient norm. Default 1; 0: off.', '梯度范数上限，默认 1；0 表示关闭。', {
    minimum: 0,
    isAuto: true,
  }),
  whole('steps_per_print', 'Progress is logged each so many steps.', '每隔多少步输出一次进度。', { minimum: 1 }),
  flag(
    'dump_state',
    'Logs the whole state of DeepSpeed once it is made. Default false.',
    '初始化后输出 DeepSpeed 的全部状态，默认 false。',
  ),
  flag(
    'wall_clock_breakdown',
    'Logs how long forward, backward and step take. Costs a little. Default false.',
    '记录前向、反向和更新各自的耗时，略有开销。默认 false。',
  ),
];
