import { choice, flag, group, number, whole } from '../../field-makers';
import type { Values } from '../../generator';
import { groupOf, textOf } from '../../values';

const isOf =
  (...types: string[]) =>
  (_: Values, form: Values) =>
    types.includes(textOf(groupOf(form, 'scheduler'), 'type') ?? '');
const warm = { isShown: isOf('WarmupLR', 'WarmupDecayLR', 'WarmupCosineLR') };
const linear = { isShown: isOf('WarmupLR', 'WarmupDecayLR') };
const ending = { isShown: isOf('WarmupDecayLR', 'WarmupCosineLR') };
const cosine = { isShown: isOf('WarmupCosineLR') };
const cycle = { isShown: isOf('OneCycle') };
const range = { isShown: isOf('LRRangeTest') };

/** Source: deepspeedai/DeepSpeed deepspeed/runtime/lr_schedules.py. */
export const scheduler = group('scheduler', 'The learning rate over time.', '学习率随时间的变化。', [
  choice(
    'type',
    ['WarmupLR', 'WarmupDecayLR', 'WarmupCosineLR', 'OneCycle', 'LRRangeTest'],
    'WarmupDecayLR and WarmupCosineLR end at total_num_steps. OneCycle: up, down, and further down. LRRangeTest: ever higher, to find out which still learns.',
    'WarmupDecayLR 和 WarmupCosineLR 在 total_num_steps 处结束。OneCycle：先升后降再衰减。LRRangeTest：不断升高，用于寻找可用的学习率。',
  ),
  group(
    'params',
    'Settings of the schedule.',
    '调度参数。',
    [
      number('warmup_min_lr', 'Where the warm-up begins. Default 0.', '预热起点，默认 0。', {
        minimum: 0,
        isAuto: true,
        ...linear,
      }),
      number('warmup_max_lr', 'Where it ends: the learning rate. Default 0.001.', '预热终点，即学习率。默认 0.001。', {
        minimum: 0,
        isAuto: true,
        ...linear,
      }),
      whole('warmup_num_steps', 'Steps of the warm-up. Default 1000.', '预热步数，默认 1000。', {
        minimum: 0,
        isAuto: true,
        ...warm,
      }),
      choice('warmup_type', ['log', 'linear'], 'How it rises. Default log.', '上升方式，默认 log。', warm),
      number(
        'warmup_min_ratio',
        'Where the warm-up begins, as a share of lr. Default 0.',
        '预热起点占 lr 的比例，默认 0。',
        {
          minimum: 0,
          maximum: 1,
          ...cosine,
        },
      ),
      number('cos_min_ratio', 'Where it ends, as a share of lr. Default 0.0001.', '终点占 lr 的比例，默认 0.0001。', {
        minimum: 0,
        maximum: 1,
        ...cosine,
      }),
      whole('total_num_steps', 'Steps of the whole training.', '训练总步数。', { minimum: 1, isAuto: true, ...ending }),
      number('cycle_min_lr', 'Where a cycle begins and ends.', '周期的起点和终点。', { minimum: 0, ...cycle }),
      number('cycle_max_lr', 'Its top.', '周期的最高点。', { minimum: 0, ...cycle }),
      whole('cycle_first_step_size', 'Steps of the way up. Default 2000.', '上升步数，默认 2000。', {
        minimum: 1,
        ...cycle,
      }),
      whole('cycle_second_step_size', 'Steps of the way down. Default: as many.', '下降步数，默认与上升相同。', {
        minimum: 1,
        ...cycle,
      }),
      whole('cycle_first_stair_count', 'Stairs on the way up; default 0: smooth.', '上升的台阶数，默认 0 表示平滑。', {
        minimum: 0,
        ...cycle,
      }),
      whole(
        'cycle_second_stair_count',
        'Stairs on the way down; default 0: smooth.',
        '下降的台阶数，默认 0 表示平滑。',
        {
          minimum: 0,
          ...cycle,
        },
      ),
      whole(
        'decay_step_size',
        'After the cycle: steps of each decay. Default 0: none.',
        '周期之后每次衰减的步数，默认 0 表示不衰减。',
        {
          minimum: 0,
          ...cycle,
        },
      ),
      number('decay_lr_rate', 'How much lower with each. Default 0.', '每次衰减的程度，默认 0。', {
        minimum: 0,
        ...cycle,
      }),
      flag(
        'cycle_momentum',
        'Momentum goes the other way meanwhile. Default true.',
        '动量同时反向变化，默认 true。',
        cycle,
      ),
      number('cycle_min_mom', 'Its lowest. Default 0.8.', '动量下限，默认 0.8。', { minimum: 0, maximum: 1, ...cycle }),
      number('cycle_max_mom', 'Its highest. Default 0.9.', '动量上限，默认 0.9。', {
        minimum: 0,
        maximum: 1,
        ...cycle,
      }),
      number('decay_mom_rate', 'How much higher with each decay. Default 0.', '每次衰减时动量的增幅，默认 0。', {
        minimum: 0,
        ...cycle,
      }),
      number('lr_range_test_min_lr', 'Where it begins. Default 0.001.', '起点，默认 0.001。', { minimum: 0, ...range }),
      whole('lr_range_test_step_size', 'Steps of each rise. Default 2000.', '每次升高的步数，默认 2000。', {
        minimum: 1,
        ...range,
      }),
      number(
        'lr_range_test_step_rate',
        'By how much, in parts of the first one. Default 1.',
        '升幅（起点的倍数），默认 1。',
        {
          minimum: 0,
          ...range,
        },
      ),
      flag(
        'lr_range_test_staircase',
        'In stairs instead of smoothly. Default false.',
        '阶梯式而非平滑升高，默认 false。',
        range,
      ),
    ],
    { isShown: (around) => textOf(around, 'type') !== null },
  ),
]);
