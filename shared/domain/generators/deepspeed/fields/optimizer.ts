import { choice, flag, group, number, whole } from '../../field-makers';
import type { GeneratorField, Values } from '../../generator';
import { both, groupOf, textOf } from '../../values';
import { scheduler } from './scheduler';

const typeOf = (form: Values) => textOf(groupOf(form, 'optimizer'), 'type') ?? '';
const isAdam = (_: Values, form: Values) => /^AdamW?$/.test(typeOf(form));
const isOneBit = (_: Values, form: Values) => /^OneBit/.test(typeOf(form));

export const optimizer: readonly GeneratorField[] = [
  group(
    'optimizer',
    'Made by DeepSpeed. With offload, Adam and AdamW become DeepSpeedCPUAdam.',
    '由 DeepSpeed 创建。卸载时 Adam 和 AdamW 变为 DeepSpeedCPUAdam。',
    [
      choice(
        'type',
        ['Adam', 'AdamW', 'Lamb', 'OneBitAdam', 'OneBitLamb', 'Muon', 'SGD'],
        'AdamW for language models. SGD and others are PyTorch’s own.',
        '语言模型用 AdamW。SGD 等来自 PyTorch。',
      ),
      group(
        'params',
        'Settings of the optimizer.',
        '优化器参数。',
        [
          number('lr', 'Learning rate after the warm-up.', '预热后的学习率。', { minimum: 0, isAuto: true }),
          {
            name: 'betas',
            kind: 'numbers',
            minimum: 0,
            maximum: 1,
            word: 'auto',
            label: both('betas', 'betas'),
            help: both('Two decay rates. Default 0.9, 0.999.', '两个衰减率，默认 0.9、0.999。'),
          },
          number('eps', 'Keeps the division finite. Default 1e-8.', '防止除零，默认 1e-8。', {
            minimum: 0,
            isAuto: true,
          }),
          flag(
            'torch_adam',
            'Adam and AdamW: PyTorch’s instead of the fused one of DeepSpeed. Default false.',
            'Adam 与 AdamW：用 PyTorch 的实现代替 DeepSpeed 的融合实现，默认 false。',
            { isShown: isAdam },
          ),
          flag(
            'adam_w_mode',
            'Adam: decays weights apart from the gradient, as AdamW does. Default true.',
            'Adam：像 AdamW 那样将权重衰减与梯度分开，默认 true。',
            { isShown: isAdam },
          ),
          whole(
            'freeze_step',
            'Steps with full gradients before they are compressed to a bit.',
            '梯度压缩为 1 位之前的完整梯度步数。',
            {
              minimum: 1,
              isShown: isOneBit,
            },
          ),
          number(
            'momentum',
            'Share of the last step that goes on. Default 0 (SGD), 0.95 (Muon).',
            '沿用上一步的比例。默认 0（SGD）、0.95（Muon）。',
            {
              minimum: 0,
              maximum: 1,
              isShown: (_, form) => ['SGD', 'Muon'].includes(typeOf(form)),
            },
          ),
          number('weight_decay', 'Default 0; 0.01 to 0.1 are usual.', '默认 0；常用 0.01 至 0.1。', {
            minimum: 0,
            isAuto: true,
          }),
        ],
        { isShown: (around) => textOf(around, 'type') !== null },
      ),
    ],
  ),
  scheduler,
  flag(
    'zero_allow_untested_optimizer',
    'Lets an optimizer run with ZeRO that DeepSpeed does not test with it.',
    '允许使用 DeepSpeed 未与 ZeRO 一起测试的优化器。',
  ),
  flag(
    'zero_force_ds_cpu_optimizer',
    'Default true: offload insists on DeepSpeedCPUAdam. False lets others run on the CPU, slowly.',
    '默认 true：卸载时强制使用 DeepSpeedCPUAdam。false 允许其他优化器在 CPU 上运行，较慢。',
  ),
];
