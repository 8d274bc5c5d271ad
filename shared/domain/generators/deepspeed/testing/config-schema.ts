/**
 * What DeepSpeed 0.19.6 takes, as a JSON schema. Source: deepspeedai/DeepSpeed docs/_pages/config-json.md, runtime/zero/config.py,
 * offload_config.py, precision_config.py; `auto`: Transformers documentation, DeepSpeed.
 */
const flag = { type: 'boolean' };
const integer = (minimum: number) => ({ type: 'integer', minimum });
const number = (minimum: number) => ({ type: 'number', minimum });
const orAuto = (schema: object) => ({ anyOf: [schema, { const: 'auto' }] });
const object = (properties: object, required: string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const path = { type: 'string', minLength: 1 };
const texts = { type: 'array', items: path };
const monitor = object({ enabled: flag, output_path: path, job_name: path });

const offloadOptimizer = object(
  {
    device: { enum: ['none', 'cpu', 'nvme'] },
    nvme_path: path,
    buffer_count: integer(1),
    pin_memory: flag,
    pipeline_read: flag,
    pipeline_write: flag,
    fast_init: flag,
    ratio: { type: 'number', minimum: 0, maximum: 1 },
    super_offload: flag,
    cpuadam_cores_perc: { type: 'number', minimum: 0, maximum: 1 },
  },
  ['device'],
);

const offloadParam = object(
  {
    device: { enum: ['none', 'cpu', 'nvme'] },
    nvme_path: path,
    buffer_count: integer(1),
    buffer_size: number(1),
    max_in_cpu: number(0),
    pin_memory: flag,
  },
  ['device'],
);

const zero = object({
  stage: { enum: [0, 1, 2, 3] },
  offload_optimizer: offloadOptimizer,
  offload_param: offloadParam,
  overlap_comm: flag,
  contiguous_gradients: flag,
  reduce_scatter: flag,
  reduce_bucket_size: orAuto(number(0)),
  allgather_partitions: flag,
  allgather_bucket_size: number(0),
  round_robin_gradients: flag,
  ignore_unused_parameters: flag,
  load_from_fp32_weights: flag,
  stage3_module_granularity_threshold: integer(0),
  stage3_use_all_reduce_for_fetch_params: flag,
  stage3_allgather_sequential: flag,
  memory_efficient_linear: flag,
  sub_group_size: number(0),
  stage3_prefetch_bucket_size: orAuto(integer(0)),
  stage3_param_persistence_threshold: orAuto(number(0)),
  stage3_model_persistence_threshold: number(0),
  stage3_max_live_parameters: number(0),
  stage3_max_reuse_distance: number(0),
  stage3_gather_16bit_weights_on_model_save: flag,
  zero_hpz_partition_size: integer(0),
  zero_quantized_weights: flag,
  zero_quantized_gradients: flag,
  mics_shard_size: { type: 'integer' },
});

export const configSchema = object({
  train_batch_size: orAuto(integer(1)),
  train_micro_batch_size_per_gpu: orAuto(integer(1)),
  gradient_accumulation_steps: orAuto(integer(1)),
  gradient_clipping: orAuto(number(0)),
  steps_per_print: integer(1),
  wall_clock_breakdown: flag,
  dump_state: flag,
  optimizer: object(
    {
      type: { type: 'string' },
      params: object({
        lr: orAuto(number(0)),
        betas: orAuto({ type: 'array', items: number(0), minItems: 2, maxItems: 2 }),
        eps: orAuto(number(0)),
        weight_decay: orAuto(number(0)),
        torch_adam: flag,
        adam_w_mode: flag,
        freeze_step: integer(1),
        momentum: number(0),
      }),
    },
    ['type'],
  ),
  scheduler: object(
    {
      type: { enum: ['WarmupLR', 'WarmupDecayLR', 'WarmupCosineLR', 'OneCycle', 'LRRangeTest'] },
      params: object({
        warmup_min_lr: orAuto(number(0)),
        warmup_max_lr: orAuto(number(0)),
        warmup_num_steps: orAuto(integer(0)),
        total_num_steps: orAuto(integer(1)),
        warmup_type: { enum: ['log', 'linear'] },
        warmup_min_ratio: number(0),
        cos_min_ratio: number(0),
        ...Object.fromEntries(['cycle_min_lr', 'cycle_max_lr', 'decay_lr_rate'].map((name) => [name, number(0)])),
        ...Object.fromEntries(['cycle_min_mom', 'cycle_max_mom', 'decay_mom_rate'].map((name) => [name, number(0)])),
        cycle_first_step_size: integer(1),
        cycle_second_step_size: integer(1),
        cycle_first_stair_count: integer(0),
        cycle_second_stair_count: integer(0),
        decay_step_size: integer(0),
        cycle_momentum: flag,
        lr_range_test_min_lr: number(0),
        lr_range_test_step_size: integer(1),
        lr_range_test_step_rate: number(0),
        lr_range_test_staircase: flag,
      }),
    },
    ['type'],
  ),
  fp16: object({
    enabled: orAuto(flag),
    loss_scale: number(0),
    initial_scale_power: integer(0),
    loss_scale_window: integer(1),
    hysteresis: integer(0),
    consecutive_hysteresis: flag,
    min_loss_scale: number(0),
    auto_cast: flag,
    fp16_master_weights_and_grads: flag,
  }),
  bf16: object({
    enabled: orAuto(flag),
    immediate_grad_update: flag,
    check_grad_overflow: flag,
    bf16_master_weights_and_grads: flag,
    bf16_optimizer_states: flag,
  }),
  torch_autocast: object({
    enabled: flag,
    dtype: { enum: ['bfloat16', 'float16'] },
    lower_precision_safe_modules: texts,
  }),
  amp: object({ enabled: flag, opt_level: { enum: ['O0', 'O1', 'O2', 'O3'] } }),
  zero_optimization: zero,
  aio: object({
    block_size: integer(1),
    queue_depth: integer(1),
    thread_count: integer(1),
    single_submit: flag,
    overlap_events: flag,
  }),
  communication_data_type: { enum: ['fp16', 'bf16', 'fp32'] },
  prescale_gradients: flag,
  gradient_predivide_factor: number(0),
  gradient_allreduce_op: { enum: ['mean', 'sum'] },
  activation_checkpointing: object({
    partition_activations: flag,
    cpu_checkpointing: flag,
    contiguous_memory_optimization: flag,
    number_checkpoints: integer(1),
    synchronize_checkpoint_boundary: flag,
    profile: flag,
  }),
  tensor_parallel: object({ autotp_size: integer(0) }),
  data_types: object({ grad_accum_dtype: { enum: ['fp32', 'fp16', 'bf16'] } }),
  checkpoint: object({
    tag_validation: { enum: ['Warn', 'Ignore', 'Fail'] },
    load_universal: flag,
    use_node_local_storage: flag,
  }),
  flops_profiler: object({
    enabled: flag,
    profile_step: integer(1),
    module_depth: integer(-1),
    top_modules: integer(1),
    detailed: flag,
    output_file: path,
  }),
  comms_logger: object({ enabled: flag, verbose: flag, prof_all: flag, debug: flag }),
  tensorboard: monitor,
  csv_monitor: monitor,
  wandb: object({ enabled: flag, group: path, team: path, project: path }),
  zero_allow_untested_optimizer: flag,
  zero_force_ds_cpu_optimizer: flag,
});
