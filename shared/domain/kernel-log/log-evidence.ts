import { z } from 'zod';
import type { KernelLogKnowledge } from '../../knowledge/catalogs/kernel-log/kernel-log-catalogue';
import { codeActionSchema } from '../../knowledge/catalogs/kernel-log/kernel-log-schema';
import { localizedTextSchema } from '../text-schema';
import { decodeRecord } from './decode-log';
import type { LoggedEvent } from './kernel-event';
import { lineRecord } from './log-records';
import { type LogEntry, logEntrySchema, logReportSchema } from './log-report';
import { type LogContext, reportOf } from './read-log';

/** A line as the kernel wrote it, with or without its time stamp. `atMs`: null where only the line itself may tell. */
export const logLineSchema = z.object({ text: z.string().min(1).max(4096), atMs: z.number().nullable() });
export type LogLine = z.infer<typeof logLineSchema>;

/** Lines that a question about one line may bring along. */
export const maxLinesAround = 100;

export const logSuspicionSchema = z.object({
  line: logLineSchema,
  /** Lines of the same node and time, by which cause and echo are told apart. */
  around: z.array(logLineSchema).max(maxLinesAround).optional(),
});
export type LogSuspicion = z.infer<typeof logSuspicionSchema>;

/** What one line of a kernel log says, as it is kept with the diagnosis that was started for it. */
export const logEvidenceSchema = z.object({
  line: z.string(),
  atMs: z.number().nullable(),
  /** Null: it says nothing that is known. */
  entry: logEntrySchema
    .pick({
      id: true,
      code: true,
      pciBusId: true,
      device: true,
      link: true,
      pid: true,
      processName: true,
      severity: true,
      name: true,
      meaning: true,
      details: true,
      role: true,
    })
    .nullable(),
  /** The line whose echo it is. */
  cause: logEntrySchema.pick({ id: true, code: true, pciBusId: true, name: true, atMs: true, text: true }).nullable(),
  /** What it means together with the lines around it. */
  says: z.array(localizedTextSchema),
  action: codeActionSchema,
  /** The diagnosis that looks into it: of the cause, where it is an echo. */
  tree: logReportSchema.shape.groups.element.shape.tree,
});
export type LogEvidence = z.infer<typeof logEvidenceSchema>;

/** What a line says among those around it. Total: any text gives an answer. */
export function judgeLine(
  { line, around = [] }: LogSuspicion,
  knowledge: KernelLogKnowledge,
  context: LogContext = {},
): LogEvidence {
  const own = eventOf(line, 0);
  const atMs = own?.atMs ?? line.atMs;
  const unknown: LogEvidence = {
    line: line.text,
    atMs,
    entry: null,
    cause: null,
    says: [],
    action: 'unspecified',
    tree: null,
  };
  if (own === null) return unknown;
  const others = around
    .flatMap((other) => eventOf(other, 0) ?? [])
    .filter((other) => other.text !== own.text || other.atMs !== own.atMs);
  const events = [own, ...others]
    .sort((one, other) => (one.clockMs ?? 0) - (other.clockMs ?? 0))
    .map((event, index) => ({ ...event, line: index + 1, isOwn: event === own }));
  const at = events.find(({ isOwn }) => isOwn)?.line ?? 0;
  const hasSwitches = context.hasSwitches ?? events.some(({ text }) => text.startsWith('nvidia-nvswitch'));
  const decoded = { events, lineCount: events.length, droppedCount: 0, isLog: true };
  const { entries, groups } = reportOf(decoded, knowledge, { ...context, hasSwitches });
  const entry = entries.find((one) => one.line <= at && at <= one.lastLine && isOf(one, own));
  if (!entry) return unknown;
  const group = groups[entry.group];
  return {
    line: line.text,
    atMs,
    entry,
    cause: entry.echoOf === null ? null : (entries[entry.echoOf] ?? null),
    says: group?.rules.map(({ says }) => says) ?? [],
    action: group?.action ?? entry.action,
    tree: group?.tree ?? entry.tree,
  };
}

function eventOf({ text, atMs }: LogLine, line: number): LoggedEvent | null {
  const record = lineRecord(text, line);
  const event = record && decodeRecord(record);
  if (!event || atMs === null) return event;
  return { ...event, atMs, clock: 'utc', clockMs: atMs };
}

function isOf(entry: LogEntry, event: LoggedEvent): boolean {
  return (['id', 'code', 'pciBusId', 'device', 'unit'] as const).every((field) => entry[field] === event[field]);
}
