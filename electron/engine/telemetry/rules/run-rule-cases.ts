import type { Phase } from '#shared/domain/rules/condition-state';
import { durationMs } from '#shared/domain/rules/duration';
import { RuleEvaluator } from '#shared/domain/rules/rule-evaluator';
import { type RuleCase, ruleCasesSchema } from '#shared/domain/rules/rule-schema';
import { readSampleNotation } from '#shared/domain/rules/sample-notation';
import { type Frame, subjectKey, subjectOf } from '#shared/domain/telemetry/frame';
import { isMetricId, type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';
import { type KnowledgeProblem, type Path, YamlSource } from '../../knowledge/yaml-source';
import { isFileOf } from './compile-rules';
import type { LoadedRules } from './rule-library';

export interface RuleCaseOutcome {
  readonly name: string;
  readonly problems: readonly KnowledgeProblem[];
}

interface Row {
  readonly subject: string;
  readonly metric: MetricId;
  readonly samples: ReadonlyArray<number | null>;
}

const HOST = 'case';
const EVERY_MS = 10_000;

/** Runs the table tests of rules: samples in, states at some times out. */
export function runRuleCases(
  file: string,
  text: string,
  set: Pick<LoadedRules, 'rules' | 'windows'>,
  /** Only those of this rule. */
  ruleId?: string,
): { cases: RuleCaseOutcome[]; problems: KnowledgeProblem[] } {
  const source = new YamlSource(file, text);
  if (isFileOf('rules', source)) {
    const message =
      'a file of rules: `gantry rule check` checks it. Its tests are in a file with `cases:`, such as mine.cases.yaml';
    return { cases: [], problems: [source.problem(['rules'], message)] };
  }
  const { value, problems } = source.parse(ruleCasesSchema);
  if (value === null) return { cases: [], problems: [...problems] };
  const cases = value.cases.flatMap((each, index) => {
    if (ruleId !== undefined && each.rule !== ruleId) return [];
    const found: KnowledgeProblem[] = [];
    runCase(each, set, (path, message) => found.push(source.problem(['cases', index, ...path], message)));
    return { name: each.name, problems: found };
  });
  return { cases, problems: cases.flatMap((each) => each.problems) };
}

function runCase(
  each: RuleCase,
  set: Pick<LoadedRules, 'rules' | 'windows'>,
  report: (path: Path, message: string) => void,
): void {
  const rule = set.rules.find(({ id }) => id === each.rule);
  if (!rule) {
    report(['rule'], `there is no rule ${each.rule}`);
    return;
  }
  const rows = rowsOf(each, report);
  if (rows === null) return;
  const everyMs = each.every === undefined ? EVERY_MS : (durationMs(each.every) ?? EVERY_MS);
  const subjects = [...new Set(rows.map(({ subject }) => subject))];
  const judged = subjects.find((subject) => subjectOf(subject).kind === rule.of) ?? rule.of;
  const evaluator = new RuleEvaluator({ set: { ...set, rules: [rule] } });
  const phases = new Map<string, { phase: Phase; value: number | null }>();
  const frames = framesOf(rows);
  const wanted = each.expect
    .map((expected, index) => ({ ...expected, index, atMs: durationMs(expected.at) ?? 0 }))
    .sort((one, other) => one.atMs - other.atMs);
  const endMs = Math.max(...wanted.map(({ atMs }) => atMs));
  let next = 0;
  for (let atMs = 0; atMs <= endMs; atMs += everyMs) {
    const changes = [...evaluator.take(HOST, frames(atMs / everyMs, atMs)), ...evaluator.tick(atMs, () => true)];
    for (const { subject, to, value } of changes) phases.set(subject, { phase: to, value });
    for (; next < wanted.length && (wanted[next]?.atMs ?? 0) < atMs + everyMs; next += 1) {
      const { index, subject = judged, state, value } = wanted[next] as (typeof wanted)[number];
      const found = phases.get(subject) ?? { phase: 'inactive', value: null };
      if (found.phase !== state) report(['expect', index, 'state'], `is ${found.phase}, not ${state}`);
      else if (value !== undefined && Math.abs((found.value ?? Number.NaN) - value) > 1e-6 * Math.abs(value)) {
        report(['expect', index, 'value'], `is ${found.value ?? 'unknown'}, not ${value}`);
      }
    }
  }
}

function rowsOf({ samples }: RuleCase, report: (path: Path, message: string) => void): Row[] | null {
  const rows: Row[] = [];
  let isFine = true;
  const refuse = (path: Path, message: string): void => {
    isFine = false;
    report(path, message);
  };
  const add = (path: Path, subject: string, metric: string, text: string): void => {
    const read = readSampleNotation(text);
    if (!isMetricId(metric)) refuse(path, `there is no metric ${metric}`);
    else if (read === null) refuse(path, 'samples are such as `80 85x6`, `70+1x9`, `_` or `?`');
    else rows.push({ subject: subject || defaultSubject(metric), metric, samples: read });
  };
  for (const [name, value] of Object.entries(samples)) {
    if (typeof value === 'string') add(['samples', name], '', name, value);
    else for (const [metric, text] of Object.entries(value)) add(['samples', name, metric], name, metric, text);
  }
  return isFine ? rows : null;
}

function defaultSubject(metric: MetricId): string {
  const { subject } = metricSpec(metric);
  return subjectKey({ kind: subject, id: subject === 'node' ? '' : 'one' });
}

/** Makes the frames of one time: of each subject one, with the rows that have a sample then. */
function framesOf(rows: readonly Row[]): (step: number, atMs: number) => Frame[] {
  const layouts = new Map<string, MetricId[]>();
  return (step, atMs) => {
    const bySubject = new Map<string, Row[]>();
    for (const row of rows) {
      const sample = row.samples[step];
      if (sample === null || sample === undefined) continue;
      bySubject.set(row.subject, [...(bySubject.get(row.subject) ?? []), row]);
    }
    return [...bySubject].map(([subject, found]) => {
      const key = found.map(({ metric }) => metric).join();
      const layout = layouts.get(key) ?? found.map(({ metric }) => metric);
      layouts.set(key, layout);
      return {
        subject: subjectOf(subject),
        layout,
        atMs,
        values: found.map(({ samples }) => samples[step] ?? Number.NaN),
      };
    });
  };
}
