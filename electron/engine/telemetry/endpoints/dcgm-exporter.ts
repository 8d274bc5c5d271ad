import type { Frame } from '#shared/domain/telemetry/frame';
import { type MetricId, metricIds, metricSpec } from '#shared/domain/telemetry/metrics';
import { prometheusName } from '#shared/domain/telemetry/prometheus-name';
import { numberOf } from '../collectors/number-of';
import type { Exporter } from './exporter';

/** Names that exporters use beside the ones that Gantry itself serves under. */
const otherNames: Readonly<Record<string, MetricId>> = {
  DCGM_FI_DEV_CLOCK_THROTTLE_REASONS: 'gpu.throttleReasons',
};

/** By the exporter's name: which metric that is, and what a value is divided by. */
const known = new Map<string, { metric: MetricId; scale: number }>();
for (const id of metricIds) {
  if (metricSpec(id).subject !== 'gpu' || !metricSpec(id).prometheus) continue;
  const { name, scale } = prometheusName(id);
  known.set(name, { metric: id, scale });
}
for (const [name, metric] of Object.entries(otherNames))
  known.set(name, { metric, scale: prometheusName(metric).scale });

const MAX_GPUS = 64;

/**
 * GPUs as dcgm-exporter tells them: of the metrics that no tool on the node tells, or of all where there is no tool. Samples
 * of MIG instances are others' than the GPU's.
 *   DCGM_FI_PROF_SM_ACTIVE{gpu="0",UUID="GPU-…",device="nvidia0",modelName="…",hostname="…"} 0.981
 */
export const dcgmExporter: Exporter = {
  kind: 'dcgm-exporter',
  isOwn: (name) => name.startsWith('DCGM_FI_'),
  create({ gpus, told }) {
    const mayTell = (id: string): boolean => gpus.length === 0 || gpus.includes(id);
    let layout: readonly MetricId[] = [];
    return {
      read(samples, atMs) {
        const found = new Map<string, Map<MetricId, number>>();
        for (const { name, labels, value } of samples) {
          const target = known.get(name);
          const id = labels.get('UUID') ?? '';
          if (!target || told.has(target.metric) || (labels.get('GPU_I_ID') ?? '') !== '') continue;
          if (!/^GPU-[0-9a-f-]{8,64}$/i.test(id) || !mayTell(id)) continue;
          let values = found.get(id);
          if (!values) {
            if (found.size >= MAX_GPUS) continue;
            values = new Map();
            found.set(id, values);
          }
          values.set(target.metric, dcgmValue(target.metric, value) / target.scale);
        }
        const metrics = metricIds.filter((id) => [...found.values()].some((values) => values.has(id)));
        // One and the same array for as long as the same is told.
        if (metrics.join() !== layout.join()) layout = metrics;
        if (layout.length === 0) return [];
        return [...found].map(
          ([id, values]): Frame => ({
            subject: { kind: 'gpu', id },
            layout,
            atMs,
            values: layout.map((metric) => values.get(metric) ?? Number.NaN),
          }),
        );
      },
    };
  },
};

/** Blank values of DCGM are no measurements; a memory without a sensor reads as 0 °C or as far too hot. */
export function dcgmValue(metric: MetricId, value: number): number {
  const number = numberOf(String(value));
  if (metric === 'gpu.memoryTemperatureC' && !(number > 0 && number < 200)) return Number.NaN;
  return number >= 0 ? number : Number.NaN;
}
