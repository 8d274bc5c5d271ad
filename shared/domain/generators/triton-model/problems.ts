import type { NodeFacts } from '../../facts/index';
import type { LocalizedText } from '../../text';
import { checkFields } from '../check-fields';
import type { GeneratorProblem, Values } from '../generator';
import { both, groupOf, isOn, numberOf, numbersOf, problem, rowsOf, textOf, textsOf } from '../values';
import { ensembleProblems } from './ensemble-problems';
import { sections } from './fields';
import { isEnsembleForm, levelsOf } from './fields/conditions';
import { readTextFormat } from './read-text-format';

const proto = 'triton-inference-server/common protobuf/model_config.proto';
const docs = 'triton-inference-server/server docs/user_guide/model_configuration.md';
const batcher = 'triton-inference-server/server docs/user_guide/batcher.md';
const modelDocs = 'triton-inference-server/server docs/user_guide/decoupled_models.md';

type Path = GeneratorProblem['path'];
type Add = (severity: GeneratorProblem['severity'], path: Path, text: LocalizedText, source: string) => void;

export function problems(form: Values, facts: NodeFacts | null): GeneratorProblem[] {
  const found: GeneratorProblem[] = checkFields(sections, form);
  const add: Add = (...parts) => found.push(problem(...parts));
  ofOthers(form, [], add);
  ofModel(form, add);
  ofTensors(form, add);
  ofInstances(form, facts, add);
  ofWarmups(form, add);
  if (isEnsembleForm(form)) found.push(...ensembleProblems(form));
  else if (textOf(form, 'scheduler') === 'dynamic') ofDynamicBatching(form, add);
  else if (textOf(form, 'scheduler') === 'sequence') ofSequenceBatching(form, add);
  return found;
}

/** Also within rows and groups. */
function ofOthers(value: unknown, path: Path, add: Add): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inside] of Object.entries(value)) {
    const at = [...path, Array.isArray(value) ? Number(name) : name];
    if (name !== 'other' || typeof inside !== 'string') ofOthers(inside, at, add);
    else if (readTextFormat(inside) === null) {
      add(
        'error',
        at,
        both('Not as config.pbtxt is written: name: value.', '不符合 config.pbtxt 的写法：name: value。'),
        proto,
      );
    }
  }
}

function ofModel(form: Values, add: Add): void {
  const name = textOf(form, 'name');
  if (name !== null && /[/\\]|^\.{1,2}$/.test(name)) {
    add('error', ['name'], both('A folder’s name, no path.', '应为目录名，不能是路径。'), docs);
  }
  if (isOn(form, 'decoupled')) {
    const text = both(
      'Plain HTTP requests fail once there is more than one answer: use gRPC streams or generate_stream.',
      '结果多于一个时普通 HTTP 请求会失败：请用 gRPC 流或 generate_stream。',
    );
    add('info', ['decoupled'], text, modelDocs);
    if (isOn(form, 'response_cache')) {
      add(
        'error',
        ['response_cache'],
        both('Not for streaming models.', '不能用于流式模型。'),
        'triton-inference-server/server docs/user_guide/response_cache.md',
      );
    }
  }
  if (isOn(form, 'response_cache')) {
    const text = both(
      'Has no effect until the server runs with --cache-config local,size=BYTES.',
      '服务器加上 --cache-config local,size=BYTES 之后才生效。',
    );
    add('info', ['response_cache'], text, 'triton-inference-server/server docs/user_guide/response_cache.md');
  }
  const others = readTextFormat(textOf(form, 'other') ?? '') ?? [];
  if (textOf(form, 'backend') === null && !others.some((field) => ['backend', 'platform'].includes(field.name))) {
    add('error', ['backend'], both('Backend is missing.', '缺少“后端”。'), docs);
  }
  const policy = textOf(form, 'version_policy');
  if (policy === 'specific' && numbersOf(form, 'versions').length === 0) {
    add('error', ['versions'], both('Say which versions: none are served.', '请指明版本：否则不提供任何版本。'), docs);
  }
  const keys = rowsOf(form, 'parameters').map((row) => textOf(row, 'key'));
  for (const [index, key] of keys.entries()) {
    if (key !== null && keys.indexOf(key) < index)
      add(
        'warn',
        ['parameters', index, 'key'],
        both('Listed twice: the last one counts.', '重复列出：以最后一个为准。'),
        proto,
      );
  }
}

function ofTensors(form: Values, add: Add): void {
  const backend = textOf(form, 'backend') ?? '';
  const isNamed = ['python', 'pytorch', 'ensemble'].includes(backend);
  for (const list of ['input', 'output'] as const) {
    const rows = rowsOf(form, list);
    if (rows.length === 0 && isNamed) {
      const text = both(`Triton can’t find them itself for ${backend}.`, `${backend} 的此项 Triton 无法自动获取。`);
      // A Python model may tell them in its auto_complete_config.
      add(backend === 'python' ? 'info' : 'error', [list], text, docs);
    }
    const names = rows.map((row) => textOf(row, 'name'));
    for (const [index, row] of rows.entries()) {
      const dims = numbersOf(row, 'dims');
      const name = names[index];
      if (name != null && names.indexOf(name) < index) {
        add('error', [list, index, 'name'], both('Listed twice.', '重复列出。'), proto);
      }
      if (dims.includes(0))
        add(
          'error',
          [list, index, 'dims'],
          both('A dimension is -1 or at least 1.', '维度应为 -1 或不小于 1。'),
          proto,
        );
      if ((numberOf(form, 'max_batch_size') ?? 0) >= 1 && dims[0] === -1 && dims.length > 1) {
        const text = both(
          'Is the first -1 the batch? With max_batch_size of 1 or more it must not be here.',
          '首个 -1 是批量维吗？max_batch_size 不小于 1 时不应写在这里。',
        );
        add('info', [list, index, 'dims'], text, docs);
      }
      const shape = numbersOf(row, 'reshape');
      if (shape.length > 0 && !dims.includes(-1) && !shape.includes(-1) && product(shape) !== product(dims)) {
        const text = both(
          `${product(shape)} elements, but the shape has ${product(dims)}.`,
          `共 ${product(shape)} 个元素，而形状为 ${product(dims)} 个。`,
        );
        add('error', [list, index, 'reshape'], text, docs);
      }
      if (isOn(row, 'is_shape_tensor') && backend !== 'tensorrt') {
        add('error', [list, index, 'is_shape_tensor'], both('TensorRT only.', '仅限 TensorRT。'), proto);
      }
    }
  }
}

function product(dims: readonly number[]): number {
  return dims.reduce((all, one) => all * one, 1);
}

function ofInstances(form: Values, facts: NodeFacts | null, add: Add): void {
  const backend = textOf(form, 'backend');
  const rows = rowsOf(form, 'instance_group');
  const gpuCount = facts?.gpu?.gpus.length ?? null;
  if (rows.length > 0 && isEnsembleForm(form)) {
    add(
      'warn',
      ['instance_group'],
      both('An ensemble has no instances of its own: not written.', '集成没有自己的实例：不会写入。'),
      docs,
    );
    return;
  }
  for (const [index, row] of rows.entries()) {
    const at = (name: string): Path => ['instance_group', index, name];
    const kind = textOf(row, 'kind');
    const gpus = numbersOf(row, 'gpus');
    if (gpus.length > 0 && (kind === 'KIND_CPU' || kind === 'KIND_MODEL')) {
      add('error', at('gpus'), both(`Not with ${kind}.`, `不能与 ${kind} 同用。`), proto);
    }
    if (new Set(gpus).size < gpus.length)
      add('error', at('gpus'), both('A GPU is listed twice: use count.', 'GPU 重复列出：请用副本数。'), proto);
    if (gpuCount !== null && gpus.some((gpu) => gpu >= gpuCount)) {
      add(
        'error',
        at('gpus'),
        both(`This node’s GPUs are 0 to ${gpuCount - 1}.`, `该节点的 GPU 编号为 0 至 ${gpuCount - 1}。`),
        docs,
      );
    }
    if (gpuCount === 0 && kind === 'KIND_GPU')
      add('error', at('kind'), both('This node has no GPU.', '该节点没有 GPU。'), docs);
    if (textsOf(row, 'profile').length > 0 && backend !== 'tensorrt') {
      add('error', at('profile'), both('TensorRT only.', '仅限 TensorRT。'), proto);
    }
    if (backend === 'vllm' && (kind !== 'KIND_MODEL' || (numberOf(row, 'count') ?? 1) !== 1)) {
      const text = both(
        'vLLM takes its GPUs itself: KIND_MODEL with one copy.',
        'vLLM 自行占用 GPU：应为 KIND_MODEL，副本数 1。',
      );
      add('error', at('kind'), text, 'triton-inference-server/vllm_backend README.md');
    }
  }
  if (backend === 'vllm' && rows.length === 0) {
    const text = both(
      'vLLM needs a group of KIND_MODEL: else it is started on each GPU.',
      'vLLM 需要 KIND_MODEL 的实例组：否则每个 GPU 都会启动一个。',
    );
    add('error', ['instance_group'], text, 'triton-inference-server/vllm_backend README.md');
  }
}

function ofDynamicBatching(form: Values, add: Add): void {
  const most = numberOf(form, 'max_batch_size') ?? 0;
  const group = groupOf(form, 'dynamic_batching');
  const at = (...names: Array<string | number>): Path => ['dynamic_batching', ...names];
  if (most === 0) {
    add(
      'error',
      ['scheduler'],
      both(
        'Without a batch dimension (max_batch_size 0) nothing can be batched.',
        '没有批量维（max_batch_size 为 0）时无法批处理。',
      ),
      batcher,
    );
  }
  for (const [index, size] of numbersOf(group, 'preferred_batch_size').entries()) {
    if (most > 0 && size > most)
      add(
        'error',
        at('preferred_batch_size', index),
        both(`At most max_batch_size: ${most}.`, `不能超过 max_batch_size：${most}。`),
        batcher,
      );
  }
  if (isOn(group, 'preserve_ordering') && isOn(form, 'decoupled')) {
    const text = both('A stream then holds up all that came after it.', '此时一个流会阻塞其后的所有请求。');
    add('warn', at('preserve_ordering'), text, proto);
  }
  const delay = numberOf(group, 'maxQueueDelayMs');
  ofDuration(group, 'maxQueueDelayMs', at('maxQueueDelayMs'), add);
  if (delay !== null && delay > 100) {
    const text = both(
      `Each request may wait ${delay} ms for others. Usual are 0.1 to 5; was it meant in microseconds?`,
      `每个请求可能等待 ${delay} ms。常用 0.1 至 5；是否误用了微秒？`,
    );
    add('warn', at('maxQueueDelayMs'), text, batcher);
  }
  const levels = levelsOf(form);
  const usual = numberOf(group, 'default_priority_level');
  if (levels > 0 && (usual === null || usual < 1 || usual > levels)) {
    add('error', at('default_priority_level'), both(`From 1 to ${levels}.`, `应为 1 至 ${levels}。`), proto);
  }
  if (levels === 0 && usual !== null) {
    add(
      'error',
      at('default_priority_level'),
      both('There are no levels: set how many.', '未分级：请设置优先级数。'),
      proto,
    );
  }
  ofQueue(groupOf(group, 'default_queue_policy'), at('default_queue_policy'), add);
  const rows = rowsOf(group, 'priority_queue_policy');
  const all = rows.map((row) => numberOf(row, 'level'));
  for (const [index, row] of rows.entries()) {
    const level = all[index];
    const path = at('priority_queue_policy', index);
    if (level != null && level > levels)
      add('error', [...path, 'level'], both(`There are levels 1 to ${levels}.`, `只有级别 1 至 ${levels}。`), proto);
    if (level != null && all.indexOf(level) < index)
      add('error', [...path, 'level'], both('Listed twice.', '重复列出。'), proto);
    ofQueue(row, path, add);
  }
}

function ofQueue(policy: Values, path: Path, add: Add): void {
  ofDuration(policy, 'defaultTimeoutMs', [...path, 'defaultTimeoutMs'], add);
  const timeout = numberOf(policy, 'defaultTimeoutMs') ?? 0;
  if (timeout === 0 && textOf(policy, 'timeout_action') === 'DELAY') {
    add(
      'info',
      [...path, 'timeout_action'],
      both('Without a timeout nothing is ever delayed.', '没有超时就不会触发延后。'),
      proto,
    );
  }
}

/** Each request has the shapes that the model takes. */
function ofWarmups(form: Values, add: Add): void {
  const most = numberOf(form, 'max_batch_size') ?? 0;
  const known = new Map(rowsOf(form, 'input').map((row) => [textOf(row, 'name'), row]));
  for (const [index, row] of rowsOf(form, 'model_warmup').entries()) {
    const at = (...path: Path): Path => ['model_warmup', index, ...path];
    const batch = numberOf(row, 'batch_size') ?? 0;
    if (batch > most) {
      add(
        'error',
        at('batch_size'),
        both(`At most max_batch_size: ${most}.`, `不能超过 max_batch_size：${most}。`),
        proto,
      );
    } else if (batch === 0 && most > 0) {
      add(
        'error',
        at('batch_size'),
        both(`From 1 to ${most}: the model has a batch dimension.`, `应为 1 至 ${most}：模型有批量维。`),
        proto,
      );
    }
    for (const [place, input] of rowsOf(row, 'inputs').entries()) {
      const name = textOf(input, 'name');
      const type = textOf(input, 'data_type');
      const wanted = known.get(name);
      if (known.size > 0 && name !== null && wanted === undefined) {
        add('error', at('inputs', place, 'name'), both('The model has no such input.', '模型没有该输入。'), proto);
      } else if (wanted !== undefined && type !== null && textOf(wanted, 'data_type') !== type) {
        const own = textOf(wanted, 'data_type');
        add('error', at('inputs', place, 'data_type'), both(`The input is ${own}.`, `该输入为 ${own}。`), proto);
      }
      if (textOf(input, 'data') === 'random_data' && type === 'TYPE_STRING') {
        add('error', at('inputs', place, 'data'), both('There are no random texts.', '不支持随机文本。'), proto);
      }
      if (textOf(input, 'data') === 'input_data_file' && textOf(input, 'file') === null) {
        add('error', at('inputs', place, 'file'), both('Say which file.', '请指明文件。'), proto);
      }
    }
  }
}

/** A part of a microsecond can’t be written. */
function ofDuration(values: Values, name: string, path: Path, add: Add): void {
  const ms = numberOf(values, name);
  if (ms === null) return;
  const inMicroseconds = ms * 1000;
  if (Math.abs(inMicroseconds - Math.round(inMicroseconds)) > 1e-6 * Math.max(1, inMicroseconds)) {
    add('error', path, both('Finer than a microsecond (0.001 ms).', '精度不能小于 1 微秒（0.001 ms）。'), proto);
  } else if (!Number.isSafeInteger(Math.round(inMicroseconds))) {
    add('error', path, both('Too long.', '过长。'), proto);
  }
}

function ofSequenceBatching(form: Values, add: Add): void {
  const group = groupOf(form, 'sequence_batching');
  const at = (...names: Array<string | number>): Path => ['sequence_batching', ...names];
  for (const name of ['maxSequenceIdleMs', 'maxQueueDelayMs']) ofDuration(group, name, at(name), add);
  if (textOf(group, 'strategy') === 'oldest' && numberOf(group, 'max_candidate_sequences') === null) {
    add('error', at('max_candidate_sequences'), both('Needed for oldest.', 'oldest 策略必填。'), proto);
  }
  const delay = numberOf(group, 'maxQueueDelayMs') ?? 0;
  if (textOf(group, 'strategy') !== 'oldest' && delay > 0 && (numberOf(group, 'minimum_slot_utilization') ?? 0) === 0) {
    add(
      'warn',
      at('maxQueueDelayMs'),
      both('Ignored while the least used slots are 0.', '最低槽位利用率为 0 时被忽略。'),
      proto,
    );
  }
  for (const [index, row] of rowsOf(group, 'control_input').entries()) {
    const type = textOf(row, 'data_type');
    const isId = textOf(row, 'kind') === 'CONTROL_SEQUENCE_CORRID';
    const allowed = isId ? /^TYPE_U?INT(32|64)$/ : /^TYPE_(FP32|INT32|BOOL)$/;
    if (type !== null && !allowed.test(type)) {
      const text = isId
        ? both('An integer type: the number of the sequence.', '应为整数类型：序列编号。')
        : both('FP32, INT32 or BOOL.', '应为 FP32、INT32 或 BOOL。');
      add('error', at('control_input', index, 'data_type'), text, proto);
    }
  }
}
