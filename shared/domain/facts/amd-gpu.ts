import { z } from 'zod';
import { absencesSchema } from './absence';

const number = z.number().nullable();
const text = z.string().nullable();

/** One AMD GPU. Names follow `gpu` where the thing is the same; AMD tells edge and hotspot (junction) temperatures apart. */
export const amdGpuSchema = z.object({
  /** The number that amd-smi and rocm-smi give it; without them the place among the others on the bus. */
  index: z.number(),
  /** As in `gpu`: lower case with an eight-digit domain. Null: rocm-smi of some versions does not tell. */
  pciBusId: text,
  name: text,
  /** Number of the chip (`asic_serial`, `Unique ID`); AMD's nearest thing to a UUID. */
  uniqueId: text,
  /** Serial number of the board. */
  serial: text,
  boardPartNumber: text,
  /** e.g. `gfx942`. */
  target: text,
  deviceId: text,
  oamId: number,
  computeUnits: number,
  vbiosVersion: text,
  vbiosPartNumber: text,
  memory: z.object({ totalBytes: number, usedBytes: number, kind: text, vendor: text }),
  utilization: z.object({ gpuPercent: number, memoryPercent: number }),
  temperature: z.object({
    edgeC: number,
    hotspotC: number,
    memoryC: number,
    slowdownC: number,
    shutdownC: number,
    memorySlowdownC: number,
  }),
  power: z.object({ drawW: number, limitW: number, minLimitW: number, maxLimitW: number }),
  clocks: z.object({ graphicsMHz: number, memoryMHz: number, maxGraphicsMHz: number, maxMemoryMHz: number }),
  pcie: z.object({
    generation: number,
    maxGeneration: number,
    width: number,
    maxWidth: number,
    replayCount: number,
    slotKind: text,
  }),
  /** Of the memory (block UMC): Enabled or Disabled, in the words of `gpu`. */
  eccMode: text,
  ecc: z.object({ corrected: number, uncorrected: number, deferred: number }),
  /** Links to the other GPUs of the node: each one's rate, how many GPUs they reach, and what the driver says of errors. */
  xgmi: z.object({ bitRateGbps: number, peers: number, errors: text }),
  partition: z.object({ compute: text, memory: text }),
  numaNode: number,
  fanPercent: number,
  performanceLevel: text,
  absences: absencesSchema,
});
export type AmdGpu = z.infer<typeof amdGpuSchema>;

/** Facts of probe `amd-gpu` (amd-smi; rocm-smi where there is none; what the driver tells in /sys where neither is). */
export const amdGpuFactsSchema = z.object({
  tool: z.enum(['amd-smi', 'rocm-smi', 'sysfs']),
  driverVersion: text,
  gpus: z.array(amdGpuSchema),
});
export type AmdGpuFacts = z.infer<typeof amdGpuFactsSchema>;
