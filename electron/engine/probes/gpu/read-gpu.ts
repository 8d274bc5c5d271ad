import type { Absences } from '#shared/domain/facts/absence';
import type { Gpu, GpuProcess, MigDevice } from '#shared/domain/facts/gpu';
import { normalizeBusId } from '../lib/bus-id';
import { absenceOf, orNull, readNumber } from '../lib/values';
import { FieldReader, isReport, listOf, lookup, type Report } from './report';

/**
 * One GPU of the report. Each field names where drivers 384 to 595 print it: XML tag first, then the text label.
 * Renames: `clocks_throttle_reasons` -> `clocks_event_reasons` (R535), `power_readings` -> `gpu_power_readings` (R53x),
 * absolute temperature limits -> margins (`tlimit`), single/double bit -> SRAM/DRAM counts. Null: no PCI bus id.
 */
export function readGpu(report: Report, index: number): Gpu | null {
  const pciBusId = normalizeBusId(lookup(report, '@id') ?? lookup(report, 'pci.pci_bus_id'));
  if (pciBusId === null) return null;
  const absences: Absences = {};
  const f = new FieldReader(report, absences);
  const power = (tag: string) => [`gpu_power_readings.${tag}`, `power_readings.${tag}`];
  const gpu: Gpu = {
    index: orNull(readNumber(String(lookup(report, '@index') ?? ''))) ?? index,
    uuid: f.text('uuid', 'uuid', 'gpu_uuid'),
    minorNumber: f.number('minorNumber', '', 'minor_number'),
    pciBusId,
    state: 'present',
    name: f.text('name', 'product_name'),
    brand: f.text('brand', 'product_brand'),
    architecture: f.text('architecture', 'product_architecture'),
    serial: f.text('serial', 'serial', 'serial_number'),
    boardPartNumber: f.text('boardPartNumber', 'board_part_number', 'gpu_part_number'),
    vbiosVersion: f.text('vbiosVersion', 'vbios_version'),
    computeMode: f.text('computeMode', 'compute_mode'),
    addressingMode: f.text('addressingMode', 'addressing_mode'),
    isPersistenceModeOn: f.flag('isPersistenceModeOn', 'persistence_mode'),
    isDisplayActive: f.flag('isDisplayActive', 'display_active'),
    performanceState: f.text('performanceState', 'performance_state', 'power_readings.power_state'),
    mig: {
      current: f.text('mig.current', 'mig_mode.current_mig', 'mig_mode.current'),
      pending: f.text('mig.pending', 'mig_mode.pending_mig', 'mig_mode.pending'),
    },
    memory: readMemory(f, 'memory', 'fb_memory_usage'),
    bar1: readMemory(f, 'bar1', 'bar1_memory_usage'),
    utilization: {
      gpuPercent: f.number('utilization.gpuPercent', '%', 'utilization.gpu_util', 'utilization.gpu'),
      memoryPercent: f.number('utilization.memoryPercent', '%', 'utilization.memory_util', 'utilization.memory'),
    },
    temperature: {
      gpuC: f.number('temperature.gpuC', 'C', 'temperature.gpu_temp', 'temperature.gpu_current_temp'),
      memoryC: f.number('temperature.memoryC', 'C', 'temperature.memory_temp', 'temperature.memory_current_temp'),
      marginC: f.number('temperature.marginC', 'C', 'temperature.gpu_temp_tlimit', 'temperature.gpu_t_limit_temp'),
      slowdownC: f.number(
        'temperature.slowdownC',
        'C',
        'temperature.gpu_temp_slow_threshold',
        'temperature.gpu_slowdown_temp',
      ),
      shutdownC: f.number(
        'temperature.shutdownC',
        'C',
        'temperature.gpu_temp_max_threshold',
        'temperature.gpu_shutdown_temp',
      ),
      maxOperatingC: f.number(
        'temperature.maxOperatingC',
        'C',
        'temperature.gpu_temp_max_gpu_threshold',
        'temperature.gpu_max_operating_temp',
      ),
      targetC: f.number('temperature.targetC', 'C', 'temperature.gpu_target_temperature'),
    },
    power: {
      // The average is what `power.draw` and the summary table show on GPUs that tell both.
      drawW: f.number(
        'power.drawW',
        'W',
        ...power('power_draw'),
        ...power('average_power_draw'),
        ...power('instant_power_draw'),
        ...power('instantaneous_power_draw'),
      ),
      limitW: f.number(
        'power.limitW',
        'W',
        ...power('current_power_limit'),
        ...power('enforced_power_limit'),
        ...power('power_limit'),
      ),
      defaultLimitW: f.number('power.defaultLimitW', 'W', ...power('default_power_limit')),
      minLimitW: f.number('power.minLimitW', 'W', ...power('min_power_limit')),
      maxLimitW: f.number('power.maxLimitW', 'W', ...power('max_power_limit')),
    },
    clocks: {
      smMHz: f.number('clocks.smMHz', 'MHz', 'clocks.sm_clock', 'clocks.sm'),
      memoryMHz: f.number('clocks.memoryMHz', 'MHz', 'clocks.mem_clock', 'clocks.memory'),
      maxSmMHz: f.number('clocks.maxSmMHz', 'MHz', 'max_clocks.sm_clock', 'max_clocks.sm'),
      maxMemoryMHz: f.number('clocks.maxMemoryMHz', 'MHz', 'max_clocks.mem_clock', 'max_clocks.memory'),
    },
    clockEventReasons: readClockEventReasons(report, f),
    pcie: readPcie(f),
    ecc: {
      current: f.text('ecc.current', 'ecc_mode.current_ecc', 'ecc_mode.current'),
      pending: f.text('ecc.pending', 'ecc_mode.pending_ecc', 'ecc_mode.pending'),
      volatile: readEccCounts(f, 'volatile'),
      aggregate: readEccCounts(f, 'aggregate'),
    },
    remappedRows: {
      correctable: f.number(
        'remappedRows.correctable',
        '',
        'remapped_rows.remapped_row_corr',
        'remapped_rows.correctable_error',
      ),
      uncorrectable: f.number(
        'remappedRows.uncorrectable',
        '',
        'remapped_rows.remapped_row_unc',
        'remapped_rows.uncorrectable_error',
      ),
      isPending: f.flag('remappedRows.isPending', 'remapped_rows.remapped_row_pending', 'remapped_rows.pending'),
      hasFailed: f.flag(
        'remappedRows.hasFailed',
        'remapped_rows.remapped_row_failure',
        'remapped_rows.remapping_failure_occurred',
      ),
    },
    retiredPages: {
      singleBit: f.number(
        'retiredPages.singleBit',
        '',
        'retired_pages.multiple_single_bit_retirement.retired_count',
        'retired_pages.single_bit_ecc',
      ),
      doubleBit: f.number(
        'retiredPages.doubleBit',
        '',
        'retired_pages.double_bit_retirement.retired_count',
        'retired_pages.double_bit_ecc',
      ),
      isPending: f.flag(
        'retiredPages.isPending',
        'retired_pages.pending_retirement',
        'retired_pages.pending_blacklist',
        'retired_pages.pending_page_blacklist',
        'retired_pages.pending',
      ),
    },
    fabric: { state: f.text('fabric.state', 'fabric.state'), status: f.text('fabric.status', 'fabric.status') },
    recoveryAction: f.text('recoveryAction', 'gpu_recovery_action'),
    processes: readProcesses(report, f),
    migDevices: readMigDevices(report, f),
    absences,
  };
  return { ...gpu, state: stateOf(report, absences) };
}

function readMemory(f: FieldReader, field: string, ...sections: readonly string[]) {
  const paths = (tag: string) => sections.map((section) => `${section}.${tag}`);
  return {
    totalBytes: f.bytes(`${field}.totalBytes`, ...paths('total')),
    reservedBytes: f.bytes(`${field}.reservedBytes`, ...paths('reserved')),
    usedBytes: f.bytes(`${field}.usedBytes`, ...paths('used')),
    freeBytes: f.bytes(`${field}.freeBytes`, ...paths('free')),
  };
}

function readPcie(f: FieldReader) {
  const paths = (xml: string, text: string) => [`pci.pci_gpu_link_info.${xml}`, `pci.gpu_link_info.${text}`];
  return {
    generation: f.number('pcie.generation', '', ...paths('pcie_gen.current_link_gen', 'pcie_generation.current')),
    maxGeneration: f.number('pcie.maxGeneration', '', ...paths('pcie_gen.max_link_gen', 'pcie_generation.max')),
    hostMaxGeneration: f.number(
      'pcie.hostMaxGeneration',
      '',
      ...paths('pcie_gen.max_host_link_gen', 'pcie_generation.host_max'),
    ),
    width: f.number('pcie.width', 'x', ...paths('link_widths.current_link_width', 'link_width.current')),
    maxWidth: f.number('pcie.maxWidth', 'x', ...paths('link_widths.max_link_width', 'link_width.max')),
    replayCount: f.number('pcie.replayCount', '', 'pci.replay_counter', 'pci.replays_since_reset'),
  };
}

/** Counts since the driver loaded (volatile) or ever (aggregate), SRAM and DRAM together. */
function readEccCounts(f: FieldReader, kind: 'volatile' | 'aggregate') {
  const path = (tag: string) => `ecc_errors.${kind}.${tag}`;
  return {
    corrected: f.sum(
      `ecc.${kind}.corrected`,
      [path('sram_correctable'), path('single_bit.total')],
      [path('dram_correctable')],
    ),
    uncorrected: f.sum(
      `ecc.${kind}.uncorrected`,
      [path('sram_uncorrectable'), path('double_bit.total')],
      [path('sram_uncorrectable_parity')],
      [path('sram_uncorrectable_secded'), path('sram_uncorrectable_sec_ded')],
      [path('dram_uncorrectable')],
    ),
  };
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

function readProcesses(report: Report, f: FieldReader): GpuProcess[] {
  const section = lookup(report, 'processes');
  if (!isReport(section)) return [];
  const entries = section.process_info === undefined ? rowsOf(section) : listOf(section.process_info).filter(isReport);
  const processes: GpuProcess[] = [];
  for (const entry of entries) {
    const pid = orNull(readNumber(String(lookup(entry, 'pid') ?? lookup(entry, 'process_id') ?? '')));
    if (pid === null) continue;
    const p = f.inside(`processes.${processes.length}`, entry);
    processes.push({
      pid,
      kind: p.text('kind', 'type'),
      name: p.text('name', 'process_name', 'name'),
      usedMemoryBytes: p.bytes('usedMemoryBytes', 'used_memory', 'used_gpu_memory'),
      gpuInstanceId: p.number('gpuInstanceId', '', 'gpu_instance_id'),
      computeInstanceId: p.number('computeInstanceId', '', 'compute_instance_id'),
    });
  }
  return processes;
}

/** The text form lists processes as repeated lines of one section: the n-th of each name belongs to the n-th process. */
export function rowsOf(section: Report): Report[] {
  const columns = Object.entries(section).map(([name, value]) => [name, listOf(value)] as const);
  const count = listOf(section.process_id).length;
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(
      columns.filter(([, list]) => list.length === count).map(([name, list]) => [name, list[row] ?? '']),
    ),
  );
}

function readMigDevices(report: Report, f: FieldReader): MigDevice[] {
  const section = lookup(report, 'mig_devices');
  const entries = listOf(isReport(section) ? section.mig_device : report.mig_device).filter(isReport);
  return entries.map((entry, position) => {
    const m = f.inside(`migDevices.${position}`, entry);
    return {
      index: orNull(readNumber(String(lookup(entry, 'index') ?? ''))) ?? position,
      // Neither is in the report: they come from `nvidia-smi -L`.
      uuid: m.text('uuid', 'uuid'),
      gpuInstanceId: m.number('gpuInstanceId', '', 'gpu_instance_id'),
      computeInstanceId: m.number('computeInstanceId', '', 'compute_instance_id'),
      profile: m.absent('profile', 'not-reported'),
      multiprocessorCount: m.number('multiprocessorCount', '', 'device_attributes.shared.multiprocessor_count'),
      memory: readMemory(m, 'memory', 'fb_memory_usage', 'shared_fb_memory_usage'),
      bar1: readMemory(m, 'bar1', 'bar1_memory_usage', 'shared_bar1_memory'),
    };
  });
}

const liveFields = ['temperature.gpuC', 'power.drawW', 'performanceState', 'utilization.gpuPercent'] as const;

function stateOf(report: Report, absences: Absences): Gpu['state'] {
  const reasons = Object.values(absences);
  if (reasons.includes('gpu-lost')) return 'lost';
  // `ERR!` or `[Unknown Error]` all over: the device does not answer any more. A single one is a sensor that fails.
  if (liveFields.every((field) => absences[field] === 'unknown-error')) return 'lost';
  const required = lookup(report, 'gpu_reset_status.reset_required');
  return reasons.includes('requires-reset') || required === 'Yes' ? 'requires-reset' : 'present';
}
