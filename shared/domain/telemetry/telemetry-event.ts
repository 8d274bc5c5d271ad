import { z } from 'zod';
import { codeSeveritySchema } from '../../knowledge/catalogs/kernel-log/kernel-log-schema';
import { kernelEventIds } from '../kernel-log/kernel-event';
import { metricIdSchema } from './live';

/** Why samples of a collector stopped. `lost`: the connection went. */
const stopSchema = z.discriminatedUnion('reason', [
  z.object({ reason: z.literal('ended'), lastWords: z.string() }),
  z.object({ reason: z.literal('stalled') }),
  z.object({ reason: z.literal('lost') }),
]);

/** Something that happened, as opposed to something measured. Drawn beside the samples. */
export const telemetryEventBodySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stream-stopped'), collectorId: z.string(), stop: stopSchema }),
  z.object({ kind: z.literal('connection-lost') }),
  /** Samples came again: between the two times of the event nothing is known. */
  z.object({ kind: z.literal('gap'), collectorId: z.string() }),
  /** A GPU that was there tells nothing any more, while others do. */
  z.object({ kind: z.literal('gpu-gone') }),
  z.object({ kind: z.literal('gpu-back') }),
  z.object({ kind: z.literal('node-restarted') }),
  z.object({ kind: z.literal('clock-set-back'), byMs: z.number() }),
  /** It stays at its end, where it can't count any more. */
  z.object({ kind: z.literal('counter-full'), metric: metricIdSchema }),
  /** A line of the kernel log: an error that NVIDIA's driver has of a GPU, or of a switch between them (SXid). */
  z.object({
    kind: z.literal('xid'),
    code: z.number(),
    isSwitch: z.boolean(),
    pciBusId: z.string().nullable(),
    message: z.string(),
  }),
  /** Another line of it that tells of trouble: of memory, PCIe, disks, links, or tasks that hang. */
  z.object({
    kind: z.literal('kernel-log'),
    event: z.enum(kernelEventIds).exclude(['xid', 'sxid']),
    severity: codeSeveritySchema,
    pciBusId: z.string().nullable(),
    device: z.string().nullable(),
    message: z.string(),
  }),
  /** The log said more than is told one by one; between the two times of the event. */
  z.object({ kind: z.literal('log-lines-left-out'), lines: z.number() }),
  /** The disk of this workstation took nothing for minutes. */
  z.object({ kind: z.literal('samples-lost'), samples: z.number() }),
  /** There was no room left: of the tier (bucket length in ms, 0 for samples as they came) nothing older is kept. */
  z.object({ kind: z.literal('samples-given-up'), tierMs: z.number(), keptFromMs: z.number() }),
]);
export type TelemetryEventBody = z.infer<typeof telemetryEventBodySchema>;

export const telemetryEventSchema = z.object({
  id: z.number().int(),
  hostId: z.string(),
  /** See subjectKey. */
  subject: z.string(),
  atMs: z.number(),
  untilMs: z.number().nullable(),
  body: telemetryEventBodySchema,
});
export type TelemetryEvent = z.infer<typeof telemetryEventSchema>;
