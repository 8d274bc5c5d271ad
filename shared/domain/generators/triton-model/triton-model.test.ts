import fc from 'fast-check';
import textformat from 'protobufjs/ext/textformat.js';
import { expect, it } from 'vitest';
import type { NodeFacts } from '../../facts/index';
import type { Values } from '../generator';
import { filledForms } from '../testing/form-values';
import { modelConfigType } from './testing/model-config';
import { textFormat } from './text-format';
import { tritonModel } from './triton-model';

const { examples, files, problems, read, sections } = tritonModel;
const valuesOf = (id: string) => examples.find((example) => example.id === id)?.values ?? {};
const base = valuesOf('classifier');
const textOf = (values: Values) => files(values)[0]?.text ?? '';
/** As Triton reads it; throws where it could not. */
const readByGrammar = (text: string) =>
  modelConfigType.toObject(textformat.fromText(modelConfigType, text), { enums: String, longs: Number });
const said = (values: Values, facts: NodeFacts | null = null) =>
  problems(values, facts).map(({ severity, path, text }) => `${severity} ${path.join('.')}: ${text.en}`);
const dynamic = (own: Values) => ({ dynamic_batching: { ...(base.dynamic_batching as Values), ...own } });
const ensemble = (own: Values) => ({ ...valuesOf('ensemble'), ...own });
const steps = valuesOf('ensemble').step as Values[];

it('writes the example of the reference', () => {
  expect(textOf(base)).toBe(`name: "classifier"
backend: "onnxruntime"
max_batch_size: 32
input {
  name: "input"
  data_type: TYPE_FP32
  dims: [ 3, 224, 224 ]
}
output {
  name: "probs"
  data_type: TYPE_FP32
  dims: [ 1000 ]
}
version_policy {
  latest {
    num_versions: 2
  }
}
instance_group {
  kind: KIND_GPU
  count: 2
  gpus: [ 0 ]
}
dynamic_batching {
  max_queue_delay_microseconds: 500
  priority_levels: 2
  default_priority_level: 2
  default_queue_policy {
    timeout_action: REJECT
    default_timeout_microseconds: 100000
    max_queue_size: 256
  }
  priority_queue_policy {
    key: 1
    value {
      timeout_action: DELAY
      default_timeout_microseconds: 500000
    }
  }
}
`);
});

it.each(examples.map(({ id, values }) => [id, values] as const))(
  'gives in %s a file that Triton reads and that has no problem',
  (_, values) => {
    expect(said(values)).toEqual([]);
    expect(readByGrammar(textOf(values))).toMatchObject({ name: values.name });
  },
);

it('writes milliseconds in microseconds, and maps and policies where Triton looks for them', () => {
  expect(readByGrammar(textOf(base)).dynamic_batching).toEqual({
    max_queue_delay_microseconds: 500,
    priority_levels: 2,
    default_priority_level: 2,
    default_queue_policy: { timeout_action: 'REJECT', default_timeout_microseconds: 100_000, max_queue_size: 256 },
    priority_queue_policy: { 1: { timeout_action: 'DELAY', default_timeout_microseconds: 500_000 } },
  });
  expect(readByGrammar(textOf(valuesOf('ensemble')))).toMatchObject({
    platform: 'ensemble',
    ensemble_scheduling: {
      step: [
        { model_name: 'decode', model_version: -1, input_map: { raw: 'image' }, output_map: { decoded: 'pixels' } },
        { model_name: 'classifier', model_version: -1, input_map: { input: 'pixels' }, output_map: { probs: 'probs' } },
      ],
    },
  });
  const sequence = {
    scheduler: 'sequence',
    sequence_batching: {
      maxSequenceIdleMs: 5000,
      strategy: 'oldest',
      max_candidate_sequences: 4,
      control_input: [
        { name: 'ID', kind: 'CONTROL_SEQUENCE_CORRID', data_type: 'TYPE_UINT64' },
        { name: 'START', kind: 'CONTROL_SEQUENCE_START', data_type: 'TYPE_BOOL' },
      ],
    },
  };
  expect(said({ ...base, ...sequence })).toEqual([]);
  expect(readByGrammar(textOf({ ...base, ...sequence })).sequence_batching).toEqual({
    max_sequence_idle_microseconds: 5_000_000,
    oldest: { max_candidate_sequences: 4 },
    control_input: [
      { name: 'ID', control: [{ kind: 'CONTROL_SEQUENCE_CORRID', data_type: 'TYPE_UINT64' }] },
      { name: 'START', control: [{ kind: 'CONTROL_SEQUENCE_START', bool_false_true: [false, true] }] },
    ],
  });
});

it('writes what Triton can read, whatever is filled in', () => {
  fc.assert(
    fc.property(filledForms(sections), (form) => {
      const read = readByGrammar(textOf(form));
      expect(read.name ?? '').toBe(typeof form.name === 'string' ? form.name : '');
      expect(read.dynamic_batching !== undefined && read.sequence_batching !== undefined).toBe(false);
      expect((read.input ?? []).length).toBe(((form.input as unknown[]) ?? []).length);
      expect(textOf(form)).toBe(textOf(form));
    }),
    { numRuns: 40 },
  );
});

it('writes any text so that the same text is read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(readByGrammar(textFormat({ name: text })).name ?? '').toBe(text);
    }),
  );
});

it('reads back what it writes, also as another writer of the format puts it', () => {
  fc.assert(
    fc.property(filledForms(sections), (form) => {
      const text = textOf(form);
      const own = read?.(text);
      expect(textOf(own?.values ?? {})).toBe(text);
      expect(own?.notes ?? []).toEqual([]);
      const message = textformat.fromText(modelConfigType, text);
      const other = textformat.toText(modelConfigType, message);
      expect(readByGrammar(textOf(read?.(other)?.values ?? {}))).toEqual(readByGrammar(text));
    }),
    { numRuns: 60 },
  );
  for (const { id, values } of examples) {
    const { step = [], ...rest } = values as { step?: Values[] };
    const kept = step.map(({ memberMaxBatchSize: _, ...row }) => row);
    expect(read?.(textOf(values))?.values, id).toEqual({
      ...rest,
      ...(kept.length > 0 ? { step: kept } : {}),
    });
    if (id === 'ensemble') expect(kept).toHaveLength(2);
  }
});

it('reads what people write: comments, quotes and braces of both kinds, lists, older names', () => {
  const found = read?.(
    `\ufeff# a classifier
name: 'class' "ifier\\n\\x41\\u00e9"; platform: "onnxruntime_onnx"
max_batch_size: 0x8,
input: [ < name: "a" data_type: TYPE_FP32 dims: 3 dims: [ 224, -1 ] >, { name: "b" } ]
output []
dynamic_batching { preferred_batch_size [ 4 , 8 ] max_queue_delay_microseconds: 1500 }
version_policy: { specific { versions: [1,3] } }
parameters: { key: "p" value: { string_value: "#1" } }
optimization { input_pinned_memory { enable: false } execution_accelerators { gpu_execution_accelerator : [ { name : "tensorrt" parameters { key: "precision_mode" value: "FP16" } } ] } }
`.replace('preferred_batch_size [', 'preferred_batch_size: ['),
  );
  expect(found?.values).toEqual({
    name: 'classifier\nAé',
    backend: 'onnxruntime',
    max_batch_size: 8,
    input: [{ name: 'a', data_type: 'TYPE_FP32', dims: [3, 224, -1] }, { name: 'b' }],
    scheduler: 'dynamic',
    dynamic_batching: { preferred_batch_size: [4, 8], maxQueueDelayMs: 1.5 },
    version_policy: 'specific',
    versions: [1, 3],
    parameters: [{ key: 'p', value: '#1' }],
    inputPinnedMemory: false,
    gpuAccelerators: [{ name: 'tensorrt', parameters: [{ name: 'precision_mode', value: 'FP16' }] }],
  });
  expect(found?.notes.map(({ text }) => text.en)).toEqual(['Comments are not kept.']);
});

it('keeps what it has no field for, where it stood', () => {
  const found = read?.(`name: "x"
backend: "dali"
model_metrics { metric_control [ { kind: 1 }, { kind: 2 } ] }
instance_group [ { count: 2 new_thing: 0x1F }, { kind: KIND_CPU } ]
sequence_batching { oldest { max_candidate_sequences: 4 newer: [1, 2] } control_input [ { name: "S" control [ { kind: CONTROL_SEQUENCE_START int32_false_true: [ 0, 2 ] } ] } ] }
optimization { cuda { graphs: true graph_spec { batch_size: 1 graph_lower_bound { batch_size: 1 } } } graph { level: 1 other_level: 99999999999999999999 } }
[a.b/c] { }
`);
  expect(found?.values).toMatchObject({
    name: 'x',
    instance_group: [{ count: 2, other: 'new_thing: 0x1F' }, { kind: 'KIND_CPU' }],
    cudaGraphs: true,
    cudaGraphSpecs: [{ batch_size: 1, other: expect.stringContaining('graph_lower_bound') }],
  });
  expect(found?.notes.map(({ text }) => text.en)).toEqual([
    'Kept as it is, among the other settings: instance_group.0.new_thing, sequence_batching.control_input.0.control, sequence_batching.oldest, cudaGraphSpecs.0.graph_lower_bound, backend, model_metrics, [a.b/c], optimization.',
  ]);
  const text = textOf(found?.values ?? {});
  expect(text).toContain(`sequence_batching {
  oldest {
    max_candidate_sequences: 4
    newer: [ 1, 2 ]
  }
  control_input {
    name: "S"
    control {
      kind: CONTROL_SEQUENCE_START
      int32_false_true: [ 0, 2 ]
    }
  }
}
`);
  for (const kept of ['backend: "dali"', '  new_thing: 0x1F', 'other_level: 99999999999999999999', '[a.b/c] { }'])
    expect(text).toContain(`${kept}\n`);
  expect(textOf(read?.(text)?.values ?? {})).toBe(text);
  expect(said({ ...base, other: 'a {' }).join()).toContain('Not as config.pbtxt is written');
  for (const text of [
    '',
    'x',
    'name: ',
    'name: "x',
    'input {',
    'a: 1',
    '{}',
    `${'a{'.repeat(5000)}${'}'.repeat(5000)}`,
  ]) {
    expect(read?.(text), text.slice(0, 20)).toBeNull();
  }
});

it('is checked by a grammar that refuses what Triton refuses', () => {
  for (const wrong of [
    'nam: "x"',
    'name: x',
    'max_batch_size: "1"',
    'input { data_type: FP32 }',
    'input { data_type: "TYPE_FP32" }',
    'input {',
    'dynamic_batching { priority_levels: -1 }',
  ]) {
    expect(() => readByGrammar(wrong), wrong).toThrow();
  }
});

it('never throws, whatever it is given', () => {
  const names = fc.constantFrom(
    'name',
    'backend',
    'input',
    'step',
    'instance_group',
    'dynamic_batching',
    'sequence_batching',
    'scheduler',
    'parameters',
    'max_batch_size',
  );
  fc.assert(
    fc.property(
      fc.dictionary(
        names,
        fc.oneof(fc.jsonValue(), fc.constantFrom('ensemble', 'dynamic', 'sequence', 'vllm', [null], [{}])),
      ),
      (values) => {
        problems(values, null);
        files(values);
      },
    ),
  );
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^(?:[a-c][:{}<>[\],;"'\\# \n-]{0,3}){0,12}$/)),
      (text) => {
        read?.(text);
      },
    ),
  );
});

it.each<[string, Values, string]>([
  ['a path for a name', { name: 'a/b' }, 'error name: A folder’s name'],
  ['batching without a batch dimension', { max_batch_size: 0 }, 'error scheduler: Without a batch dimension'],
  [
    'a preferred size above the largest',
    dynamic({ preferred_batch_size: [4, 64] }),
    'error dynamic_batching.preferred_batch_size.1: At most max_batch_size: 32',
  ],
  [
    'microseconds taken for milliseconds',
    dynamic({ maxQueueDelayMs: 500 }),
    'warn dynamic_batching.maxQueueDelayMs: Each request may wait 500 ms',
  ],
  [
    'finer than a microsecond',
    dynamic({ maxQueueDelayMs: 0.0005 }),
    'error dynamic_batching.maxQueueDelayMs: Finer than a microsecond',
  ],
  [
    'levels without a default',
    dynamic({ default_priority_level: null }),
    'error dynamic_batching.default_priority_level: From 1 to 2',
  ],
  [
    'a default beyond the levels',
    dynamic({ default_priority_level: 3 }),
    'error dynamic_batching.default_priority_level: From 1 to 2',
  ],
  [
    'a default without levels',
    dynamic({ priority_levels: 0 }),
    'error dynamic_batching.default_priority_level: There are no levels',
  ],
  [
    'a queue of a level that there is none of',
    dynamic({ priority_queue_policy: [{ level: 3 }] }),
    'error dynamic_batching.priority_queue_policy.0.level: There are levels 1 to 2',
  ],
  [
    'two queues of a level',
    dynamic({ priority_queue_policy: [{ level: 1 }, { level: 1 }] }),
    'error dynamic_batching.priority_queue_policy.1.level: Listed twice',
  ],
  [
    'a delay without a timeout',
    dynamic({ default_queue_policy: { timeout_action: 'DELAY' } }),
    'info dynamic_batching.default_queue_policy.timeout_action: Without a timeout',
  ],
  [
    'order in a streaming model',
    { ...dynamic({ preserve_ordering: true }), decoupled: true },
    'warn dynamic_batching.preserve_ordering: A stream then holds up',
  ],
  [
    'a cache for a streaming model',
    { decoupled: true, response_cache: true },
    'error response_cache: Not for streaming',
  ],
  ['a cache that the server must have', { response_cache: true }, 'info response_cache: Has no effect until'],
  [
    'GPUs for the CPU',
    { instance_group: [{ kind: 'KIND_CPU', gpus: [0] }] },
    'error instance_group.0.gpus: Not with KIND_CPU',
  ],
  ['a GPU twice', { instance_group: [{ gpus: [0, 0] }] }, 'error instance_group.0.gpus: A GPU is listed twice'],
  [
    'profiles outside of TensorRT',
    { instance_group: [{ profile: ['0'] }] },
    'error instance_group.0.profile: TensorRT only',
  ],
  [
    'vLLM on each GPU',
    { backend: 'vllm', instance_group: [{ kind: 'KIND_GPU' }] },
    'error instance_group.0.kind: vLLM takes its GPUs itself',
  ],
  ['vLLM without a group', { backend: 'vllm', instance_group: [] }, 'error instance_group: vLLM needs a group'],
  ['no inputs for PyTorch', { backend: 'pytorch', input: [] }, 'error input: Triton can’t find them'],
  [
    'a tensor twice',
    { output: [...(base.output as Values[]), ...(base.output as Values[])] },
    'error output.1.name: Listed twice',
  ],
  [
    'a shape of zero',
    { input: [{ name: 'a', data_type: 'TYPE_FP32', dims: [0] }] },
    'error input.0.dims: A dimension is',
  ],
  [
    'what looks like the batch',
    { input: [{ name: 'a', data_type: 'TYPE_FP32', dims: [-1, 3] }] },
    'info input.0.dims: Is the first -1 the batch?',
  ],
  [
    'another number of elements',
    { input: [{ name: 'a', data_type: 'TYPE_FP32', dims: [4], reshape: [2, 3] }] },
    'error input.0.reshape: 6 elements, but the shape has 4.',
  ],
  ['no type', { input: [{ name: 'a', dims: [1] }] }, 'error input.0.data_type: Data type is missing.'],
  [
    'a warm-up of another type',
    { model_warmup: [{ name: 'w', batch_size: 1, inputs: [{ name: 'input', data_type: 'TYPE_INT8', dims: [1] }] }] },
    'error model_warmup.0.inputs.0.data_type: The input is TYPE_FP32.',
  ],
  [
    'a warm-up above the largest batch',
    { model_warmup: [{ name: 'w', batch_size: 64, inputs: [] }] },
    'error model_warmup.0.batch_size: At most max_batch_size: 32.',
  ],
  [
    'a warm-up without a batch',
    { model_warmup: [{ name: 'w', inputs: [] }] },
    'error model_warmup.0.batch_size: From 1 to 32',
  ],
  [
    'a warm-up of an input that there is none of',
    { model_warmup: [{ name: 'w', batch_size: 1, inputs: [{ name: 'b', data: 'input_data_file' }] }] },
    'error model_warmup.0.inputs.0.name: The model has no such input.',
  ],
  ['no version', { version_policy: 'specific' }, 'error versions: Say which'],
  ['a parameter twice', { parameters: [{ key: 'a' }, { key: 'a' }] }, 'warn parameters.1.key: Listed twice'],
  [
    'candidates missing',
    { scheduler: 'sequence', sequence_batching: { strategy: 'oldest' } },
    'error sequence_batching.max_candidate_sequences: Needed',
  ],
  [
    'a delay that is ignored',
    { scheduler: 'sequence', sequence_batching: { maxQueueDelayMs: 1 } },
    'warn sequence_batching.maxQueueDelayMs: Ignored',
  ],
  [
    'a signal of the wrong type',
    {
      scheduler: 'sequence',
      sequence_batching: { control_input: [{ name: 'a', kind: 'CONTROL_SEQUENCE_START', data_type: 'TYPE_UINT64' }] },
    },
    'error sequence_batching.control_input.0.data_type: FP32, INT32 or BOOL',
  ],
  [
    'an ensemble with instances',
    ensemble({ instance_group: [{ count: 1 }] }),
    'warn instance_group: An ensemble has no instances',
  ],
  ['an ensemble without a step', ensemble({ step: [] }), 'error step: An ensemble needs a step'],
  ['a batch above a member’s', ensemble({ max_batch_size: 64 }), 'error max_batch_size: classifier takes at most 32'],
  ['an ensemble of itself', ensemble({ name: 'decode' }), 'error step.0.model_name: An ensemble can’t contain itself'],
  [
    'a tensor produced twice',
    ensemble({ step: [steps[0], { ...steps[0], model_name: 'b' }, steps[1]] }),
    'error step.1.output_map.0.ensemble: pixels is produced already',
  ],
  [
    'a tensor that nothing produces',
    ensemble({ step: [steps[1]] }),
    'error step.0.input_map.0.ensemble: Nothing produces pixels',
  ],
  ['an output that nothing produces', ensemble({ step: [steps[0]] }), 'error output.0.name: Nothing produces probs'],
  [
    'an input that nothing takes',
    ensemble({
      input: [...(valuesOf('ensemble').input as Values[]), { name: 'more', data_type: 'TYPE_FP32', dims: [1] }],
    }),
    'error input.1.name: No step takes more',
  ],
  [
    'steps in a circle',
    ensemble({
      step: [
        { model_name: 'a', input_map: [{ model: 'x', ensemble: 'p' }], output_map: [{ model: 'y', ensemble: 'q' }] },
        { model_name: 'b', input_map: [{ model: 'x', ensemble: 'q' }], output_map: [{ model: 'y', ensemble: 'p' }] },
      ],
    }),
    'error step.0: Waits for what comes after it',
  ],
])('flags %s', (_, own, expected) => {
  expect(said({ ...base, ...own }).join('\n')).toContain(expected);
});

it('judges by the GPUs of the node', () => {
  const node = (count: number) =>
    ({ gpu: { gpus: Array.from({ length: count }, () => ({})) } }) as unknown as NodeFacts;
  expect(said(base, node(1))).toEqual([]);
  expect(said({ ...base, instance_group: [{ kind: 'KIND_GPU', gpus: [0, 2] }] }, node(2))).toEqual([
    'error instance_group.0.gpus: This node’s GPUs are 0 to 1.',
  ]);
  expect(said({ ...base, instance_group: [{ kind: 'KIND_GPU' }] }, node(0))).toEqual([
    'error instance_group.0.kind: This node has no GPU.',
  ]);
});
