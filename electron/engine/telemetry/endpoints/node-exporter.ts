import { type Frame, type Subject, subjectKey } from '#shared/domain/telemetry/frame';
import { type MetricId, metricIds, metricSpec } from '#shared/domain/telemetry/metrics';
import { measuredValue, prometheusName } from '#shared/domain/telemetry/prometheus-name';
import { subjectOfLabels } from '#shared/domain/telemetry/subject-of-labels';
import type { ExpositionSample } from '../../probes/lib/parse-exposition';
import { isWatchedFileSystem, turnsReadOnly } from '../collectors/slow/file-systems';
import { isWatchedInterface, isWholeDisk } from '../collectors/system/device-lines';
import type { Exporter } from './exporter';

/** By node_exporter's name: which metric that is, and what a value is divided by. */
const known = new Map<string, { metric: MetricId; scale: number }>();
for (const id of metricIds) {
  const { name, scale } = prometheusName(id);
  if (name.startsWith('node_')) known.set(name, { metric: id, scale });
}

/** What our metrics are made of, where node_exporter has no series of the same. */
const CPU = 'node_cpu_seconds_total';
const SWAP_TOTAL = 'node_memory_SwapTotal_bytes';
const SWAP_FREE = 'node_memory_SwapFree_bytes';
/** One series for each memory controller. */
const ADDED: ReadonlySet<MetricId> = new Set(['node.memoryErrorsCorrected', 'node.memoryErrorsUncorrected']);

const MAX_SUBJECTS = 512;
const node: Subject = { kind: 'node', id: '' };

interface CpuSeconds {
  readonly total: number;
  readonly idle: number;
  readonly wait: number;
}

/**
 * The node as node_exporter tells it: what no collector of ours tells at that moment, of the disks, interfaces and file systems
 * that they watch. It fills in where the login may run nothing, or a tool is missing.
 *   node_filesystem_avail_bytes{device="/dev/sda1",fstype="ext4",mountpoint="/"} 8.2e+10
 */
export const nodeExporter: Exporter = {
  kind: 'node-exporter',
  isOfMachine: true,
  isOwn: (name) => known.has(name) || name === CPU || name === SWAP_TOTAL || name === SWAP_FREE,
  create({ isTold }) {
    /** One and the same array for as long as the same is told, by subject. */
    const layouts = new Map<string, readonly MetricId[]>();
    let before: CpuSeconds | null = null;
    return {
      read(samples, atMs) {
        const found = new Map<string, { subject: Subject; values: Map<MetricId, number> }>();
        const add = (subject: Subject, metric: MetricId, value: number): void => {
          if (!Number.isFinite(value) || isTold(subject, metric)) return;
          const key = subjectKey(subject);
          let row = found.get(key);
          if (!row) {
            if (found.size >= MAX_SUBJECTS) return;
            row = { subject, values: new Map() };
            found.set(key, row);
          }
          const sum = ADDED.has(metric) ? (row.values.get(metric) ?? 0) : 0;
          row.values.set(metric, sum + value);
        };
        for (const sample of samples) {
          const target = known.get(sample.name);
          const subject = target && subjectOfSample(target.metric, sample);
          if (subject) add(subject, target.metric, measuredValue(sample.value, target.scale));
        }
        const swap = [SWAP_TOTAL, SWAP_FREE].map((name) => samples.find((one) => one.name === name)?.value);
        add(node, 'node.swapUsedBytes', (swap[0] ?? Number.NaN) - (swap[1] ?? Number.NaN));
        const cpu = cpuSeconds(samples);
        const [busy, wait] = sharesOf(before, cpu);
        before = cpu;
        add(node, 'node.cpuBusyPercent', busy);
        add(node, 'node.cpuWaitPercent', wait);
        return [...found].map(([key, { subject, values }]): Frame => {
          const metrics = metricIds.filter((id) => values.has(id));
          const last = layouts.get(key);
          const layout = last?.join() === metrics.join() ? last : metrics;
          layouts.set(key, layout);
          return { subject, layout, atMs, values: layout.map((metric) => values.get(metric) ?? Number.NaN) };
        });
      },
    };
  },
};

/** Null for what our own collectors do not watch either. */
function subjectOfSample(metric: MetricId, { labels }: ExpositionSample): Subject | null {
  const { subject: kind } = metricSpec(metric);
  const found = subjectOfLabels(kind, Object.fromEntries(labels));
  if ('reason' in found) return null;
  const id = found.key.slice(kind.length + 1);
  const type = labels.get('fstype') ?? '';
  if (kind === 'disk' && !isWholeDisk(id)) return null;
  if (kind === 'network' && !isWatchedInterface(id)) return null;
  if (kind === 'fileSystem' && !isWatchedFileSystem(type)) return null;
  if (metric === 'fileSystem.readOnly' && !turnsReadOnly(type)) return null;
  return { kind, id };
}

/** Over all processors; guest time is a series of its own and part of user already. */
function cpuSeconds(samples: readonly ExpositionSample[]): CpuSeconds | null {
  const sums = { total: 0, idle: 0, wait: 0 };
  for (const { name, labels, value } of samples) {
    if (name !== CPU || !(value >= 0)) continue;
    sums.total += value;
    if (labels.get('mode') === 'idle') sums.idle += value;
    if (labels.get('mode') === 'iowait') sums.wait += value;
  }
  return sums.total > 0 ? sums : null;
}

/** Unknown from one answer alone, and where a processor was taken out. */
function sharesOf(before: CpuSeconds | null, now: CpuSeconds | null): [busy: number, wait: number] {
  const total = before && now ? now.total - before.total : 0;
  if (!before || !now || !(total > 0)) return [Number.NaN, Number.NaN];
  // Idle and waiting time of the kernel may go back a little.
  const share = (from: number, to: number): number => Math.min(1, Math.max(0, (to - from) / total));
  const wait = share(before.wait, now.wait);
  const percent = (value: number): number => Math.round(value * 10_000) / 100;
  return [percent(Math.max(0, 1 - share(before.idle, now.idle) - wait)), percent(wait)];
}
