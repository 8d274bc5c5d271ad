import type { Frame } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { DistributionWindow } from './distribution';
import { type Exporter, MAX_SERVICES, shownName } from './exporter';

const MICROSECONDS = 1e6;

/** What is added up over GPUs and reasons; the gauge of one model comes once. */
const counters: ReadonlyArray<readonly [name: string, metric: MetricId, divisor: number]> = [
  ['nv_inference_request_success', 'service.requests', 1],
  ['nv_inference_request_failure', 'service.failures', 1],
  ['nv_inference_count', 'service.inferences', 1],
  ['nv_inference_queue_duration_us', 'service.queuedSeconds', MICROSECONDS],
  ['nv_inference_request_duration_us', 'service.handledSeconds', MICROSECONDS],
  ['nv_inference_pending_request_count', 'service.requestsPending', 1],
];
const places = new Map(counters.map(([name], at) => [name, at]));
const layout: readonly MetricId[] = [
  ...counters.map(([, metric]) => metric),
  'service.queueMeanSeconds',
  'service.requestMeanSeconds',
];

const noBuckets: ReadonlyMap<number, number> = new Map();

/** What Triton tells of each version of a model, of its instances on several GPUs together. Its GPUs others tell better. */
export const triton: Exporter = {
  kind: 'triton',
  isOwn: (name) => name.startsWith('nv_inference_'),
  create({ place }) {
    const windows = new Map<string, { queue: DistributionWindow; request: DistributionWindow }>();
    return {
      read(samples, atMs) {
        const models = new Map<string, number[]>();
        for (const { name, labels, value } of samples) {
          const at = places.get(name);
          if (at === undefined || !(value >= 0) || !Number.isFinite(value)) continue;
          const version = labels.get('version');
          const id = `triton ${place} ${shownName(labels.get('model'))}${version === undefined ? '' : ` v${shownName(version)}`}`;
          let sums = models.get(id);
          if (!sums) {
            if (models.size >= MAX_SERVICES) continue;
            sums = counters.map(() => Number.NaN);
            models.set(id, sums);
          }
          const before = sums[at] as number;
          // Failures come once for each reason, the rest once for each GPU.
          sums[at] = (Number.isNaN(before) ? 0 : before) + value / (counters[at]?.[2] ?? 1);
        }
        return [...models].map(([id, sums]): Frame => {
          const known = windows.get(id) ?? { queue: new DistributionWindow(), request: new DistributionWindow() };
          windows.set(id, known);
          const [count = Number.NaN, , , queued = Number.NaN, handled = Number.NaN] = sums;
          if (count >= 0 && queued >= 0) known.queue.push(atMs, { sum: queued, count, buckets: noBuckets });
          if (count >= 0 && handled >= 0) known.request.push(atMs, { sum: handled, count, buckets: noBuckets });
          return {
            subject: { kind: 'service', id },
            layout,
            atMs,
            values: [...sums, known.queue.mean(), known.request.mean()],
          };
        });
      },
    };
  },
};
