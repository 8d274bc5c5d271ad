import { z } from 'zod';
import { actionRunStates } from '../action';
import { severities } from '../finding';
import { localizedTextSchema } from '../text-schema';
import { telemetryEventSchema } from './telemetry-event';

const span = { atMs: z.number(), untilMs: z.number().nullable() };

/** Something to be seen beside samples. `untilMs` null: a moment, or of an alert, action or incident that it still goes on. */
export const annotationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), ...telemetryEventSchema.shape }),
  z.object({
    kind: z.literal('alert'),
    ...span,
    alertId: z.number().int(),
    ruleId: z.string(),
    hostId: z.string(),
    /** See subjectKey. */
    subject: z.string(),
    severity: z.enum(severities),
    title: localizedTextSchema,
    message: localizedTextSchema,
  }),
  /** A run of an action, of a person or of protection. */
  z.object({
    kind: z.literal('action'),
    ...span,
    runId: z.string(),
    hostId: z.string(),
    title: localizedTextSchema,
    state: z.enum(actionRunStates),
  }),
  /** A line of protection in the audit log: what it decided, also where it only would have acted. */
  z.object({
    kind: z.literal('protection'),
    ...span,
    seq: z.number().int(),
    hostId: z.string(),
    gpuUuid: z.string().nullable(),
    /** What follows `protection.` in the audit log. */
    event: z.string(),
    detail: z.record(z.string(), z.unknown()),
  }),
  z.object({
    kind: z.literal('incident'),
    ...span,
    incidentId: z.string(),
    number: z.number().int(),
    title: z.string(),
    hostIds: z.array(z.string()),
    severity: z.enum(severities).nullable(),
  }),
]);
export type Annotation = z.infer<typeof annotationSchema>;

export const annotationKinds = ['event', 'alert', 'action', 'protection', 'incident'] as const;
export type AnnotationKind = (typeof annotationKinds)[number];
