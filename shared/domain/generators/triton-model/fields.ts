import type { Generator, GeneratorField, Values } from '../generator';
import { both, groupOf, numberOf, textOf } from '../values';

const backendIs =
  (...names: string[]) =>
  (_: Values, form: Values) =>
    names.includes(textOf(form, 'backend') ?? '');
const isEnsemble = backendIs('ensemble');
const isModel = (around: Values, form: Values) => !isEnsemble(around, form);
const schedulerIs = (name: string) => (_: Values, form: Values) => textOf(form, 'scheduler') === name;
const policyIs = (name: string) => (around: Values) => textOf(around, 'version_policy') === name;
const strategyIs = (name: string) => (around: Values) => (textOf(around, 'strategy') ?? 'direct') === name;

type Kind = 'text' | 'boolean' | 'texts';
type Own = Partial<Pick<GeneratorField, 'isShown' | 'unit' | 'isRequired'>>;
const field = (
  kind: Kind,
  name: string,
  label: ReturnType<typeof both>,
  help: ReturnType<typeof both>,
  own: Own & { placeholder?: string } = {},
): GeneratorField => ({
  name,
  kind,
  label,
  help,
  ...own,
});
const number = (
  kind: 'integer' | 'number' | 'integers',
  name: string,
  label: ReturnType<typeof both>,
  help: ReturnType<typeof both>,
  own: Own & { minimum?: number; maximum?: number } = {},
): GeneratorField => ({
  name,
  kind,
  label,
  help,
  ...own,
});
const choice = (
  name: string,
  values: readonly string[],
  label: ReturnType<typeof both>,
  help: ReturnType<typeof both>,
  own: Own = {},
): GeneratorField => ({
  name,
  kind: 'choice',
  choices: values.map((value) => ({ value, label: both(value, value) })),
  label,
  help,
  ...own,
});

const dataTypes = [
  'FP32',
  'FP16',
  'BF16',
  'FP64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'BOOL',
  'STRING',
].map((name) => `TYPE_${name}`);

const tensor = [
  field(
    'text',
    'name',
    both('Name', '名称'),
    both(
      'As the model calls it. PyTorch models without names: INPUT__0, OUTPUT__0.',
      '模型中的名称。没有名称的 PyTorch 模型用 INPUT__0、OUTPUT__0。',
    ),
    { isRequired: true, placeholder: 'input_ids' },
  ),
  choice(
    'data_type',
    dataTypes,
    both('Data type', '数据类型'),
    both('TYPE_STRING is what clients call BYTES.', 'TYPE_STRING 即客户端所说的 BYTES。'),
    { isRequired: true },
  ),
  number(
    'integers',
    'dims',
    both('Shape', '形状'),
    both(
      '-1: any length. Where max_batch_size is 1 or more, without the batch dimension.',
      '-1 表示任意长度。max_batch_size 不小于 1 时不含批量维。',
    ),
    { minimum: -1, isRequired: true },
  ),
  number(
    'integers',
    'reshape',
    both('Reshaped to', '变形为'),
    both('The shape that the model itself wants, of as many elements.', '模型本身所需的形状，元素数相同。'),
    { minimum: -1 },
  ),
];

const queuePolicy = [
  choice(
    'timeout_action',
    ['REJECT', 'DELAY'],
    both('After the timeout', '超时后'),
    both(
      'REJECT, the default: an error. DELAY: behind all others that are in time, maybe for ever.',
      'REJECT（默认）：返回错误。DELAY：排到所有未超时请求之后，可能一直得不到处理。',
    ),
  ),
  number(
    'number',
    'defaultTimeoutMs',
    both('Timeout', '超时'),
    both(
      'How long a request may wait in the queue. 0, the default: for ever.',
      '请求在队列中的最长等待时间。默认 0：不限。',
    ),
    { unit: 'ms', minimum: 0 },
  ),
  field(
    'boolean',
    'allow_timeout_override',
    both('Requests set their own', '允许请求自定'),
    both(
      'A request may ask for a shorter timeout (in microseconds), never for a longer one. Default false.',
      '请求可以要求更短的超时（微秒），不能更长。默认 false。',
    ),
  ),
  number(
    'integer',
    'max_queue_size',
    both('Longest queue', '队列上限'),
    both(
      'More requests are rejected at once. 0, the default: no limit, and under overload latency grows without end.',
      '超出即拒绝。默认 0：不限，过载时延迟无限增长。',
    ),
    { minimum: 0 },
  ),
];

const dynamic: GeneratorField = {
  name: 'dynamic_batching',
  kind: 'group',
  isShown: schedulerIs('dynamic'),
  label: both('Dynamic batching', '动态批处理'),
  help: both('Puts requests that wait together into one batch.', '把同时等待的请求合成一批。'),
  fields: [
    number(
      'number',
      'maxQueueDelayMs',
      both('Longest delay', '最长等待'),
      both(
        'How long a request waits for company. Default 0; 0.1 to 5 ms are usual: what the latency allows. In the file it stands in microseconds.',
        '请求等待凑批的最长时间。默认 0；常用 0.1 至 5 ms，视延迟预算而定。文件中以微秒表示。',
      ),
      { unit: 'ms', minimum: 0 },
    ),
    number(
      'integers',
      'preferred_batch_size',
      both('Preferred sizes', '首选批量'),
      both(
        'Leave it empty, unless the model is much faster at some sizes (TensorRT profiles).',
        '通常留空，除非模型在某些批量下明显更快（TensorRT profile）。',
      ),
      { minimum: 1 },
    ),
    field(
      'boolean',
      'preserve_ordering',
      both('Keep the order', '保持顺序'),
      both(
        'Answers in the order of the requests. Default false; costs latency.',
        '按请求顺序返回结果。默认 false；会增加延迟。',
      ),
    ),
    number(
      'integer',
      'priority_levels',
      both('Priority levels', '优先级数'),
      both('1 is served first, then 2 … Default 0: none.', '先处理 1，再处理 2……默认 0：不分级。'),
      { minimum: 0, maximum: 1000 },
    ),
    number(
      'integer',
      'default_priority_level',
      both('Level of others', '默认级别'),
      both('For requests that name none; needed where there are levels.', '未指明级别的请求所用；分级时必填。'),
      { minimum: 1, isShown: (around) => (numberOf(around, 'priority_levels') ?? 0) > 0 },
    ),
    {
      name: 'default_queue_policy',
      kind: 'group',
      fields: queuePolicy,
      label: both('Queue', '队列'),
      help: both(
        'For all requests, or those whose level has no queue of its own.',
        '适用于所有请求，或其级别没有单独队列策略的请求。',
      ),
    },
    {
      name: 'priority_queue_policy',
      kind: 'list',
      one: both('Level', '级别'),
      isShown: (around) => (numberOf(around, 'priority_levels') ?? 0) > 0,
      label: both('Queues of levels', '各级队列'),
      help: both('Where a level is to wait otherwise than the rest.', '为某一级别单独设置。'),
      fields: [
        number('integer', 'level', both('Level', '级别'), both('1 is the highest.', '1 为最高。'), {
          minimum: 1,
          isRequired: true,
        }),
        ...queuePolicy,
      ],
    },
  ],
};

const sequence: GeneratorField = {
  name: 'sequence_batching',
  kind: 'group',
  isShown: schedulerIs('sequence'),
  label: both('Sequence batching', '序列批处理'),
  help: both(
    'For models with a state: all requests of a sequence go to one instance.',
    '用于有状态模型：同一序列的请求送到同一实例。',
  ),
  fields: [
    number(
      'number',
      'maxSequenceIdleMs',
      both('Idle limit', '空闲上限'),
      both(
        'After so long without a request a sequence is ended. Default 1000 ms.',
        '超过该时间没有请求即结束序列。默认 1000 ms。',
      ),
      { unit: 'ms', minimum: 0 },
    ),
    choice(
      'strategy',
      ['direct', 'oldest'],
      both('Strategy', '策略'),
      both(
        'direct, the default: a fixed slot for each sequence. oldest: batches of the oldest requests.',
        'direct（默认）：每个序列固定槽位。oldest：按最早的请求凑批。',
      ),
    ),
    number(
      'number',
      'maxQueueDelayMs',
      both('Longest delay', '最长等待'),
      both('How long a request waits for others. Default 0.', '等待其他请求的最长时间。默认 0。'),
      { unit: 'ms', minimum: 0 },
    ),
    number(
      'number',
      'minimum_slot_utilization',
      both('Least used slots', '最低槽位利用率'),
      both(
        'Share of slots that are ready before a batch runs. Default 0; the delay counts only above that.',
        '执行前至少就绪的槽位比例。默认 0；大于 0 时等待时间才有效。',
      ),
      { minimum: 0, maximum: 1, isShown: strategyIs('direct') },
    ),
    number(
      'integer',
      'max_candidate_sequences',
      both('Sequences at once', '并行序列数'),
      both('Others wait until one of them ends.', '其余序列等待其中之一结束。'),
      { minimum: 1, isShown: strategyIs('oldest') },
    ),
    number(
      'integers',
      'preferred_batch_size',
      both('Preferred sizes', '首选批量'),
      both('Of batches of the oldest requests; mostly empty.', '最早请求所凑批次的首选大小；通常留空。'),
      { minimum: 1, isShown: strategyIs('oldest') },
    ),
    field(
      'boolean',
      'preserve_ordering',
      both('Keep the order', '保持顺序'),
      both('Answers in the order of the requests. Default false.', '按请求顺序返回结果。默认 false。'),
      { isShown: strategyIs('oldest') },
    ),
    field(
      'boolean',
      'iterative_sequence',
      both('Iterative', '迭代'),
      both(
        'The model asks for its own next turn until a request is done (continuous batching). Default false.',
        '模型自行请求下一轮，直到请求完成（连续批处理）。默认 false。',
      ),
    ),
    {
      name: 'state',
      kind: 'list',
      one: both('State', '状态'),
      label: both('States', '状态'),
      help: both(
        'Tensors that Triton keeps for a sequence: what the model puts out comes in again with the next request.',
        'Triton 为序列保存的张量：本次输出在下一个请求中作为输入。',
      ),
      fields: [
        field('text', 'input_name', both('Input', '输入'), both('Where it comes in.', '传入的张量。'), {
          isRequired: true,
        }),
        field('text', 'output_name', both('Output', '输出'), both('Where it comes out.', '传出的张量。'), {
          isRequired: true,
        }),
        choice('data_type', dataTypes, both('Data type', '数据类型'), both('Of both.', '两者相同。'), {
          isRequired: true,
        }),
        number('integers', 'dims', both('Shape', '形状'), both('-1: any length.', '-1 表示任意长度。'), {
          minimum: -1,
          isRequired: true,
        }),
        {
          name: 'initial_state',
          kind: 'list',
          one: both('Beginning', '初值'),
          label: both('Beginning', '初值'),
          help: both(
            'What a new sequence begins with; else what is in memory by chance.',
            '新序列的初值；否则为内存中的任意内容。',
          ),
          fields: [
            field('text', 'name', both('Name', '名称'), both('For logs.', '用于日志。'), { isRequired: true }),
            choice('data_type', dataTypes, both('Data type', '数据类型'), both('That of the state.', '与状态相同。'), {
              isRequired: true,
            }),
            number('integers', 'dims', both('Shape', '形状'), both('Without -1.', '不能含 -1。'), {
              minimum: 1,
              isRequired: true,
            }),
            field('boolean', 'zero_data', both('Zeros', '全零'), both('Or a file.', '或使用文件。')),
            field(
              'text',
              'data_file',
              both('File', '文件'),
              both('Raw bytes, in the folder initial_state of the model.', '原始字节，位于模型的 initial_state 目录。'),
              { isShown: (around) => around.zero_data !== true },
            ),
          ],
        },
      ],
    },
    {
      name: 'control_input',
      kind: 'list',
      one: both('Signal', '信号'),
      label: both('Signals', '信号'),
      help: both(
        'Inputs by which the model is told of a sequence’s start, end and id.',
        '用于告知模型序列开始、结束和编号的输入。',
      ),
      fields: [
        field(
          'text',
          'name',
          both('Input', '输入'),
          both('A tensor of the model; not listed among the inputs.', '模型的张量；不列入输入。'),
          { isRequired: true, placeholder: 'START' },
        ),
        choice(
          'kind',
          ['CONTROL_SEQUENCE_START', 'CONTROL_SEQUENCE_READY', 'CONTROL_SEQUENCE_END', 'CONTROL_SEQUENCE_CORRID'],
          both('What it tells', '含义'),
          both(
            'START, READY and END are 0 or 1; CORRID is the sequence’s number.',
            'START、READY、END 为 0 或 1；CORRID 为序列编号。',
          ),
          { isRequired: true },
        ),
        choice(
          'data_type',
          ['TYPE_FP32', 'TYPE_INT32', 'TYPE_BOOL', 'TYPE_UINT64', 'TYPE_INT64', 'TYPE_UINT32'],
          both('Data type', '数据类型'),
          both('FP32, INT32 or BOOL; for CORRID an integer type.', 'FP32、INT32 或 BOOL；CORRID 用整数类型。'),
          { isRequired: true },
        ),
      ],
    },
  ],
};

const map = (name: string, en: string, zh: string): GeneratorField => ({
  name,
  kind: 'list',
  one: both('Tensor', '张量'),
  label: both(en, zh),
  help: both('Which tensor of the ensemble stands for which of the model.', '集成中的张量与模型张量的对应关系。'),
  isRequired: true,
  fields: [
    field(
      'text',
      'model',
      both('Of the model', '模型张量'),
      both('Its name in the model’s own file.', '在模型自身配置中的名称。'),
      { isRequired: true },
    ),
    field(
      'text',
      'ensemble',
      both('Of the ensemble', '集成张量'),
      both(
        'An input or output of the ensemble, or any name between two steps.',
        '集成的输入或输出，或两步之间的任意名称。',
      ),
      { isRequired: true },
    ),
  ],
});

/** Source: triton-inference-server/common protobuf/model_config.proto; server docs/user_guide/model_configuration.md, batcher.md. */
export const sections: Generator['sections'] = [
  {
    title: both('Model', '模型'),
    fields: [
      field(
        'text',
        'name',
        both('Name', '名称'),
        both(
          'That of its folder in the repository. Left out, Triton takes the folder’s.',
          '与模型仓库中的目录同名；留空则取目录名。',
        ),
        { placeholder: 'classifier' },
      ),
      choice(
        'backend',
        ['onnxruntime', 'tensorrt', 'pytorch', 'python', 'vllm', 'tensorrtllm', 'openvino', 'ensemble'],
        both('Backend', '后端'),
        both(
          'What runs it: model.onnx, model.plan, model.pt, model.py, model.json … ensemble: a chain of other models.',
          '运行模型的后端：model.onnx、model.plan、model.pt、model.py、model.json 等。ensemble：串联其他模型。',
        ),
        { isRequired: true },
      ),
      number(
        'integer',
        'max_batch_size',
        both('Largest batch', '最大批量'),
        both(
          '0, the default: the model has no batch dimension, shapes are whole and nothing is batched. 1 or more: the first dimension is the batch.',
          '默认 0：模型没有批量维，形状完整，不做批处理。不小于 1：第一维为批量。',
        ),
        { minimum: 0 },
      ),
      {
        name: 'input',
        kind: 'list',
        one: both('Input', '输入'),
        label: both('Inputs', '输入'),
        help: both(
          'Triton finds them itself for ONNX, TensorRT and OpenVINO.',
          'ONNX、TensorRT 和 OpenVINO 模型可由 Triton 自动获取。',
        ),
        fields: [
          ...tensor,
          choice(
            'format',
            ['FORMAT_NONE', 'FORMAT_NHWC', 'FORMAT_NCHW'],
            both('Format', '格式'),
            both('Of an image without its batch. Default FORMAT_NONE.', '图像的排列（不含批量维）。默认 FORMAT_NONE。'),
          ),
          field('boolean', 'optional', both('Optional', '可选'), both('Requests may leave it out.', '请求可以省略。')),
          field(
            'boolean',
            'allow_ragged_batch',
            both('Ragged', '不等长'),
            both(
              'Requests of different shapes share a batch; the backend must know how.',
              '不同形状的请求可同批；需后端支持。',
            ),
          ),
          field(
            'boolean',
            'is_shape_tensor',
            both('Shape tensor', '形状张量'),
            both('TensorRT only.', '仅限 TensorRT。'),
            { isShown: backendIs('tensorrt') },
          ),
        ],
      },
      {
        name: 'output',
        kind: 'list',
        one: both('Output', '输出'),
        label: both('Outputs', '输出'),
        help: both('What clients can ask for.', '客户端可以请求的输出。'),
        fields: [
          ...tensor,
          field(
            'text',
            'label_filename',
            both('Labels', '标签文件'),
            both('File in the model’s folder with a class name a line.', '模型目录中的文件，每行一个类别名。'),
            { placeholder: 'labels.txt' },
          ),
          field(
            'boolean',
            'is_shape_tensor',
            both('Shape tensor', '形状张量'),
            both('TensorRT only.', '仅限 TensorRT。'),
            { isShown: backendIs('tensorrt') },
          ),
        ],
      },
      choice(
        'version_policy',
        ['latest', 'all', 'specific'],
        both('Versions', '版本'),
        both('Which version folders are served. Default: the latest one.', '提供哪些版本目录。默认：最新的一个。'),
      ),
      number(
        'integer',
        'num_versions',
        both('How many', '个数'),
        both('The newest so many. Default 1.', '最新的若干个。默认 1。'),
        { minimum: 1, isShown: policyIs('latest') },
      ),
      number('integers', 'versions', both('Which', '版本号'), both('Numbers of version folders.', '版本目录的编号。'), {
        minimum: 1,
        isShown: policyIs('specific'),
      }),
    ],
  },
  {
    title: both('Instances', '实例'),
    fields: [
      {
        name: 'instance_group',
        kind: 'list',
        one: both('Group', '组'),
        isShown: isModel,
        label: both('Instance groups', '实例组'),
        help: both(
          'Copies of the model that work at the same time. Default: one on each GPU. Each costs memory.',
          '同时工作的模型副本。默认每个 GPU 一个。每个都占显存。',
        ),
        fields: [
          choice(
            'kind',
            ['KIND_AUTO', 'KIND_GPU', 'KIND_CPU', 'KIND_MODEL'],
            both('Where', '位置'),
            both(
              'KIND_MODEL: the backend decides itself (vLLM, TensorRT-LLM).',
              'KIND_MODEL：由后端自行决定（vLLM、TensorRT-LLM）。',
            ),
          ),
          number(
            'integer',
            'count',
            both('Copies', '副本数'),
            both('On each GPU that is listed. Default 1.', '每个所列 GPU 上的副本数。默认 1。'),
            { minimum: 1 },
          ),
          number(
            'integers',
            'gpus',
            both('GPUs', 'GPU'),
            both('Indexes as Triton sees them. Empty: all of them.', 'Triton 所见的编号。留空：全部。'),
            { minimum: 0, isShown: (around) => !['KIND_CPU', 'KIND_MODEL'].includes(textOf(around, 'kind') ?? '') },
          ),
          field(
            'texts',
            'profile',
            both('TensorRT profiles', 'TensorRT profile'),
            both(
              'Indexes of optimization profiles of the engine. Default: the first.',
              '引擎的优化 profile 编号。默认第一个。',
            ),
            { isShown: backendIs('tensorrt') },
          ),
          field(
            'boolean',
            'passive',
            both('Passive', '被动'),
            both('Loaded, but given no requests. Default false.', '加载但不接收请求。默认 false。'),
          ),
          field(
            'text',
            'name',
            both('Name', '名称'),
            both(
              'In logs and metrics. Default: that of the model with a number.',
              '用于日志和指标。默认为模型名加编号。',
            ),
          ),
          {
            name: 'rate_limiter',
            kind: 'group',
            label: both('Rate limiter', '速率限制'),
            help: both(
              'An instance runs once it holds these resources. Does nothing unless the server has --rate-limit=execution_count.',
              '实例取得这些资源后才执行。仅当服务器使用 --rate-limit=execution_count 时有效。',
            ),
            fields: [
              {
                name: 'resources',
                kind: 'list',
                one: both('Resource', '资源'),
                label: both('Resources', '资源'),
                help: both('Taken for each run of the model.', '每次执行占用的资源。'),
                fields: [
                  field(
                    'text',
                    'name',
                    both('Name', '名称'),
                    both('Any; the same for all who share it.', '任意；共享者使用相同名称。'),
                    {
                      isRequired: true,
                      placeholder: 'R1',
                    },
                  ),
                  field(
                    'boolean',
                    'global',
                    both('Of the whole server', '全局'),
                    both('Default false: each GPU has its own.', '默认 false：每个 GPU 各有一份。'),
                  ),
                  number('integer', 'count', both('How many', '数量'), both('For one run.', '一次执行所需。'), {
                    minimum: 0,
                  }),
                ],
              },
              number(
                'integer',
                'priority',
                both('Priority', '优先级'),
                both(
                  'An instance of priority 2 gets half as many turns as one of 1.',
                  '优先级 2 的实例获得的机会是 1 的一半。',
                ),
                { minimum: 0 },
              ),
            ],
          },
          field(
            'text',
            'host_policy',
            both('Host policy', '主机策略'),
            both(
              'Name of a --host-policy of the server, which binds to a NUMA node.',
              '服务器 --host-policy 的名称，用于绑定 NUMA 节点。',
            ),
            { placeholder: 'gpu_0' },
          ),
        ],
      },
    ],
  },
  {
    title: both('Batching', '批处理'),
    fields: [
      choice(
        'scheduler',
        ['none', 'dynamic', 'sequence'],
        both('Scheduler', '调度器'),
        both(
          'none: requests one by one. dynamic: independent requests together. sequence: requests that belong together.',
          'none：逐个处理。dynamic：合并独立请求。sequence：处理相关联的请求。',
        ),
        { isShown: isModel },
      ),
      dynamic,
      sequence,
      field(
        'boolean',
        'decoupled',
        both('Streaming', '流式'),
        both(
          'A request may get any number of answers (decoupled). Then over gRPC streams or generate_stream only.',
          '一个请求可返回任意个结果（decoupled）；此时只能用 gRPC 流或 generate_stream。',
        ),
        { isShown: isModel },
      ),
      field(
        'boolean',
        'response_cache',
        both('Response cache', '响应缓存'),
        both(
          'Same request, same answer from memory. The server needs --cache-config local,size=BYTES.',
          '相同请求直接返回缓存结果。服务器需加 --cache-config local,size=BYTES。',
        ),
      ),
    ],
  },
  {
    title: both('Ensemble', '集成'),
    fields: [
      {
        name: 'step',
        kind: 'list',
        one: both('Step', '步骤'),
        isShown: isEnsemble,
        label: both('Steps', '步骤'),
        help: both('The models of the chain; the order follows from the tensors.', '链中的模型；顺序由张量决定。'),
        fields: [
          field(
            'text',
            'model_name',
            both('Model', '模型'),
            both('Its name in the repository.', '在模型仓库中的名称。'),
            { isRequired: true },
          ),
          number(
            'integer',
            'model_version',
            both('Version', '版本'),
            both('-1, the default: the latest.', '默认 -1：最新版本。'),
            { minimum: -1 },
          ),
          number(
            'integer',
            'memberMaxBatchSize',
            both('Its largest batch', '该模型最大批量'),
            both(
              'max_batch_size of that model, only to check the ensemble’s; not written.',
              '该模型的 max_batch_size，仅用于检查，不写入文件。',
            ),
            { minimum: 0 },
          ),
          map('input_map', 'Inputs', '输入'),
          map('output_map', 'Outputs', '输出'),
        ],
      },
    ],
  },
  {
    title: both('Optimization', '优化'),
    fields: [
      choice(
        'priority',
        ['PRIORITY_DEFAULT', 'PRIORITY_MAX', 'PRIORITY_MIN'],
        both('Priority on the GPU', 'GPU 优先级'),
        both('TensorRT only: whose kernels go first.', '仅限 TensorRT：内核的先后。'),
        { isShown: backendIs('tensorrt') },
      ),
      field(
        'boolean',
        'cudaGraphs',
        both('CUDA graphs', 'CUDA graph'),
        both(
          'TensorRT only: less launch overhead for fixed shapes. Default false.',
          '仅限 TensorRT：固定形状时减少启动开销。默认 false。',
        ),
        { isShown: backendIs('tensorrt') },
      ),
      field(
        'boolean',
        'busyWaitEvents',
        both('Busy waiting', '忙等待'),
        both(
          'TensorRT only: waits for the GPU by asking all the time. Less latency, a whole CPU core. Default false.',
          '仅限 TensorRT：持续查询 GPU 是否完成。延迟更低，占满一个 CPU 核。默认 false。',
        ),
        { isShown: backendIs('tensorrt') },
      ),
      field(
        'boolean',
        'outputCopyStream',
        both('Own stream for outputs', '输出使用独立 stream'),
        both(
          'TensorRT only: copies outputs beside the next run; costs memory. Default false.',
          '仅限 TensorRT：复制输出与下一次执行并行；多占显存。默认 false。',
        ),
        { isShown: backendIs('tensorrt') },
      ),
      number(
        'integer',
        'graphLevel',
        both('Graph optimization', '图优化级别'),
        both(
          '-1 and 1 are extended ones for some backends. Default 0: basic.',
          '-1 与 1 为部分后端的扩展级别。默认 0：基本优化。',
        ),
        { minimum: -1, maximum: 1 },
      ),
      choice(
        'gpuAccelerator',
        ['tensorrt'],
        both('Accelerator on GPUs', 'GPU 加速器'),
        both(
          'ONNX Runtime only: TensorRT inside; the first request takes minutes.',
          '仅限 ONNX Runtime：内部使用 TensorRT；首个请求需数分钟。',
        ),
        { isShown: backendIs('onnxruntime') },
      ),
      choice(
        'cpuAccelerator',
        ['openvino'],
        both('Accelerator on CPUs', 'CPU 加速器'),
        both('ONNX Runtime only.', '仅限 ONNX Runtime。'),
        { isShown: backendIs('onnxruntime') },
      ),
      field(
        'boolean',
        'inputPinnedMemory',
        both('Pinned inputs', '输入锁页内存'),
        both('Page-locked memory on the way to the GPU. Default true.', '向 GPU 传输时使用锁页内存。默认 true。'),
      ),
      field(
        'boolean',
        'outputPinnedMemory',
        both('Pinned outputs', '输出锁页内存'),
        both('Page-locked memory on the way back. Default true.', '从 GPU 返回时使用锁页内存。默认 true。'),
      ),
      number(
        'integer',
        'gatherKernelBufferThreshold',
        both('Gather by kernel from', '用内核收集的门槛'),
        both(
          'TensorRT only: so many separate inputs are put together by a kernel. Default 0: never.',
          '仅限 TensorRT：达到该数量的分散输入由内核合并。默认 0：从不。',
        ),
        { minimum: 0, isShown: backendIs('tensorrt') },
      ),
      field(
        'boolean',
        'eagerBatching',
        both('Eager batching', '提前凑批'),
        both(
          'TensorRT only: prepares the next batch while one runs. Default false.',
          '仅限 TensorRT：执行时准备下一批。默认 false。',
        ),
        { isShown: backendIs('tensorrt') },
      ),
      {
        name: 'parameters',
        kind: 'list',
        one: both('Parameter', '参数'),
        label: both('Parameters', '参数'),
        help: both('Handed to the backend as texts.', '以文本形式传给后端。'),
        fields: [
          field('text', 'key', both('Name', '名称'), both('As the backend calls it.', '后端所用的名称。'), {
            isRequired: true,
          }),
          field('text', 'value', both('Value', '值'), both('A text, numbers too.', '文本；数字也写作文本。')),
        ],
      },
      field(
        'text',
        'default_model_filename',
        both('File of the model', '模型文件名'),
        both(
          'Where it is not named as the backend expects (model.onnx …).',
          '与后端默认文件名（model.onnx 等）不同时填写。',
        ),
        { isShown: isModel, placeholder: 'model.onnx' },
      ),
    ],
  },
  {
    title: both('Warm-up', '预热'),
    fields: [
      {
        name: 'model_warmup',
        kind: 'list',
        one: both('Request', '请求'),
        isShown: isModel,
        label: both('Requests', '请求'),
        help: both(
          'Run before the model is ready, so that the first client need not wait. The server starts later.',
          '模型就绪前先执行，避免首个客户端等待；服务启动会变慢。',
        ),
        fields: [
          field('text', 'name', both('Name', '名称'), both('For logs.', '用于日志。'), {
            isRequired: true,
            placeholder: 'zeros',
          }),
          number(
            'integer',
            'batch_size',
            both('Batch', '批量'),
            both('0 where there is no batch dimension.', '没有批量维时为 0。'),
            {
              minimum: 0,
            },
          ),
          number('integer', 'count', both('Times', '次数'), both('Default 1.', '默认 1。'), { minimum: 0 }),
          {
            name: 'inputs',
            kind: 'list',
            one: both('Input', '输入'),
            label: both('Inputs', '输入'),
            help: both('All that the model needs.', '模型所需的全部输入。'),
            isRequired: true,
            fields: [
              field('text', 'name', both('Name', '名称'), both('Of the input.', '输入的名称。'), { isRequired: true }),
              choice(
                'data_type',
                dataTypes,
                both('Data type', '数据类型'),
                both('That of the input.', '与该输入相同。'),
                {
                  isRequired: true,
                },
              ),
              number(
                'integers',
                'dims',
                both('Shape', '形状'),
                both('Without the batch and without -1.', '不含批量维，不含 -1。'),
                {
                  minimum: 1,
                  isRequired: true,
                },
              ),
              choice(
                'data',
                ['zero_data', 'random_data', 'input_data_file'],
                both('Filled with', '内容'),
                both(
                  'Default: zeros. random_data not for TYPE_STRING.',
                  '默认全零。random_data 不适用于 TYPE_STRING。',
                ),
              ),
              field(
                'text',
                'file',
                both('File', '文件'),
                both('Raw bytes, in the folder warmup of the model.', '原始字节，位于模型的 warmup 目录。'),
                { isShown: (around) => textOf(around, 'data') === 'input_data_file' },
              ),
            ],
          },
        ],
      },
    ],
  },
];

export function isEnsembleForm(form: Values): boolean {
  return isEnsemble({}, form);
}

export function levelsOf(form: Values): number {
  return numberOf(groupOf(form, 'dynamic_batching'), 'priority_levels') ?? 0;
}
