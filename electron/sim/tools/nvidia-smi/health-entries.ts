import type { SimGpu } from '../../model/gpu';
import { type Entry, entry, mib, NONE } from './entry';
import type { GpuReading } from './reading';

const flag = (isActive: boolean): string => (isActive ? 'Active' : 'Not Active');

export function stateEntries(reading: GpuReading, branch: number): Entry[] {
  const { throttle } = reading.gpu.heat;
  const isHot = throttle.hardwareThermal;
  const reason = (name: string, label: string, isActive: boolean): Entry =>
    entry(`clocks_event_reason_${name}`, label, flag(isActive));
  return [
    entry('fan_speed', 'Fan Speed', reading.fanPercent === null ? NONE : `${reading.fanPercent} %`),
    entry('performance_state', 'Performance State', reading.performanceState, 'PERFORMANCE'),
    entry(
      'clocks_event_reasons',
      'Clocks Event Reasons',
      [
        reason('gpu_idle', 'Idle', reading.isIdle),
        reason('applications_clocks_setting', 'Applications Clocks Setting', false),
        reason('sw_power_cap', 'SW Power Cap', throttle.softwarePowerCap),
        reason('hw_slowdown', 'HW Slowdown', isHot || reading.gpu.isBraked),
        reason('hw_thermal_slowdown', '    HW Thermal Slowdown', isHot),
        reason('hw_power_brake_slowdown', '    HW Power Brake Slowdown', reading.gpu.isBraked),
        reason('sync_boost', 'Sync Boost', false),
        reason('sw_thermal_slowdown', 'SW Thermal Slowdown', throttle.softwareThermal),
        reason('display_clocks_setting', 'Display Clock Setting', false),
      ],
      'PERFORMANCE',
    ),
    ...(branch >= 580 ? [reasonCounters(reading)] : []),
    ...(branch >= 550 ? [entry('sparse_operation_mode', 'Sparse Operation Mode', NONE, 'PERFORMANCE')] : []),
  ];
}

function reasonCounters({ gpu }: GpuReading): Entry {
  const counter = (name: string, label: string, microseconds: number): Entry =>
    entry(`clocks_event_reasons_counters_${name}`, label, `${Math.round(microseconds)} us`);
  return entry(
    'clocks_event_reasons_counters',
    'Clocks Event Reasons Counters',
    [
      counter('sw_power_cap', 'SW Power Capping', gpu.powerCapUs),
      counter('sync_boost', 'Sync Boost', 0),
      counter('sw_therm_slowdown', 'SW Thermal Slowdown', gpu.softwareThermalUs),
      counter('hw_therm_slowdown', 'HW Thermal Slowdown', gpu.hardwareThermalUs),
      counter('hw_power_brake', 'HW Power Braking', gpu.powerBrakeUs),
    ],
    'PERFORMANCE',
  );
}

export function memoryEntries(reading: GpuReading): Entry[] {
  const { gpu, isMigEnabled } = reading;
  const { card } = gpu.slot;
  const percent = (value: number): string => (isMigEnabled ? NONE : `${value} %`);
  return [
    entry(
      'fb_memory_usage',
      'FB Memory Usage',
      [
        entry('total', 'Total', mib(card.memoryTotalMib)),
        entry('reserved', 'Reserved', mib(card.memoryReservedMib)),
        entry('used', 'Used', mib(reading.memoryUsedMib)),
        entry('free', 'Free', mib(reading.memoryFreeMib)),
      ],
      'MEMORY',
    ),
    entry(
      'bar1_memory_usage',
      'BAR1 Memory Usage',
      [
        entry('total', 'Total', mib(card.bar1TotalMib)),
        entry('used', 'Used', mib(reading.bar1UsedMib)),
        entry('free', 'Free', mib(card.bar1TotalMib - reading.bar1UsedMib)),
      ],
      'MEMORY',
    ),
    entry(
      'cc_protected_memory_usage',
      'Conf Compute Protected Memory Usage',
      [entry('total', 'Total', mib(0)), entry('used', 'Used', mib(0)), entry('free', 'Free', mib(0))],
      'MEMORY',
    ),
    entry('compute_mode', 'Compute Mode', gpu.slot.computeMode ?? 'Default', 'COMPUTE'),
    entry(
      'utilization',
      'Utilization',
      [
        entry('gpu_util', 'GPU', percent(gpu.utilizationPercent)),
        entry('memory_util', 'Memory', percent(gpu.memoryUtilizationPercent)),
        entry('encoder_util', 'Encoder', percent(0)),
        entry('decoder_util', 'Decoder', percent(0)),
        entry('jpeg_util', 'JPEG', percent(0)),
        entry('ofa_util', 'OFA', percent(0)),
      ],
      'UTILIZATION',
    ),
  ];
}

export function healthEntries({ gpu }: GpuReading, branch: number): Entry[] {
  const mode = gpu.isEccEnabled ? 'Enabled' : 'Disabled';
  const pendingMode = (gpu.pendingEcc ?? gpu.isEccEnabled) ? 'Enabled' : 'Disabled';
  const count = (value: number): string => (gpu.isEccEnabled ? String(value) : NONE);
  const sram =
    branch >= 550
      ? [
          entry('sram_uncorrectable_parity', 'SRAM Uncorrectable Parity', count(0)),
          entry('sram_uncorrectable_secded', 'SRAM Uncorrectable SEC-DED', count(0)),
        ]
      : [entry('sram_uncorrectable', 'SRAM Uncorrectable', count(0))];
  const counters = [
    entry('sram_correctable', 'SRAM Correctable', count(0)),
    ...sram,
    entry('dram_correctable', 'DRAM Correctable', count(gpu.dramCorrected)),
    entry('dram_uncorrectable', 'DRAM Uncorrectable', count(gpu.dramUncorrected)),
  ];
  const retirement = [
    entry('retired_count', 'Retired Count', NONE),
    entry('retired_pagelist', 'Retired Page List', NONE),
  ];
  return [
    entry(
      'ecc_mode',
      'ECC Mode',
      [entry('current_ecc', 'Current', mode), entry('pending_ecc', 'Pending', pendingMode)],
      'ECC',
    ),
    entry(
      'ecc_errors',
      'ECC Errors',
      [
        entry('volatile', 'Volatile', counters),
        entry('aggregate', 'Aggregate', [...counters, ...(branch >= 550 ? [sramThreshold(count)] : [])]),
        ...(branch >= 550 ? [sramSources(count)] : []),
      ],
      'ECC',
    ),
    entry(
      'retired_pages',
      'Retired Pages',
      [
        entry('multiple_single_bit_retirement', 'Single Bit ECC', retirement),
        entry('double_bit_retirement', 'Double Bit ECC', retirement),
        entry('pending_blacklist', 'Pending Page Blacklist', NONE),
        entry('pending_retirement', 'Pending Retirement', NONE),
      ],
      'PAGE_RETIREMENT',
    ),
    remapEntry(gpu, gpu.isEccEnabled && !gpu.isMigEnabled),
  ];
}

/** `count` gives N/A where there is no ECC; the threshold is a word. */
function sramThreshold(count: (value: number) => string): Entry {
  const isKnown = count(0) === '0';
  return entry('sram_threshold_exceeded', 'SRAM Threshold Exceeded', isKnown ? 'No' : NONE);
}

function sramSources(count: (value: number) => string): Entry {
  const source = (name: string, label: string): Entry => entry(`sram_${name}`, `SRAM ${label}`, count(0));
  return entry('aggregate_uncorrectable_sram_sources', 'Aggregate Uncorrectable SRAM Sources', [
    source('l2', 'L2'),
    source('sm', 'SM'),
    source('microcontroller', 'Microcontroller'),
    source('pcie', 'PCIE'),
    source('other', 'Other'),
  ]);
}

function remapEntry({ remappedRows: rows, isRemapPending, isRemapFailed }: SimGpu, isSupported: boolean): Entry {
  if (!isSupported) return entry('remapped_rows', 'Remapped Rows', NONE, 'ROW_REMAPPER');
  const banks = (count: number): string => `${count} bank(s)`;
  return entry(
    'remapped_rows',
    'Remapped Rows',
    [
      entry('remapped_row_corr', 'Correctable Error', '0'),
      entry('remapped_row_unc', 'Uncorrectable Error', String(rows)),
      entry('remapped_row_pending', 'Pending', isRemapPending ? 'Yes' : 'No'),
      entry('remapped_row_failure', 'Remapping Failure Occurred', isRemapFailed ? 'Yes' : 'No'),
      entry('row_remapper_histogram', 'Bank Remap Availability Histogram', [
        entry('row_remapper_histogram_max', 'Max', banks(2560 - rows)),
        entry('row_remapper_histogram_high', 'High', banks(rows)),
        entry('row_remapper_histogram_partial', 'Partial', banks(0)),
        entry('row_remapper_histogram_low', 'Low', banks(0)),
        entry('row_remapper_histogram_none', 'None', banks(0)),
      ]),
    ],
    'ROW_REMAPPER',
  );
}
