import type { Gpu } from '#shared/domain/facts/gpu';
import { readFlag, readNumber, readText } from '../lib/values';
import type { FieldReader } from './report';

export function readEcc(f: FieldReader): Gpu['ecc'] {
  return {
    ...f.group('ecc', ['ecc_mode'], readText, {
      current: ['current_ecc', 'current'],
      pending: ['pending_ecc', 'pending'],
    }),
    volatile: readEccCounts(f, 'volatile'),
    aggregate: readEccCounts(f, 'aggregate'),
    ...f.group('ecc', ['ecc_errors'], readFlag, {
      isSramThresholdExceeded: ['aggregate.sram_threshold_exceeded'],
      isChannelRepairPending: ['channel_repair_pending'],
      isTpcRepairPending: ['tpc_repair_pending'],
      isMemoryUnrepairable: ['unrepairable_memory'],
    }),
    sramSources: f.group('ecc.sramSources', ['ecc_errors.aggregate_uncorrectable_sram_sources'], readNumber, {
      l2: ['sram_l2'],
      sm: ['sram_sm'],
      microcontroller: ['sram_microcontroller'],
      pcie: ['sram_pcie'],
      other: ['sram_other'],
    }),
  };
}

/** What Volta and older count one by one of the memories on the chip; newer GPUs say `sram` for all of them. */
const onChip = ['register_file', 'l1_cache', 'l2_cache', 'cbu'];

/** Counts since the driver loaded (volatile) or ever (aggregate). */
function readEccCounts(f: FieldReader, kind: 'volatile' | 'aggregate'): Gpu['ecc']['volatile'] {
  const path = (tag: string) => `ecc_errors.${kind}.${tag}`;
  const bits = (word: 'single_bit' | 'double_bit') => [
    ...onChip.map((tag) => [path(`${word}.${tag}`)]),
    [path(`${word}.texture_memory`)],
    [path(`${word}.texture_shm`), path(`${word}.texture_shared`)],
  ];
  // Newer drivers tell two kinds of uncorrected SRAM errors apart, and print their sum only as CSV.
  const sram = f.has(path('sram_uncorrectable'))
    ? [[path('sram_uncorrectable')]]
    : [[path('sram_uncorrectable_parity')], [path('sram_uncorrectable_secded'), path('sram_uncorrectable_sec_ded')]];
  const field = `ecc.${kind}`;
  return {
    corrected: f.sum(
      `${field}.corrected`,
      [path('single_bit.total')],
      [path('sram_correctable')],
      [path('dram_correctable')],
    ),
    uncorrected: f.sum(`${field}.uncorrected`, [path('double_bit.total')], ...sram, [path('dram_uncorrectable')]),
    sramCorrected: f.sum(`${field}.sramCorrected`, [], [path('sram_correctable')], ...bits('single_bit')),
    sramUncorrected: f.sum(`${field}.sramUncorrected`, [], ...sram, ...bits('double_bit')),
    ...f.group(field, [`ecc_errors.${kind}`], readNumber, {
      sramUncorrectedParity: ['sram_uncorrectable_parity'],
      sramUncorrectedSecDed: ['sram_uncorrectable_secded', 'sram_uncorrectable_sec_ded'],
      dramCorrected: ['dram_correctable', 'single_bit.device_memory'],
      dramUncorrected: ['dram_uncorrectable', 'double_bit.device_memory'],
    }),
  };
}

export function readRemappedRows(f: FieldReader): Gpu['remappedRows'] {
  const histogram = ['remapped_rows.row_remapper_histogram', 'remapped_rows.bank_remap_availability_histogram'];
  return {
    ...f.group('remappedRows', ['remapped_rows'], readNumber, {
      correctable: ['remapped_row_corr', 'correctable_error'],
      uncorrectable: ['remapped_row_unc', 'uncorrectable_error'],
      inactiveCorrectable: ['remapped_row_corr_inactive', 'inactive_correctable_error'],
      inactiveUncorrectable: ['remapped_row_unc_inactive', 'inactive_uncorrectable_error'],
    }),
    ...f.group('remappedRows', ['remapped_rows'], readFlag, {
      isPending: ['remapped_row_pending', 'pending'],
      hasFailed: ['remapped_row_failure', 'remapping_failure_occurred'],
    }),
    banks: f.group('remappedRows.banks', histogram, (raw) => readNumber(raw, 'bank(s)'), {
      max: ['row_remapper_histogram_max', 'max'],
      high: ['row_remapper_histogram_high', 'high'],
      partial: ['row_remapper_histogram_partial', 'partial'],
      low: ['row_remapper_histogram_low', 'low'],
      none: ['row_remapper_histogram_none', 'none'],
    }),
  };
}

export function readRetiredPages(f: FieldReader): Gpu['retiredPages'] {
  return {
    ...f.group('retiredPages', ['retired_pages'], readNumber, {
      singleBit: ['multiple_single_bit_retirement.retired_count', 'single_bit_ecc'],
      doubleBit: ['double_bit_retirement.retired_count', 'double_bit_ecc'],
    }),
    ...f.group('retiredPages', ['retired_pages'], readFlag, {
      isPending: ['pending_retirement', 'pending_blacklist', 'pending_page_blacklist', 'pending'],
    }),
  };
}
