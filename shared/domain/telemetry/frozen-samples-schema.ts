import { z } from 'zod';
import { metricIdSchema } from './live';

/** Samples of one subject as they were measured, all at the same times; null is unknown. */
export const frozenTrackSchema = z.object({
  hostId: z.string(),
  /** See subjectKey. */
  subject: z.string(),
  times: z.array(z.number()),
  series: z.array(z.object({ metric: metricIdSchema, values: z.array(z.number().nullable()) })),
});
