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

export const usualSamplesKept: SamplesKept = { rawHours: 24, tenSecondsDays: 7, minutesDays: 396, diskGigabytes: 5 };
