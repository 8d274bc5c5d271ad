import { choice, flag, group, number, text, whole } from '../../field-makers';
import type { GeneratorField } from '../../generator';
import { isOffloaded, isOnDisk, isSharded, isStage3 } from './conditions';

const place: readonly GeneratorField[] = [
  text('nvme_path', 'Folder on a local NVMe drive.', '本地 NVMe 盘上的目录。', {
    placeholder: '/local_nvme',
    isShown: isOnDisk,
  }),
  flag(
    'pin_memory',
    'Page-locked host memory: faster, needs a high limit of locked memory (ulimit -l). Default true (false in older releases).',
    '锁页主机内存：更快，需较高的锁定内存上限（ulimit -l）。默认 true（旧版本为 false）。',
    { isShown: isOffloaded },
  ),
];

/** Source: deepspeedai/DeepSpeed deepspeed/runtime/zero/offload_config.py. */
export const offload: readonly GeneratorField[] = [
  group(
    'offload_optimizer',
    'Optimizer state and its step in host memory or on NVMe.',
    '优化器状态及其更新放到主机内存或 NVMe。',
    [
      choice('device', ['none', 'cpu', 'nvme'], 'Default none. nvme: stage 3 only.', '默认 none。nvme 仅限 stage 3。'),
      ...place,
      number(
        'ratio',
        'Share of the parameters that the CPU updates. Default 1; less in stage 3 only.',
        '由 CPU 更新的参数比例，默认 1；仅 stage 3 可小于 1。',
        { minimum: 0, maximum: 1, isShown: isOffloaded },
      ),
      whole(
        'buffer_count',
        'Buffers for NVMe: at least the states of the optimizer, 4 for Adam. Default 4.',
        'NVMe 缓冲区数，不少于优化器的状态数，Adam 为 4。默认 4。',
        { minimum: 1, isShown: isOnDisk },
      ),
      flag('fast_init', 'Faster beginning with NVMe. Default false.', 'NVMe 更快初始化，默认 false。', {
        isShown: isOnDisk,
      }),
      flag(
        'super_offload',
        'Stage 3 on a CPU next to the GPU (Grace): overlaps both. Default false.',
        '用于与 GPU 紧耦合的 CPU（Grace），stage 3：两者并行。默认 false。',
        { isShown: isOffloaded },
      ),
      number(
        'cpuadam_cores_perc',
        'Share of the cores that super_offload takes for the step. Default 0.8.',
        'super_offload 用于更新的核心比例，默认 0.8。',
        { minimum: 0, maximum: 1, isShown: (around) => around.super_offload === true },
      ),
      flag('pipeline_read', 'Reads the next tile while computing. Default false.', '计算时预读下一块，默认 false。', {
        isShown: isOnDisk,
      }),
      flag('pipeline_write', 'Writes the last tile while computing. Default false.', '计算时回写上一块，默认 false。', {
        isShown: isOnDisk,
      }),
    ],
    { isShown: isSharded },
  ),
  group(
    'offload_param',
    'Parameters in host memory or on NVMe: stage 3 only.',
    '参数放到主机内存或 NVMe：仅限 stage 3。',
    [
      choice('device', ['none', 'cpu', 'nvme'], 'Default none.', '默认 none。'),
      ...place,
      whole('buffer_count', 'Buffers for NVMe. Default 5.', 'NVMe 缓冲区数，默认 5。', {
        minimum: 1,
        isShown: isOnDisk,
      }),
      number(
        'buffer_size',
        'Elements a buffer. Default 1e8: no parameter may be bigger.',
        '每个缓冲区的元素数，默认 1e8：任何参数都不能超过它。',
        { minimum: 1, isShown: isOnDisk },
      ),
      number('max_in_cpu', 'Elements that stay in host memory. Default 1e9.', '留在主机内存中的元素数，默认 1e9。', {
        minimum: 0,
        isShown: isOnDisk,
      }),
    ],
    { isShown: isStage3 },
  ),
];
