import { choice, flag, group, number, text, whole } from '../field-makers';
import type { Generator, GeneratorField, Values } from '../generator';
import { both, groupOf, numberOf, textOf } from '../values';
import { isTrainer, stageOf } from './setup';

const isStage3 = (_: Values, form: Values) => stageOf(form) === 3;
const isSharded = (_: Values, form: Values) => stageOf(form) > 0;
const isEnabled = (around: Values) => ['true', 'auto'].includes(textOf(around, 'enabled') ?? '');
const isOffloaded = (around: Values) => ['cpu', 'nvme'].includes(textOf(around, 'device') ?? '');
const isOnDisk = (around: Values) => textOf(around, 'device') === 'nvme';

/** `enabled` of fp16 and bf16: on, off, or what the Trainer was told. */
const enabled = (en: string, zh: string): GeneratorField => choice('enabled', ['true', 'false', 'auto'], en, zh);

const launch = group('launch', 'How it is started; not part of the JSON.', '启动方式；不写入 JSON。', [
  choice(
    'framework',
    ['deepspeed', 'huggingface'],
    'deepspeed: your own loop around deepspeed.initialize. huggingface: Trainer, the only one that understands auto.',
    'deepspeed：自己编写循环，调用 deepspeed.initialize。huggingface：Trainer，只有它认识 auto。',
    { isRequired: true },
  ),
  whole('nodes', 'Machines that train together.', '共同训练的机器数。', { minimum: 1 }),
  whole(
    'gpusPerNode',
    'Processes on each, one a GPU. GPUs x nodes is the world size.',
    '每台机器的进程数，每个 GPU 一个。GPU 数 × 机器数即 world size。',
    { minimum: 1 },
  ),
  text(
    'hosts',
    'Names of the machines, separated by blanks; the first one leads. They need SSH to each other without a password.',
    '机器名，以空格分隔；第一台为主节点。彼此需免密 SSH。',
    {
      placeholder: 'gpu-01 gpu-02',
      isShown: (around) => (numberOf(around, 'nodes') ?? 1) > 1,
    },
  ),
  whole(
    'masterPort',
    'TCP port of the first machine for the meeting. Default 29500.',
    '主节点用于会合的 TCP 端口，默认 29500。',
    {
      minimum: 1024,
      maximum: 65535,
      isShown: (around) => (numberOf(around, 'nodes') ?? 1) > 1,
    },
  ),
  text('model', 'Folder or hub name of the model that is trained.', '所训练模型的目录或 Hub 名称。', {
    placeholder: '/srv/models/Llama-3.1-8B',
    isShown: (_, form) => isTrainer(form),
  }),
  text('data', 'Text file to train on, one sample a line.', '训练用文本文件，每行一个样本。', {
    placeholder: '/srv/data/train.txt',
    isShown: (_, form) => isTrainer(form),
  }),
  flag(
    'passesOptimizer',
    'The script makes the optimizer and passes it on; then there is none in the JSON.',
    '由脚本创建优化器并传入；此时 JSON 中不能再有优化器。',
    {
      isShown: (_, form) => !isTrainer(form),
    },
  ),
  number(
    'modelBillions',
    'Parameters that are trained, to estimate memory on the node’s GPUs; not written.',
    '所训练的参数量，用于估算节点 GPU 的显存；不写入文件。',
    { minimum: 0, unit: '10^9' },
  ),
  whole('pipelineStages', 'Stages of pipeline parallelism; 1: none.', '流水线并行的级数；1 表示不使用。', {
    minimum: 1,
  }),
]);

const batch = [
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
  number('gradient_clipping', 'Longest gradient norm; 0: off.', '梯度范数上限；0 表示关闭。', {
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
    'Logs how long forward, backward and step take. Costs a little.',
    '记录前向、反向和更新各自的耗时，略有开销。',
  ),
];

const precision = [
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
        isShown: (around) => around.enabled === true,
      }),
    ],
  ),
  group('amp', 'NVIDIA Apex. Old; not together with ZeRO.', 'NVIDIA Apex，已过时；不能与 ZeRO 同用。', [
    flag('enabled', 'Default false.', '默认 false。'),
  ]),
];

const optimizer = [
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
          ),
          flag(
            'adam_w_mode',
            'Adam: decays weights apart from the gradient, as AdamW does. Default true.',
            'Adam：像 AdamW 那样将权重衰减与梯度分开，默认 true。',
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
  group('scheduler', 'The learning rate over time.', '学习率随时间的变化。', [
    choice(
      'type',
      ['WarmupLR', 'WarmupDecayLR', 'WarmupCosineLR', 'OneCycle', 'LRRangeTest'],
      'WarmupDecayLR and WarmupCosineLR end at total_num_steps.',
      'WarmupDecayLR 和 WarmupCosineLR 在 total_num_steps 处结束。',
    ),
    group(
      'params',
      'Settings of the schedule.',
      '调度参数。',
      [
        number('warmup_min_lr', 'Where the warm-up begins.', '预热起点。', { minimum: 0, isAuto: true }),
        number('warmup_max_lr', 'Where it ends: the learning rate.', '预热终点，即学习率。', {
          minimum: 0,
          isAuto: true,
        }),
        whole('warmup_num_steps', 'Steps of the warm-up.', '预热步数。', { minimum: 0, isAuto: true }),
        whole('total_num_steps', 'Steps of the whole training.', '训练总步数。', { minimum: 1, isAuto: true }),
      ],
      { isShown: (around) => /^Warmup/.test(textOf(around, 'type') ?? '') },
    ),
  ]),
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

const zero = [
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
      group(
        'offload_optimizer',
        'Optimizer state and its step in host memory or on NVMe.',
        '优化器状态及其更新放到主机内存或 NVMe。',
        [
          choice(
            'device',
            ['none', 'cpu', 'nvme'],
            'Default none. nvme: stage 3 only.',
            '默认 none。nvme 仅限 stage 3。',
          ),
          text('nvme_path', 'Folder on a local NVMe drive.', '本地 NVMe 盘上的目录。', {
            placeholder: '/local_nvme',
            isShown: isOnDisk,
          }),
          flag(
            'pin_memory',
            'Page-locked host memory: faster, needs a high limit of locked memory (ulimit -l).',
            '锁页主机内存：更快，需较高的锁定内存上限（ulimit -l）。',
            { isShown: isOffloaded },
          ),
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
          flag(
            'pipeline_read',
            'Reads the next tile while computing. Default false.',
            '计算时预读下一块，默认 false。',
            { isShown: isOnDisk },
          ),
          flag(
            'pipeline_write',
            'Writes the last tile while computing. Default false.',
            '计算时回写上一块，默认 false。',
            { isShown: isOnDisk },
          ),
        ],
        { isShown: isSharded },
      ),
      group(
        'offload_param',
        'Parameters in host memory or on NVMe: stage 3 only.',
        '参数放到主机内存或 NVMe：仅限 stage 3。',
        [
          choice('device', ['none', 'cpu', 'nvme'], 'Default none.', '默认 none。'),
          text('nvme_path', 'Folder on a local NVMe drive.', '本地 NVMe 盘上的目录。', {
            placeholder: '/local_nvme',
            isShown: isOnDisk,
          }),
          flag(
            'pin_memory',
            'Page-locked host memory: faster, needs a high limit of locked memory (ulimit -l).',
            '锁页主机内存：更快，需较高的锁定内存上限（ulimit -l）。',
            { isShown: isOffloaded },
          ),
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
          number(
            'max_in_cpu',
            'Elements that stay in host memory. Default 1e9.',
            '留在主机内存中的元素数，默认 1e9。',
            { minimum: 0, isShown: isOnDisk },
          ),
        ],
        { isShown: isStage3 },
      ),
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
        'Spreads the copying of gradients with offload in stages 1 and 2.',
        'stage 1、2 卸载时分散梯度拷贝。',
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

const other = [
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
      flag('partition_activations', 'Splits them over model-parallel GPUs.', '在模型并行的 GPU 间切分激活。'),
      flag('cpu_checkpointing', 'Keeps them in host memory.', '激活放到主机内存。'),
      flag(
        'contiguous_memory_optimization',
        'In one buffer; needs partition_activations and number_checkpoints.',
        '使用连续缓冲区；需要 partition_activations 和 number_checkpoints。',
      ),
      whole('number_checkpoints', 'How many there are.', '检查点数量。', { minimum: 1 }),
      flag('synchronize_checkpoint_boundary', 'Waits for the GPU at each.', '在每个检查点处同步 GPU。'),
      flag('profile', 'Logs the time of each.', '记录每个检查点的耗时。'),
    ],
  ),
  {
    name: 'other',
    kind: 'multiline',
    placeholder: '{"flops_profiler": {"enabled": true}}',
    label: both('Other settings', '其他设置'),
    help: both(
      'JSON that is merged into the file: what has no field here.',
      '合并到文件中的 JSON：此处没有字段的设置。',
    ),
  } satisfies GeneratorField,
];

/** Source: deepspeedai/DeepSpeed 0.19.6, docs/_pages/config-json.md, runtime/zero/config.py, offload_config.py, precision_config.py. */
export const sections: Generator['sections'] = [
  { title: both('Launch', '启动'), fields: [launch] },
  { title: both('Batch', '批量'), fields: batch },
  { title: both('Precision', '精度'), fields: precision },
  { title: both('Optimizer', '优化器'), fields: optimizer },
  { title: both('ZeRO', 'ZeRO'), fields: zero },
  { title: both('Other', '其他'), fields: other },
];
