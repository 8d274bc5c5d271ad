import { z } from 'zod';
import { actionRunSchema } from './action';
import { evidenceSchema } from './command';
import { diagnosisRunSchema } from './diagnosis';
import { findingSchema, severities } from './finding';
import { manualWorkSchema } from './manual/manual-work';
import { toldAlertSchema } from './notifications/notification';
import { acceptanceSheetSchema } from './playbook/acceptance';
import { probeResultSchema } from './probe';
import { frozenTrackSchema } from './telemetry/frozen-samples-schema';
import { localizedTextSchema } from './text-schema';

const at = { id: z.string(), atMs: z.number() };

/** One thing that happened. Entries are only ever added; content is frozen in, so later changes don't rewrite history. */
export const incidentEntrySchema = z.discriminatedUnion('kind', [
  /** `hostId`: the node it was opened for, when there is one already. */
  z.object({ kind: z.literal('opened'), ...at, hostId: z.string().nullable().optional() }),
  z.object({ kind: z.literal('note'), ...at, author: z.string(), text: z.string() }),
  z.object({ kind: z.literal('finding'), ...at, finding: findingSchema }),
  z.object({ kind: z.literal('diagnosis'), ...at, run: diagnosisRunSchema }),
  z.object({ kind: z.literal('evidence'), ...at, result: probeResultSchema, evidence: z.array(evidenceSchema) }),
  /** An action's run as it was started and again as it ended; `evidence` is what its commands printed. */
  z.object({
    kind: z.literal('action'),
    ...at,
    run: actionRunSchema,
    evidence: z.array(evidenceSchema).optional(),
  }),
  /** Work by hand as it was started, at each verification, and as it was given up. Its photos are kept by their hash. */
  z.object({ kind: z.literal('manual'), ...at, work: manualWorkSchema }),
  /** Alerts of one rule that fired at about the same time, or were over: the first of them, and how many there were. */
  z.object({
    kind: z.literal('alert'),
    ...at,
    state: z.enum(['firing', 'resolved']),
    ruleId: z.string(),
    severity: z.enum(severities),
    title: localizedTextSchema,
    alertCount: z.number().int(),
    hostCount: z.number().int(),
    hostIds: z.array(z.string()),
    alerts: z.array(toldAlertSchema.omit({ host: true })),
    /** Exactly what was measured in the minute before. */
    samples: z.array(frozenTrackSchema),
    /** Errors of the GPU driver that the kernel logged meanwhile. */
    logLines: z.array(z.object({ atMs: z.number(), hostId: z.string(), text: z.string() })).optional(),
  }),
  /** A file of a node, kept under its hash: the bug report that an action made there. */
  z.object({
    kind: z.literal('file'),
    ...at,
    hostId: z.string(),
    name: z.string(),
    path: z.string(),
    sha256: z.string(),
    sizeBytes: z.number(),
    actionRunId: z.string(),
  }),
  /** What a playbook came to on a node. */
  z.object({ kind: z.literal('acceptance'), ...at, sheet: acceptanceSheetSchema }),
  z.object({ kind: z.literal('closed'), ...at, reason: z.string() }),
  z.object({ kind: z.literal('reopened'), ...at, reason: z.string() }),
]);
export type IncidentEntry = z.infer<typeof incidentEntrySchema>;

export const incidentSummarySchema = z.object({
  id: z.string(),
  /** Short number a person can say: INC-12. */
  number: z.number(),
  title: z.string(),
  state: z.enum(['open', 'closed']),
  severity: z.enum(severities).nullable(),
  hostIds: z.array(z.string()),
  openedAtMs: z.number(),
  updatedAtMs: z.number(),
  entryCount: z.number(),
});
export type IncidentSummary = z.infer<typeof incidentSummarySchema>;

export const incidentSchema = incidentSummarySchema.extend({ entries: z.array(incidentEntrySchema) });
export type Incident = z.infer<typeof incidentSchema>;

export const reportFormats = ['html', 'pdf', 'markdown', 'zip'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** Something a report hides, shown to the user before export. `token` stands in for it, the same one everywhere. */
export const redactionSchema = z.object({
  token: z.string(),
  kind: z.enum(['host', 'address', 'mac', 'user', 'serial', 'uuid', 'path', 'email', 'secret', 'guid']),
  original: z.string(),
  count: z.number(),
});
export type Redaction = z.infer<typeof redactionSchema>;
