import { z } from 'zod';
import { metricIds } from './metrics';
import { metricsEndpointSchema } from './metrics-endpoint';

export const metricIdSchema = z.enum(metricIds as [(typeof metricIds)[number], ...typeof metricIds]);

/** The newest values of one subject, in the order of the metrics that were asked for; null is unknown. Counters as rates a second. */
export const liveRowSchema = z.object({
  hostId: z.string(),
  /** See subjectKey. */
  subject: z.string(),
  atMs: z.number(),
  values: z.array(z.number().nullable()),
  /** How far apart it was sampled. Of a time in the past only: what pace its host had then nobody else knows. */
  stepMs: z.number().optional(),
});
export type LiveRow = z.infer<typeof liveRowSchema>;

/** What a collector takes on the node since it was started: share of one processor, resident memory where it is known. */
const watchingCostSchema = z.object({ cpuPercent: z.number(), memoryBytes: z.number().nullable() });
export type WatchingCost = z.infer<typeof watchingCostSchema>;

/** One host's watching: how it is done, how it does, and what it costs. */
export const watchStateSchema = z.object({
  hostId: z.string(),
  /** `off`: the user does not want it. `waiting`: it is not connected. */
  state: z.enum(['off', 'waiting', 'watching']),
  intervalMs: z.number().nullable(),
  collectors: z.array(
    z.object({
      id: z.string(),
      state: z.enum(['starting', 'running', 'stopped']),
      /** What it said last before it stopped. */
      lastWords: z.string().nullable(),
      /** Null until it was read (ten seconds after its start, then every minute, or every ten while nobody has the app before them), and where the node does not let us. */
      cost: watchingCostSchema.nullable(),
    }),
  ),
  /** Its `/metrics`, found or named. */
  endpoints: z.array(metricsEndpointSchema),
  /** Of output, over the last minute. */
  bytesPerSecond: z.number(),
});
export type WatchState = z.infer<typeof watchStateSchema>;

/** A series as it is drawn: at most as many points as were asked for; null where nothing is known. */
export const drawnSeriesSchema = z.object({
  times: z.array(z.number()),
  least: z.array(z.number().nullable()),
  mean: z.array(z.number().nullable()),
  greatest: z.array(z.number().nullable()),
  /** How far apart it was sampled, about. */
  paceMs: z.number(),
  /** The coarsest sums that a point of it was read from: the length of their buckets, 0 for samples as they came. */
  tierMs: z.number(),
});
export type DrawnSeries = z.infer<typeof drawnSeriesSchema>;
