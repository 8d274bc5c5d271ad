import { choice, flag, group, list, number, text, whole, wholes } from '../../field-makers';
import type { GeneratorField, Values } from '../../generator';
import { both, textOf } from '../../values';
import { dataTypes } from './model';

const strategyIs = (name: string) => (around: Values) => (textOf(around, 'strategy') ?? 'direct') === name;

export const sequence: GeneratorField = group(
  'sequence_batching',
  'For models with a state: all requests of a sequence go to one instance.',
  '用于有状态模型：同一序列的请求送到同一实例。',
  [
    number(
      'maxSequenceIdleMs',
      'After so long without a request a sequence is ended. Default 1000 ms.',
      '超过该时间没有请求即结束序列。默认 1000 ms。',
      { label: both('Idle limit', '空闲上限'), unit: 'ms', minimum: 0 },
    ),
    choice(
      'strategy',
      ['direct', 'oldest'],
      'direct, the default: a fixed slot for each sequence. oldest: batches of the oldest requests.',
      'direct（默认）：每个序列固定槽位。oldest：按最早的请求凑批。',
      { label: both('Strategy', '策略') },
    ),
    number('maxQueueDelayMs', 'How long a request waits for others. Default 0.', '等待其他请求的最长时间。默认 0。', {
      label: both('Longest delay', '最长等待'),
      unit: 'ms',
      minimum: 0,
    }),
    number(
      'minimum_slot_utilization',
      'Share of slots that are ready before a batch runs. Default 0; the delay counts only above that.',
      '执行前至少就绪的槽位比例。默认 0；大于 0 时等待时间才有效。',
      { label: both('Least used slots', '最低槽位利用率'), minimum: 0, maximum: 1, isShown: strategyIs('direct') },
    ),
    whole('max_candidate_sequences', 'Others wait until one of them ends.', '其余序列等待其中之一结束。', {
      label: both('Sequences at once', '并行序列数'),
      minimum: 1,
      isShown: strategyIs('oldest'),
    }),
    wholes(
      'preferred_batch_size',
      'Of batches of the oldest requests; mostly empty.',
      '最早请求所凑批次的首选大小；通常留空。',
      { label: both('Preferred sizes', '首选批量'), minimum: 1, isShown: strategyIs('oldest') },
    ),
    flag(
      'preserve_ordering',
      'Answers in the order of the requests. Default false.',
      '按请求顺序返回结果。默认 false。',
      { label: both('Keep the order', '保持顺序'), isShown: strategyIs('oldest') },
    ),
    flag(
      'iterative_sequence',
      'The model asks for its own next turn until a request is done (continuous batching). Default false.',
      '模型自行请求下一轮，直到请求完成（连续批处理）。默认 false。',
      { label: both('Iterative', '迭代') },
    ),
    list(
      'state',
      both('State', '状态'),
      'Tensors that Triton keeps for a sequence: what the model puts out comes in again with the next request.',
      'Triton 为序列保存的张量：本次输出在下一个请求中作为输入。',
      [
        text('input_name', 'Where it comes in.', '传入的张量。', { label: both('Input', '输入'), isRequired: true }),
        text('output_name', 'Where it comes out.', '传出的张量。', { label: both('Output', '输出'), isRequired: true }),
        choice('data_type', dataTypes, 'Of both.', '两者相同。', {
          label: both('Data type', '数据类型'),
          isRequired: true,
        }),
        wholes('dims', '-1: any length.', '-1 表示任意长度。', {
          label: both('Shape', '形状'),
          minimum: -1,
          isRequired: true,
        }),
        list(
          'initial_state',
          both('Beginning', '初值'),
          'What a new sequence begins with; else what is in memory by chance.',
          '新序列的初值；否则为内存中的任意内容。',
          [
            text('name', 'For logs.', '用于日志。', { label: both('Name', '名称'), isRequired: true }),
            choice('data_type', dataTypes, 'That of the state.', '与状态相同。', {
              label: both('Data type', '数据类型'),
              isRequired: true,
            }),
            wholes('dims', 'Without -1.', '不能含 -1。', {
              label: both('Shape', '形状'),
              minimum: 1,
              isRequired: true,
            }),
            flag('zero_data', 'Or a file.', '或使用文件。', { label: both('Zeros', '全零') }),
            text(
              'data_file',
              'Raw bytes, in the folder initial_state of the model.',
              '原始字节，位于模型的 initial_state 目录。',
              { label: both('File', '文件'), isShown: (around) => around.zero_data !== true },
            ),
          ],
          { label: both('Beginning', '初值') },
        ),
      ],
      { label: both('States', '状态') },
    ),
    list(
      'control_input',
      both('Signal', '信号'),
      'Inputs by which the model is told of a sequence’s start, end and id.',
      '用于告知模型序列开始、结束和编号的输入。',
      [
        text('name', 'A tensor of the model; not listed among the inputs.', '模型的张量；不列入输入。', {
          label: both('Input', '输入'),
          isRequired: true,
          placeholder: 'START',
        }),
        choice(
          'kind',
          ['CONTROL_SEQUENCE_START', 'CONTROL_SEQUENCE_READY', 'CONTROL_SEQUENCE_END', 'CONTROL_SEQUENCE_CORRID'],
          'START, READY and END are 0 or 1; CORRID is the sequence’s number.',
          'START、READY、END 为 0 或 1；CORRID 为序列编号。',
          { label: both('What it tells', '含义'), isRequired: true },
        ),
        choice(
          'data_type',
          ['TYPE_FP32', 'TYPE_INT32', 'TYPE_BOOL', 'TYPE_UINT64', 'TYPE_INT64', 'TYPE_UINT32'],
          'FP32, INT32 or BOOL; for CORRID an integer type.',
          'FP32、INT32 或 BOOL；CORRID 用整数类型。',
          { label: both('Data type', '数据类型'), isRequired: true },
        ),
      ],
      { label: both('Signals', '信号') },
    ),
  ],
  { label: both('Sequence batching', '序列批处理'), isShown: (_, form) => textOf(form, 'scheduler') === 'sequence' },
);
