import type { NodeFacts } from '../../facts/index';
import { checkFields } from '../check-fields';
import type { GeneratorProblem, Values } from '../generator';
import { asValues, both, groupOf, isOn, numberOf, numbersOf, problem, textOf } from '../values';
import { configOf } from './config';
import { sections } from './fields';
import { scheduler as schedulerField } from './fields/scheduler';
import { memoryProblems } from './memory';
import { deviceOf, isTrainer, otherSettings, precisionOf, stageOf, worldSizeOf } from './setup';
import { ofOffload, ofZero } from './zero-problems';

const docs = 'deepspeedai/DeepSpeed docs/_pages/config-json.md';
const engineSource = 'deepspeedai/DeepSpeed deepspeed/runtime/engine.py';
const configSource = 'deepspeedai/DeepSpeed deepspeed/runtime/config.py';
const zeroSource = 'deepspeedai/DeepSpeed deepspeed/runtime/zero/config.py';
const trainerSource = 'Hugging Face Transformers documentation, DeepSpeed';

export function problems(form: Values, facts: NodeFacts | null): GeneratorProblem[] {
  return [
    ...checkFields(sections, form),
    ...ofBatch(form),
    ...ofPrecision(form),
    ...ofZero(form),
    ...ofOffload(form),
    ...ofOptimizer(form),
    ...ofAuto(form),
    ...ofOthers(form),
    ...onNode(form, facts),
    ...memoryProblems(form, facts),
  ];
}

/** train = micro x accumulation x world size. */
function ofBatch(form: Values): GeneratorProblem[] {
  const names = ['train_batch_size', 'train_micro_batch_size_per_gpu', 'gradient_accumulation_steps'] as const;
  if (names.some((name) => form[name] === 'auto')) return [];
  const [train, micro, steps] = names.map((name) => numberOf(form, name));
  const world = worldSizeOf(form);
  const wrong = (path: string, en: string, zh: string) => [problem('error', [path], both(en, zh), configSource)];
  if (train == null && micro == null) {
    return wrong(
      'train_micro_batch_size_per_gpu',
      'train_batch_size or train_micro_batch_size_per_gpu is needed.',
      '需要给出 train_batch_size 或 train_micro_batch_size_per_gpu。',
    );
  }
  if (train == null) return [];
  if (micro != null && steps != null) {
    if (train === micro * steps * world) return [];
    return wrong(
      'train_batch_size',
      `${micro} x ${steps} x ${world} GPUs = ${micro * steps * world}, not ${train}: DeepSpeed refuses to start.`,
      `${micro} × ${steps} × ${world} 个 GPU = ${micro * steps * world}，不等于 ${train}：DeepSpeed 会拒绝启动。`,
    );
  }
  const part = (micro ?? steps ?? 1) * world;
  if (train % part === 0) return [];
  return wrong(
    'train_batch_size',
    `${train} can’t be divided by ${part} (with ${world} GPUs).`,
    `${train} 不能被 ${part} 整除（共 ${world} 个 GPU）。`,
  );
}

function ofPrecision(form: Values): GeneratorProblem[] {
  const found: GeneratorProblem[] = [];
  const [fp16, bf16] = [precisionOf(form, 'fp16'), precisionOf(form, 'bf16')];
  if (fp16 === 'true' && bf16 === 'true') {
    found.push(
      problem(
        'error',
        ['fp16', 'enabled'],
        both('Not together with bf16: choose one.', '不能与 bf16 同时启用：请二选一。'),
        configSource,
      ),
    );
  }
  if (isOn(groupOf(form, 'amp'), 'enabled')) {
    if (stageOf(form) > 0)
      found.push(
        problem(
          'error',
          ['amp', 'enabled'],
          both('amp does not work with ZeRO.', 'amp 不能与 ZeRO 同用。'),
          engineSource,
        ),
      );
    if (fp16 !== 'false' || bf16 !== 'false') {
      found.push(
        problem(
          'error',
          ['amp', 'enabled'],
          both('Not together with fp16 or bf16.', '不能与 fp16 或 bf16 同时启用。'),
          docs,
        ),
      );
    }
  }
  if (isOn(groupOf(form, 'torch_autocast'), 'enabled') && (fp16 !== 'false' || bf16 !== 'false')) {
    const text = both('Instead of fp16 and bf16, not with them.', '与 fp16、bf16 二选一，不能同时启用。');
    found.push(problem('error', ['torch_autocast', 'enabled'], text, docs));
  }
  const bf16Group = groupOf(form, 'bf16');
  if (isOn(bf16Group, 'bf16_optimizer_states')) {
    if (!isOn(bf16Group, 'bf16_master_weights_and_grads') || stageOf(form) === 0) {
      const text = both(
        'Needs bf16_master_weights_and_grads and ZeRO 1 to 3.',
        '需要启用 bf16_master_weights_and_grads，且 ZeRO 为 1 至 3。',
      );
      found.push(
        problem(
          'error',
          ['bf16', 'bf16_optimizer_states'],
          text,
          'deepspeedai/DeepSpeed deepspeed/runtime/precision_config.py',
        ),
      );
    }
  }
  return found;
}

/** Source of the tested ones: deepspeedai/DeepSpeed deepspeed/runtime/zero/utils.py (ZERO_SUPPORTED_OPTIMIZERS). */
function ofOptimizer(form: Values): GeneratorProblem[] {
  const found: GeneratorProblem[] = [];
  const type = textOf(groupOf(form, 'optimizer'), 'type');
  const passes = isOn(groupOf(form, 'launch'), 'passesOptimizer');
  const others = otherSettings(form) ?? {};
  if (!isTrainer(form)) {
    if (type !== null && passes) {
      const text = both(
        'There is one in the JSON already: DeepSpeed takes the script’s and ignores this one.',
        'JSON 中已有优化器：DeepSpeed 会使用脚本传入的并忽略此处的。',
      );
      found.push(problem('warn', ['launch', 'passesOptimizer'], text, engineSource));
    }
    if (type === null && !passes && others.optimizer === undefined) {
      const text = both(
        'Without an optimizer nothing is learned: choose one, or let the script pass it.',
        '没有优化器就不会更新参数：请选择一个，或由脚本传入。',
      );
      found.push(problem('error', ['optimizer', 'type'], text, engineSource));
    }
  }
  const isTested = type === null || type === 'Adam' || type === 'AdamW' || type === 'Muon';
  if (!isTested && stageOf(form) > 0 && !isOn(form, 'zero_allow_untested_optimizer')) {
    const text = both(
      `${type} with ZeRO needs zero_allow_untested_optimizer.`,
      `${type} 与 ZeRO 同用需要 zero_allow_untested_optimizer。`,
    );
    found.push(problem('error', ['optimizer', 'type'], text, engineSource));
  }
  const isOffloaded = deviceOf(form, 'offload_optimizer') !== 'none';
  const isOfCpu = type === null || type === 'Adam' || type === 'AdamW';
  if (isOffloaded && !isOfCpu && !passes && form.zero_force_ds_cpu_optimizer !== false) {
    const text = both(
      'Offload wants Adam or AdamW, which become DeepSpeedCPUAdam; else set zero_force_ds_cpu_optimizer to false.',
      '卸载要求 Adam 或 AdamW（变为 DeepSpeedCPUAdam）；否则把 zero_force_ds_cpu_optimizer 设为 false。',
    );
    found.push(problem('error', ['optimizer', 'type'], text, engineSource));
  }
  const params = groupOf(groupOf(form, 'optimizer'), 'params');
  if (Array.isArray(params.betas) && params.betas.length > 0 && numbersOf(params, 'betas').length !== 2) {
    found.push(problem('error', ['optimizer', 'params', 'betas'], both('Two numbers.', '应为两个数。'), docs));
  }
  return [...found, ...ofScheduler(form)];
}

/** Source: deepspeedai/DeepSpeed deepspeed/runtime/lr_schedules.py. */
const neededBySchedule: Readonly<Record<string, readonly string[]>> = {
  WarmupDecayLR: ['total_num_steps'],
  WarmupCosineLR: ['total_num_steps'],
  OneCycle: ['cycle_min_lr', 'cycle_max_lr'],
};

function ofScheduler(form: Values): GeneratorProblem[] {
  const scheduler = groupOf(form, 'scheduler');
  const kind = textOf(scheduler, 'type');
  const params = groupOf(scheduler, 'params');
  const source = 'deepspeedai/DeepSpeed deepspeed/runtime/lr_schedules.py';
  const missing = (neededBySchedule[kind ?? ''] ?? []).filter((name) => params[name] == null);
  const found = missing.map((name) =>
    problem('error', ['scheduler', 'params', name], both(`${kind} needs ${name}.`, `${kind} 需要 ${name}。`), source),
  );
  // Settings of another schedule end the start: its class does not know them.
  const fields = schedulerField.fields.flatMap((field) => (field.kind === 'group' ? field.fields : []));
  for (const field of fields) {
    if (kind === null || params[field.name] == null || field.isShown?.(params, form) !== false) continue;
    const text = both(
      `${kind} does not know it: DeepSpeed ends at the start.`,
      `${kind} 不认识此项：DeepSpeed 启动即失败。`,
    );
    found.push(problem('error', ['scheduler', 'params', field.name], text, source));
  }
  return found;
}

/** What Hugging Face's Trainer fills in; everywhere else, and by `deepspeed.initialize`, the word is not understood. */
const autoPaths: ReadonlySet<string> = new Set([
  'train_batch_size',
  'train_micro_batch_size_per_gpu',
  'gradient_accumulation_steps',
  'gradient_clipping',
  ...['lr', 'betas', 'eps', 'weight_decay'].map((name) => `optimizer.params.${name}`),
  ...['warmup_min_lr', 'warmup_max_lr', 'warmup_num_steps', 'total_num_steps'].map(
    (name) => `scheduler.params.${name}`,
  ),
  'fp16.enabled',
  'bf16.enabled',
  ...['reduce_bucket_size', 'stage3_prefetch_bucket_size', 'stage3_param_persistence_threshold'].map(
    (name) => `zero_optimization.${name}`,
  ),
]);

function ofAuto(form: Values): GeneratorProblem[] {
  const paths = autosIn(configOf(form), []);
  if (!isTrainer(form)) {
    const text = both(
      'deepspeed.initialize does not understand auto: only Hugging Face’s Trainer does.',
      'deepspeed.initialize 不认识 auto：只有 Hugging Face Trainer 支持。',
    );
    return paths.map((path) => problem('error', path, text, trainerSource));
  }
  const text = both('The Trainer does not fill this one in.', 'Trainer 不会填写此项。');
  return paths.flatMap((path) => (autoPaths.has(path.join('.')) ? [] : [problem('error', path, text, trainerSource)]));
}

function autosIn(value: unknown, path: readonly string[]): string[][] {
  if (value === 'auto') return [[...path]];
  return Object.entries(asValues(value) ?? {}).flatMap(([name, inside]) => autosIn(inside, [...path, name]));
}

/** Settings of older releases, and what they are called now. */
const renamed: Readonly<Record<string, string>> = {
  cpu_offload: 'offload_optimizer.device',
  cpu_offload_params: 'offload_param.device',
  cpu_offload_param: 'offload_param.device',
  stage3_gather_fp16_weights_on_model_save: 'stage3_gather_16bit_weights_on_model_save',
};

function ofOthers(form: Values): GeneratorProblem[] {
  const others = otherSettings(form);
  if (others === null)
    return [problem('error', ['other'], both('No JSON object: {"name": value}.', '不是 JSON 对象：{"name": value}。'))];
  const zero = others.zero_optimization;
  if (typeof zero === 'boolean') {
    const text = both(
      'zero_optimization: true is old for stage 1; set the stage.',
      'zero_optimization: true 是 stage 1 的旧写法；请设置 stage。',
    );
    return [problem('warn', ['other'], text, zeroSource)];
  }
  return Object.keys(asValues(zero) ?? {}).flatMap((name) => {
    const now = renamed[name];
    if (now === undefined) return [];
    return [problem('warn', ['other'], both(`${name} is called ${now} now.`, `${name} 现在叫 ${now}。`), zeroSource)];
  });
}

function onNode(form: Values, facts: NodeFacts | null): GeneratorProblem[] {
  const gpus = facts?.gpu?.gpus;
  if (!gpus) return [];
  const found: GeneratorProblem[] = [];
  const wanted = numberOf(groupOf(form, 'launch'), 'gpusPerNode');
  if (wanted !== null && wanted > gpus.length) {
    const text = both(`More than this node has: ${gpus.length}.`, `超过该节点的 GPU 数：${gpus.length}。`);
    found.push(problem('error', ['launch', 'gpusPerNode'], text));
  }
  const older = gpus.filter(({ architecture }) =>
    ['Kepler', 'Maxwell', 'Pascal', 'Volta', 'Turing'].includes(architecture ?? ''),
  );
  if (older.length > 0 && precisionOf(form, 'bf16') === 'true') {
    const names = [...new Set(older.map(({ name, architecture }) => name ?? architecture))].join(', ');
    const text = both(
      `${names} can’t compute in bf16 (before compute capability 8.0): use fp16.`,
      `${names} 不支持 bf16 计算（计算能力低于 8.0）：请用 fp16。`,
    );
    found.push(problem('error', ['bf16', 'enabled'], text, docs));
  }
  return found;
}
