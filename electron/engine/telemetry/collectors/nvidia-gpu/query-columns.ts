import type { MetricId } from '#shared/domain/telemetry/metrics';
import { numberOf } from '../number-of';

/** How one metric is had from fields of `nvidia-smi --query-gpu`. */
export interface QueryColumn {
  readonly metric: MetricId;
  /** All of one of these lists are asked for: the first that the driver knows. */
  readonly fields: ReadonlyArray<readonly string[]>;
  readonly read: (cells: readonly string[]) => number;
}

const MIB = 1024 * 1024;
const first = ([cell = '']: readonly string[]): number => numberOf(cell);
const scaled =
  (factor: number) =>
  (cells: readonly string[]): number =>
    first(cells) * factor;
const sum = (cells: readonly string[]): number => cells.reduce((total, cell) => total + numberOf(cell), 0);
const yesNo = ([cell = '']: readonly string[]): number =>
  /^yes$/i.test(cell) ? 1 : /^no$/i.test(cell) ? 0 : numberOf(cell);

function fabricHealth([state = '', status = '']: readonly string[]): number {
  if (!/^(Completed|In Progress|Not Started|Not Supported|Unknown)/i.test(state) || /Not Supported/i.test(state)) {
    return Number.NaN;
  }
  return /^Completed$/i.test(state) && /^Success$/i.test(status) ? 1 : 0;
}

const simple = (metric: MetricId, ...names: readonly string[]): QueryColumn => ({
  metric,
  fields: names.map((name) => [name]),
  read: first,
});
const mib = (metric: MetricId, name: string): QueryColumn => ({ metric, fields: [[name]], read: scaled(MIB) });
const microseconds = (metric: MetricId, ...reasons: readonly string[]): QueryColumn => ({
  metric,
  fields: [
    reasons.map((reason) => `clocks_event_reasons_counters.${reason}`),
    reasons.map((reason) => `clocks_throttle_reasons_counters.${reason}`),
  ],
  read: (cells) => sum(cells) / 1e6,
});

/** In the order in which they are asked. */
export const queryColumns: readonly QueryColumn[] = [
  simple('gpu.utilizationPercent', 'utilization.gpu'),
  simple('gpu.memoryBusyPercent', 'utilization.memory'),
  mib('gpu.memoryUsedBytes', 'memory.used'),
  mib('gpu.memoryFreeBytes', 'memory.free'),
  mib('gpu.memoryReservedBytes', 'memory.reserved'),
  mib('gpu.memoryTotalBytes', 'memory.total'),
  simple('gpu.temperatureC', 'temperature.gpu'),
  simple('gpu.temperatureMarginC', 'temperature.gpu.tlimit'),
  simple('gpu.memoryTemperatureC', 'temperature.memory'),
  simple('gpu.powerW', 'power.draw'),
  simple('gpu.powerLimitW', 'enforced.power.limit', 'power.limit'),
  simple('gpu.smClockMhz', 'clocks.current.sm'),
  simple('gpu.smClockMaxMhz', 'clocks.max.sm'),
  simple('gpu.memoryClockMhz', 'clocks.current.memory'),
  simple('gpu.throttleReasons', 'clocks_event_reasons.active', 'clocks_throttle_reasons.active'),
  microseconds('gpu.thermalThrottleSeconds', 'sw_thermal_slowdown', 'hw_thermal_slowdown'),
  microseconds('gpu.powerThrottleSeconds', 'sw_power_cap'),
  simple('gpu.pcieGeneration', 'pcie.link.gen.gpucurrent', 'pcie.link.gen.current'),
  simple('gpu.pcieWidth', 'pcie.link.width.current'),
  simple('gpu.pcieGenerationMax', 'pcie.link.gen.max'),
  simple('gpu.pcieWidthMax', 'pcie.link.width.max'),
  simple('gpu.fanPercent', 'fan.speed'),
  simple('gpu.eccCorrected', 'ecc.errors.corrected.volatile.total'),
  simple('gpu.eccUncorrected', 'ecc.errors.uncorrected.volatile.total'),
  {
    metric: 'gpu.remappedRows',
    fields: [['remapped_rows.correctable', 'remapped_rows.uncorrectable']],
    read: sum,
  },
  { metric: 'gpu.remapPending', fields: [['remapped_rows.pending']], read: yesNo },
  { metric: 'gpu.remapFailed', fields: [['remapped_rows.failure']], read: yesNo },
  {
    metric: 'gpu.sramThresholdExceeded',
    fields: [['ecc.errors.uncorrected.aggregate.sram.thresholdExceeded']],
    read: yesNo,
  },
  { metric: 'gpu.fabricHealthy', fields: [['fabric.state', 'fabric.status']], read: fabricHealth },
];
