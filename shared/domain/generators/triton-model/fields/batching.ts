import { choice, flag, group, list, number, whole, wholes } from '../../field-makers';
import type { Generator, GeneratorField, Values } from '../../generator';
import { both, numberOf, textOf } from '../../values';
import { isModel } from './conditions';
import { sequence } from './sequence';

type Section = Generator['sections'][number];
const schedulerIs = (name: string) => (_: Values, form: Values) => textOf(form, 'scheduler') === name;

const queuePolicy = [
  choice(
    'timeout_action',
    ['REJECT', 'DELAY'],
    'REJECT, the default: an error. DELAY: behind all others that are in time, maybe for ever.',
    'REJECT（默认）：返回错误。DELAY：排到所有未超时请求之后，可能一直得不到处理。',
    { label: both('After the timeout', '超时后') },
  ),
  number(
    'defaultTimeoutMs',
    'How long a request may wait in the queue. 0, the default: for ever.',
    '请求在队列中的最长等待时间。默认 0：不限。',
    { label: both('Timeout', '超时'), unit: 'ms', minimum: 0 },
  ),
  flag(
    'allow_timeout_override',
    'A request may ask for a shorter timeout (in microseconds), never for a longer one. Default false.',
    '请求可以要求更短的超时（微秒），不能更长。默认 false。',
    { label: both('Requests set their own', '允许请求自定') },
  ),
  whole(
    'max_queue_size',
    'More requests are rejected at once. 0, the default: no limit, and under overload latency grows without end.',
    '超出即拒绝。默认 0：不限，过载时延迟无限增长。',
    { label: both('Longest queue', '队列上限'), minimum: 0 },
  ),
];

const dynamic: GeneratorField = group(
  'dynamic_batching',
  'Puts requests that wait together into one batch.',
  '把同时等待的请求合成一批。',
  [
    number(
      'maxQueueDelayMs',
      'How long a request waits for company. Default 0; 0.1 to 5 ms are usual: what the latency allows. In the file it stands in microseconds.',
      '请求等待凑批的最长时间。默认 0；常用 0.1 至 5 ms，视延迟预算而定。文件中以微秒表示。',
      { label: both('Longest delay', '最长等待'), unit: 'ms', minimum: 0 },
    ),
    wholes(
      'preferred_batch_size',
      'Leave it empty, unless the model is much faster at some sizes (TensorRT profiles).',
      '通常留空，除非模型在某些批量下明显更快（TensorRT profile）。',
      { label: both('Preferred sizes', '首选批量'), minimum: 1 },
    ),
    flag(
      'preserve_ordering',
      'Answers in the order of the requests. Default false; costs latency.',
      '按请求顺序返回结果。默认 false；会增加延迟。',
      { label: both('Keep the order', '保持顺序') },
    ),
    whole('priority_levels', '1 is served first, then 2 … Default 0: none.', '先处理 1，再处理 2……默认 0：不分级。', {
      label: both('Priority levels', '优先级数'),
      minimum: 0,
      maximum: 1000,
    }),
    whole(
      'default_priority_level',
      'For requests that name none; needed where there are levels.',
      '未指明级别的请求所用；分级时必填。',
      {
        label: both('Level of others', '默认级别'),
        minimum: 1,
        isShown: (around) => (numberOf(around, 'priority_levels') ?? 0) > 0,
      },
    ),
    group(
      'default_queue_policy',
      'For all requests, or those whose level has no queue of its own.',
      '适用于所有请求，或其级别没有单独队列策略的请求。',
      queuePolicy,
      { label: both('Queue', '队列') },
    ),
    list(
      'priority_queue_policy',
      both('Level', '级别'),
      'Where a level is to wait otherwise than the rest.',
      '为某一级别单独设置。',
      [
        whole('level', '1 is the highest.', '1 为最高。', {
          label: both('Level', '级别'),
          minimum: 1,
          isRequired: true,
        }),
        ...queuePolicy,
      ],
      {
        label: both('Queues of levels', '各级队列'),
        isShown: (around) => (numberOf(around, 'priority_levels') ?? 0) > 0,
      },
    ),
  ],
  { label: both('Dynamic batching', '动态批处理'), isShown: schedulerIs('dynamic') },
);

export const batching: Section = {
  title: both('Batching', '批处理'),
  fields: [
    choice(
      'scheduler',
      ['none', 'dynamic', 'sequence'],
      'none: requests one by one. dynamic: independent requests together. sequence: requests that belong together.',
      'none：逐个处理。dynamic：合并独立请求。sequence：处理相关联的请求。',
      { label: both('Scheduler', '调度器'), isShown: isModel },
    ),
    dynamic,
    sequence,
    flag(
      'decoupled',
      'A request may get any number of answers (decoupled). Then over gRPC streams or generate_stream only.',
      '一个请求可返回任意个结果（decoupled）；此时只能用 gRPC 流或 generate_stream。',
      { label: both('Streaming', '流式'), isShown: isModel },
    ),
    flag(
      'response_cache',
      'Same request, same answer from memory. The server needs --cache-config local,size=BYTES.',
      '相同请求直接返回缓存结果。服务器需加 --cache-config local,size=BYTES。',
      { label: both('Response cache', '响应缓存') },
    ),
  ],
};
