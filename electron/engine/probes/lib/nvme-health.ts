import { type NvmeHealth, nvmeWarnings } from '#shared/domain/facts/storage';
import { integerOf, isObject } from './lines';

/** A thousand blocks of 512 bytes, whatever the namespace's own block size (NVM Express base specification, log page 02h). */
const dataUnitBytes = 512_000;
const zeroCelsiusK = 273;

/**
 * Reads the SMART / Health log as nvme-cli or smartctl print it: `percent_used` or `percentage_used`, Kelvin or Celsius,
 * `critical_warning` a number or an object with `value`. Null: no such log.
 */
export function readNvmeHealth(log: unknown, temperature: 'kelvin' | 'celsius'): NvmeHealth | null {
  if (!isObject(log)) return null;
  const usedPercent = count(log.percent_used) ?? count(log.percentage_used);
  const warning = isObject(log.critical_warning) ? log.critical_warning.value : log.critical_warning;
  if (usedPercent === null && count(warning) === null) return null;
  const degrees = integerOf(log.temperature);
  return {
    warnings: decodeWarnings(count(warning)),
    // Zero Kelvin is how a drive says that it does not measure.
    temperatureC:
      degrees === null || (temperature === 'kelvin' && degrees === 0)
        ? null
        : degrees - (temperature === 'kelvin' ? zeroCelsiusK : 0),
    sparePercent: count(log.avail_spare) ?? count(log.available_spare),
    spareThresholdPercent: count(log.spare_thresh) ?? count(log.available_spare_threshold),
    usedPercent,
    readBytes: units(log.data_units_read),
    writtenBytes: units(log.data_units_written),
    mediaErrors: count(log.media_errors),
    errorLogEntries: count(log.num_err_log_entries),
    unsafeShutdowns: count(log.unsafe_shutdowns),
    powerCycles: count(log.power_cycles),
    powerOnHours: count(log.power_on_hours),
    warningTemperatureMinutes: count(log.warning_temp_time),
    criticalTemperatureMinutes: count(log.critical_comp_time),
  };
}

/** Bit 0 is the first of the names; bits that have none yet say nothing. */
export function decodeWarnings(bits: number | null): NvmeHealth['warnings'] {
  return bits === null || bits > 255 ? null : nvmeWarnings.filter((_, bit) => (bits >> bit) & 1);
}

/** Counters of 128 bits come as text from some versions. */
function count(value: unknown): number | null {
  const number = integerOf(value);
  return number === null || number < 0 ? null : number;
}

function units(value: unknown): number | null {
  const number = count(value);
  return number === null ? null : number * dataUnitBytes;
}
