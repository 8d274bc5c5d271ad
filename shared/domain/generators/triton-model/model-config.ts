import type { Values } from '../generator';
import { groupOf, isOn, numberOf, numbersOf, textOf } from '../values';
import { isEnsembleForm } from './fields/conditions';
import { backends } from './fields/model';
import {
  all,
  enumeration,
  enumOf,
  flag,
  group,
  list,
  microseconds,
  number,
  type Part,
  type ReadMessage,
  readers,
  scalar,
  text,
  texts,
  whole,
  wholes,
  withOther,
} from './parts';
import type { ParsedValue } from './read-text-format';
import type { TextMessage } from './text-format';

const tensor: readonly Part[] = [
  text('name'),
  enumeration('data_type'),
  {
    ...wholes('dims'),
    // Also where there is none: a shape without dimensions is a scalar's.
    write: (row) => ({ dims: numbersOf(row, 'dims') }),
  },
  group('reshape', [wholes('shape', 'reshape')], null),
];

const inputs = list('input', [
  ...tensor,
  enumeration('format'),
  flag('is_shape_tensor'),
  flag('allow_ragged_batch'),
  flag('optional'),
]);
const outputs = list('output', [...tensor, text('label_filename'), flag('is_shape_tensor')]);

const queuePolicy: readonly Part[] = [
  enumeration('timeout_action'),
  microseconds('default_timeout_microseconds', 'defaultTimeoutMs'),
  flag('allow_timeout_override'),
  whole('max_queue_size'),
];

const instanceGroups = list('instance_group', [
  text('name'),
  enumeration('kind'),
  whole('count'),
  group('rate_limiter', [list('resources', [text('name'), flag('global'), whole('count')]), whole('priority')]),
  wholes('gpus'),
  texts('profile'),
  flag('passive'),
  list('secondary_devices', [enumeration('kind'), whole('device_id')]),
  text('host_policy'),
]);

const dynamicBatching = all([
  wholes('preferred_batch_size'),
  microseconds('max_queue_delay_microseconds', 'maxQueueDelayMs'),
  flag('preserve_ordering'),
  whole('priority_levels'),
  whole('default_priority_level'),
  group('default_queue_policy', queuePolicy),
  list('priority_queue_policy', [
    { ...whole('key', 'level'), write: (row) => ({ key: numberOf(row, 'level') ?? 0 }) },
    entryValue(all(queuePolicy)),
  ]),
]);

/** The message in an entry of a map; also an empty one stands there. */
function entryValue(part: Part): Part {
  return {
    write: (row) => ({ value: part.write(row) }),
    read: (entry) => {
      const value = entry.takeMessage('value');
      return value === null ? {} : part.read(value);
    },
  };
}

const sequenceBatching = all([
  microseconds('max_sequence_idle_microseconds', 'maxSequenceIdleMs'),
  strategy('direct', [
    microseconds('max_queue_delay_microseconds', 'maxQueueDelayMs'),
    number('minimum_slot_utilization'),
  ]),
  strategy('oldest', [
    whole('max_candidate_sequences'),
    wholes('preferred_batch_size'),
    microseconds('max_queue_delay_microseconds', 'maxQueueDelayMs'),
    flag('preserve_ordering'),
  ]),
  list('control_input', [text('name'), control()]),
  list('state', [
    text('input_name'),
    text('output_name'),
    enumeration('data_type'),
    wholes('dims'),
    list('initial_state', [
      text('name'),
      enumeration('data_type'),
      wholes('dims'),
      flag('zero_data'),
      {
        ...text('data_file'),
        write: (row: Values) => ({ data_file: isOn(row, 'zero_data') ? null : textOf(row, 'data_file') }),
      },
    ]),
  ]),
  flag('iterative_sequence'),
]);

/** One of two messages, always written: it says which strategy it is. */
function strategy(name: 'direct' | 'oldest', parts: readonly Part[]): Part {
  const inside = all(parts);
  const isChosen = (values: Values) => (textOf(values, 'strategy') === 'oldest') === (name === 'oldest');
  return {
    write: (values) => ({ [name]: isChosen(values) ? inside.write(values) : null }),
    read: (message) => {
      const found = message.takeMessage(name);
      return found === null ? {} : { strategy: name, ...inside.read(found) };
    },
  };
}

/** Each type says what it is for no and yes; a sequence's id is told by its type. */
function control(): Part {
  const written = (row: Values): TextMessage => {
    const kind = enumOf(row, 'kind');
    if (textOf(row, 'kind') === 'CONTROL_SEQUENCE_CORRID') return { kind, data_type: enumOf(row, 'data_type') };
    switch (textOf(row, 'data_type')) {
      case 'TYPE_FP32':
        return { kind, fp32_false_true: [0, 1] };
      case 'TYPE_BOOL':
        return { kind, bool_false_true: [false, true] };
      case null:
        return { kind };
      default:
        return { kind, int32_false_true: [0, 1] };
    }
  };
  /** Only the usual no and yes: others have no field. */
  const typeOf = (found: ReadMessage): Values => {
    for (const [name, type, as] of [
      ['fp32_false_true', 'TYPE_FP32', readers.number],
      ['int32_false_true', 'TYPE_INT32', readers.whole],
      ['bool_false_true', 'TYPE_BOOL', readers.boolean],
    ] as const) {
      const pair = found.see(name).map((value) => Number(as(value) ?? Number.NaN));
      if (pair.join() === '0,1' && found.take<unknown>(name, as).length === 2) return { data_type: type };
    }
    return {};
  };
  return {
    write: (row) => ({ control: written(row) }),
    read: (message) => {
      // One that tells several things has no field.
      const found = message.see('control').length === 1 ? message.takeMessage('control') : null;
      if (found === null) return {};
      return { ...all([enumeration('kind'), enumeration('data_type')]).read(found), ...typeOf(found) };
    },
  };
}

const tensorMap = (name: string) =>
  list(name, [
    { ...text('key', 'model'), write: (pair: Values) => ({ key: textOf(pair, 'model') ?? '' }) },
    { ...text('value', 'ensemble'), write: (pair: Values) => ({ value: textOf(pair, 'ensemble') ?? '' }) },
  ]);
const steps = list('step', [
  text('model_name'),
  { ...whole('model_version'), write: (row: Values) => ({ model_version: numberOf(row, 'model_version') ?? -1 }) },
  tensorMap('input_map'),
  tensorMap('output_map'),
]);

const versionPolicy: Part = {
  write: (form) => ({ version_policy: writtenPolicy(form) }),
  read: (message) => {
    const found = message.takeMessage('version_policy');
    if (found === null) return {};
    const values: Record<string, unknown> = {};
    for (const [policy, part] of [
      ['latest', whole('num_versions')],
      ['all', all([])],
      ['specific', wholes('versions')],
    ] as const) {
      const chosen = found.takeMessage(policy);
      if (chosen !== null) Object.assign(values, { version_policy: policy, ...part.read(chosen) });
    }
    return values;
  },
};

function writtenPolicy(form: Values): TextMessage | null {
  switch (textOf(form, 'version_policy')) {
    case 'latest':
      return { latest: { num_versions: numberOf(form, 'num_versions') ?? 1 } };
    case 'all':
      return { all: {} };
    case 'specific':
      return { specific: { versions: numbersOf(form, 'versions') } };
    default:
      return null;
  }
}

/** Names of older files for backends. Source: triton-inference-server/server docs/user_guide/model_configuration.md. */
const platforms: Readonly<Record<string, string>> = {
  ensemble: 'ensemble',
  tensorrt_plan: 'tensorrt',
  onnxruntime_onnx: 'onnxruntime',
  pytorch_libtorch: 'pytorch',
};

const backend: Part = {
  write: (form) => (isEnsembleForm(form) ? { platform: 'ensemble' } : { backend: textOf(form, 'backend') }),
  read: (message) => {
    const known = (value: ParsedValue) => backends.find((one) => one === readers.text(value)) ?? null;
    const named = message.take('backend', known).at(-1);
    const platform = message.take('platform', (value) => platforms[readers.text(value) ?? ''] ?? null).at(-1);
    const found = named ?? platform;
    return found === undefined ? {} : { backend: found };
  },
};

const scheduler: Part = {
  write: (form) => ({
    dynamic_batching: isScheduled(form, 'dynamic') ? written(dynamicBatching, form, 'dynamic_batching') : null,
    sequence_batching: isScheduled(form, 'sequence') ? written(sequenceBatching, form, 'sequence_batching') : null,
    ensemble_scheduling: isEnsembleForm(form) ? steps.write(form) : null,
  }),
  read: (message) => {
    const ensemble = message.takeMessage('ensemble_scheduling');
    if (ensemble !== null) return steps.read(ensemble);
    for (const [name, part] of [
      ['dynamic', dynamicBatching],
      ['sequence', sequenceBatching],
    ] as const) {
      const found = message.takeMessage(`${name}_batching`);
      if (found !== null) return { scheduler: name, [`${name}_batching`]: found.withOthers(part.read(found)) };
    }
    return { scheduler: 'none' };
  },
};

/** Also an empty one: it says which scheduler it is. */
function written(part: Part, form: Values, name: string): TextMessage {
  return withOther(part.write(groupOf(form, name)), groupOf(form, name));
}

function isScheduled(form: Values, name: string): boolean {
  return !isEnsembleForm(form) && textOf(form, 'scheduler') === name;
}

const accelerators = (name: string, own: string) =>
  list(
    name,
    [
      text('name'),
      list('parameters', [
        { ...text('key', 'name'), write: (pair: Values) => ({ key: textOf(pair, 'name') ?? '' }) },
        { ...text('value'), write: (pair: Values) => ({ value: textOf(pair, 'value') ?? '' }) },
      ]),
    ],
    own,
  );

const graphSpecs = list(
  'graph_spec',
  [
    whole('batch_size'),
    list('input', [
      { ...text('key', 'name'), write: (row: Values) => ({ key: textOf(row, 'name') ?? '' }) },
      entryValue(wholes('dim', 'dims')),
    ]),
  ],
  'cudaGraphSpecs',
);

/** On where it is not told. */
const pinned = (name: string, own: string) =>
  group(name, [scalar('enable', readers.boolean, (form) => (form[own] === false ? false : null), own)], null);

const optimization = group(
  'optimization',
  [
    group('graph', [whole('level', 'graphLevel')], null),
    enumeration('priority'),
    group(
      'cuda',
      [
        flag('graphs', 'cudaGraphs'),
        flag('busy_wait_events', 'busyWaitEvents'),
        graphSpecs,
        flag('output_copy_stream', 'outputCopyStream'),
      ],
      null,
    ),
    group(
      'execution_accelerators',
      [
        accelerators('gpu_execution_accelerator', 'gpuAccelerators'),
        accelerators('cpu_execution_accelerator', 'cpuAccelerators'),
      ],
      null,
    ),
    pinned('input_pinned_memory', 'inputPinnedMemory'),
    pinned('output_pinned_memory', 'outputPinnedMemory'),
    whole('gather_kernel_buffer_threshold', 'gatherKernelBufferThreshold'),
    flag('eager_batching', 'eagerBatching'),
  ],
  null,
);

/** Parameters are texts, in a map. */
const parameters = list('parameters', [
  { ...text('key'), write: (row: Values) => ({ key: textOf(row, 'key') ?? '' }) },
  entryValue(scalar('string_value', readers.text, (row) => (typeof row.value === 'string' ? row.value : ''), 'value')),
]);

const warmups = list('model_warmup', [
  text('name'),
  whole('batch_size'),
  list('inputs', [
    { ...text('key', 'name'), write: (row: Values) => ({ key: textOf(row, 'name') ?? '' }) },
    entryValue(all([enumeration('data_type'), wholes('dims'), warmupData()])),
  ]),
  whole('count'),
]);

/** What an input is filled with: zeros, random numbers, or a file. */
function warmupData(): Part {
  return {
    write: (row) => {
      const data = textOf(row, 'data') ?? 'zero_data';
      return data === 'input_data_file' ? { [data]: textOf(row, 'file') ?? '' } : { [data]: true };
    },
    read: (message) => {
      const values: Record<string, unknown> = {};
      for (const name of ['zero_data', 'random_data']) {
        if (message.take(name, (value) => readers.boolean(value) || null).length > 0) values.data = name;
      }
      const file = message.take('input_data_file', readers.text).at(-1);
      return file === undefined ? values : { data: 'input_data_file', file };
    },
  };
}

/** Source: triton-inference-server/common protobuf/model_config.proto. */
const common = {
  streaming: group('model_transaction_policy', [flag('decoupled')], null),
  cache: group('response_cache', [flag('enable', 'response_cache')], null),
};

/** `config.pbtxt` in both directions, in the order in which it is written. */
export const modelConfig: Part = all([
  text('name'),
  backend,
  whole('max_batch_size'),
  inputs,
  outputs,
  versionPolicy,
  { ...instanceGroups, write: (form) => (isEnsembleForm(form) ? {} : instanceGroups.write(form)) },
  scheduler,
  optimization,
  {
    ...common.streaming,
    write: (form) => (isOn(form, 'decoupled') && !isEnsembleForm(form) ? common.streaming.write(form) : {}),
  },
  common.cache,
  parameters,
  warmups,
  text('default_model_filename'),
]);
