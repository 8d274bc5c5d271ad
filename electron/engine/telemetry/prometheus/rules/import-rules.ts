import { stringify } from 'yaml';
import { z } from 'zod';
import { compileExpression, RuleExpressionError } from '#shared/domain/rules/compile-expression';
import { durationMs } from '#shared/domain/rules/duration';
import { type RuleDefinition, ruleSchema } from '#shared/domain/rules/rule-schema';
import { WindowList } from '#shared/domain/rules/subject-samples';
import { type KnowledgeProblem, type Path, YamlSource } from '../../../knowledge/yaml-source';
import { expressionOf, UntranslatableError } from './expression-of-promql';
import { carried, ruleId, usualRelease } from './rule-file';

/** What is read of a file of rules for Prometheus. Numbers and such are words there. */
const word = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const ruleFileSchema = z.object({
  groups: z.array(
    z.object({
      name: word,
      rules: z.array(
        z.object({
          alert: z.string().optional(),
          record: z.string().optional(),
          expr: word,
          for: word.optional(),
          keep_firing_for: word.optional(),
          labels: z.record(z.string(), word).optional(),
          annotations: z.record(z.string(), word).optional(),
        }),
      ),
    }),
  ),
});
type Alert = z.infer<typeof ruleFileSchema>['groups'][number]['rules'][number];

export interface ImportedRules {
  readonly rules: readonly RuleDefinition[];
  /** As a file of ours; empty without a rule. */
  readonly text: string;
  /** Rules that can't be kept, with file and line. */
  readonly problems: readonly KnowledgeProblem[];
  /** What was left out of the others. */
  readonly notes: readonly KnowledgeProblem[];
}

const severityOf: Readonly<Record<string, RuleDefinition['severity']>> = {
  info: 'info',
  none: 'info',
  warn: 'warn',
  warning: 'warn',
  critical: 'critical',
  error: 'critical',
  page: 'critical',
  fatal: 'fatal',
};

/** Prometheus' alert rules as ours, where our expressions can say the same. */
export function importRules(file: string, text: string): ImportedRules {
  const source = new YamlSource(file, text);
  const { value, problems: found } = source.parse(ruleFileSchema);
  const problems: KnowledgeProblem[] = [...found];
  const notes: KnowledgeProblem[] = [];
  const rules = new Map<string, RuleDefinition>();
  for (const [group, { rules: alerts }] of (value?.groups ?? []).entries()) {
    for (const [index, alert] of alerts.entries()) {
      const path: Path = ['groups', group, 'rules', index];
      const report = (at: Path, message: string, offset = 0): void => {
        problems.push(source.problem([...path, ...at], `${alert.alert ?? alert.record ?? '?'}: ${message}`, offset));
      };
      const rule = translate(alert, report, (message) =>
        notes.push(source.problem(path, `${alert.alert ?? '?'}: ${message}`)),
      );
      if (!rule) continue;
      if (rules.has(rule.id)) report(['alert'], `a second rule ${rule.id}`);
      else rules.set(rule.id, rule);
    }
  }
  const all = [...rules.values()];
  return { rules: all, text: all.length > 0 ? stringify({ rules: all }, { lineWidth: 0 }) : '', problems, notes };
}

function translate(
  { alert, expr, for: duration, keep_firing_for: release, labels = {}, annotations = {} }: Alert,
  report: (at: Path, message: string, offset?: number) => void,
  note: (message: string) => void,
): RuleDefinition | null {
  if (alert === undefined) {
    report(['record'], 'a recording rule has no place here');
    return null;
  }
  try {
    const { expression, of, notes } = expressionOf(expr);
    for (const each of notes) note(each);
    const { severity: given = '', ...others } = labels;
    const severity = severityOf[given.toLowerCase()];
    if (!severity) note(given === '' ? 'no severity: taken for warn' : `severity ${given}: taken for warn`);
    const title = annotations.summary ?? annotations.title ?? alert.replace(/([a-z0-9])([A-Z])/g, '$1 $2');
    const message = annotations.description ?? annotations.message ?? '{{ $value }}';
    const keptFor = annotations[carried.untilFor];
    const untilFor =
      keptFor !== undefined && release !== undefined && isSame(keptFor, release)
        ? keptFor
        : release !== undefined && !isSame(release, usualRelease(duration))
          ? release
          : undefined;
    const until = annotations[carried.until];
    const definition = {
      id: annotations[carried.id] ?? ruleId(alert),
      of,
      when: expression,
      ...(duration === undefined || durationMs(duration) === 0 ? {} : { for: duration }),
      ...(untilFor === undefined && until === undefined
        ? {}
        : {
            until: {
              ...(until === undefined ? {} : { when: until }),
              ...(untilFor === undefined ? {} : { for: untilFor }),
            },
          }),
      severity: severity ?? 'warn',
      ...(Object.keys(others).length > 0 ? { labels: others } : {}),
      title: textOf(title, annotations.summary_zh_cn, null, note),
      message: textOf(message, annotations.description_zh_cn, '{{ value }}', note),
      ...(annotations[carried.tree] === undefined ? {} : { tree: annotations[carried.tree] }),
      ...(annotations[carried.sources] === undefined ? {} : { sources: listOf(annotations[carried.sources] ?? '') }),
    };
    const parsed = ruleSchema.safeParse(definition);
    if (!parsed.success) {
      for (const { path, message: problem } of parsed.error.issues) report([], `${path.join('.')}: ${problem}`);
      return null;
    }
    compileExpression(expression, of, new WindowList());
    if (until !== undefined) compileExpression(until, of, new WindowList());
    return parsed.data;
  } catch (error) {
    if (error instanceof UntranslatableError) report(['expr'], error.message, error.offset);
    else if (error instanceof RuleExpressionError) report(['expr'], error.message);
    else throw error;
    return null;
  }
}

function isSame(one: string, other: string): boolean {
  return durationMs(one) === durationMs(other);
}

/** Of Prometheus' templates only the value has a place in our texts, and that not in a title. */
function textOf(english: string, chinese: string | undefined, value: string | null, note: (message: string) => void) {
  const plain = (text: string): string =>
    text.replace(/\{\{(.*?)\}\}/gs, (template, inside: string) => {
      if (value !== null && /^\s*\$value\b/.test(inside)) return value;
      note(`left out of its text: ${template}`);
      return '…';
    });
  return { en: plain(english), ...(chinese === undefined ? {} : { 'zh-CN': plain(chinese) }) };
}

function listOf(text: string): string[] {
  try {
    return z.array(z.string()).catch([text]).parse(JSON.parse(text));
  } catch {
    return [text];
  }
}
