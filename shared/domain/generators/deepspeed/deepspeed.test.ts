import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { NodeFacts } from '../../facts/index';
import type { Values } from '../generator';
import { filledForms } from '../testing/form-values';
import { configOf } from './config';
import { deepspeed } from './deepspeed';
import { modelStateBytes } from './memory';
import { merged } from './setup';
import { configSchema } from './testing/config-schema';

const { examples, files, problems, initial, sections } = deepspeed;
const schema = z.fromJSONSchema(configSchema as Parameters<typeof z.fromJSONSchema>[0]);
const base = examples[0]?.values ?? {};
const valuesOf = (id: string) => examples.find((example) => example.id === id)?.values ?? {};
const said = (values: Values, facts: NodeFacts | null = null) =>
  problems(values, facts).map(({ severity, path, text }) => `${severity} ${path.join('.')}: ${text.en}`);
const serious = (values: Values) => said(values).filter((line) => !line.startsWith('info'));
const node = (count: number, architecture: string) =>
  ({
    gpu: { gpus: Array.from({ length: count }, () => ({ name: `NVIDIA ${architecture}`, architecture })) },
  }) as unknown as NodeFacts;
const file = (values: Values, name: string) => files(values).find(({ fileName }) => fileName === name)?.text ?? '';

it.each(examples.map(({ id, values }) => [id, values] as const))(
  'gives in %s a configuration without a conflict',
  (_, values) => {
    expect(serious(values)).toEqual([]);
    expect(schema.safeParse(JSON.parse(file(values, 'ds_config.json'))).error?.message).toBeUndefined();
  },
);

it('writes only what was filled in, in the order of the form', () => {
  expect(JSON.parse(file(base, 'ds_config.json'))).toEqual({
    train_micro_batch_size_per_gpu: 1,
    gradient_accumulation_steps: 16,
    gradient_clipping: 1,
    bf16: { enabled: true },
    optimizer: { type: 'AdamW', params: { lr: 0.0001, betas: [0.9, 0.95], eps: 1e-8, weight_decay: 0.1 } },
    scheduler: { type: 'WarmupLR', params: { warmup_min_lr: 0, warmup_max_lr: 0.0001, warmup_num_steps: 100 } },
    zero_optimization: { stage: 2, overlap_comm: true, contiguous_gradients: true },
  });
});

it('writes what DeepSpeed can read, whatever is filled in, and reads it back', () => {
  fc.assert(
    fc.property(filledForms(sections), (form) => {
      const config = configOf(form);
      // What DeepSpeed would refuse for a missing part is flagged; types and names are right all the same.
      const refused =
        schema
          .safeParse(config)
          .error?.issues.filter(
            ({ code, message }) => !(code === 'invalid_type' && /undefined/.test(message)) && code !== 'invalid_value',
          ) ?? [];
      expect(refused).toEqual([]);
      const read = deepspeed.read?.(JSON.stringify(config))?.values ?? {};
      expect(configOf(read)).toEqual(config);
      expect(files(form)).toEqual(files(form));
    }),
    { numRuns: 60 },
  );
});

it('never throws, whatever it is given', () => {
  const names = fc.constantFrom(
    'launch',
    'optimizer',
    'scheduler',
    'zero_optimization',
    'bf16',
    'fp16',
    'other',
    'train_batch_size',
  );
  fc.assert(
    fc.property(fc.dictionary(names, fc.jsonValue()), fc.string(), (values, text) => {
      problems(values, node(1, 'Volta'));
      files(values);
      deepspeed.read?.(text);
      deepspeed.read?.(JSON.stringify(values));
    }),
    { numRuns: 60 },
  );
});

const zero = (own: Values) => ({ zero_optimization: own });
it.each<[string, Values, string]>([
  ['fp16 and bf16', { fp16: { enabled: 'true' } }, 'error fp16.enabled: Not together with bf16'],
  ['amp and ZeRO', { amp: { enabled: true } }, 'error amp.enabled: amp does not work with ZeRO'],
  ['autocast and bf16', { torch_autocast: { enabled: true } }, 'error torch_autocast.enabled: Instead of fp16'],
  ['amp and bf16', { amp: { enabled: true } }, 'error amp.enabled: Not together with fp16 or bf16'],
  [
    'bf16 states without bf16 masters',
    { bf16: { bf16_optimizer_states: true } },
    'error bf16.bf16_optimizer_states: Needs',
  ],
  [
    'parameters offloaded below stage 3',
    zero({ offload_param: { device: 'cpu' } }),
    'error zero_optimization.offload_param.device: Parameters are offloaded in stage 3 only',
  ],
  [
    'NVMe below stage 3',
    zero({ offload_optimizer: { device: 'nvme', nvme_path: '/n' } }),
    'error zero_optimization.offload_optimizer.device: nvme needs stage 3',
  ],
  [
    'offload without ZeRO',
    zero({ stage: 0, offload_optimizer: { device: 'cpu' } }),
    'error zero_optimization.offload_optimizer.device: Offload needs ZeRO',
  ],
  [
    'a share below stage 3',
    zero({ offload_optimizer: { device: 'cpu', ratio: 0.5 } }),
    'error zero_optimization.offload_optimizer.ratio: Less than 1',
  ],
  [
    'NVMe without a folder',
    zero({ stage: 3, offload_param: { device: 'nvme' } }),
    'error zero_optimization.offload_param.nvme_path: nvme needs a folder',
  ],
  [
    'NVMe, which needs libaio',
    zero({ stage: 3, offload_param: { device: 'nvme', nvme_path: '/n' } }),
    'info zero_optimization.offload_param.device: Needs libaio',
  ],
  [
    'pinned memory',
    zero({ offload_optimizer: { device: 'cpu' } }),
    'info zero_optimization.offload_optimizer.pin_memory: Pinned memory needs',
  ],
  [
    'pipeline parallelism with stage 2',
    { launch: { pipelineStages: 4 } },
    'error zero_optimization.stage: Pipeline parallelism',
  ],
  [
    'an optimizer in the JSON and one passed',
    { launch: { passesOptimizer: true } },
    'warn launch.passesOptimizer: There is one in the JSON',
  ],
  ['no optimizer', { optimizer: { type: '' } }, 'error optimizer.type: Without an optimizer'],
  [
    'auto outside of the Trainer',
    { train_micro_batch_size_per_gpu: 'auto' },
    'error train_micro_batch_size_per_gpu: deepspeed.initialize does not understand auto',
  ],
  [
    'auto where the Trainer has no value',
    { launch: { framework: 'huggingface' }, other: '{"steps_per_print": "auto"}' },
    'error steps_per_print: The Trainer does not fill',
  ],
  ['auto that is no number', { steps_per_print: 'auto' }, 'error steps_per_print: Must be a whole number.'],
  ['a wrong product', { train_batch_size: 100 }, 'error train_batch_size: 1 x 16 x 8 GPUs = 128, not 100'],
  [
    'what does not divide',
    { train_batch_size: 100, gradient_accumulation_steps: null },
    'error train_batch_size: 100 can’t be divided by 8',
  ],
  [
    'no batch size',
    { train_micro_batch_size_per_gpu: null },
    'error train_micro_batch_size_per_gpu: train_batch_size or',
  ],
  [
    'a sum in stage 3',
    { ...zero({ stage: 3 }), gradient_allreduce_op: 'sum' },
    'error gradient_allreduce_op: Stage 3 only averages',
  ],
  [
    'ZeRO++ below stage 3',
    zero({ zero_quantized_weights: true }),
    'warn zero_optimization.zero_quantized_weights: Does nothing',
  ],
  [
    'a partition that does not divide',
    zero({ stage: 3, zero_hpz_partition_size: 3 }),
    'error zero_optimization.zero_hpz_partition_size: The number of GPUs',
  ],
  ['checkpoints in pieces', zero({ stage: 3 }), 'info zero_optimization.stage: Checkpoints are in pieces'],
  ['an untested optimizer', { optimizer: { type: 'Lamb' } }, 'error optimizer.type: Lamb with ZeRO needs'],
  [
    'an optimizer that has no CPU version',
    { optimizer: { type: 'Lamb' }, ...zero({ offload_optimizer: { device: 'cpu' } }) },
    'error optimizer.type: Offload wants Adam',
  ],
  ['one beta', { optimizer: { params: { betas: [0.9] } } }, 'error optimizer.params.betas: Two numbers'],
  [
    'a decay without an end',
    { scheduler: { type: 'WarmupDecayLR' } },
    'error scheduler.params.total_num_steps: WarmupDecayLR needs',
  ],
  [
    'a cycle without its ends',
    { scheduler: { type: 'OneCycle' } },
    'error scheduler.params.cycle_max_lr: OneCycle needs',
  ],
  [
    'settings of another schedule',
    { scheduler: { type: 'LRRangeTest', params: { total_num_steps: 5 } } },
    'error scheduler.params.total_num_steps: LRRangeTest does not know it',
  ],
  [
    'tensor parallelism with stage 3',
    { ...zero({ stage: 3 }), tensor_parallel: { autotp_size: 4 } },
    'error tensor_parallel.autotp_size: AutoTP goes',
  ],
  [
    'contiguous checkpoints alone',
    { activation_checkpointing: { contiguous_memory_optimization: true } },
    'error activation_checkpointing.contiguous_memory_optimization: Needs',
  ],
  ['no JSON among the others', { other: '{' }, 'error other: No JSON object'],
  [
    'a setting of old',
    { other: '{"zero_optimization": {"cpu_offload": true}}' },
    'warn other: cpu_offload is called offload_optimizer.device now',
  ],
  ['a stage that there is none of', zero({ stage: 4 }), 'error zero_optimization.stage: Must be at most 3.'],
])('flags %s', (_, own, expected) => {
  expect(said(merged(base, own)).join('\n')).toContain(expected);
});

it('judges by the GPUs of the node, and begins with what they can do', () => {
  expect(said(base, node(8, 'Hopper'))).toEqual([]);
  expect(said(base, node(2, 'Volta'))).toEqual([
    'error launch.gpusPerNode: More than this node has: 2.',
    'error bf16.enabled: NVIDIA Volta can’t compute in bf16 (before compute capability 8.0): use fp16.',
  ]);
  const begun = initial(node(2, 'Volta'));
  expect(said(begun, node(2, 'Volta'))).toEqual([]);
  expect(configOf(begun)).toMatchObject({ fp16: { enabled: true }, bf16: { enabled: false } });
  expect(begun.launch).toMatchObject({ gpusPerNode: 2 });
});

it('estimates memory as the ZeRO paper does, and says what does not fit on the GPUs of the node', () => {
  const launch = { framework: 'deepspeed', nodes: 8, gpusPerNode: 8, modelBillions: 7.5 };
  const gb = (stage: number) =>
    Math.round((modelStateBytes({ launch, bf16: { enabled: 'true' }, ...zero({ stage }) })?.gpu ?? 0) / 1e8) / 10;
  expect([0, 1, 2, 3].map(gb)).toEqual([120, 31.4, 16.6, 1.9]);
  expect(modelStateBytes(valuesOf('zero-3-offload'))).toBeNull();
  const llama = merged(valuesOf('zero-3-offload'), { launch: { modelBillions: 6.738 } });
  expect(modelStateBytes(llama)).toEqual({ gpu: 0, host: 16 * 6.738e9 });
  const hopper = (gib: number) =>
    ({
      gpu: {
        gpus: Array.from({ length: 8 }, () => ({ architecture: 'Hopper', memory: { totalBytes: gib * 2 ** 30 } })),
      },
    }) as unknown as NodeFacts;
  const on = (gib: number, stage: number) =>
    said(merged(base, { launch: { modelBillions: 6.738 }, ...zero({ stage }) }), hopper(gib))
      .filter((line) => /launch/.test(line))
      .join();
  expect(on(80, 0)).toMatch(/^error launch.modelBillions: .*about 100.4 GiB of each GPU.*The GPU has 80.0/);
  expect(on(40, 1)).toMatch(/^warn launch.modelBillions: .*about 34.5 GiB/);
  expect(on(80, 2)).toMatch(/^info launch.modelBillions: .*about 23.5 GiB/);
});

it('keeps settings that have no field', () => {
  const config = {
    train_batch_size: 8,
    zero_optimization: { stage: 1, legacy_stage1: true },
    elasticity: { enabled: true },
    bf16: { enabled: true },
  };
  const read = deepspeed.read?.(JSON.stringify(config));
  expect(read?.values).toMatchObject({ bf16: { enabled: 'true' }, other: expect.stringContaining('legacy_stage1') });
  expect(configOf(read?.values ?? {})).toEqual(config);
  expect(read?.notes.at(-1)?.text.en).toBe('Kept as it is: zero_optimization, elasticity.');
  expect(['', '[]', '{"a":', '3'].map((text) => deepspeed.read?.(text))).toEqual([null, null, null, null]);
});

it('launches with the configuration named once, on one machine and on several', () => {
  expect(file(base, 'launch.sh')).toContain('\ndeepspeed --num_gpus=8 train.py\n');
  expect(file(base, 'launch.sh')).not.toContain('--deepspeed_config');
  const two = merged(base, { launch: { nodes: 2, hosts: 'gpu-01 gpu-02; $(reboot)' } });
  expect(file(two, 'launch.sh')).toContain(
    'deepspeed --hostfile hostfile --master_addr gpu-01 --master_port 29500 train.py',
  );
  expect(file(two, 'launch.sh')).not.toContain('reboot');
  expect(file(two, 'hostfile')).toBe('gpu-01 slots=8\n');
});

it('writes a script that goes through the engine, saves on all ranks and makes big models in pieces', () => {
  const script = file(base, 'train.py');
  for (const line of ['engine.backward(loss)', 'engine.step()', '        engine.save_checkpoint(', 'config=CONFIG,'])
    expect(script).toContain(line);
  for (const mistake of ['DistributedDataParallel', 'DeepSpeedEngine(', 'zero.Init', '    loss.backward()'])
    expect(script).not.toContain(mistake);
  expect(file(valuesOf('zero-3'), 'train.py')).toContain('with deepspeed.zero.Init(config_dict_or_path=CONFIG):');
  const passed = merged(valuesOf('zero-3-offload'), { launch: { passesOptimizer: true }, optimizer: { type: '' } });
  expect(file(passed, 'train.py')).toContain('optimizer=DeepSpeedCPUAdam(parameters, lr=1e-4),');
  expect(serious(passed)).toEqual([]);
});

it('writes Python and shell that parse', ({ skip }) => {
  const scripts = [
    ...examples.map(({ values }) => values),
    merged(valuesOf('trainer-auto'), { launch: { model: 'it\'s "a" \\ 中' } }),
    merged(base, { launch: { passesOptimizer: true } }),
  ];
  try {
    execFileSync('python3', ['--version']);
  } catch {
    skip('no Python here');
  }
  for (const values of scripts) {
    execFileSync('python3', ['-c', 'import ast,sys; ast.parse(sys.stdin.read())'], {
      input: file(values, 'train.py'),
      stdio: 'pipe',
    });
    execFileSync('sh', ['-n'], { input: file(values, 'launch.sh'), stdio: 'pipe' });
  }
});
