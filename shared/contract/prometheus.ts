import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { metricsServingSchema } from '../domain/telemetry/metrics-serving';
import { messageSchema } from '../domain/text-schema';
import { procedure } from './errors';

const serverStatusSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('off') }),
  z.object({ state: z.literal('listening'), url: z.string() }),
  z.object({ state: z.literal('failed'), message: messageSchema }),
]);
export type MetricsServerStatus = z.infer<typeof serverStatusSchema>;

/** Gantry as a target of Prometheus. */
export const prometheus = {
  /** Of the server that the setting `metricsServer` asks for; it starts and ends when that changes. */
  status: procedure.output(serverStatusSchema),
  /** Serves samples of hosts as long as it is read, and samples them meanwhile. Tells where, once it listens. */
  serve: procedure
    .input(metricsServingSchema.extend({ hostIds: z.array(z.string()) }))
    .output(eventIterator(z.object({ url: z.string() }))),
};
