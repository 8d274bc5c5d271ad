import { z } from 'zod';

const number = z.number().nullable();

/** Share of time in percent in which some task, or all of them (`full`), waited (Documentation/accounting/psi.rst). */
const stallSchema = z.object({ someAvg10: number, someAvg60: number, fullAvg10: number, fullAvg60: number });

/**
 * Facts of probe `pressure`: what tasks of the node wait for, and the limits that hold them. Counts run since boot. `cpu`,
 * `memory` and `io` are null where the kernel does not measure it.
 */
export const pressureFactsSchema = z.object({
  cpu: stallSchema.nullable(),
  memory: stallSchema.nullable(),
  io: stallSchema.nullable(),
  /** Processes that were killed because memory ran out, of the node or of a group. */
  oomKills: number,
  /** Clock ticks of all processors together. */
  cpuTicks: z.object({ total: z.number(), idle: z.number(), steal: z.number() }).nullable(),
  /** Block devices that were used, without partitions of memory and loops. */
  disks: z.array(
    z.object({
      name: z.string(),
      reads: z.number(),
      readBytes: z.number(),
      readMs: z.number(),
      writes: z.number(),
      writtenBytes: z.number(),
      writeMs: z.number(),
    }),
  ),
  maxMapCount: number,
  fileHandlesUsed: number,
  fileHandlesMax: number,
  isNumaBalancingOn: z.boolean().nullable(),
  /** Control groups that have a limit of memory, were held back by their CPU quota, or lost a process to their limit. */
  groups: z.array(
    z.object({
      path: z.string(),
      periods: number,
      throttledPeriods: number,
      memoryLimitBytes: number,
      memoryUsedBytes: number,
      oomKills: number,
    }),
  ),
});
export type PressureFacts = z.infer<typeof pressureFactsSchema>;
