import type { MetricSpec, MetricThresholds, MetricUnit } from './metric';

/*
 * Of services that run models, by their own `/metrics`: one subject a model. Names of vLLM and of Triton where only one of
 * them tells it. Means and percentiles are of the requests of the last minute.
 */

interface Options {
  readonly thresholds?: MetricThresholds;
  readonly prometheus?: string;
  readonly scale?: number;
}

const spec =
  (kind: MetricSpec['kind']) =>
  (unit: MetricUnit, sources: readonly string[], { thresholds, prometheus, scale = 1 }: Options = {}): MetricSpec => ({
    subject: 'service',
    unit,
    kind,
    sources,
    ...(thresholds ? { thresholds } : {}),
    ...(prometheus ? { prometheus: { name: prometheus, scale } } : {}),
  });
const gauge = spec('gauge');
const counter = spec('counter');

export const servingMetrics = {
  'service.requestsRunning': gauge('count', ['vllm:num_requests_running'], { prometheus: 'vllm:num_requests_running' }),
  'service.requestsWaiting': gauge('count', ['vllm:num_requests_waiting'], { prometheus: 'vllm:num_requests_waiting' }),
  'service.requestsPending': gauge('count', ['nv_inference_pending_request_count'], {
    prometheus: 'nv_inference_pending_request_count',
  }),
  'service.kvCachePercent': gauge('percent', ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'], {
    thresholds: { bad: 'above', warn: 95, critical: null },
    prometheus: 'vllm:kv_cache_usage_perc',
    scale: 0.01,
  }),
  'service.preemptions': counter('count', ['vllm:num_preemptions_total'], { prometheus: 'vllm:num_preemptions_total' }),
  'service.promptTokens': counter('count', ['vllm:prompt_tokens_total'], { prometheus: 'vllm:prompt_tokens_total' }),
  'service.generatedTokens': counter('count', ['vllm:generation_tokens_total'], {
    prometheus: 'vllm:generation_tokens_total',
  }),
  'service.requests': counter('count', ['vllm:request_success_total', 'nv_inference_request_success']),
  'service.failures': counter('count', ['nv_inference_request_failure'], {
    prometheus: 'nv_inference_request_failure',
  }),
  'service.inferences': counter('count', ['nv_inference_count'], { prometheus: 'nv_inference_count' }),
  'service.queuedSeconds': counter('seconds', ['nv_inference_queue_duration_us'], {
    prometheus: 'nv_inference_queue_duration_us',
    scale: 1e6,
  }),
  'service.handledSeconds': counter('seconds', ['nv_inference_request_duration_us'], {
    prometheus: 'nv_inference_request_duration_us',
    scale: 1e6,
  }),
  'service.queueMeanSeconds': gauge('seconds', [
    'vllm:request_queue_time_seconds',
    'nv_inference_queue_duration_us / nv_inference_request_success',
  ]),
  'service.firstTokenMeanSeconds': gauge('seconds', ['vllm:time_to_first_token_seconds']),
  'service.firstTokenP95Seconds': gauge('seconds', ['vllm:time_to_first_token_seconds']),
  'service.tokenMeanSeconds': gauge('seconds', [
    'vllm:inter_token_latency_seconds',
    'vllm:time_per_output_token_seconds',
  ]),
  'service.requestMeanSeconds': gauge('seconds', [
    'vllm:e2e_request_latency_seconds',
    'nv_inference_request_duration_us / nv_inference_request_success',
  ]),
  'service.requestP95Seconds': gauge('seconds', ['vllm:e2e_request_latency_seconds']),
} satisfies Record<string, MetricSpec>;
