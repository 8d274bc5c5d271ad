import type { AmdGpu } from '#shared/domain/facts/amd-gpu';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { readAmdSmi } from '../../../probes/amd-gpu/amd-report';
import { readAmdGpu } from '../../../probes/amd-gpu/read-amd-gpu';
import { lookup, type Report } from '../../../probes/gpu/report';
import type { LineReader, NodeFrame } from '../collector';

type Read = (gpu: AmdGpu) => number | null;

const minus = (from: number | null, value: number | null): number | null =>
  from === null || value === null ? null : from - value;

const reads: ReadonlyArray<readonly [metric: MetricId, read: Read]> = [
  ['gpu.utilizationPercent', ({ utilization }) => utilization.gpuPercent],
  ['gpu.memoryBusyPercent', ({ utilization }) => utilization.memoryPercent],
  ['gpu.memoryUsedBytes', ({ memory }) => memory.usedBytes],
  ['gpu.memoryFreeBytes', ({ memory }) => minus(memory.totalBytes, memory.usedBytes)],
  ['gpu.memoryTotalBytes', ({ memory }) => memory.totalBytes],
  // What the board slows down by; Instinct boards tell no other.
  ['gpu.temperatureC', ({ temperature }) => temperature.hotspotC ?? temperature.edgeC],
  ['gpu.edgeTemperatureC', ({ temperature }) => temperature.edgeC],
  ['gpu.memoryTemperatureC', ({ temperature }) => temperature.memoryC],
  [
    'gpu.temperatureMarginC',
    ({ temperature }) => minus(temperature.slowdownC, temperature.hotspotC ?? temperature.edgeC),
  ],
  ['gpu.powerW', ({ power }) => power.drawW],
  ['gpu.powerLimitW', ({ power }) => power.limitW],
  ['gpu.smClockMhz', ({ clocks }) => clocks.graphicsMHz],
  ['gpu.smClockMaxMhz', ({ clocks }) => clocks.maxGraphicsMHz],
  ['gpu.memoryClockMhz', ({ clocks }) => clocks.memoryMHz],
  ['gpu.pcieGeneration', ({ pcie }) => pcie.generation],
  ['gpu.pcieWidth', ({ pcie }) => pcie.width],
  ['gpu.pcieReplays', ({ pcie }) => pcie.replayCount],
  ['gpu.fanPercent', ({ fanPercent }) => fanPercent],
  ['gpu.eccCorrected', ({ ecc }) => ecc.corrected],
  ['gpu.eccUncorrected', ({ ecc }) => ecc.uncorrected],
];
const layout = reads.map(([metric]) => metric);

/** Longer than amd-smi of any version prints of the 64 partitions of eight GPUs. */
const MAX_DOCUMENT_LENGTH = 4 * 1024 * 1024;

/**
 * Reads JSON documents of amd-smi one after another, each begun by a line with just the opening bracket and ended by one
 * with just the closing one, and what stands between them. `ids` are the GPUs by amd-smi's number.
 */
export function amdReader(ids: ReadonlyMap<number, string>): LineReader {
  let document: string[] | null = null;
  let length = 0;
  let limits: ReadonlyMap<number, Report> = new Map();

  const framesOf = (text: string): NodeFrame[] => {
    const reports = readAmdSmi(text);
    if (!reports) return [];
    if ([...reports.values()].some((report) => lookup(report, 'limit') !== undefined)) {
      limits = reports;
      return [];
    }
    return [...reports].flatMap(([index, metric]) => {
      const id = ids.get(index);
      if (id === undefined || !hasReading(metric)) return [];
      const limit = limits.get(index);
      const gpu = readAmdGpu({ metric, ...(limit ? { static: limit } : {}) }, index);
      const values = reads.map(([, read]) => read(gpu) ?? Number.NaN);
      return [{ subject: { kind: 'gpu' as const, id }, layout, nodeMs: timeOf(metric), values }];
    });
  };

  return {
    read(line) {
      if (line === '[' || line === '{') {
        document = [line];
        length = 1;
        return [];
      }
      if (!document) return [];
      length += line.length + 1;
      if (length > MAX_DOCUMENT_LENGTH) {
        document = null;
        return [];
      }
      document.push(line);
      if (line !== ']' && line !== '}') return [];
      const text = document.join('\n');
      document = null;
      return framesOf(text);
    },
  };
}

function hasReading(metric: Report): boolean {
  return ['usage', 'power', 'temperature', 'mem_usage'].some((section) => lookup(metric, section) !== undefined);
}

/** Whole seconds since 1970, told while it watches. */
function timeOf(metric: Report): number | null {
  const told = lookup(metric, 'timestamp');
  return typeof told === 'string' && /^\d{9,11}$/.test(told) ? Number(told) * 1000 : null;
}
