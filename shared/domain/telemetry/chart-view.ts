import { z } from 'zod';

/** What charts are shown of what, saved under a name. Metrics are kept as written: one that is not known any more is skipped. */
export const chartViewSchema = z.object({
  name: z.string().trim().min(1).max(60),
  /** Which nodes, in the filter language of the fleet. */
  filter: z.string().max(2000),
  /** Which of what these nodes have; null: all. */
  subjects: z
    .array(z.object({ hostId: z.string(), subject: z.string() }))
    .max(5000)
    .nullable(),
  metrics: z.array(z.string().max(100)).max(100),
  form: z.enum(['auto', 'lines', 'percentiles']),
  /** The newest of so much time, unless there is a window. */
  spanMs: z.number().int().positive(),
  window: z.object({ fromMs: z.number().int(), toMs: z.number().int() }).nullable(),
});
export type ChartView = z.infer<typeof chartViewSchema>;

export const chartViewsSchema = z
  .array(chartViewSchema)
  .max(200)
  .refine((views) => new Set(views.map(({ name }) => name)).size === views.length, 'Two views have the same name');
