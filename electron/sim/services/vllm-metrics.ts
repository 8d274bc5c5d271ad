import type { NodeModel } from '../model/node-model';
import { noiseAt, seedFrom } from '../model/random';
import { described, RequestLoad, SimHistogram } from './request-load';
import type { ServiceMetrics } from './service-metrics';

const firstTokenBounds = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40];
const tokenBounds = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];
const requestBounds = [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240];
/** Of one request. */
const PROMPT_TOKENS = 850;
const ANSWER_TOKENS = 220;

/** vLLM 0.8's metrics of one model. With the KV cache full, requests wait and are preempted. */
export class VllmMetrics implements ServiceMetrics {
  readonly #labels: string;
  readonly #load: RequestLoad;
  readonly #seed: number;
  readonly #firstToken = new SimHistogram(firstTokenBounds);
  readonly #token = new SimHistogram(tokenBounds);
  readonly #request = new SimHistogram(requestBounds);
  readonly #queue = new SimHistogram(requestBounds);
  #preemptions = 0;

  constructor(
    private readonly model: NodeModel,
    served: string,
  ) {
    this.#labels = `engine="0",model_name="${served}"`;
    this.#load = new RequestLoad(`${model.name} ${served}`);
    this.#seed = seedFrom(served);
  }

  print(): string {
    const nowMs = this.model.nowMs();
    const isFull = this.model.faults.has('kv-cache-full');
    const noise = noiseAt(this.#seed, nowMs / 5000);
    const { seconds, requests } = this.#load.pass(nowMs, isFull ? 2.2 : 4 + noise);
    for (let index = 0; index < requests; index += 1) {
      const waited = isFull ? this.#load.seconds(9) : this.#load.seconds(0.02);
      const first = waited + this.#load.seconds(0.28);
      const between = this.#load.seconds(isFull ? 0.06 : 0.028);
      this.#queue.observe(waited);
      this.#firstToken.observe(first);
      this.#token.observe(between);
      this.#request.observe(first + between * ANSWER_TOKENS);
    }
    if (isFull) this.#preemptions += Math.round(seconds * 1.4);
    const one = (name: string, type: string, help: string, value: number): string =>
      described(`vllm:${name}`, type, help, [`vllm:${name}{${this.#labels}} ${value}`]);
    const histogram = (name: string, help: string, of: SimHistogram): string =>
      described(`vllm:${name}`, 'histogram', help, of.lines(`vllm:${name}`, this.#labels));
    const done = this.#request.count;
    return [
      described('process_resident_memory_bytes', 'gauge', 'Resident memory size in bytes.', [
        'process_resident_memory_bytes 1.4889779e+010',
      ]),
      one(
        'num_requests_running',
        'gauge',
        'Number of requests in model execution batches.',
        Math.round(24 + 6 * noise),
      ),
      one('num_requests_waiting', 'gauge', 'Number of requests waiting to be processed.', isFull ? 38 : 0),
      one(
        'gpu_cache_usage_perc',
        'gauge',
        'GPU KV-cache usage. 1 means 100 percent usage.',
        isFull ? 0.992 : Number((0.46 + 0.12 * noise).toFixed(4)),
      ),
      one('num_preemptions_total', 'counter', 'Cumulative number of preemption from the engine.', this.#preemptions),
      one('prompt_tokens_total', 'counter', 'Number of prefill tokens processed.', done * PROMPT_TOKENS),
      one('generation_tokens_total', 'counter', 'Number of generation tokens processed.', done * ANSWER_TOKENS),
      described('vllm:request_success_total', 'counter', 'Count of successfully processed requests.', [
        `vllm:request_success_total{${this.#labels},finished_reason="stop"} ${done - Math.floor(done / 20)}`,
        `vllm:request_success_total{${this.#labels},finished_reason="length"} ${Math.floor(done / 20)}`,
      ]),
      histogram('time_to_first_token_seconds', 'Histogram of time to first token in seconds.', this.#firstToken),
      histogram('time_per_output_token_seconds', 'Histogram of time per output token in seconds.', this.#token),
      histogram('e2e_request_latency_seconds', 'Histogram of e2e request latency in seconds.', this.#request),
      histogram('request_queue_time_seconds', 'Histogram of time spent in WAITING phase for request.', this.#queue),
    ].join('');
  }
}
