import type { Gpu, GpuFacts } from './facts/gpu';
import type { Reading } from './facts/readings';

/** One GPU in several readings. `samples` are those in which the driver had it, oldest first; `last` is the newest of them. */
export interface GpuSeries {
  readonly last: Gpu;
  readonly samples: readonly { readonly atMs: number; readonly gpu: Gpu }[];
  /** From its first sample to its last; null with one sample. */
  readonly elapsedSeconds: number | null;
}

/** The GPUs of the newest reading that the driver has not lost, with what earlier readings said of them. */
export function gpuSeries(readings: readonly Reading<GpuFacts>[]): GpuSeries[] {
  const newest = readings[readings.length - 1];
  return (newest?.facts.gpus ?? [])
    .filter(({ state }) => state !== 'lost')
    .map((last) => {
      const samples = readings.flatMap(({ observedAtMs, facts }) => {
        const gpu = facts.gpus.find((one) => isSame(one, last) && one.state !== 'lost');
        return gpu === undefined ? [] : [{ atMs: observedAtMs, gpu }];
      });
      const first = samples[0]?.atMs ?? 0;
      const end = samples[samples.length - 1]?.atMs ?? 0;
      return { last, samples, elapsedSeconds: end > first ? (end - first) / 1000 : null };
    });
}

function isSame(one: Gpu, other: Gpu): boolean {
  return one.uuid !== null && other.uuid !== null ? one.uuid === other.uuid : one.pciBusId === other.pciBusId;
}

/** How far a counter went over its readings; null with one reading, a missing one, or when it went back (a reset). */
export function counterGrowth(values: readonly (number | null | undefined)[]): number | null {
  if (values.length < 2) return null;
  let before: number | null = null;
  for (const value of values) {
    if (value === null || value === undefined) return null;
    if (before !== null && value < before) return null;
    before = value;
  }
  return (before ?? 0) - (values[0] ?? 0);
}
