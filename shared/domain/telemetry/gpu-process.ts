import { z } from 'zod';
import { processOwnerSchema } from './process-owner';

const percent = z.number().nullable();

/** A process on a GPU, as it was last seen. Processes come and go: what they did before is not kept. */
export const gpuProcessSchema = z.object({
  gpuUuid: z.string(),
  pid: z.number(),
  /** As the driver calls it: the first letters of the program's name. */
  name: z.string(),
  /** Compute, graphics or both, in the driver's letters. */
  kind: z.string().nullable(),
  /** Null while nothing is known of the process itself: it has just begun, or runs where the login can't see. */
  user: z.string().nullable(),
  commandLine: z.string().nullable(),
  /** Null also where its control group names none. */
  owner: processOwnerSchema.nullable(),
  /** When the process itself began, by this workstation's clock. */
  startedMs: z.number().nullable(),
  /** Of the GPU's time. Null where the driver tells nothing of single processes (MIG), and of one that did nothing. */
  smPercent: percent,
  memoryBusyPercent: percent,
  encoderPercent: percent,
  decoderPercent: percent,
  memoryBytes: z.number().nullable(),
  /** Seen here first, by this workstation's clock. */
  sinceMs: z.number(),
  atMs: z.number(),
});
export type GpuProcess = z.infer<typeof gpuProcessSchema>;
