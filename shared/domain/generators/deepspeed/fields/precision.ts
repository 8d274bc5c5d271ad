import { choice, flag, group, number, texts, whole } from '../../field-makers';
import type { GeneratorField } from '../../generator';
import { isEnabled, isSwitchedOn } from './conditions';

/** `enabled` of fp16 and bf16: on, off, or what the Trainer was told. */
const enabled = (en: string, zh: string): GeneratorField => choice('enabled', ['true', 'false', 'auto'], en, zh);

export const precision: readonly GeneratorField[] = [
  group(
    'bf16',
    'bfloat16: needs no loss scaling. GPUs from compute capability 8.0 (A100).',
    'bfloat16：无需损失缩放。需计算能力 8.0 及以上（A100）。',
    [
      enabled('Default false; auto: what the Trainer was told.', '默认 false；auto 表示由 Trainer 决定。'),
      flag('immediate_grad_update', 'Adds each gradient to its sum as soon as it is there.', '梯度一算出就累加。', {
        isShown: isEnabled,
      }),
      flag(
        'check_grad_overflow',
        'Skips a step whose gradients are not finite. Default true.',
        '梯度非有限值时跳过该步，默认 true。',
        { isShown: isEnabled },
      ),
      flag(
        'bf16_master_weights_and_grads',
        'Keeps the master copy in bf16 too: half the memory, less exact.',
        '主副本也用 bf16：显存减半，精度降低。',
        { isShown: isEnabled },
      ),
      flag(
        'bf16_optimizer_states',
        'Keeps the optimizer’s state in bf16; needs the setting above and ZeRO 1 to 3.',
        '优化器状态也用 bf16；需启用上一项，且 ZeRO 为 1 至 3。',
        { isShown: isEnabled },
      ),
    ],
  ),
  group(
    'fp16',
    'float16 with loss scaling: for GPUs before A100 (V100, T4).',
    'float16 加损失缩放：用于 A100 之前的 GPU（V100、T4）。',
    [
      enabled('Default false; auto: what the Trainer was told.', '默认 false；auto 表示由 Trainer 决定。'),
      number(
        'loss_scale',
        '0, the default: found while training. Else a fixed factor.',
        '默认 0：训练中动态调整；否则为固定倍数。',
        { minimum: 0, isShown: isEnabled },
      ),
      whole('initial_scale_power', 'It begins with 2 to this power. Default 16.', '初始倍数为 2 的该次幂，默认 16。', {
        minimum: 0,
        maximum: 64,
        isShown: isEnabled,
      }),
      whole(
        'loss_scale_window',
        'It doubles after so many good steps. Default 1000.',
        '连续正常多少步后翻倍，默认 1000。',
        { minimum: 1, isShown: isEnabled },
      ),
      whole('hysteresis', 'Overflows before it is halved. Default 2.', '溢出多少次后减半，默认 2。', {
        minimum: 1,
        isShown: isEnabled,
      }),
      flag(
        'consecutive_hysteresis',
        'A good step gives all overflows back. Default false.',
        '出现正常步后重新计数溢出次数，默认 false。',
        { isShown: isEnabled },
      ),
      flag(
        'fp16_master_weights_and_grads',
        'Keeps the master copy in fp16 too: less memory, less exact; with offload and ZeRO 2 or more. Default false.',
        '主副本也用 fp16：省内存，精度降低；需卸载且 ZeRO 不低于 2。默认 false。',
        { isShown: isEnabled },
      ),
      number('min_loss_scale', 'It never falls below. Default 1.', '下限，默认 1。', {
        minimum: 0,
        isShown: isEnabled,
      }),
      flag('auto_cast', 'Casts inputs to fp16. Default false.', '把输入转换为 fp16，默认 false。', {
        isShown: isEnabled,
      }),
    ],
  ),
  group(
    'torch_autocast',
    'PyTorch’s own mixed precision within DeepSpeed; instead of bf16 and fp16.',
    '在 DeepSpeed 中使用 PyTorch 自身的混合精度；代替 bf16 和 fp16。',
    [
      flag('enabled', 'Default false.', '默认 false。'),
      choice('dtype', ['bfloat16', 'float16'], 'What it computes in. Default bfloat16.', '计算精度，默认 bfloat16。', {
        isShown: isSwitchedOn,
      }),
      texts(
        'lower_precision_safe_modules',
        'Classes of modules that may be computed so. Default: torch.nn.Linear and convolutions.',
        '允许以低精度计算的模块类。默认 torch.nn.Linear 与各卷积层。',
        { placeholder: 'torch.nn.Linear', isShown: isSwitchedOn },
      ),
    ],
  ),
  group('amp', 'NVIDIA Apex. Old; not together with ZeRO.', 'NVIDIA Apex，已过时；不能与 ZeRO 同用。', [
    flag('enabled', 'Default false.', '默认 false。'),
    choice(
      'opt_level',
      ['O0', 'O1', 'O2', 'O3'],
      'How much of it is float16. Default O1.',
      'float16 的使用程度，默认 O1。',
      {
        isShown: isSwitchedOn,
      },
    ),
  ]),
];
