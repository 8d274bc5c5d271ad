import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { metricIdSchema } from '../domain/telemetry/live';
import { metricsServingSchema } from '../domain/telemetry/metrics-serving';
import { prometheusServerSchema } from '../domain/telemetry/prometheus-server';
import { messageSchema } from '../domain/text-schema';
import { procedure } from './errors';

const serverStatusSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('off') }),
  z.object({ state: z.literal('listening'), url: z.string() }),
  z.object({ state: z.literal('failed'), message: messageSchema }),
]);
/** How samples are sent to the server of the setting `prometheusServer`. */
const sendingStatusSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('off') }),
  z.object({ state: z.literal('failed'), message: messageSchema }),
  z.object({
    /** `waiting`: for the server, which is asked again by itself; nothing is lost meanwhile. */
    state: z.enum(['sending', 'waiting']),
    /** Why it takes nothing. */
    problem: messageSchema.nullable(),
    /** What was measured before is not sent. */
    sinceMs: z.number().nullable(),
    lastSentAtMs: z.number().nullable(),
    /** Up to where everything is sent. */
    sentToMs: z.number().nullable(),
    /** Samples that the server would not take, ever since it is this server, and what it said of the last. */
    dropped: z.number(),
    lastRefusal: z.string().nullable(),
    nowMs: z.number(),
  }),
]);
export type PrometheusServerStatus = z.infer<typeof sendingStatusSchema>;
export type MetricsServerStatus = z.infer<typeof serverStatusSchema>;

const historyWanted = z.object({
  /** Null: the one of the setting `prometheusServer`, with its secret. */
  server: prometheusServerSchema.pick({ url: true, userName: true, secretFile: true, authorityFile: true }).nullable(),
  fromMs: z.number().int(),
  toMs: z.number().int(),
  metrics: z.array(metricIdSchema).optional(),
  hostIds: z.array(z.string()).optional(),
  /** Only counts what would be taken over. */
  isDry: z.boolean().optional(),
});
export type HistoryWanted = z.infer<typeof historyWanted>;

export const unmappedReasons = ['unknown-node', 'several-nodes', 'mig-instance', 'unknown-subject'] as const;

const historyImportedSchema = z.discriminatedUnion('step', [
  z.object({
    step: z.literal('found'),
    series: z.number(),
    hostIds: z.array(z.string()),
    /** Samples of a metric that Gantry has, and no node or no part of it that they could be of. */
    unmapped: z.array(
      z.object({
        reason: z.enum(unmappedReasons),
        job: z.string(),
        instance: z.string(),
        metrics: z.array(z.string()),
        series: z.number(),
      }),
    ),
    /** What the server has beside that. */
    otherNames: z.array(z.string()),
  }),
  z.object({
    step: z.literal('imported'),
    toMs: z.number(),
    share: z.number(),
    taken: z.number(),
    /** Of minutes that are known here already. */
    passedOver: z.number(),
    /** Blank values, which are no measurements. */
    unknown: z.number(),
  }),
]);
export type HistoryImported = z.infer<typeof historyImportedSchema>;

/** Gantry as a target of Prometheus. */
export const prometheus = {
  /** Of the server that the setting `metricsServer` asks for; it starts and ends when that changes. */
  status: procedure.output(serverStatusSchema),
  serverStatus: procedure.output(sendingStatusSchema),
  /** The bearer token or password of the server; it is kept in the keychain, and never told. Null forgets it. */
  setServerSecret: procedure.input(z.object({ secret: z.string().min(1).max(4000).nullable() })).output(z.object({})),
  hasServerSecret: procedure.output(z.boolean()),
  /** Takes over what a server has and the store has not. Tells what is mapped first, then how far it is. */
  importHistory: procedure.input(historyWanted).output(eventIterator(historyImportedSchema)),
  /** Serves samples of hosts as long as it is read, and samples them meanwhile. Tells where, once it listens. */
  serve: procedure
    .input(metricsServingSchema.extend({ hostIds: z.array(z.string()) }))
    .output(eventIterator(z.object({ url: z.string() }))),
};
