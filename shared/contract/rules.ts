import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { severities } from '../domain/finding';
import { incidentSummarySchema } from '../domain/incident';
import {
  alertChangeSchema,
  alertSchema,
  alertValueSchema,
  shownAlertSchema,
  silenceSchema,
} from '../domain/rules/alert';
import { rulesReplaySchema } from '../domain/rules/replayed-alert';
import { comparisons, readingUnits } from '../domain/rules/rule-reading';
import { metricIdSchema } from '../domain/telemetry/live';
import { subjectKinds } from '../domain/telemetry/metric';
import { localizedTextSchema } from '../domain/text-schema';
import { procedure } from './errors';

/** What is wrong with a file of rules or of their tests. */
const ruleProblemSchema = z.object({ file: z.string(), line: z.number().nullable(), message: z.string() });
export type RuleProblem = z.infer<typeof ruleProblemSchema>;

const why = z.string().trim().min(1).max(500);

const listedRuleSchema = z.object({
  id: z.string(),
  of: z.enum(subjectKinds),
  when: z.string(),
  for: z.string().nullable(),
  until: z.object({ when: z.string().nullable(), forMs: z.number() }),
  severity: z.enum(severities),
  labels: z.record(z.string(), z.string()),
  title: localizedTextSchema,
  message: localizedTextSchema,
  treeId: z.string().nullable(),
  sources: z.array(z.string()),
  isBuiltIn: z.boolean(),
  file: z.string(),
  line: z.number().nullable(),
  /** Nothing is judged by a rule that is switched off. */
  isOn: z.boolean(),
  /** See RuleReading. */
  reading: z.object({
    metrics: z.array(metricIdSchema),
    unit: z.enum(readingUnits).nullable(),
    comparison: z.enum(comparisons).nullable(),
    threshold: z.number().nullable(),
  }),
});
export type ListedRule = z.infer<typeof listedRuleSchema>;

const caseOutcomesSchema = z.object({
  cases: z.array(z.object({ name: z.string(), problems: z.array(ruleProblemSchema) })),
  problems: z.array(ruleProblemSchema),
});

const textFileSchema = z.object({ file: z.string(), text: z.string() });

/** What samples are judged by. */
export const rules = {
  /** What is loaded now: the user's files are read again when they changed. */
  list: procedure.output(z.object({ rules: z.array(listedRuleSchema), problems: z.array(ruleProblemSchema) })),
  /** Validates a file of rules; an empty list means that all of it would load. */
  check: procedure.input(textFileSchema).output(z.array(ruleProblemSchema)),
  /** Runs the table tests of rules (the text of a `*.cases.yaml`); with `rules` on that text and not on what is loaded. */
  test: procedure.input(textFileSchema.extend({ rules: textFileSchema.optional() })).output(caseOutcomesSchema),
  /** Runs those table tests of a rule that are kept beside it; none where there are none. */
  runCases: procedure.input(z.object({ ruleId: z.string() })).output(caseOutcomesSchema),
  /** What rules would have said to samples that were kept: those that are loaded, or those of a text alone. */
  replay: procedure
    .input(
      z.object({
        hostIds: z.array(z.string()).min(1),
        fromMs: z.number(),
        toMs: z.number(),
        ruleIds: z.array(z.string()).optional(),
        rules: textFileSchema.optional(),
      }),
    )
    .output(rulesReplaySchema),
  /** Switches a rule off or on, in the app as well; its alerts end as those that nobody saw the end of. In the audit log. */
  setOn: procedure.input(z.object({ ruleId: z.string(), isOn: z.boolean(), why })).output(z.object({})),
};

/** What the rules say, and what people say to that. Every word of theirs is in the audit log. */
export const alerts = {
  /** The open ones, worst and newest first; with `isResolvedToo` also the last that are over. */
  list: procedure
    .input(z.object({ hostIds: z.array(z.string()).optional(), isResolvedToo: z.boolean().optional() }))
    .output(z.array(shownAlertSchema)),
  /** The open ones and the silences at once, then what changes, also by another process. */
  watch: procedure.output(eventIterator(alertChangeSchema)),
  /** The last that are over, newest first. */
  resolved: procedure.output(z.array(shownAlertSchema)),
  /** What the rules of these compare now, of those that this process judges. */
  values: procedure.input(z.object({ alertIds: z.array(z.number().int()).max(500) })).output(z.array(alertValueSchema)),
  /** Every alert that was open, and every silence that held, at any time of a range; the newest where they are thousands. */
  during: procedure
    .input(z.object({ fromMs: z.number().int(), toMs: z.number().int() }))
    .output(z.object({ alerts: z.array(alertSchema), silences: z.array(silenceSchema) })),
  /** Somebody looks after it. */
  acknowledge: procedure.input(z.object({ alertId: z.number().int(), why })).output(shownAlertSchema),
  /** Puts it on the timeline of an incident, with the minute before it frozen in. */
  addToIncident: procedure
    .input(z.object({ alertId: z.number().int(), incidentId: z.string() }))
    .output(incidentSummarySchema),
  /** Nobody is to be told of alerts that match, until then. They are judged and listed as ever. */
  silence: procedure
    .input(
      z.object({
        ruleId: z.string().nullable(),
        hostId: z.string().nullable(),
        subject: z.string().nullable(),
        untilMs: z.number().int(),
        why,
      }),
    )
    .output(silenceSchema),
  /** Those that hold now. */
  silences: procedure.output(z.array(silenceSchema)),
  extendSilence: procedure
    .input(z.object({ silenceId: z.number().int(), untilMs: z.number().int(), why }))
    .output(silenceSchema),
  endSilence: procedure.input(z.object({ silenceId: z.number().int(), why })).output(z.object({})),
};
