import type { MetricSpec, MetricThresholds, MetricUnit } from './metric';

/*
 * Sources: the query fields of nvidia-smi, the columns of its dmon, DCGM's field numbers (dcgmi or dcgm-exporter), what amd-smi calls it, files of
 * the amdgpu driver (/sys, in its own units) where that is not installed. Numbers of the thresholds: the project's own
 * table of metrics (site rules; a board's own limits are metrics of their own and win).
 */

type Options = Partial<Pick<MetricSpec, 'thresholds'>> & { prometheus?: string; scale?: number };

const spec =
  (kind: MetricSpec['kind']) =>
  (unit: MetricUnit, sources: readonly string[], { thresholds, prometheus, scale = 1 }: Options = {}): MetricSpec => ({
    subject: 'gpu',
    unit,
    kind,
    sources,
    ...(thresholds ? { thresholds } : {}),
    ...(prometheus ? { prometheus: { name: prometheus, scale } } : {}),
  });
const gauge = spec('gauge');
const counter = spec('counter');

const above = (warn: number | null, critical: number | null): MetricThresholds => ({ bad: 'above', warn, critical });
const below = (warn: number | null, critical: number | null): MetricThresholds => ({ bad: 'below', warn, critical });

const MIB = 1024 * 1024;

export const gpuMetrics = {
  'gpu.utilizationPercent': gauge(
    'percent',
    ['utilization.gpu', 'DCGM 203', 'amd-smi usage.gfx_activity', '/sys gpu_busy_percent'],
    {
      prometheus: 'DCGM_FI_DEV_GPU_UTIL',
    },
  ),
  'gpu.graphicsActivePercent': gauge('percent', ['DCGM 1001'], {
    prometheus: 'DCGM_FI_PROF_GR_ENGINE_ACTIVE',
    scale: 0.01,
  }),
  'gpu.smActivePercent': gauge('percent', ['DCGM 1002'], { prometheus: 'DCGM_FI_PROF_SM_ACTIVE', scale: 0.01 }),
  'gpu.smOccupancyPercent': gauge('percent', ['DCGM 1003'], { prometheus: 'DCGM_FI_PROF_SM_OCCUPANCY', scale: 0.01 }),
  'gpu.tensorActivePercent': gauge('percent', ['DCGM 1004'], {
    prometheus: 'DCGM_FI_PROF_PIPE_TENSOR_ACTIVE',
    scale: 0.01,
  }),
  'gpu.dramActivePercent': gauge('percent', ['DCGM 1005'], { prometheus: 'DCGM_FI_PROF_DRAM_ACTIVE', scale: 0.01 }),
  'gpu.memoryUsedBytes': gauge(
    'bytes',
    ['memory.used', 'DCGM 252', 'amd-smi mem_usage.used_vram', '/sys mem_info_vram_used'],
    {
      prometheus: 'DCGM_FI_DEV_FB_USED',
      scale: 1 / MIB,
    },
  ),
  'gpu.memoryFreeBytes': gauge(
    'bytes',
    [
      'memory.free',
      'DCGM 251',
      'amd-smi mem_usage.total_vram - .used_vram',
      '/sys mem_info_vram_total - mem_info_vram_used',
    ],
    {
      prometheus: 'DCGM_FI_DEV_FB_FREE',
      scale: 1 / MIB,
    },
  ),
  'gpu.memoryReservedBytes': gauge('bytes', ['memory.reserved', 'DCGM 253'], {
    prometheus: 'DCGM_FI_DEV_FB_RESERVED',
    scale: 1 / MIB,
  }),
  'gpu.memoryTotalBytes': gauge(
    'bytes',
    ['memory.total', 'DCGM 250', 'amd-smi mem_usage.total_vram', '/sys mem_info_vram_total'],
    {
      prometheus: 'DCGM_FI_DEV_FB_TOTAL',
      scale: 1 / MIB,
    },
  ),
  // Nothing outside the framework knows it: no driver field, no DCGM field.
  'gpu.memoryFragmentationPercent': gauge('percent', [], { thresholds: above(10, 25) }),
  'gpu.memoryBusyPercent': gauge(
    'percent',
    ['utilization.memory', 'DCGM 204', 'amd-smi usage.umc_activity', '/sys mem_busy_percent'],
    {
      prometheus: 'DCGM_FI_DEV_MEM_COPY_UTIL',
    },
  ),
  'gpu.pcieSentBytesPerSecond': gauge('bytesPerSecond', ['dmon txpci', 'DCGM 1009'], {
    prometheus: 'DCGM_FI_PROF_PCIE_TX_BYTES',
  }),
  'gpu.pcieReceivedBytesPerSecond': gauge('bytesPerSecond', ['dmon rxpci', 'DCGM 1010'], {
    prometheus: 'DCGM_FI_PROF_PCIE_RX_BYTES',
  }),
  'gpu.pcieGeneration': gauge(
    'count',
    ['pcie.link.gen.gpucurrent', 'pcie.link.gen.current', 'DCGM 237', 'amd-smi pcie.speed', '/sys pp_dpm_pcie'],
    {
      prometheus: 'DCGM_FI_DEV_PCIE_LINK_GEN',
    },
  ),
  'gpu.pcieWidth': gauge('count', ['pcie.link.width.current', 'DCGM 238', 'amd-smi pcie.width', '/sys pp_dpm_pcie'], {
    prometheus: 'DCGM_FI_DEV_PCIE_LINK_WIDTH',
  }),
  'gpu.pcieGenerationMax': gauge('count', ['pcie.link.gen.max', 'DCGM 235'], {
    prometheus: 'DCGM_FI_DEV_PCIE_MAX_LINK_GEN',
  }),
  'gpu.pcieWidthMax': gauge('count', ['pcie.link.width.max', 'DCGM 236'], {
    prometheus: 'DCGM_FI_DEV_PCIE_MAX_LINK_WIDTH',
  }),
  'gpu.pcieReplays': counter('count', ['dmon pci', 'DCGM 202', 'amd-smi pcie.replay_count', '/sys pcie_replay_count'], {
    prometheus: 'DCGM_FI_DEV_PCIE_REPLAY_COUNTER',
  }),
  'gpu.powerW': gauge(
    'watts',
    ['power.draw', 'DCGM 155', 'amd-smi power.socket_power', '/sys hwmon power1_input, power1_average'],
    {
      prometheus: 'DCGM_FI_DEV_POWER_USAGE',
    },
  ),
  'gpu.powerLimitW': gauge(
    'watts',
    ['enforced.power.limit', 'power.limit', 'DCGM 164', 'amd-smi limit.socket_power', '/sys hwmon power1_cap'],
    {
      prometheus: 'DCGM_FI_DEV_ENFORCED_POWER_LIMIT',
    },
  ),
  'gpu.energyJ': counter('joules', ['DCGM 156'], { prometheus: 'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', scale: 1000 }),
  'gpu.smClockMhz': gauge(
    'megahertz',
    ['clocks.current.sm', 'DCGM 100', 'amd-smi clock.gfx_0.clk', '/sys hwmon freq1_input'],
    {
      prometheus: 'DCGM_FI_DEV_SM_CLOCK',
    },
  ),
  'gpu.smClockMaxMhz': gauge(
    'megahertz',
    ['clocks.max.sm', 'DCGM 113', 'amd-smi clock.gfx_0.max_clk', '/sys pp_dpm_sclk'],
    {
      prometheus: 'DCGM_FI_DEV_MAX_SM_CLOCK',
    },
  ),
  'gpu.memoryClockMhz': gauge(
    'megahertz',
    ['clocks.current.memory', 'DCGM 101', 'amd-smi clock.mem_0.clk', '/sys hwmon freq2_input'],
    {
      prometheus: 'DCGM_FI_DEV_MEM_CLOCK',
    },
  ),
  'gpu.temperatureC': gauge(
    'celsius',
    ['temperature.gpu', 'DCGM 150', 'amd-smi temperature.hotspot', '/sys hwmon temp2_input, temp1_input'],
    {
      thresholds: above(80, 85),
      prometheus: 'DCGM_FI_DEV_GPU_TEMP',
    },
  ),
  // AMD's: beside the hotspot, which is what the board slows down by.
  'gpu.edgeTemperatureC': gauge('celsius', ['amd-smi temperature.edge', '/sys hwmon temp1_input']),
  // Only where the temperature above is of the hotspot: limits of a die's mean say nothing of it.
  'gpu.hotspotTemperatureC': gauge('celsius', [
    'amd-smi temperature.hotspot',
    'rocm-smi Temperature (Sensor junction)',
    '/sys hwmon temp2_input',
  ]),
  'gpu.temperatureMarginC': gauge(
    'celsius',
    [
      'temperature.gpu.tlimit',
      'DCGM 153',
      'amd-smi limit.slowdown_hotspot_temperature - temperature.hotspot',
      '/sys hwmon temp2_crit - temp2_input',
    ],
    { thresholds: below(5, 2) },
  ),
  'gpu.memoryTemperatureC': gauge(
    'celsius',
    ['temperature.memory', 'DCGM 140', 'amd-smi temperature.mem', '/sys hwmon temp3_input'],
    {
      thresholds: above(90, 95),
      prometheus: 'DCGM_FI_DEV_MEMORY_TEMP',
    },
  ),
  'gpu.throttleReasons': gauge('bits', ['clocks_event_reasons.active', 'clocks_throttle_reasons.active', 'DCGM 112'], {
    prometheus: 'DCGM_FI_DEV_CLOCKS_EVENT_REASONS',
  }),
  'gpu.thermalThrottleSeconds': counter(
    'seconds',
    ['clocks_event_reasons_counters.sw_thermal_slowdown + .hw_thermal_slowdown', 'DCGM 241'],
    { prometheus: 'DCGM_FI_DEV_THERMAL_VIOLATION', scale: 1e9 },
  ),
  'gpu.powerThrottleSeconds': counter('seconds', ['clocks_event_reasons_counters.sw_power_cap', 'DCGM 240'], {
    prometheus: 'DCGM_FI_DEV_POWER_VIOLATION',
    scale: 1e9,
  }),
  'gpu.eccCorrected': counter(
    'count',
    ['ecc.errors.corrected.volatile.total', 'DCGM 310', 'amd-smi ecc.total_correctable_count'],
    {
      prometheus: 'DCGM_FI_DEV_ECC_SBE_VOL_TOTAL',
    },
  ),
  'gpu.eccUncorrected': counter(
    'count',
    ['ecc.errors.uncorrected.volatile.total', 'DCGM 311', 'amd-smi ecc.total_uncorrectable_count'],
    {
      prometheus: 'DCGM_FI_DEV_ECC_DBE_VOL_TOTAL',
    },
  ),
  'gpu.remappedRows': gauge('count', ['remapped_rows.correctable + .uncorrectable', 'DCGM 393 + 394'], {}),
  'gpu.remapPending': gauge('count', ['remapped_rows.pending', 'DCGM 396'], {
    thresholds: above(0, null),
    prometheus: 'DCGM_FI_DEV_ROW_REMAP_PENDING',
  }),
  'gpu.remapFailed': gauge('count', ['remapped_rows.failure', 'DCGM 395'], {
    thresholds: above(null, 0),
    prometheus: 'DCGM_FI_DEV_ROW_REMAP_FAILURE',
  }),
  'gpu.sramThresholdExceeded': gauge('count', ['ecc.errors.uncorrected.aggregate.sram.thresholdExceeded', 'DCGM 346'], {
    thresholds: above(null, 0),
    prometheus: 'DCGM_FI_DEV_THRESHOLD_SRM',
  }),
  'gpu.xid': gauge('count', ['journalctl -k', 'DCGM 230'], { prometheus: 'DCGM_FI_DEV_XID_ERRORS' }),
  'gpu.xidErrors': counter('count', ['journalctl -k']),
  'gpu.nvlinkSentBytesPerSecond': gauge('bytesPerSecond', ['DCGM 1011', 'nvidia-smi nvlink -gt d'], {
    prometheus: 'DCGM_FI_PROF_NVLINK_TX_BYTES',
  }),
  'gpu.nvlinkReceivedBytesPerSecond': gauge('bytesPerSecond', ['DCGM 1012', 'nvidia-smi nvlink -gt d'], {
    prometheus: 'DCGM_FI_PROF_NVLINK_RX_BYTES',
  }),
  'gpu.nvlinkReplays': counter('count', ['DCGM 429', 'nvidia-smi nvlink -e'], {
    prometheus: 'DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL',
  }),
  'gpu.nvlinkRecoveries': counter('count', ['DCGM 439', 'nvidia-smi nvlink -e'], {
    prometheus: 'DCGM_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL',
  }),
  'gpu.nvlinkCrcErrors': counter('count', ['DCGM 409', 'nvidia-smi nvlink -e'], {
    prometheus: 'DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL',
  }),
  'gpu.nvlinkDataCrcErrors': counter('count', ['DCGM 419'], {
    prometheus: 'DCGM_FI_DEV_NVLINK_CRC_DATA_ERROR_COUNT_TOTAL',
  }),
  'gpu.fanPercent': gauge('percent', ['fan.speed', 'DCGM 191', 'amd-smi fan.usage', '/sys hwmon pwm1'], {
    thresholds: above(95, null),
    prometheus: 'DCGM_FI_DEV_FAN_SPEED',
  }),
  'gpu.fabricHealthy': gauge('count', ['fabric.state, fabric.status', 'DCGM 170'], { thresholds: below(null, 1) }),
} satisfies Record<string, MetricSpec>;
