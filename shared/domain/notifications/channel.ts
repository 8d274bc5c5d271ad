import { z } from 'zod';
import { severities } from '../finding';
import { maxFilterLength } from '../fleet/filter/parse-filter';
import { languages } from '../text';
import { messageSchema } from '../text-schema';
import {
  type ChannelKind,
  mailSecurities,
  secretNames,
  secretStates,
  syslogTransports,
  webhookFormats,
  webhookSignings,
} from './channel-kinds';

/** PEM of the authority that signed the other side's certificate. Null: those that Node.js knows. */
const caFile = z.string().min(1).max(1000).nullable();
const server = { host: z.string().trim().min(1).max(255), port: z.number().int().min(1).max(65_535), caFile };
// One line each: nothing of them may begin another header.
const mailAddress = z
  .string()
  .trim()
  .max(320)
  .regex(/^[^\s<>,;"]+@[^\s<>,;"]+$/);

export const channelTargetSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('desktop') }),
  z.object({
    kind: z.literal('webhook'),
    /** Of the address, what may be shown; null where it is in a file. */
    origin: z.string().nullable(),
    format: z.enum(webhookFormats),
    signing: z.enum(webhookSignings),
    caFile,
  }),
  z.object({
    kind: z.literal('email'),
    ...server,
    security: z.enum(mailSecurities),
    user: z.string().trim().min(1).max(320).nullable(),
    from: mailAddress,
    to: z.array(mailAddress).min(1).max(50),
  }),
  z.object({
    kind: z.literal('syslog'),
    ...server,
    transport: z.enum(syslogTransports),
    facility: z.number().int().min(0).max(23),
  }),
]);
export type ChannelTarget = z.infer<typeof channelTargetSchema>;
export type TargetOf<Kind extends ChannelKind> = Extract<ChannelTarget, { kind: Kind }>;

/** Which alerts a channel is told of, and in which words. */
export const routingSchema = z.object({
  minSeverity: z.enum(severities),
  /** A filter of the fleet; empty: all nodes. */
  hosts: z.string().max(maxFilterLength),
  /** Of the rule; all of them have to be so. */
  labels: z.record(z.string().min(1).max(100), z.string().max(200)),
  isOnFiring: z.boolean(),
  isOnResolve: z.boolean(),
  language: z.enum(languages),
});
export type Routing = z.infer<typeof routingSchema>;

export const channelSchema = z.object({
  id: z.string(),
  name: z.string().trim().min(1).max(80),
  isOn: z.boolean(),
  target: channelTargetSchema,
  routing: routingSchema,
  /** Secrets that are read from a file each time, rather than kept: by their path. */
  secretFiles: z.partialRecord(z.enum(secretNames), z.string().min(1).max(1000)),
});
export type Channel = z.infer<typeof channelSchema>;

export const shownChannelSchema = channelSchema.extend({
  secretStates: z.partialRecord(z.enum(secretNames), z.enum(secretStates)),
  /** Messages that are not delivered yet. */
  waiting: z.number().int(),
  last: z.object({ atMs: z.number(), isDelivered: z.boolean(), problem: messageSchema.nullable() }).nullable(),
});
export type ShownChannel = z.infer<typeof shownChannelSchema>;
