import type { GeneratorProblem, Values } from '../generator';
import { both, groupOf, isOn, numberOf, problem, textOf } from '../values';
import { deviceOf, stageOf, worldSizeOf } from './setup';

const docs = 'deepspeedai/DeepSpeed docs/_pages/config-json.md';
const engineSource = 'deepspeedai/DeepSpeed deepspeed/runtime/engine.py';
const zeroSource = 'deepspeedai/DeepSpeed deepspeed/runtime/zero/config.py';
const offloadSource = 'deepspeedai/DeepSpeed deepspeed/runtime/zero/offload_config.py';

/** Stages, what goes with which, and checkpoints. */
export function ofZero(form: Values): GeneratorProblem[] {
  const found: GeneratorProblem[] = [];
  const stage = stageOf(form);
  const zero = groupOf(form, 'zero_optimization');
  const stages = numberOf(groupOf(form, 'launch'), 'pipelineStages') ?? 1;
  if (stages > 1 && stage >= 2) {
    const text = both('Pipeline parallelism goes with ZeRO 0 or 1 only.', '流水线并行只能搭配 ZeRO 0 或 1。');
    found.push(
      problem('error', ['zero_optimization', 'stage'], text, 'deepspeedai/DeepSpeed deepspeed/runtime/pipe/engine.py'),
    );
  }
  if (stage === 3 && (numberOf(groupOf(form, 'tensor_parallel'), 'autotp_size') ?? 0) > 1) {
    const text = both('AutoTP goes with ZeRO 0 to 2.', 'AutoTP 只能搭配 ZeRO 0 至 2。');
    found.push(
      problem(
        'error',
        ['tensor_parallel', 'autotp_size'],
        text,
        'deepspeedai/DeepSpeed docs, Automatic Tensor Parallelism for training',
      ),
    );
  }
  if (stage === 3 && textOf(form, 'gradient_allreduce_op') === 'sum') {
    found.push(
      problem(
        'error',
        ['gradient_allreduce_op'],
        both('Stage 3 only averages: mean.', 'stage 3 只支持 mean。'),
        engineSource,
      ),
    );
  }
  for (const name of [
    'zero_hpz_partition_size',
    'zero_quantized_weights',
    'zero_quantized_gradients',
    'stage3_gather_16bit_weights_on_model_save',
  ]) {
    const isSet = name === 'zero_hpz_partition_size' ? (numberOf(zero, name) ?? 1) > 1 : isOn(zero, name);
    if (isSet && stage !== 3) {
      found.push(
        problem(
          'warn',
          ['zero_optimization', name],
          both('Does nothing outside of stage 3.', '仅在 stage 3 中有效。'),
          zeroSource,
        ),
      );
    }
  }
  const partition = numberOf(zero, 'zero_hpz_partition_size') ?? 1;
  if (stage === 3 && partition > 1 && worldSizeOf(form) % partition !== 0) {
    const text = both('The number of GPUs must be a multiple of it.', 'GPU 总数必须是它的整数倍。');
    found.push(problem('error', ['zero_optimization', 'zero_hpz_partition_size'], text, zeroSource));
  }
  if (stage === 3 && !isOn(zero, 'stage3_gather_16bit_weights_on_model_save')) {
    const text = both(
      'Checkpoints are in pieces, one a GPU: `python checkpoints/zero_to_fp32.py checkpoints out` puts them together.',
      '检查点按 GPU 分片保存：用 `python checkpoints/zero_to_fp32.py checkpoints out` 合并。',
    );
    found.push(problem('info', ['zero_optimization', 'stage'], text, docs));
  }
  const checkpointing = groupOf(form, 'activation_checkpointing');
  if (isOn(checkpointing, 'contiguous_memory_optimization')) {
    if (!isOn(checkpointing, 'partition_activations') || numberOf(checkpointing, 'number_checkpoints') === null) {
      const text = both(
        'Needs partition_activations and number_checkpoints.',
        '需要 partition_activations 和 number_checkpoints。',
      );
      found.push(problem('error', ['activation_checkpointing', 'contiguous_memory_optimization'], text, docs));
    }
  }
  return found;
}

/** Optimizer states and parameters outside of the GPU. */
export function ofOffload(form: Values): GeneratorProblem[] {
  const found: GeneratorProblem[] = [];
  const stage = stageOf(form);
  const zero = groupOf(form, 'zero_optimization');
  for (const name of ['offload_optimizer', 'offload_param'] as const) {
    const device = deviceOf(form, name);
    if (device === 'none') continue;
    const offload = groupOf(zero, name);
    const at = (field: string) => ['zero_optimization', name, field];
    if (name === 'offload_param' && stage < 3) {
      found.push(
        problem(
          'error',
          at('device'),
          both('Parameters are offloaded in stage 3 only.', '只有 stage 3 能卸载参数。'),
          offloadSource,
        ),
      );
    } else if (stage === 0) {
      found.push(
        problem(
          'error',
          at('device'),
          both('Offload needs ZeRO stage 1 to 3.', '卸载需要 ZeRO stage 1 至 3。'),
          offloadSource,
        ),
      );
    } else if (device === 'nvme' && stage < 3) {
      found.push(problem('error', at('device'), both('nvme needs stage 3.', 'nvme 需要 stage 3。'), offloadSource));
    }
    const ratio = numberOf(offload, 'ratio');
    if (ratio !== null && ratio < 1 && stage < 3) {
      found.push(
        problem('error', at('ratio'), both('Less than 1 in stage 3 only.', '只有 stage 3 可小于 1。'), offloadSource),
      );
    }
    if (device === 'nvme') {
      if (textOf(offload, 'nvme_path') === null) {
        found.push(
          problem('error', at('nvme_path'), both('nvme needs a folder.', 'nvme 需要指定目录。'), offloadSource),
        );
      }
      const text = both(
        'Needs libaio on the node (package libaio-dev): `ds_report` shows async_io.',
        '节点需安装 libaio（软件包 libaio-dev）：用 `ds_report` 查看 async_io。',
      );
      found.push(problem('info', at('device'), text, 'deepspeedai/DeepSpeed op_builder/async_io.py'));
    }
    if (offload.pin_memory !== false) {
      const text = both(
        'Pinned memory needs a high limit of locked memory: `ulimit -l` should say unlimited.',
        '锁页内存需要较高的锁定内存上限：`ulimit -l` 应为 unlimited。',
      );
      found.push(problem('info', at('pin_memory'), text, offloadSource));
    }
  }
  return found;
}
