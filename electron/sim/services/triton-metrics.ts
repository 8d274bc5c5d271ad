import type { NodeModel } from '../model/node-model';
import { described, RequestLoad } from './request-load';
import type { ServiceMetrics } from './service-metrics';

interface Served {
  readonly labels: string;
  readonly load: RequestLoad;
  readonly meanSeconds: number;
  done: number;
  failed: number;
  queueUs: number;
  requestUs: number;
}

/** Triton's metrics of its models. Overloaded, requests spend most of their time in the queue and some are refused. */
export class TritonMetrics implements ServiceMetrics {
  readonly #served: readonly Served[];

  constructor(
    private readonly model: NodeModel,
    models: readonly string[],
  ) {
    this.#served = models.map((name, index) => ({
      labels: `model="${name}",version="1"`,
      load: new RequestLoad(`${model.name} ${name}`),
      meanSeconds: 0.012 * (index + 1),
      done: 0,
      failed: 0,
      queueUs: 0,
      requestUs: 0,
    }));
  }

  print(): string {
    const isOverloaded = this.model.faults.has('triton-overloaded');
    for (const served of this.#served) {
      const { requests } = served.load.pass(this.model.nowMs(), 40);
      const failed = isOverloaded ? Math.floor(requests / 12) : 0;
      const done = requests - failed;
      const computeUs = Math.round(done * served.load.seconds(served.meanSeconds) * 1e6);
      const queueUs = Math.round(isOverloaded ? computeUs * 3 : computeUs * 0.02);
      served.done += done;
      served.failed += failed;
      served.queueUs += queueUs;
      served.requestUs += queueUs + computeUs;
    }
    const family = (name: string, help: string, value: (served: Served) => number): string =>
      described(
        name,
        'counter',
        help,
        this.#served.map((served) => `${name}{${served.labels}} ${value(served)}`),
      );
    return [
      family('nv_inference_request_success', 'Number of successful inference requests', ({ done }) => done),
      described(
        'nv_inference_request_failure',
        'counter',
        'Number of failed inference requests',
        this.#served.flatMap(({ labels, failed }) => [
          `nv_inference_request_failure{${labels},reason="REJECTED"} ${failed}`,
          `nv_inference_request_failure{${labels},reason="OTHER"} 0`,
        ]),
      ),
      family('nv_inference_count', 'Number of inferences performed', ({ done }) => done),
      described(
        'nv_inference_pending_request_count',
        'gauge',
        'Instantaneous number of pending requests awaiting execution per-model.',
        this.#served.map(({ labels }) => `nv_inference_pending_request_count{${labels}} ${isOverloaded ? 37 : 0}`),
      ),
      family('nv_inference_request_duration_us', 'Cumulative inference request duration', (served) => served.requestUs),
      family('nv_inference_queue_duration_us', 'Cumulative inference queuing duration', ({ queueUs }) => queueUs),
      described('nv_cpu_utilization', 'gauge', 'CPU utilization rate [0.0 - 1.0]', ['nv_cpu_utilization 0.11']),
    ].join('');
  }
}
