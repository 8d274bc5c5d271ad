import type { Report, ReportValue } from './report';

/** Field of `--query-gpu` (with its newer or older names) -> where the report has the same value. */
const paths: Readonly<Record<string, string>> = {
  uuid: 'uuid',
  gpu_uuid: 'uuid',
  name: 'product_name',
  gpu_name: 'product_name',
  serial: 'serial',
  'pci.bus_id': '@id',
  gpu_bus_id: '@id',
  display_active: 'display_active',
  persistence_mode: 'persistence_mode',
  addressing_mode: 'addressing_mode',
  vbios_version: 'vbios_version',
  compute_mode: 'compute_mode',
  pstate: 'performance_state',
  gpu_recovery_action: 'gpu_recovery_action',
  'mig.mode.current': 'mig_mode.current_mig',
  'mig.mode.pending': 'mig_mode.pending_mig',
  'memory.total': 'fb_memory_usage.total',
  'memory.reserved': 'fb_memory_usage.reserved',
  'memory.used': 'fb_memory_usage.used',
  'memory.free': 'fb_memory_usage.free',
  'utilization.gpu': 'utilization.gpu_util',
  'utilization.memory': 'utilization.memory_util',
  'temperature.gpu': 'temperature.gpu_temp',
  'temperature.gpu.tlimit': 'temperature.gpu_temp_tlimit',
  'temperature.memory': 'temperature.memory_temp',
  'power.draw': 'gpu_power_readings.power_draw',
  'power.draw.average': 'gpu_power_readings.average_power_draw',
  'power.draw.instant': 'gpu_power_readings.instant_power_draw',
  'power.limit': 'gpu_power_readings.power_limit',
  'enforced.power.limit': 'gpu_power_readings.enforced_power_limit',
  'power.default_limit': 'gpu_power_readings.default_power_limit',
  'power.min_limit': 'gpu_power_readings.min_power_limit',
  'power.max_limit': 'gpu_power_readings.max_power_limit',
  'clocks.current.sm': 'clocks.sm_clock',
  'clocks.sm': 'clocks.sm_clock',
  'clocks.current.memory': 'clocks.mem_clock',
  'clocks.mem': 'clocks.mem_clock',
  'clocks.max.sm': 'max_clocks.sm_clock',
  'clocks.max.memory': 'max_clocks.mem_clock',
  'pcie.link.gen.current': 'pci.pci_gpu_link_info.pcie_gen.current_link_gen',
  'pcie.link.gen.max': 'pci.pci_gpu_link_info.pcie_gen.max_link_gen',
  'pcie.link.gen.hostmax': 'pci.pci_gpu_link_info.pcie_gen.max_host_link_gen',
  'pcie.link.width.current': 'pci.pci_gpu_link_info.link_widths.current_link_width',
  'pcie.link.width.max': 'pci.pci_gpu_link_info.link_widths.max_link_width',
  'ecc.mode.current': 'ecc_mode.current_ecc',
  'ecc.mode.pending': 'ecc_mode.pending_ecc',
  'ecc.errors.corrected.volatile.total': 'ecc_errors.volatile.single_bit.total',
  'ecc.errors.uncorrected.volatile.total': 'ecc_errors.volatile.double_bit.total',
  'ecc.errors.corrected.aggregate.total': 'ecc_errors.aggregate.single_bit.total',
  'ecc.errors.uncorrected.aggregate.total': 'ecc_errors.aggregate.double_bit.total',
  'retired_pages.single_bit_ecc.count': 'retired_pages.single_bit_ecc',
  'retired_pages.double_bit.count': 'retired_pages.double_bit_ecc',
  'retired_pages.pending': 'retired_pages.pending_retirement',
  'remapped_rows.correctable': 'remapped_rows.remapped_row_corr',
  'remapped_rows.uncorrectable': 'remapped_rows.remapped_row_unc',
  'remapped_rows.correctable_inactive': 'remapped_rows.remapped_row_corr_inactive',
  'remapped_rows.uncorrectable_inactive': 'remapped_rows.remapped_row_unc_inactive',
  'remapped_rows.pending': 'remapped_rows.remapped_row_pending',
  'remapped_rows.failure': 'remapped_rows.remapped_row_failure',
  'inforom.img': 'inforom_version.img_version',
  'inforom.oem': 'inforom_version.oem_object',
  'inforom.ecc': 'inforom_version.ecc_object',
  'inforom.pwr': 'inforom_version.pwr_object',
  'pci.device_id': 'pci.device_id',
  'pci.sub_device_id': 'pci.sub_system_id',
  'c2c.mode': 'c2c_mode',
  'fan.speed': 'fan_speed',
  'utilization.encoder': 'utilization.encoder_util',
  'utilization.decoder': 'utilization.decoder_util',
  'utilization.jpeg': 'utilization.jpeg_util',
  'utilization.ofa': 'utilization.ofa_util',
  'protected_memory.total': 'cc_protected_memory_usage.total',
  'protected_memory.used': 'cc_protected_memory_usage.used',
  'protected_memory.free': 'cc_protected_memory_usage.free',
  'dramEncryption.mode.current': 'dram_encryption_mode.current_dram_encryption',
  'dramEncryption.mode.pending': 'dram_encryption_mode.pending_dram_encryption',
  'module.power.draw.average': 'module_power_readings.average_power_draw',
  'module.power.draw.instant': 'module_power_readings.instant_power_draw',
  'module.enforced.power.limit': 'module_power_readings.enforced_power_limit',
  'clocks.current.graphics': 'clocks.graphics_clock',
  'clocks.gr': 'clocks.graphics_clock',
  'clocks.current.video': 'clocks.video_clock',
  'clocks.video': 'clocks.video_clock',
  'clocks.max.graphics': 'max_clocks.graphics_clock',
  'clocks.applications.graphics': 'applications_clocks.graphics_clock',
  'clocks.applications.memory': 'applications_clocks.mem_clock',
  'clocks.default_applications.graphics': 'default_applications_clocks.graphics_clock',
  'clocks.default_applications.memory': 'default_applications_clocks.mem_clock',
  'clocks_event_reasons_counters.sw_power_cap':
    'clocks_event_reasons_counters.clocks_event_reasons_counters_sw_power_cap',
  'clocks_event_reasons_counters.sync_boost': 'clocks_event_reasons_counters.clocks_event_reasons_counters_sync_boost',
  'clocks_event_reasons_counters.sw_thermal_slowdown': 'clocks_event_reasons_counters.sw_thermal_slowdown',
  'clocks_event_reasons_counters.hw_thermal_slowdown': 'clocks_event_reasons_counters.hw_thermal_slowdown',
  'clocks_event_reasons_counters.hw_power_brake_slowdown': 'clocks_event_reasons_counters.hw_power_braking',
  'pcie.link.gen.gpumax': 'pci.pci_gpu_link_info.pcie_gen.max_device_link_gen',
  'ecc.errors.corrected.volatile.sram': 'ecc_errors.volatile.sram_correctable',
  'ecc.errors.corrected.volatile.dram': 'ecc_errors.volatile.dram_correctable',
  'ecc.errors.corrected.aggregate.sram': 'ecc_errors.aggregate.sram_correctable',
  'ecc.errors.corrected.aggregate.dram': 'ecc_errors.aggregate.dram_correctable',
  'ecc.errors.uncorrected.volatile.dram': 'ecc_errors.volatile.dram_uncorrectable',
  'ecc.errors.uncorrected.aggregate.dram': 'ecc_errors.aggregate.dram_uncorrectable',
  'ecc.errors.uncorrected.volatile.sram': 'ecc_errors.volatile.sram_uncorrectable',
  'ecc.errors.uncorrected.aggregate.sram': 'ecc_errors.aggregate.sram_uncorrectable',
  'ecc.errors.uncorrected.volatile.sram.parity': 'ecc_errors.volatile.sram_uncorrectable_parity',
  'ecc.errors.uncorrected.volatile.sram.secded': 'ecc_errors.volatile.sram_uncorrectable_secded',
  'ecc.errors.uncorrected.aggregate.sram.parity': 'ecc_errors.aggregate.sram_uncorrectable_parity',
  'ecc.errors.uncorrected.aggregate.sram.secded': 'ecc_errors.aggregate.sram_uncorrectable_secded',
  'ecc.errors.uncorrected.aggregate.sram.thresholdExceeded': 'ecc_errors.aggregate.sram_threshold_exceeded',
  'ecc.errors.uncorrected.aggregate.sram.l2': 'ecc_errors.aggregate_uncorrectable_sram_sources.sram_l2',
  'ecc.errors.uncorrected.aggregate.sram.sm': 'ecc_errors.aggregate_uncorrectable_sram_sources.sram_sm',
  'ecc.errors.uncorrected.aggregate.sram.mcu': 'ecc_errors.aggregate_uncorrectable_sram_sources.sram_microcontroller',
  'ecc.errors.uncorrected.aggregate.sram.pcie': 'ecc_errors.aggregate_uncorrectable_sram_sources.sram_pcie',
  'ecc.errors.uncorrected.aggregate.sram.other': 'ecc_errors.aggregate_uncorrectable_sram_sources.sram_other',
  'remapped_rows.histogram.max': 'remapped_rows.row_remapper_histogram.row_remapper_histogram_max',
  'remapped_rows.histogram.high': 'remapped_rows.row_remapper_histogram.row_remapper_histogram_high',
  'remapped_rows.histogram.partial': 'remapped_rows.row_remapper_histogram.row_remapper_histogram_partial',
  'remapped_rows.histogram.low': 'remapped_rows.row_remapper_histogram.row_remapper_histogram_low',
  'remapped_rows.histogram.none': 'remapped_rows.row_remapper_histogram.row_remapper_histogram_none',
  'fabric.cliqueId': 'fabric.cliqueId',
  'fabric.clusterUuid': 'fabric.clusterUuid',
  'fabric.health.summary': 'fabric.health.summary',
  'fabric.health.bandwidth': 'fabric.health.bandwidth',
  'fabric.health.route_recovery_in_progress': 'fabric.health.route_recovery_in_progress',
  'fabric.health.route_unhealthy': 'fabric.health.route_unhealthy',
  'fabric.health.access_timeout_recovery': 'fabric.health.access_timeout_recovery',
  'fabric.health.incorrect_configuration': 'fabric.health.incorrect_configuration',
  'platform.chassis_serial_number': 'platform_info.chassis_serial_number',
  'platform.slot_number': 'platform_info.slot_number',
  'platform.tray_index': 'platform_info.tray_index',
  'platform.host_id': 'platform_info.host_id',
  'platform.peer_type': 'platform_info.peer_type',
  'platform.module_id': 'platform_info.module_id',
  'platform.gpu_fabric_guid': 'platform_info.gpu_fabric_guid',
  'fabric.state': 'fabric.state',
  'fabric.status': 'fabric.status',
};

/** `clocks_event_reasons.hw_slowdown`, before R535 `clocks_throttle_reasons.hw_slowdown`. */
const reasonField = /^clocks_(?:event|throttle)_reasons\.((?:gpu|applications|sw|hw|sync|display)_\w{1,40})$/;

type Building = { [name: string]: ReportValue | Building };

/**
 * Reads the CSV of `nvidia-smi --query-gpu=…`, with its header, into the tree of the full report; units may be missing
 * from values and are then the header's:
 *   index, uuid, pci.bus_id, memory.total [MiB]
 *   0, GPU-4c1a…, 00000000:3B:00.0, 23034 MiB
 * Null: no such header, or a row that does not fit it.
 */
export function readCsvReport(text: string): Report | null {
  const lines = text.split('\n').map((line) => line.trim());
  const headerAt = lines.findIndex(
    (line) =>
      /^[\w.]+( \[[^\]]+\])?(, |$)/.test(line) &&
      /(^|, )(pci\.|gpu_)bus_id(,|$)/.test(line) &&
      // Lists of processes and of retired pages name the GPU in each row as well.
      !/(^|, )(pid|retired_pages\.address)(,|$)/.test(line),
  );
  const columns = lines[headerAt]?.split(', ').map((title) => /^([\w.]+)(?: \[([^\]]+)\])?$/.exec(title));
  if (!columns || columns.length > 1000) return null;
  const gpus: Report[] = [];
  let driverVersion: string | null = null;
  for (const line of lines.slice(headerAt + 1)) {
    if (line === '') continue;
    const values = line.split(', ');
    if (values.length !== columns.length) return null;
    const gpu: Building = {};
    for (const [index, column] of columns.entries()) {
      const [, field = '', unit] = column ?? [];
      const printed = values[index] ?? '';
      const value = unit && /^-?[\d.]+$/.test(printed) ? `${printed} ${unit}` : printed;
      if (field === 'driver_version') driverVersion = value;
      if (field === 'index') put(gpu, '@index', value);
      const reason = reasonField.exec(field)?.[1];
      const path = reason ? `clocks_event_reasons.${reason}` : Object.hasOwn(paths, field) ? paths[field] : undefined;
      if (path !== undefined) put(gpu, path, value);
    }
    gpus.push(gpu as Report);
  }
  return gpus.length > 0 ? { gpu: gpus, ...(driverVersion === null ? {} : { driver_version: driverVersion }) } : null;
}

function put(section: Building, path: string, value: string): void {
  const names = path.split('.');
  const last = names.pop() ?? '';
  let current = section;
  for (const name of names) {
    current[name] ??= {};
    current = current[name] as Building;
  }
  current[last] = value;
}
