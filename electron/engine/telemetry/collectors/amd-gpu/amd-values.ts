import type { AmdGpu } from '#shared/domain/facts/amd-gpu';
import type { MetricId } from '#shared/domain/telemetry/metrics';

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
  ['gpu.hotspotTemperatureC', ({ temperature }) => temperature.hotspotC],
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

export const amdLayout: readonly MetricId[] = reads.map(([metric]) => metric);

/** In the order of the layout. */
export function amdValues(gpu: AmdGpu): number[] {
  return reads.map(([, read]) => read(gpu) ?? Number.NaN);
}
