import protobuf from 'protobufjs/light.js';

/**
 * What Triton takes in `config.pbtxt`, as far as a form writes it: the names and types of its fields, which are all that the text
 * format needs (the numbers here count up and are not Triton's). Source: triton-inference-server/common protobuf/model_config.proto.
 */
const messages: Readonly<Record<string, readonly string[]>> = {
  Resource: ['string name', 'bool global', 'uint32 count'],
  RateLimiter: ['repeated Resource resources', 'uint32 priority'],
  SecondaryDevice: ['DeviceKind kind', 'int64 device_id'],
  InstanceGroup: [
    'string name',
    'InstanceKind kind',
    'int32 count',
    'RateLimiter rate_limiter',
    'repeated int32 gpus',
    'repeated string profile',
    'bool passive',
    'string host_policy',
    'repeated SecondaryDevice secondary_devices',
  ],
  InitialState: ['string name', 'DataType data_type', 'repeated int64 dims', 'bool zero_data', 'string data_file'],
  State: [
    'string input_name',
    'string output_name',
    'DataType data_type',
    'repeated int64 dims',
    'repeated InitialState initial_state',
  ],
  WarmupInput: [
    'DataType data_type',
    'repeated int64 dims',
    'bool zero_data',
    'bool random_data',
    'string input_data_file',
  ],
  Warmup: ['string name', 'uint32 batch_size', 'map<string,WarmupInput> inputs', 'uint32 count'],
  Graph: ['int32 level'],
  Pinned: ['bool enable'],
  Reshape: ['repeated int64 shape'],
  Input: [
    'string name',
    'DataType data_type',
    'InputFormat format',
    'repeated int64 dims',
    'Reshape reshape',
    'bool is_shape_tensor',
    'bool allow_ragged_batch',
    'bool optional',
  ],
  Output: [
    'string name',
    'DataType data_type',
    'repeated int64 dims',
    'Reshape reshape',
    'string label_filename',
    'bool is_shape_tensor',
  ],
  Latest: ['uint32 num_versions'],
  All: [],
  Specific: ['repeated int64 versions'],
  VersionPolicy: ['Latest latest', 'All all', 'Specific specific'],
  QueuePolicy: [
    'TimeoutAction timeout_action',
    'uint64 default_timeout_microseconds',
    'bool allow_timeout_override',
    'uint32 max_queue_size',
  ],
  DynamicBatching: [
    'repeated int32 preferred_batch_size',
    'uint64 max_queue_delay_microseconds',
    'bool preserve_ordering',
    'uint64 priority_levels',
    'uint64 default_priority_level',
    'QueuePolicy default_queue_policy',
    'map<uint64,QueuePolicy> priority_queue_policy',
  ],
  Control: [
    'ControlKind kind',
    'repeated int32 int32_false_true',
    'repeated float fp32_false_true',
    'repeated bool bool_false_true',
    'DataType data_type',
  ],
  ControlInput: ['string name', 'repeated Control control'],
  Direct: ['uint64 max_queue_delay_microseconds', 'float minimum_slot_utilization'],
  Oldest: [
    'int32 max_candidate_sequences',
    'repeated int32 preferred_batch_size',
    'uint64 max_queue_delay_microseconds',
    'bool preserve_ordering',
  ],
  SequenceBatching: [
    'uint64 max_sequence_idle_microseconds',
    'Direct direct',
    'Oldest oldest',
    'repeated ControlInput control_input',
    'repeated State state',
    'bool iterative_sequence',
  ],
  Step: ['string model_name', 'int64 model_version', 'map<string,string> input_map', 'map<string,string> output_map'],
  Ensembling: ['repeated Step step'],
  GraphShape: ['repeated int64 dim'],
  LowerBound: ['int32 batch_size', 'map<string,GraphShape> input'],
  GraphSpec: ['int32 batch_size', 'map<string,GraphShape> input', 'LowerBound graph_lower_bound'],
  Cuda: ['bool graphs', 'bool busy_wait_events', 'repeated GraphSpec graph_spec', 'bool output_copy_stream'],
  Accelerator: ['string name', 'map<string,string> parameters'],
  Accelerators: ['repeated Accelerator gpu_execution_accelerator', 'repeated Accelerator cpu_execution_accelerator'],
  Optimization: [
    'Graph graph',
    'Priority priority',
    'Cuda cuda',
    'Accelerators execution_accelerators',
    'Pinned input_pinned_memory',
    'Pinned output_pinned_memory',
    'uint32 gather_kernel_buffer_threshold',
    'bool eager_batching',
  ],
  Transaction: ['bool decoupled'],
  ResponseCache: ['bool enable'],
  Parameter: ['string string_value'],
  ModelConfig: [
    'string name',
    'string platform',
    'string backend',
    'VersionPolicy version_policy',
    'int32 max_batch_size',
    'repeated Input input',
    'repeated Output output',
    'Optimization optimization',
    'DynamicBatching dynamic_batching',
    'SequenceBatching sequence_batching',
    'Ensembling ensemble_scheduling',
    'repeated InstanceGroup instance_group',
    'string default_model_filename',
    'map<string,Parameter> parameters',
    'repeated Warmup model_warmup',
    'Transaction model_transaction_policy',
    'ResponseCache response_cache',
  ],
};

const enums: Readonly<Record<string, readonly string[]>> = {
  DataType: [
    'INVALID',
    'BOOL',
    'UINT8',
    'UINT16',
    'UINT32',
    'UINT64',
    'INT8',
    'INT16',
    'INT32',
    'INT64',
    'FP16',
    'FP32',
    'FP64',
    'STRING',
    'BF16',
  ].map((name) => `TYPE_${name}`),
  InstanceKind: ['KIND_AUTO', 'KIND_GPU', 'KIND_CPU', 'KIND_MODEL'],
  DeviceKind: ['KIND_NVDLA'],
  InputFormat: ['FORMAT_NONE', 'FORMAT_NHWC', 'FORMAT_NCHW'],
  TimeoutAction: ['REJECT', 'DELAY'],
  ControlKind: ['START', 'READY', 'END', 'CORRID'].map((name) => `CONTROL_SEQUENCE_${name}`),
  Priority: ['PRIORITY_DEFAULT', 'PRIORITY_MAX', 'PRIORITY_MIN'],
};

const oneofs: Readonly<Record<string, readonly string[]>> = {
  VersionPolicy: ['latest', 'all', 'specific'],
  SequenceBatching: ['direct', 'oldest'],
  InitialState: ['zero_data', 'data_file'],
  WarmupInput: ['zero_data', 'random_data', 'input_data_file'],
};

export const modelConfigType = protobuf.Root.fromJSON({
  nested: {
    ...Object.fromEntries(
      Object.entries(enums).map(([name, values]) => [
        name,
        { values: Object.fromEntries(values.map((value, number) => [value, number])) },
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(messages).map(([name, fields]) => [
        name,
        {
          fields: Object.fromEntries(fields.map(fieldOf)),
          ...(oneofs[name] ? { oneofs: { choice: { oneof: [...oneofs[name]] } } } : {}),
        },
      ]),
    ),
  },
}).lookupType('ModelConfig');

function fieldOf(declared: string, index: number) {
  const [, rule, keyType, mapType, plainType, name = ''] =
    /^(repeated )?(?:map<(\w+),(\w+)>|(\w+)) (\w+)$/.exec(declared) ?? [];
  return [
    name,
    {
      id: index + 1,
      type: mapType ?? plainType ?? '',
      ...(rule ? { rule: 'repeated' } : {}),
      ...(keyType ? { keyType } : {}),
    },
  ] as const;
}
