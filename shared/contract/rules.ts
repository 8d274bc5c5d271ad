import { z } from 'zod';
import { severities } from '../domain/finding';
import { shownAlertSchema, silenceSchema } from '../domain/rules/alert';
import { subjectKinds } from '../domain/telemetry/metric';
import { localizedTextSchema } from '../domain/text-schema';
import { procedure } from './errors';

/** What is wrong with a file of rules or of their tests. */
const ruleProblemSchema = z.object({ file: z.string(), line: z.number().nullable(), message: z.string() });

const textFileSchema = z.object({ file: z.string(), text: z.string() });

/** What samples are judged by. */
export const rules = {
  list: procedure.output(
    z.object({
      rules: z.array(
        z.object({
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
          isBuiltIn: z.boolean(),
          file: z.string(),
        }),
      ),
      problems: z.array(ruleProblemSchema),
    }),
  ),
  /** Validates a file of rules; an empty list means that all of it would load. */
  check: procedure.input(textFileSchema).output(z.array(ruleProblemSchema)),
  /** Runs the table tests of rules (the text of a `*.cases.yaml`); with `rules` on that text and not on what is loaded. */
  test: procedure.input(textFileSchema.extend({ rules: textFileSchema.optional() })).output(
    z.object({
      cases: z.array(z.object({ name: z.string(), problems: z.array(ruleProblemSchema) })),
      problems: z.array(ruleProblemSchema),
    }),
  ),
};

const why = z.string().trim().min(1).max(500);

/** What the rules say, and what people say to that. Every word of theirs is in the audit log. */
export const alerts = {
  /** The open ones, worst and newest first; with `isResolvedToo` also the last that are over. */
  list: procedure
    .input(z.object({ hostIds: z.array(z.string()).optional(), isResolvedToo: z.boolean().optional() }))
    .output(z.array(shownAlertSchema)),
  /** Somebody looks after it. */
  acknowledge: procedure.input(z.object({ alertId: z.number().int(), why })).output(shownAlertSchema),
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
  endSilence: procedure.input(z.object({ silenceId: z.number().int(), why })).output(z.object({})),
};
