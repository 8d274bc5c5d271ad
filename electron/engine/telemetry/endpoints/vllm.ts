import type { Frame } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { ExpositionSample } from '../../probes/lib/parse-exposition';
import { type Distribution, DistributionWindow } from './distribution';
import { type Exporter, MAX_SERVICES, shownName } from './exporter';

/** The first of the names that is there: releases renamed some. Counters carry `_total` in text, not in vLLM's code. */
const gauges: ReadonlyArray<readonly [metric: MetricId, names: readonly string[], factor: number]> = [
  ['service.requestsRunning', ['num_requests_running'], 1],
  ['service.requestsWaiting', ['num_requests_waiting'], 1],
];
const cacheNames = ['kv_cache_usage_perc', 'gpu_cache_usage_perc'];
const counters: ReadonlyArray<readonly [metric: MetricId, name: string]> = [
  ['service.preemptions', 'num_preemptions'],
  ['service.promptTokens', 'prompt_tokens'],
  ['service.generatedTokens', 'generation_tokens'],
  ['service.requests', 'request_success'],
];
const histograms = {
  queue: ['request_queue_time_seconds'],
  firstToken: ['time_to_first_token_seconds'],
  token: ['inter_token_latency_seconds', 'time_per_output_token_seconds'],
  request: ['e2e_request_latency_seconds'],
} as const;
type HistogramName = keyof typeof histograms;
const histogramNames = Object.keys(histograms) as HistogramName[];

const layout: readonly MetricId[] = [
  ...gauges.map(([metric]) => metric),
  'service.kvCachePercent',
  ...counters.map(([metric]) => metric),
  'service.queueMeanSeconds',
  'service.firstTokenMeanSeconds',
  'service.firstTokenP95Seconds',
  'service.tokenMeanSeconds',
  'service.requestMeanSeconds',
  'service.requestP95Seconds',
];

/**
 * A server with several engines (data parallel) tells each of them: requests and tokens are added up, and of the caches the
 * fullest counts, since it is the one that makes its requests wait.
 */
class Model {
  readonly #sums = new Map<string, number>();
  readonly #greatest = new Map<string, number>();
  readonly #buckets = new Map<string, Map<number, number>>();

  add({ name, labels, value }: ExpositionSample): void {
    const own = name.slice('vllm:'.length);
    if (Number.isNaN(value)) return;
    if (own.endsWith('_bucket')) {
      const bound = boundOf(labels.get('le') ?? '');
      const buckets = this.#buckets.get(own) ?? new Map<number, number>();
      this.#buckets.set(own, buckets);
      if (!Number.isNaN(bound)) buckets.set(bound, (buckets.get(bound) ?? 0) + value);
      return;
    }
    this.#sums.set(own, (this.#sums.get(own) ?? 0) + value);
    this.#greatest.set(own, Math.max(this.#greatest.get(own) ?? Number.NEGATIVE_INFINITY, value));
  }

  sum(names: readonly string[]): number {
    for (const name of names) {
      const sum = this.#sums.get(name);
      if (sum !== undefined) return sum >= 0 && Number.isFinite(sum) ? sum : Number.NaN;
    }
    return Number.NaN;
  }

  cachePercent(): number {
    const share = cacheNames.map((name) => this.#greatest.get(name)).find((value) => value !== undefined) ?? Number.NaN;
    return share >= 0 && share <= 1.01 ? share * 100 : Number.NaN;
  }

  distribution(names: readonly string[]): Distribution | null {
    for (const name of names) {
      const [sum, count] = [this.#sums.get(`${name}_sum`), this.#sums.get(`${name}_count`)];
      if (sum === undefined || count === undefined) continue;
      return { sum, count, buckets: this.#buckets.get(`${name}_bucket`) ?? new Map() };
    }
    return null;
  }
}

/** vLLM's OpenAI server, also as Triton's backend: one service a model. */
export const vllm: Exporter = {
  kind: 'vllm',
  isOwn: (name) => name.startsWith('vllm:'),
  create({ place }) {
    const windows = new Map<string, Record<HistogramName, DistributionWindow>>();
    return {
      read(samples, atMs) {
        const models = new Map<string, Model>();
        for (const sample of samples) {
          if (!vllm.isOwn(sample.name)) continue;
          const name = sample.labels.get('model_name') ?? sample.labels.get('model');
          // Settings of the cache belong to no model.
          if (name === undefined) continue;
          const id = `vllm ${place} ${shownName(name)}`;
          let model = models.get(id);
          if (!model) {
            if (models.size >= MAX_SERVICES) continue;
            model = new Model();
            models.set(id, model);
          }
          model.add(sample);
        }
        return [...models].map(([id, model]): Frame => {
          const known = windows.get(id) ?? newWindows();
          windows.set(id, known);
          for (const name of histogramNames) {
            const total = model.distribution(histograms[name]);
            if (total) known[name].push(atMs, total);
          }
          const values = [
            ...gauges.map(([, names, factor]) => model.sum(names) * factor),
            model.cachePercent(),
            ...counters.map(([, name]) => model.sum([`${name}_total`, name])),
            known.queue.mean(),
            known.firstToken.mean(),
            known.firstToken.quantile(0.95),
            known.token.mean(),
            known.request.mean(),
            known.request.quantile(0.95),
          ];
          return { subject: { kind: 'service', id }, layout, atMs, values };
        });
      },
    };
  },
};

function newWindows(): Record<HistogramName, DistributionWindow> {
  return {
    queue: new DistributionWindow(),
    firstToken: new DistributionWindow(),
    token: new DistributionWindow(),
    request: new DistributionWindow(),
  };
}

function boundOf(text: string): number {
  if (/^\+?inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  return /^[+-]?\d[\d.]*(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}
