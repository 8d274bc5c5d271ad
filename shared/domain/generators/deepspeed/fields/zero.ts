import { flag, group, number, whole } from '../../field-makers';
import type { GeneratorField, Values } from '../../generator';
import { both, groupOf } from '../../values';
import { isOnDisk, isSharded, isStage3 } from './conditions';
import { offload } from './offload';

export const zero: readonly GeneratorField[] = [
  group(
    'zero_optimization',
    'What is split over the GPUs instead of being held by each.',
    '哪些内容分摊到各 GPU，而不是每卡一份。',
    [
      {
        name: 'stage',
        kind: 'integer',
        minimum: 0,
        maximum: 3,
        label: both('stage', 'stage'),
        help: both(
          '0: nothing. 1: optimizer state. 2: gradients too. 3: parameters too: least memory, most traffic.',
          '0：不切分。1：切分优化器状态。2：再切分梯度。3：再切分参数，显存最省、通信最多。',
        ),
      },
      ...offload,
      flag(
        'overlap_comm',
        'Communicates while computing. Default: true in stage 3. Takes about 4.5 times the bucket.',
        '计算与通信重叠。stage 3 默认 true。约占 4.5 倍桶大小的显存。',
        { isShown: isSharded },
      ),
      flag(
        'contiguous_gradients',
        'Copies gradients into one buffer: less fragmentation. Default true.',
        '把梯度拷入连续缓冲区，减少碎片，默认 true。',
        { isShown: isSharded },
      ),
      flag(
        'reduce_scatter',
        'Averages gradients by reduce-scatter instead of all-reduce. Default true.',
        '用 reduce-scatter 代替 all-reduce 求梯度均值，默认 true。',
        { isShown: isSharded },
      ),
      number(
        'reduce_bucket_size',
        'Elements (not bytes) that are reduced at once. Default 5e8.',
        '一次归约的元素数（不是字节），默认 5e8。',
        { minimum: 0, isAuto: true, isShown: isSharded },
      ),
      flag(
        'allgather_partitions',
        'Collects parameters by all-gather after each step. Default true.',
        '每步之后用 all-gather 收集参数，默认 true。',
        { isShown: isSharded },
      ),
      number(
        'allgather_bucket_size',
        'Elements that are gathered at once. Default 5e8; less saves memory.',
        '一次收集的元素数，默认 5e8；减小可省显存。',
        { minimum: 0, isShown: isSharded },
      ),
      flag(
        'round_robin_gradients',
        'Spreads the copying of gradients with offload in stages 1 and 2. Default false.',
        'stage 1、2 卸载时分散梯度拷贝，默认 false。',
        { isShown: isSharded },
      ),
      flag(
        'ignore_unused_parameters',
        'Parameters that a step does not use are no error. Default true.',
        '某步未用到的参数不算错误，默认 true。',
        { isShown: isSharded },
      ),
      flag(
        'load_from_fp32_weights',
        'A checkpoint’s master copy is read, not its 16-bit weights. Default true.',
        '从检查点读取 FP32 主副本而非 16 位权重，默认 true。',
        { isShown: isSharded },
      ),
      number(
        'sub_group_size',
        'Elements that are updated at once. Default 1e9; lower it where the step runs out of memory.',
        '一次更新的元素数，默认 1e9；更新时显存不足则调小。',
        { minimum: 1, isShown: isStage3 },
      ),
      whole('stage3_prefetch_bucket_size', 'Elements fetched ahead. Default 5e7.', '预取的元素数，默认 5e7。', {
        minimum: 0,
        isAuto: true,
        isShown: isStage3,
      }),
      number(
        'stage3_param_persistence_threshold',
        'Smaller parameters are kept by every GPU. Default 1e5.',
        '小于该值的参数每卡保留一份，默认 1e5。',
        { minimum: 0, isAuto: true, isShown: isStage3 },
      ),
      number(
        'stage3_model_persistence_threshold',
        'Most elements that are kept so, all parameters together. Default: no limit.',
        '以此方式保留的元素总数上限，默认不限。',
        { minimum: 0, isShown: isStage3 },
      ),
      whole(
        'stage3_module_granularity_threshold',
        'Modules with fewer parameters per part are fetched as a whole: for models of many small parts (MoE). Default 0: off.',
        '每部分参数少于该值的模块整体获取：适用于由许多小模块组成的模型（MoE）。默认 0 表示关闭。',
        { minimum: 0, isShown: isStage3 },
      ),
      flag(
        'stage3_use_all_reduce_for_fetch_params',
        'Fetches parameters by all-reduce. Default false.',
        '用 all-reduce 获取参数，默认 false。',
        { isShown: isStage3 },
      ),
      flag(
        'stage3_allgather_sequential',
        'One all-gather a parameter, one after the other: less memory, slower. Default false.',
        '逐个参数依次 all-gather：更省显存，更慢。默认 false。',
        { isShown: isStage3 },
      ),
      flag(
        'memory_efficient_linear',
        'Linear layers that keep less for the way back. Default true.',
        '线性层为反向传播保留更少的内容，默认 true。',
        { isShown: isStage3 },
      ),
      whole(
        'mics_shard_size',
        'MiCS: parameters are split over so many GPUs only, with copies beside. Default -1: over all.',
        'MiCS：参数仅在这么多 GPU 间切分，组间保留副本。默认 -1：在全部 GPU 间切分。',
        { minimum: -1, isShown: isStage3 },
      ),
      number(
        'stage3_max_live_parameters',
        'Most parameters that a GPU holds at once. Default 1e9; less saves memory.',
        '每卡同时持有的参数上限，默认 1e9；减小可省显存。',
        { minimum: 0, isShown: isStage3 },
      ),
      number(
        'stage3_max_reuse_distance',
        'Kept if used again within so many parameters. Default 1e9.',
        '在多少个参数之内会再次用到就保留，默认 1e9。',
        { minimum: 0, isShown: isStage3 },
      ),
      flag(
        'stage3_gather_16bit_weights_on_model_save',
        'Gathers the weights on rank 0 for saving; they must fit there. Default false.',
        '保存时把权重汇集到 rank 0，需放得下，默认 false。',
        { isShown: isStage3 },
      ),
      whole(
        'zero_hpz_partition_size',
        'ZeRO++: a second copy of the parameters within so many GPUs (those of a node). Default 1: none.',
        'ZeRO++：在这么多 GPU 内（一台机器）再保留一份参数，默认 1 表示不用。',
        { minimum: 1, isShown: isStage3 },
      ),
      flag(
        'zero_quantized_weights',
        'ZeRO++: sends weights as int8. Default false.',
        'ZeRO++：以 int8 传输权重，默认 false。',
        { isShown: isStage3 },
      ),
      flag(
        'zero_quantized_gradients',
        'ZeRO++: sends gradients as int4. Default false.',
        'ZeRO++：以 int4 传输梯度，默认 false。',
        { isShown: isStage3 },
      ),
    ],
  ),
  group(
    'aio',
    'Reading and writing NVMe; measured by ds_nvme_tune.',
    'NVMe 读写参数；可用 ds_nvme_tune 测定。',
    [
      whole('block_size', 'Bytes a request. Default 1048576.', '每次请求的字节数，默认 1048576。', { minimum: 4096 }),
      whole('queue_depth', 'Requests at once. Default 8.', '并发请求数，默认 8。', { minimum: 1 }),
      whole('thread_count', 'Threads a process. Default 1.', '每进程线程数，默认 1。', { minimum: 1 }),
      flag('single_submit', 'One request at a time. Default false.', '逐个提交请求，默认 false。'),
      flag('overlap_events', 'Submits while others complete. Default true.', '提交与完成重叠，默认 true。'),
    ],
    {
      isShown: (_, form) => {
        const { offload_optimizer: first, offload_param: second } = groupOf(form, 'zero_optimization');
        return [first, second].some((one) => isOnDisk((one ?? {}) as Values));
      },
    },
  ),
];
