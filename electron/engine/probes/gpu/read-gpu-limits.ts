import type { Gpu } from '#shared/domain/facts/gpu';
import { absenceOf, type Reading, readNumber } from '../lib/values';
import { type FieldReader, isReport, lookup, type Report } from './report';

const celsius = (raw: string) => readNumber(raw, 'C');
const watts = (raw: string) => readNumber(raw, 'W');
const megahertz = (raw: string) => readNumber(raw, 'MHz');
const microseconds = (raw: string) => readNumber(raw, 'us');

/** Thresholds as absolute temperatures (older GPUs) or as margins that count down to them (`T.Limit`). */
export function readTemperature(f: FieldReader): Gpu['temperature'] {
  return f.group('temperature', ['temperature'], celsius, {
    gpuC: ['gpu_temp', 'gpu_current_temp'],
    memoryC: ['memory_temp', 'memory_current_temp'],
    marginC: ['gpu_temp_tlimit', 'gpu_t_limit_temp'],
    slowdownC: ['gpu_temp_slow_threshold', 'gpu_slowdown_temp'],
    shutdownC: ['gpu_temp_max_threshold', 'gpu_shutdown_temp'],
    maxOperatingC: ['gpu_temp_max_gpu_threshold', 'gpu_max_operating_temp'],
    memoryMaxOperatingC: ['gpu_temp_max_mem_threshold', 'memory_max_operating_temp'],
    slowdownMarginC: ['gpu_temp_slow_tlimit_threshold', 'gpu_slowdown_t_limit_temp'],
    shutdownMarginC: ['gpu_temp_max_tlimit_threshold', 'gpu_shutdown_t_limit_temp'],
    maxOperatingMarginC: ['gpu_temp_max_gpu_tlimit_threshold', 'gpu_max_operating_t_limit_temp'],
    memoryMaxOperatingMarginC: ['gpu_temp_max_mem_tlimit_threshold', 'memory_max_operating_t_limit_temp'],
    targetC: ['gpu_target_temperature'],
  });
}

export function readPower(f: FieldReader): Gpu['power'] {
  const gpu = f.group('power', ['gpu_power_readings', 'power_readings'], watts, {
    // The average is what `power.draw` and the summary table show on GPUs that tell both.
    drawW: ['power_draw', 'average_power_draw', 'instant_power_draw', 'instantaneous_power_draw'],
    averageW: ['average_power_draw'],
    instantW: ['instant_power_draw', 'instantaneous_power_draw'],
    limitW: ['current_power_limit', 'enforced_power_limit', 'power_limit'],
    requestedLimitW: ['requested_power_limit', 'power_limit'],
    defaultLimitW: ['default_power_limit'],
    minLimitW: ['min_power_limit'],
    maxLimitW: ['max_power_limit'],
  });
  const memory = f.group('power', ['gpu_memory_power_readings'], watts, {
    memoryW: ['power_draw', 'average_power_draw', 'instant_power_draw', 'instantaneous_power_draw'],
  });
  const module = f.group('power', ['module_power_readings'], watts, {
    moduleW: ['power_draw', 'average_power_draw', 'instant_power_draw', 'instantaneous_power_draw'],
    moduleLimitW: ['current_power_limit', 'enforced_power_limit'],
  });
  return { ...gpu, ...memory, ...module };
}

export function readClocks(
  report: Report,
  f: FieldReader,
): Pick<Gpu, 'clocks' | 'clockEventReasons' | 'clockEventCounters'> {
  return {
    clocks: {
      ...f.group('clocks', ['clocks'], megahertz, {
        graphicsMHz: ['graphics_clock', 'graphics'],
        smMHz: ['sm_clock', 'sm'],
        memoryMHz: ['mem_clock', 'memory'],
        videoMHz: ['video_clock', 'video'],
      }),
      ...f.group('clocks', ['max_clocks'], megahertz, {
        maxGraphicsMHz: ['graphics_clock', 'graphics'],
        maxSmMHz: ['sm_clock', 'sm'],
        maxMemoryMHz: ['mem_clock', 'memory'],
        maxVideoMHz: ['video_clock', 'video'],
      }),
      ...f.group('clocks', ['applications_clocks'], megahertz, {
        applicationGraphicsMHz: ['graphics_clock', 'graphics'],
        applicationMemoryMHz: ['mem_clock', 'memory'],
      }),
      ...f.group('clocks', ['default_applications_clocks'], megahertz, {
        defaultApplicationGraphicsMHz: ['graphics_clock', 'graphics'],
        defaultApplicationMemoryMHz: ['mem_clock', 'memory'],
      }),
      ...f.group('clocks', ['max_customer_boost_clocks'], megahertz, {
        maxCustomerBoostMHz: ['graphics_clock', 'graphics'],
      }),
    },
    clockEventReasons: readClockEventReasons(report, f),
    clockEventCounters: f.group('clockEventCounters', ['clocks_event_reasons_counters'], microseconds, {
      softwarePowerCapUs: ['clocks_event_reasons_counters_sw_power_cap', 'sw_power_capping', 'sw_power_cap'],
      syncBoostUs: ['clocks_event_reasons_counters_sync_boost', 'sync_boost'],
      softwareThermalUs: ['clocks_event_reasons_counters_sw_therm_slowdown', 'sw_thermal_slowdown'],
      hardwareThermalUs: ['clocks_event_reasons_counters_hw_therm_slowdown', 'hw_thermal_slowdown'],
      hardwarePowerBrakeUs: ['clocks_event_reasons_counters_hw_power_brake', 'hw_power_braking'],
    }),
  };
}

export function readPcie(f: FieldReader): Gpu['pcie'] {
  const link = ['pci.pci_gpu_link_info', 'pci.gpu_link_info'];
  return {
    ...f.group('pcie', link, readNumber, {
      generation: ['pcie_gen.current_link_gen', 'pcie_generation.current'],
      maxGeneration: ['pcie_gen.max_link_gen', 'pcie_generation.max'],
      deviceMaxGeneration: ['pcie_gen.max_device_link_gen', 'pcie_generation.device_max'],
      hostMaxGeneration: ['pcie_gen.max_host_link_gen', 'pcie_generation.host_max'],
    }),
    ...f.group('pcie', link, (raw) => readNumber(raw, 'x'), {
      width: ['link_widths.current_link_width', 'link_width.current'],
      maxWidth: ['link_widths.max_link_width', 'link_width.max'],
    }),
    ...f.group('pcie', ['pci'], readNumber, {
      replayCount: ['replay_counter', 'replays_since_reset'],
      replayRolloverCount: ['replay_rollover_counter', 'replay_number_rollovers'],
    }),
    ...f.group('pcie', ['pci'], readThroughput, {
      txBytesPerSec: ['tx_util', 'tx_throughput'],
      rxBytesPerSec: ['rx_util', 'rx_throughput'],
    }),
  };
}

/** `3092 KB/s`; NVML counts KB of 1000 bytes here (nvmlDeviceGetPcieThroughput). */
function readThroughput(raw: string): Reading<number> {
  const kilobytes = readNumber(raw, 'KB/s');
  return 'value' in kilobytes ? { value: kilobytes.value * 1000 } : kilobytes;
}

/** Text labels that are not their XML tag in snake case. */
const reasonNames: Readonly<Record<string, string>> = {
  idle: 'gpu_idle',
  display_clock_setting: 'display_clocks_setting',
};

function readClockEventReasons(report: Report, f: FieldReader): string[] | null {
  const section = lookup(report, 'clocks_event_reasons') ?? lookup(report, 'clocks_throttle_reasons');
  if (section === undefined) return f.absent('clockEventReasons', 'not-reported');
  if (!isReport(section)) {
    return f.absent('clockEventReasons', (typeof section === 'string' && absenceOf(section)) || 'unreadable');
  }
  const entries = Object.entries(section).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const known = entries.filter(([, value]) => value === 'Active' || value === 'Not Active');
  if (known.length === 0) {
    return f.absent('clockEventReasons', absenceOf(entries[0]?.[1] ?? '') ?? 'unreadable');
  }
  return known
    .filter(([, value]) => value === 'Active')
    .map(([name]) => name.replace(/^clocks_(?:event|throttle)_reason_/, ''))
    .map((name) => reasonNames[name] ?? name);
}
