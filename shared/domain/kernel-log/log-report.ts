import { z } from 'zod';
import {
  codeActionSchema,
  codeScopeSchema,
  codeSeveritySchema,
  correlationRuleIds,
} from '../../knowledge/catalogs/kernel-log/kernel-log-schema';
import { localizedTextSchema } from '../text-schema';
import { loggedEventSchema } from './kernel-event';

/**
 * What it is to the others: where the trouble began, a consequence of that, something else on the same part at the same time,
 * or on its own.
 */
const logRoles = ['root', 'echo', 'beside', 'alone'] as const;

/** One thing that the log says, however often it says it. */
export const logEntrySchema = loggedEventSchema.extend({
  /** How many lines, and when the last of them was. */
  count: z.number().int(),
  lastLine: z.number().int(),
  lastAtMs: z.number().nullable(),
  lastClockMs: z.number().nullable(),
  severity: codeSeveritySchema,
  action: codeActionSchema,
  scope: codeScopeSchema,
  name: localizedTextSchema,
  meaning: localizedTextSchema,
  note: localizedTextSchema.nullable(),
  /** What its hex words and its text say in particular. */
  details: z.array(localizedTextSchema),
  /** The diagnosis that looks into it. */
  tree: z.string().nullable(),
  sources: z.array(z.string()),
  role: z.enum(logRoles),
  /** The entry whose echo it is, by its place in the list. */
  echoOf: z.number().int().nullable(),
  /** By its place in the list. */
  group: z.number().int(),
});
export type LogEntry = z.infer<typeof logEntrySchema>;

/** Entries of one part and time, with what they mean together. */
export const logGroupSchema = z.object({
  entries: z.array(z.number().int()),
  /** The entry it began with. */
  root: z.number().int(),
  severity: codeSeveritySchema,
  action: codeActionSchema,
  tree: z.string().nullable(),
  rules: z.array(z.object({ id: z.enum(correlationRuleIds), when: localizedTextSchema, says: localizedTextSchema })),
});
export type LogGroup = z.infer<typeof logGroupSchema>;

export const logReportSchema = z.object({
  lineCount: z.number().int(),
  /** Lines that mean something and are not in the report, as there were too many. */
  leftOutCount: z.number().int(),
  /** False: it doesn't look like a log. */
  isLog: z.boolean(),
  /** False: the lines have no time, and are taken as of one moment. */
  isTimed: z.boolean(),
  entries: z.array(logEntrySchema),
  groups: z.array(logGroupSchema),
});
export type LogReport = z.infer<typeof logReportSchema>;
