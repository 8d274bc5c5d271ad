import { z } from 'zod';

/** How long samples are kept on this workstation, by how fine they are, and in how much room at most. */
export const samplesKeptSchema = z.object({
  /** As they came. */
  rawHours: z.number().int().min(3).max(8760),
  /** Summed up to 10 s. */
  tenSecondsDays: z.number().int().min(1).max(3650),
  /** Summed up to 1 min, and events. */
  minutesDays: z.number().int().min(1).max(3650),
  /** Of the database file; the finest and oldest go first. */
  diskGigabytes: z.number().min(0.1).max(10_000),
});
export type SamplesKept = z.infer<typeof samplesKeptSchema>;

/** What there is on the disk now. */
export const samplesStorageSchema = z.object({
  file: z.string(),
  fileBytes: z.number(),
  /** Without room that is free again inside the file. */
  usedBytes: z.number(),
  /** Whether this process writes samples; the command line never does. */
  isKeeping: z.boolean(),
  /** When the oldest that is kept of each fineness begins; null: there is none yet. `tierMs` 0: as they came. */
  tiers: z.array(z.object({ tierMs: z.number(), oldestMs: z.number().nullable() })),
});
export type SamplesStorage = z.infer<typeof samplesStorageSchema>;

export const usualSamplesKept: SamplesKept = { rawHours: 24, tenSecondsDays: 7, minutesDays: 396, diskGigabytes: 5 };
