import { z } from 'zod';
import { severities } from '../finding';
import { localizedTextSchema, messageSchema } from '../text-schema';

/** How many nodes and alerts of a group are named; the rest is counted. */
export const NAMED = 5;

/** One alert as a message tells it. */
export const toldAlertSchema = z.object({
  alertId: z.number().int(),
  ruleId: z.string(),
  severity: z.enum(severities),
  hostId: z.string(),
  host: z.string(),
  subject: z.string(),
  title: localizedTextSchema,
  message: localizedTextSchema,
  labels: z.record(z.string(), z.string()),
  value: z.number().nullable(),
  sinceMs: z.number(),
  firedMs: z.number().nullable(),
  resolvedMs: z.number().nullable(),
  isAbandoned: z.boolean(),
});
export type ToldAlert = z.infer<typeof toldAlertSchema>;

/** What is told at once: alerts of one rule and severity that fire, or that are over; in a storm those of many rules. */
export const notificationSchema = z.object({
  kind: z.enum(['firing', 'resolved', 'test']),
  /** Null: of several rules. */
  ruleId: z.string().nullable(),
  severity: z.enum(severities),
  alertCount: z.number().int(),
  hostCount: z.number().int(),
  ruleCount: z.number().int(),
  /** The first of the nodes and of the alerts. */
  hosts: z.array(z.object({ hostId: z.string(), name: z.string() })),
  alerts: z.array(toldAlertSchema),
  /** Those that the alerts are in, as a person calls them: INC-12. */
  incidents: z.array(z.string()),
});
export type Notification = z.infer<typeof notificationSchema>;

/** Which alerts a notification leads to: the one, or those of a rule and a node where all are of one. */
export const notificationTargetSchema = z.object({
  alertId: z.number().int().nullable(),
  ruleId: z.string().nullable(),
  hostId: z.string().nullable(),
});
export type NotificationTarget = z.infer<typeof notificationTargetSchema>;

export const deliveryStates = ['waiting', 'sending', 'sent', 'failed'] as const;

/** A message and how its delivery goes. */
export const deliverySchema = z.object({
  id: z.number().int(),
  channelId: z.string(),
  /** The same each time it is tried: who gets it twice can tell. */
  key: z.string(),
  madeMs: z.number(),
  state: z.enum(deliveryStates),
  tries: z.number().int(),
  /** When it is tried next; null once that is over. */
  nextMs: z.number().nullable(),
  endedMs: z.number().nullable(),
  /** What went wrong the last time, with what to do. */
  problem: messageSchema.nullable(),
  notification: notificationSchema,
});
export type Delivery = z.infer<typeof deliverySchema>;
