import { z } from 'zod';
import { severities } from '../finding';
import { subjectKinds } from '../telemetry/metric';
import { durationPattern } from './duration';

const expression = z.string().min(1).max(2000);
const duration = z.string().regex(durationPattern, 'a duration such as 30s, 5m or 1h30m');
const text = z.strictObject({ en: z.string().min(1).max(500), 'zh-CN': z.string().min(1).max(500).optional() });

/** One rule of a file, as it is written. The language of expressions: docs/rules.md. */
export const ruleSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'small letters, digits and hyphens'),
  /** What it judges one by one. */
  of: z.enum(subjectKinds),
  when: expression,
  /** How long it must have been true, of at least nine in ten samples, before it fires. Not given: at once. */
  for: duration.optional(),
  /** When it is over. Not given: `when` has been false for twice as long as `for`, at least a minute. */
  until: z.strictObject({ when: expression.optional(), for: duration.optional() }).optional(),
  severity: z.enum(severities),
  labels: z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string().max(200)).optional(),
  title: text,
  /** `{{ value }}`: what stands left of the first comparison. */
  message: text,
  /** The diagnosis tree that finds out more. */
  tree: z.string().optional(),
  sources: z.array(z.string()).optional(),
});
export type RuleDefinition = z.infer<typeof ruleSchema>;

export const ruleFileSchema = z.strictObject({ rules: z.array(ruleSchema).min(1).max(500) });

const caseSchema = z.strictObject({
  name: z.string().min(1),
  rule: z.string(),
  /** Between samples; not given: 10s. */
  every: duration.optional(),
  /**
   * Values by metric, as promtool's tests have them: `80 85x6` is 80 and then seven times 85, `70+1x9` grows, `_` is a
   * sample that did not come, `?` one that is not known. Of another subject: `gpu GPU-1: { … }`.
   */
  samples: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())])),
  /** The state of the rule at some times. */
  expect: z
    .array(
      z.strictObject({
        at: duration,
        state: z.enum(['inactive', 'pending', 'firing']),
        value: z.number().optional(),
        /** Not given: the subject of the rule's kind that has samples. */
        subject: z.string().optional(),
      }),
    )
    .min(1),
});
export type RuleCase = z.infer<typeof caseSchema>;

export const ruleCasesSchema = z.strictObject({ cases: z.array(caseSchema).min(1) });
