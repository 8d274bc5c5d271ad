import { z } from 'zod';
import type { Gpu, GpuFacts } from './facts/gpu';
import type { Reading } from './facts/readings';

/**
 * What several readings of a GPU say together. `idle`: no reading showed work. `low`: under 60 % on average. `spinning`: hardly
 * ever without a kernel and yet under half of its power, which is how waiting for others looks. `unknown`: the driver does not
 * tell enough (MIG), or it was read too few times to say that of it.
 */
export const gpuUseSchema = z.object({
  index: z.number(),
  uuid: z.string().nullable(),
  samples: z.number(),
  meanPercent: z.number().nullable(),
  lowestPercent: z.number().nullable(),
  highestPercent: z.number().nullable(),
  /** Drawn, of the limit that is set. */
  powerPercent: z.number().nullable(),
  /** Clock events in at least half of the readings that hold clocks down against the job. */
  heldDown: z.array(z.string()),
  /** The busier direction of the PCIe link, of what the link as it is now can carry. */
  pciePercent: z.number().nullable(),
  pcieBytesPerSec: z.number().nullable(),
  use: z.enum(['unknown', 'idle', 'low', 'spinning', 'busy']),
});
export type GpuUse = z.infer<typeof gpuUseSchema>;

/** Under this on average a GPU with a job counts as little used: the upper end of what people come with (20-60 %). */
const LOW_PERCENT = 60;
/** Fewer readings may all be of one pause between two steps of a job; that it works, two can tell. */
const READINGS_TO_COMPLAIN = 5;
const SPINNING_PERCENT = 95;
const SPINNING_POWER_PERCENT = 50;
/** Heat, power brake and the hardware's own slowdown. The power cap is no fault: a busy card runs at it. */
const harmful = ['hw_slowdown', 'hw_thermal_slowdown', 'sw_thermal_slowdown', 'hw_power_brake_slowdown'];
/** Of one lane in one direction, after encoding (PCI Express Base Specification), by generation. */
const laneBytesPerSec = [0, 0.25e9, 0.5e9, 0.985e9, 1.969e9, 3.938e9, 7.563e9];

/** How busy each GPU was over readings of probe `gpu`. One reading alone says nothing. */
export function gpuUse(readings: readonly Reading<GpuFacts>[]): GpuUse[] {
  const last = readings.at(-1)?.facts.gpus ?? [];
  return last.map((gpu) => {
    const samples = readings.flatMap(({ facts }) => facts.gpus.find((one) => isSame(one, gpu)) ?? []);
    const percents = samples.map(({ utilization }) => utilization?.gpuPercent ?? null);
    const isWhole = samples.length > 1 && percents.every((percent) => percent !== null);
    const known = isWhole ? percents.filter((percent) => percent !== null) : [];
    const meanPercent = meanOf(known);
    const powerPercent = meanOf(
      samples.flatMap((one) => shareOf(one.power?.averageW ?? one.power?.drawW, one.power?.limitW)),
    );
    const pcieBytesPerSec = meanOf(samples.flatMap(({ pcie }) => busier(pcie?.txBytesPerSec, pcie?.rxBytesPerSec)));
    const limit = (laneBytesPerSec[gpu.pcie?.generation ?? 0] ?? 0) * (gpu.pcie?.width ?? 0);
    return {
      index: gpu.index,
      uuid: gpu.uuid ?? null,
      samples: samples.length,
      meanPercent,
      lowestPercent: known.length > 0 ? Math.min(...known) : null,
      highestPercent: known.length > 0 ? Math.max(...known) : null,
      powerPercent,
      heldDown: harmful.filter((reason) =>
        isLasting(
          samples.filter(({ clockEventReasons }) => clockEventReasons?.includes(reason)).length,
          samples.length,
        ),
      ),
      pciePercent: pcieBytesPerSec === null || limit === 0 ? null : (pcieBytesPerSec / limit) * 100,
      pcieBytesPerSec,
      use: certain(useOf(meanPercent, known.length > 0 ? Math.max(...known) : null, powerPercent), samples.length),
    };
  });
}

/** In half of the readings, and never in a single one. */
function isLasting(count: number, samples: number): boolean {
  return count > 1 && count * 2 >= samples;
}

function certain(use: GpuUse['use'], samples: number): GpuUse['use'] {
  return use === 'busy' || samples >= READINGS_TO_COMPLAIN ? use : 'unknown';
}

function useOf(mean: number | null, highest: number | null, power: number | null): GpuUse['use'] {
  if (mean === null) return 'unknown';
  if (highest === 0) return 'idle';
  if (mean < LOW_PERCENT) return 'low';
  if (mean < SPINNING_PERCENT) return 'busy';
  // Whether it works or waits only its power tells.
  if (power === null) return 'unknown';
  return power < SPINNING_POWER_PERCENT ? 'spinning' : 'busy';
}

function isSame(one: Gpu, other: Gpu): boolean {
  return one.uuid == null || other.uuid == null ? one.pciBusId === other.pciBusId : one.uuid === other.uuid;
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function shareOf(part: number | null | undefined, whole: number | null | undefined): number[] {
  return part == null || whole == null || whole <= 0 ? [] : [(part / whole) * 100];
}

function busier(one: number | null | undefined, other: number | null | undefined): number[] {
  return one == null && other == null ? [] : [Math.max(one ?? 0, other ?? 0)];
}
