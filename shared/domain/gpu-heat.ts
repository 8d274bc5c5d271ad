import { z } from 'zod';
import type { Gpu, GpuFacts } from './facts/gpu';
import type { Reading } from './facts/readings';
import { counterGrowth, type GpuSeries, gpuSeries } from './gpu-series';

const number = z.number().nullable();
const flag = z.boolean().nullable();

/** One GPU over some readings: how hot it was, and what held its clocks. A verdict is null where it can't be told. */
export const gpuHeatSchema = z.object({
  index: z.number(),
  uuid: z.string().nullable(),
  pciBusId: z.string(),
  name: z.string().nullable(),
  sampleCount: z.number(),
  elapsedSeconds: number,
  /** The highest of the samples, and the least margin. */
  peakC: number,
  leastMarginC: number,
  /** What it is judged by: the margin that the driver tells, the board's own maximum, or the usual 85 °C. */
  limitKind: z.enum(['margin', 'max-operating', 'default']),
  limitC: z.number(),
  hotSamples: z.number(),
  isHot: flag,
  hasMemorySensor: z.boolean(),
  memoryPeakC: number,
  memoryLimitC: z.number(),
  isMemoryLimitOfBoard: z.boolean(),
  isMemoryHot: flag,
  thermalSamples: z.number(),
  /** Share of the time in which heat held the clocks, by the driver's counters. */
  thermalPercent: number,
  isThermal: flag,
  /** More than a tenth of the time. */
  isThermalSevere: z.boolean(),
  slowdownSamples: z.number(),
  isSlowedDown: flag,
  brakeSamples: z.number(),
  brakePercent: number,
  isBraked: flag,
  isCapped: flag,
  limitW: number,
  requestedLimitW: number,
  defaultLimitW: number,
  /** 85 % of the limit, or the least that the driver allows: what takes heat away at once. Null: not to be had. */
  protectiveLimitW: number,
  /** The mean of the samples. */
  powerW: number,
  fanPercent: number,
  loadSamples: z.number(),
  lockedSamples: z.number(),
  isLocked: flag,
  /** The highest of the samples under load. */
  smMHz: number,
  maxSmMHz: number,
  /** Every reason seen, as the driver names them: also those that this table does not know. */
  reasons: z.array(z.string()),
});
export type GpuHeat = z.infer<typeof gpuHeatSchema>;

/** Six samples, of which three decide; 85 °C is at or just under the maximum of usual air-cooled boards, 95 °C that of HBM. */
const samplesWanted = 6;
const samplesNeeded = 3;
const leastSamples = 2;
const usualLimitC = 85;
const usualMemoryLimitC = 95;
const leastMarginC = 2;

/** How hot each GPU was over the readings, oldest first. GPUs that the driver has lost are not judged. Pure. */
export function gpuHeat(readings: readonly Reading<GpuFacts>[]): GpuHeat[] {
  return gpuSeries(readings).map(heatOf);
}

function heatOf({ last, samples, elapsedSeconds }: GpuSeries): GpuHeat {
  const gpus = samples.map(({ gpu }) => gpu);
  const reasons = gpus.map(({ clockEventReasons }) => clockEventReasons).filter((seen) => seen !== null);
  const count = (test: (seen: readonly string[]) => boolean): number => reasons.filter(test).length;
  const hot = gpus.map(isHotSample);
  const memory = gpus.map(({ temperature }) => temperature.memoryC);
  const memoryLimitC = last.temperature.memoryMaxOperatingC ?? usualMemoryLimitC;
  const hasMemorySensor = last.absences?.['temperature.memoryC'] !== 'not-available' && !isUnsupported(last);
  const thermalSamples = count(isThermalReason);
  const byThermal = verdict(thermalSamples, reasons.length, samplesNeeded);
  const thermalPercent = shareOf(
    [
      counterGrowth(gpus.map(({ clockEventCounters }) => clockEventCounters.softwareThermalUs)),
      counterGrowth(gpus.map(({ clockEventCounters }) => clockEventCounters.hardwareThermalUs)),
    ],
    elapsedSeconds,
  );
  const slowdownSamples = count(
    (seen) => seen.includes('hw_slowdown') && !seen.includes('hw_thermal_slowdown') && !seen.includes(brake),
  );
  const brakeSamples = count((seen) => seen.includes(brake));
  const brakeUs = counterGrowth(gpus.map(({ clockEventCounters }) => clockEventCounters.hardwarePowerBrakeUs));
  const load = gpus.filter(isUnderLoad);
  const lockedSamples = load.filter(isHeldWithoutReason).length;
  return {
    index: last.index,
    uuid: last.uuid,
    pciBusId: last.pciBusId,
    name: last.name,
    sampleCount: samples.length,
    elapsedSeconds,
    peakC: largest(gpus.map(({ temperature }) => temperature.gpuC)),
    leastMarginC: smallest(gpus.map(({ temperature }) => temperature.marginC)),
    limitKind:
      last.temperature.marginC !== null
        ? 'margin'
        : last.temperature.maxOperatingC !== null
          ? 'max-operating'
          : 'default',
    limitC: last.temperature.maxOperatingC ?? usualLimitC,
    hotSamples: hot.filter((one) => one === true).length,
    isHot: verdict(hot.filter((one) => one === true).length, hot.filter((one) => one !== null).length, samplesNeeded),
    hasMemorySensor,
    memoryPeakC: largest(memory),
    memoryLimitC,
    isMemoryLimitOfBoard: last.temperature.memoryMaxOperatingC !== null,
    isMemoryHot: hasMemorySensor
      ? verdict(
          memory.filter((one) => one !== null && one >= memoryLimitC).length,
          memory.filter((one) => one !== null).length,
          samplesNeeded,
        )
      : false,
    thermalSamples,
    thermalPercent,
    isThermal: byThermal === true || (thermalPercent ?? 0) > 1 ? true : byThermal,
    isThermalSevere: thermalSamples >= samplesNeeded || (thermalPercent ?? 0) > 10,
    slowdownSamples,
    isSlowedDown: verdict(slowdownSamples, reasons.length, 2),
    brakeSamples,
    brakePercent: shareOf([brakeUs], elapsedSeconds),
    // The counter misses nothing between two samples.
    isBraked: brakeSamples > 0 || (brakeUs ?? 0) > 0 ? true : brakeUs === 0 ? false : verdict(0, reasons.length, 1),
    isCapped: isCapped(last, gpus),
    limitW: last.power.limitW,
    requestedLimitW: last.power.requestedLimitW,
    defaultLimitW: last.power.defaultLimitW,
    protectiveLimitW: protectiveLimit(last),
    powerW: mean(gpus.map(({ power }) => power.drawW)),
    fanPercent: last.fanPercent,
    loadSamples: load.length,
    lockedSamples,
    isLocked: verdict(lockedSamples, load.length, samplesNeeded),
    smMHz: largest(load.map(({ clocks }) => clocks.smMHz)),
    maxSmMHz: last.clocks.maxSmMHz,
    reasons: [...new Set(reasons.flat())],
  };
}

const brake = 'hw_power_brake_slowdown';

function isThermalReason(seen: readonly string[]): boolean {
  return seen.includes('sw_thermal_slowdown') || seen.includes('hw_thermal_slowdown');
}

function isUnsupported({ absences }: Gpu): boolean {
  return absences?.['temperature.memoryC'] === 'not-supported';
}

/**
 * Seen often enough, or so seldom that the samples which are missing could not change it. A short look (a scan reads twice) decides where
 * all of its samples agree; null in between.
 */
function verdict(hits: number, known: number, needed: number): boolean | null {
  if (hits >= needed || (known >= leastSamples && hits === known)) return true;
  if (known >= leastSamples && hits === 0) return false;
  return hits + Math.max(0, samplesWanted - known) < needed ? false : null;
}

/** Some firmware tells a margin of 0 or less for a GPU that is cool: that counts only with a second symptom. */
function isHotSample({ temperature, clockEventReasons }: Gpu): boolean | null {
  const { gpuC, marginC, maxOperatingC } = temperature;
  if (marginC !== null && marginC > 0) return marginC <= leastMarginC;
  if (marginC !== null && clockEventReasons !== null && isThermalReason(clockEventReasons)) return true;
  return gpuC === null ? null : gpuC >= (maxOperatingC ?? usualLimitC);
}

/** A limit below the default that the GPU runs into. Running into the default one is what full load looks like. */
function isCapped({ power }: Gpu, gpus: readonly Gpu[]): boolean | null {
  const growth = counterGrowth(gpus.map(({ clockEventCounters }) => clockEventCounters.softwarePowerCapUs));
  const seen = gpus.flatMap(({ clockEventReasons }) => clockEventReasons ?? []);
  const isKnown = growth !== null || gpus.some(({ clockEventReasons }) => clockEventReasons !== null);
  if (!isKnown) return null;
  if (!seen.includes('sw_power_cap') && (growth ?? 0) === 0) return false;
  return power.limitW === null || power.defaultLimitW === null ? null : power.limitW < power.defaultLimitW - 1;
}

function protectiveLimit({ power: { limitW, minLimitW } }: Gpu): number | null {
  if (limitW === null || minLimitW === null) return null;
  const wanted = Math.max(Math.ceil(minLimitW), Math.round(limitW * 0.85));
  return wanted < limitW ? wanted : null;
}

/** Clocks and states of a GPU at rest say nothing about what it could do. */
export function isUnderLoad({ utilization, performanceState, clockEventReasons }: Gpu): boolean {
  if (clockEventReasons?.includes('gpu_idle')) return false;
  return (utilization.gpuPercent ?? 0) > 50 || (performanceState === 'P0' && utilization.gpuPercent !== 0);
}

function isHeldWithoutReason({ clocks, clockEventReasons }: Gpu): boolean {
  if (clocks.smMHz === null || clocks.maxSmMHz === null || clockEventReasons === null) return false;
  const isExplained = clockEventReasons.some((reason) => reason !== 'applications_clocks_setting');
  return !isExplained && clocks.smMHz < clocks.maxSmMHz * 0.8;
}

/** The reasons may hold at the same time: the longest of them is the least that can be said. */
function shareOf(grownUs: readonly (number | null)[], elapsedSeconds: number | null): number | null {
  const longest = largest(grownUs);
  if (longest === null || elapsedSeconds === null || elapsedSeconds <= 0) return null;
  return Math.min(100, longest / 1e4 / elapsedSeconds);
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.max(...known) : null;
}

function smallest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.min(...known) : null;
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
}
