import type { GeneratedFile, Values } from '../generator';
import { groupOf, isOn, numberOf, numbersOf, rowsOf, textOf, textsOf } from '../values';
import { isEnsembleForm } from './fields';
import { type EnumName, type TextMessage, textFormat } from './text-format';

export function files(form: Values): GeneratedFile[] {
  return [{ fileName: 'config.pbtxt', language: 'pbtxt', text: textFormat(modelConfig(form)) }];
}

function modelConfig(form: Values): TextMessage {
  const backend = textOf(form, 'backend');
  const isEnsemble = isEnsembleForm(form);
  const scheduler = isEnsemble ? 'none' : textOf(form, 'scheduler');
  return {
    name: textOf(form, 'name'),
    ...(isEnsemble ? { platform: 'ensemble' } : { backend }),
    max_batch_size: numberOf(form, 'max_batch_size'),
    input: messages(
      rowsOf(form, 'input').map((row) => ({
        ...tensor(row),
        is_shape_tensor: on(row, 'is_shape_tensor'),
        allow_ragged_batch: on(row, 'allow_ragged_batch'),
        optional: on(row, 'optional'),
      })),
    ),
    output: messages(
      rowsOf(form, 'output').map((row) => ({
        ...tensor(row),
        label_filename: textOf(row, 'label_filename'),
        is_shape_tensor: on(row, 'is_shape_tensor'),
      })),
    ),
    version_policy: versionPolicy(form),
    instance_group: isEnsemble ? null : messages(rowsOf(form, 'instance_group').map(instanceGroup)),
    dynamic_batching: scheduler === 'dynamic' ? dynamicBatching(groupOf(form, 'dynamic_batching')) : null,
    sequence_batching: scheduler === 'sequence' ? sequenceBatching(groupOf(form, 'sequence_batching')) : null,
    ensemble_scheduling: isEnsemble ? { step: messages(rowsOf(form, 'step').map(step)) } : null,
    optimization: optimization(form),
    model_transaction_policy: !isEnsemble && isOn(form, 'decoupled') ? { decoupled: true } : null,
    response_cache: isOn(form, 'response_cache') ? { enable: true } : null,
    parameters: messages(
      rowsOf(form, 'parameters').map((row) => ({
        key: textOf(row, 'key') ?? '',
        value: { string_value: typeof row.value === 'string' ? row.value : '' },
      })),
    ),
  };
}

/** No row: no field at all, instead of an empty list. */
function messages(all: readonly TextMessage[]): readonly TextMessage[] | null {
  return all.length > 0 ? all : null;
}

function tensor(row: Values): TextMessage {
  const reshape = numbersOf(row, 'reshape');
  return {
    name: textOf(row, 'name'),
    data_type: enumOf(row, 'data_type'),
    dims: numbersOf(row, 'dims'),
    reshape: reshape.length > 0 ? { shape: reshape } : null,
  };
}

function versionPolicy(form: Values): TextMessage | null {
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

function instanceGroup(row: Values): TextMessage {
  return {
    kind: enumOf(row, 'kind'),
    count: numberOf(row, 'count'),
    gpus: some(numbersOf(row, 'gpus')),
    profile: some(textsOf(row, 'profile')),
    passive: on(row, 'passive'),
    host_policy: textOf(row, 'host_policy'),
  };
}

function dynamicBatching(group: Values): TextMessage {
  return {
    preferred_batch_size: some(numbersOf(group, 'preferred_batch_size')),
    max_queue_delay_microseconds: microseconds(group, 'maxQueueDelayMs'),
    preserve_ordering: on(group, 'preserve_ordering'),
    priority_levels: numberOf(group, 'priority_levels'),
    default_priority_level: numberOf(group, 'default_priority_level'),
    default_queue_policy: orNothing(queuePolicy(groupOf(group, 'default_queue_policy'))),
    priority_queue_policy: messages(
      rowsOf(group, 'priority_queue_policy').map((row) => ({
        key: numberOf(row, 'level') ?? 0,
        value: queuePolicy(row),
      })),
    ),
  };
}

function queuePolicy(row: Values): TextMessage {
  return {
    timeout_action: enumOf(row, 'timeout_action'),
    default_timeout_microseconds: microseconds(row, 'defaultTimeoutMs'),
    allow_timeout_override: on(row, 'allow_timeout_override'),
    max_queue_size: numberOf(row, 'max_queue_size'),
  };
}

function sequenceBatching(group: Values): TextMessage {
  const delay = { max_queue_delay_microseconds: microseconds(group, 'maxQueueDelayMs') };
  const isOldest = textOf(group, 'strategy') === 'oldest';
  return {
    max_sequence_idle_microseconds: microseconds(group, 'maxSequenceIdleMs'),
    direct: isOldest ? null : { ...delay, minimum_slot_utilization: numberOf(group, 'minimum_slot_utilization') },
    oldest: isOldest ? { max_candidate_sequences: numberOf(group, 'max_candidate_sequences'), ...delay } : null,
    control_input: messages(
      rowsOf(group, 'control_input').map((row) => ({ name: textOf(row, 'name'), control: [control(row)] })),
    ),
  };
}

/** Each kind of value says what it is for no and yes; a sequence's id is told by its type. */
function control(row: Values): TextMessage {
  const kind = enumOf(row, 'kind');
  if (textOf(row, 'kind') === 'CONTROL_SEQUENCE_CORRID') return { kind, data_type: enumOf(row, 'data_type') };
  switch (textOf(row, 'data_type')) {
    case 'TYPE_FP32':
      return { kind, fp32_false_true: [0, 1] };
    case 'TYPE_BOOL':
      return { kind, bool_false_true: [false, true] };
    default:
      return { kind, int32_false_true: [0, 1] };
  }
}

function step(row: Values): TextMessage {
  const map = (name: string) =>
    messages(
      rowsOf(row, name).map((pair) => ({ key: textOf(pair, 'model') ?? '', value: textOf(pair, 'ensemble') ?? '' })),
    );
  return {
    model_name: textOf(row, 'model_name'),
    model_version: numberOf(row, 'model_version') ?? -1,
    input_map: map('input_map'),
    output_map: map('output_map'),
  };
}

function optimization(form: Values): TextMessage | null {
  const accelerator = (name: string) => {
    const chosen = textOf(form, name);
    return chosen === null ? null : [{ name: chosen }];
  };
  return orNothing({
    priority: enumOf(form, 'priority'),
    cuda: isOn(form, 'cudaGraphs') ? { graphs: true } : null,
    execution_accelerators: orNothing({
      gpu_execution_accelerator: accelerator('gpuAccelerator'),
      cpu_execution_accelerator: accelerator('cpuAccelerator'),
    }),
  });
}

function microseconds(values: Values, name: string): number | null {
  const ms = numberOf(values, name);
  return ms === null ? null : Math.round(ms * 1000);
}

function enumOf(values: Values, name: string): EnumName | null {
  const enumName = textOf(values, name);
  return enumName !== null && /^[A-Z][A-Z0-9_]*$/.test(enumName) ? { enumName } : null;
}

function on(values: Values, name: string): true | null {
  return isOn(values, name) ? true : null;
}

function some<T>(all: readonly T[]): readonly T[] | null {
  return all.length > 0 ? all : null;
}

function orNothing(message: TextMessage): TextMessage | null {
  return Object.values(message).some((value) => value !== null && value !== undefined) ? message : null;
}
