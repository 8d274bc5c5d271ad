import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { gpuProcessSchema } from '../domain/telemetry/gpu-process';
import { drawnSeriesSchema, liveRowSchema, metricIdSchema, watchStateSchema } from '../domain/telemetry/live';
import { nodeGpusSchema } from '../domain/telemetry/node-gpus';
import { samplesStorageSchema } from '../domain/telemetry/samples-kept';
import { outlierSchema, spreadSeriesSchema } from '../domain/telemetry/spread';
import { telemetryEventSchema } from '../domain/telemetry/telemetry-event';
import { procedure } from './errors';

export const sampleFormats = ['csv', 'json'] as const;

const seriesRef = z.object({ hostId: z.string(), subject: z.string(), metric: metricIdSchema });
export type SeriesRef = z.infer<typeof seriesRef>;

const samplesWanted = z.object({
  hostIds: z.array(z.string()).min(1).max(5000),
  /** Of all subjects and metrics that there are without a list. */
  subjects: z.array(z.string()).optional(),
  metrics: z.array(metricIdSchema).optional(),
  fromMs: z.number().int(),
  toMs: z.number().int(),
  format: z.enum(sampleFormats),
});
export type SamplesWanted = z.infer<typeof samplesWanted>;

const range = { fromMs: z.number().int(), toMs: z.number().int() };

const spreadWanted = z.object({
  metric: metricIdSchema,
  subjects: z
    .array(seriesRef.omit({ metric: true }))
    .min(1)
    .max(5000),
  ...range,
  points: z.number().int().min(2).max(2000),
  /** Named at most. */
  outliers: z.number().int().min(0).max(20),
});
export type SpreadWanted = z.infer<typeof spreadWanted>;

const momentWanted = z.object({
  atMs: z.number().int(),
  /** How far the next time that is asked for is away: sums of that length are fine enough. */
  stepMs: z.number().min(0),
  /** Without hosts: all of them. */
  hostIds: z.array(z.string()).max(5000).optional(),
  metrics: z.array(metricIdSchema).min(1).max(100),
});
export type MomentWanted = z.infer<typeof momentWanted>;

/** What `live` would have told of everything at a time. `tierMs`: the coarsest sums that any of it was read from, 0 for samples as they came. */
const moment = z.object({ atMs: z.number(), rows: z.array(liveRowSchema), tierMs: z.number() });
export type Moment = z.infer<typeof moment>;

/** Live samples and their history. */
export const telemetry = {
  /**
   * The newest values, about once a second, as long as someone looks: what is looked at is sampled every second. First
   * everything, then the rows that changed. Without hosts: of all of them.
   */
  live: procedure
    .input(
      z.object({
        hostIds: z.array(z.string()).max(5000).optional(),
        metrics: z.array(metricIdSchema).min(1).max(100),
      }),
    )
    .output(eventIterator(z.array(liveRowSchema))),
  /** Somebody has the app before them, as long as this goes on: else hosts that nobody looks at are sampled more seldom. */
  attend: procedure.output(eventIterator(z.null())),
  /** What `live` would have told at a time in the past, from what is kept here; what was not sampled by then is not in it. */
  at: procedure.input(momentWanted).output(moment),
  /** The GPUs of each node of which they are known. */
  gpus: procedure.output(z.array(nodeGpusSchema)),
  /** How each host is watched; all at once, then again about every two seconds. */
  watchStates: procedure.output(eventIterator(z.array(watchStateSchema))),
  /** The processes on a host's NVIDIA GPUs, about once a second, as long as someone looks; null while nothing tells them. */
  processes: procedure
    .input(z.object({ hostId: z.string() }))
    .output(eventIterator(z.array(gpuProcessSchema).nullable())),
  /** Whether a host is watched while it is connected. */
  setWatched: procedure.input(z.object({ hostIds: z.array(z.string()), isWatched: z.boolean() })).output(z.object({})),
  /** The `/metrics` of a host that a person named; which are read is told by `watchStates`. */
  endpoints: procedure.input(z.object({ hostId: z.string() })).output(z.array(z.string())),
  /** Names one or forgets it: a port, `HOST:PORT` or `http://…` as seen from the node. Answers with how it is kept. */
  setEndpoint: procedure
    .input(z.object({ hostId: z.string(), address: z.string().max(500), isNamed: z.boolean() }))
    .output(z.object({ url: z.string() })),
  /** What has been measured of hosts: their subjects, each with its metrics; with a list of metrics only those. */
  subjects: procedure
    .input(z.object({ hostIds: z.array(z.string()).max(5000), metrics: z.array(metricIdSchema).optional() }))
    .output(z.array(z.object({ hostId: z.string(), subject: z.string(), metrics: z.array(metricIdSchema) }))),
  /** Series over one range, ready to draw. */
  read: procedure
    .input(
      z.object({ series: z.array(seriesRef).min(1).max(600), ...range, points: z.number().int().min(2).max(2000) }),
    )
    .output(z.array(drawnSeriesSchema)),
  /** One metric of many subjects over one range: percentiles at each time, and the series that stay away from the rest. */
  readSpread: procedure
    .input(spreadWanted)
    .output(z.object({ spread: spreadSeriesSchema, outliers: z.array(outlierSchema) })),
  /**
   * Every sample of a range exactly as it was measured, one a line, as text in pieces: CSV, or JSON a line. What is not known
   * is empty (null), where nothing was measured there is no line.
   */
  exportSamples: procedure.input(samplesWanted).output(eventIterator(z.string())),
  /** Where samples are kept, how much room that takes, and how far back they go. */
  storage: procedure.output(samplesStorageSchema),
  events: procedure
    .input(z.object({ hostIds: z.array(z.string()).optional(), ...range }))
    .output(z.array(telemetryEventSchema)),
};
