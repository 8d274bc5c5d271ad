import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { incidentEntrySchema, incidentSchema, incidentSummarySchema, redactionSchema } from '../domain/incident';
import { languages } from '../domain/text';
import { procedure } from './errors';

const incidentId = z.object({ incidentId: z.string() });

const fetchProgressSchema = z.object({ receivedBytes: z.number(), totalBytes: z.number(), isDone: z.boolean() });
export type FetchProgress = z.infer<typeof fetchProgressSchema>;

export const incidents = {
  list: procedure.output(z.array(incidentSummarySchema)),
  get: procedure.input(incidentId).output(incidentSchema),
  open: procedure
    .input(
      z.object({
        title: z.string().min(1).max(200),
        hostId: z.string().optional(),
        diagnosisRunId: z.string().optional(),
      }),
    )
    .output(incidentSummarySchema),
  rename: procedure.input(incidentId.extend({ title: z.string().min(1).max(200) })).output(incidentSummarySchema),
  addNote: procedure.input(incidentId.extend({ text: z.string().min(1).max(20_000) })).output(incidentEntrySchema),
  /** Freezes the run with its findings and the evidence they rest on into the incident. */
  addDiagnosis: procedure.input(incidentId.extend({ runId: z.string() })).output(incidentSummarySchema),
  /** Freezes how the node differs from its profile (or another one), with the evidence that rests on. */
  addProfileCheck: procedure
    .input(incidentId.extend({ hostId: z.string(), profileId: z.string().optional() }))
    .output(incidentSummarySchema),
  /** Freezes the last results of these probes with their raw output. */
  addEvidence: procedure
    .input(incidentId.extend({ hostId: z.string(), probeIds: z.array(z.string()).min(1) }))
    .output(incidentSummarySchema),
  /** Copies what an `nvidia-bug-report` of this incident left on its node; goes on where it was stopped. */
  fetchBugReport: procedure
    .input(incidentId.extend({ actionRunId: z.string() }))
    .output(eventIterator(fetchProgressSchema)),
  close: procedure.input(incidentId.extend({ reason: z.string() })).output(incidentSummarySchema),
  reopen: procedure.input(incidentId.extend({ reason: z.string() })).output(incidentSummarySchema),
  watch: procedure.output(eventIterator(incidentSummarySchema)),
};

const reportOptions = incidentId.extend({
  language: z.enum(languages),
  isRedacted: z.boolean(),
  /** Tokens the user chose to show after all. */
  reveal: z.array(z.string()),
});
export type ReportOptions = z.infer<typeof reportOptions>;

export const reports = {
  /** What would be hidden, and the report as it would look. */
  preview: procedure.input(reportOptions).output(z.object({ redactions: z.array(redactionSchema), html: z.string() })),
  /** `html` is self-contained and what PDF is printed from. */
  render: procedure
    .input(
      reportOptions.extend({
        format: z.enum(['html', 'markdown', 'zip']),
        /** Of a zip: the report as it was printed, to lie in it. */
        pdf: z.instanceof(Uint8Array).optional(),
      }),
    )
    .output(z.object({ fileName: z.string(), mediaType: z.string(), bytes: z.instanceof(Uint8Array) })),
};
