import { z } from 'zod';
import { holdSchema } from './gpu-memory';

export const parametersSchema = z.strictObject({
  pid: z
    .number()
    .int()
    .min(1)
    .max(2 ** 31 - 1),
  /** What the process was when it was found, so that a later one with its number is not taken for it. */
  commandLine: z.string().max(100_000).nullish(),
});
export type Parameters = z.infer<typeof parametersSchema>;

export const stateSchema = z.object({
  pid: z.number(),
  /** Tells the process from any other that gets its number later. Null only in a plan that is blocked. */
  process: z.object({ bootId: z.string(), startTime: z.string(), uid: z.string(), commandSum: z.string() }).nullable(),
  privilege: z.enum(['user', 'root']),
  holds: z.array(holdSchema),
});
export type State = z.infer<typeof stateSchema>;
