import { z } from 'zod';
import { severities } from '../finding';
import { localizedTextSchema } from '../text-schema';

export const alertStates = ['pending', 'firing', 'resolved'] as const;

const saidSchema = z.object({ who: z.string(), atMs: z.number(), why: z.string() });

/** Why nobody is told of some alerts for a while. What is null is not looked at. */
export const silenceSchema = z.object({
  id: z.number().int(),
  ruleId: z.string().nullable(),
  hostId: z.string().nullable(),
  /** See subjectKey. */
  subject: z.string().nullable(),
  untilMs: z.number(),
  ...saidSchema.shape,
});
export type Silence = z.infer<typeof silenceSchema>;

/** One rule that is true, or was, for one subject. Its words are those of when it came to its state. */
export const alertSchema = z.object({
  id: z.number().int(),
  ruleId: z.string(),
  hostId: z.string(),
  /** See subjectKey. */
  subject: z.string(),
  state: z.enum(alertStates),
  severity: z.enum(severities),
  title: localizedTextSchema,
  message: localizedTextSchema,
  labels: z.record(z.string(), z.string()),
  /** The diagnosis tree that finds out more. */
  treeId: z.string().nullable(),
  value: z.number().nullable(),
  /** When its condition became true, when it fired, and when it was over. */
  sinceMs: z.number(),
  firedMs: z.number().nullable(),
  resolvedMs: z.number().nullable(),
  /** Its rule is there no more, or its host: nobody saw that it was over. */
  isAbandoned: z.boolean(),
  acknowledged: saidSchema.nullable(),
});
export type Alert = z.infer<typeof alertSchema>;

/** An alert with the silence that holds for it now. */
export const shownAlertSchema = alertSchema.extend({ silence: silenceSchema.nullable() });
export type ShownAlert = z.infer<typeof shownAlertSchema>;

/** What its rule compares now, by the newest samples. */
export const alertValueSchema = z.object({
  alertId: z.number().int(),
  value: z.number().nullable(),
  atMs: z.number(),
});
export type AlertValue = z.infer<typeof alertValueSchema>;

/** What happened to the open alerts. */
export const alertChangeSchema = z.object({
  /** These are all of them, whatever was known before. */
  isWhole: z.boolean(),
  open: z.array(alertSchema),
  /** Open no more. */
  endedIds: z.array(z.number().int()),
  /** All that hold; null: as before. */
  silences: z.array(silenceSchema).nullable(),
});
export type AlertChange = z.infer<typeof alertChangeSchema>;
