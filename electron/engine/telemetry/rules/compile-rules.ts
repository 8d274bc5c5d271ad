import { compileExpression, type RuleExpression, RuleExpressionError } from '#shared/domain/rules/compile-expression';
import type { CompiledRule } from '#shared/domain/rules/compiled-rule';
import { durationMs } from '#shared/domain/rules/duration';
import { type RuleDefinition, ruleFileSchema } from '#shared/domain/rules/rule-schema';
import { WindowList } from '#shared/domain/rules/subject-samples';
import { type SubjectKind, staleAfterMs } from '#shared/domain/telemetry/metric';
import { metricSpec } from '#shared/domain/telemetry/metrics';
import { languages } from '#shared/domain/text';
import type { KnowledgeFile } from '../../knowledge/knowledge-file';
import { type KnowledgeProblem, type Path, YamlSource } from '../../knowledge/yaml-source';

/** A condition that was true for a moment is not over after the next sample. */
const RELEASE_AT_LEAST_MS = 60_000;

/** Reads the rules of one file: those with nothing wrong, and every problem with its line. */
export function compileRules(
  { file, text, isBuiltIn }: KnowledgeFile,
  windows: ReadonlyMap<SubjectKind, WindowList>,
  treeIds: readonly string[] | null,
): { rules: CompiledRule[]; problems: KnowledgeProblem[] } {
  const source = new YamlSource(file, text);
  if (isFileOf('cases', source)) {
    return { rules: [], problems: [source.problem(['cases'], 'a file of cases: `gantry rule test` runs it')] };
  }
  const { value, problems: found } = source.parse(ruleFileSchema);
  if (value === null) return { rules: [], problems: [...found] };
  const problems: KnowledgeProblem[] = [];
  const needsChinese = isBuiltIn || JSON.stringify(value).includes('"zh-CN":');
  const rules = value.rules.flatMap((definition, index) => {
    const path: Path = ['rules', index];
    const before = problems.length;
    const report = (at: Path, message: string, offset = 0): void => {
      problems.push(source.problem([...path, ...at], message, offset));
    };
    checkTexts(definition, needsChinese, report);
    if (definition.tree !== undefined && treeIds !== null && !treeIds.includes(definition.tree)) {
      report(['tree'], `there is no tree ${definition.tree}`);
    }
    const list = windows.get(definition.of) ?? new WindowList();
    const expression = (code: string | undefined, at: Path): RuleExpression | null => {
      if (code === undefined) return null;
      try {
        return compileExpression(code, definition.of, list);
      } catch (error) {
        if (!(error instanceof RuleExpressionError)) throw error;
        report(at, error.message, error.offset);
        return null;
      }
    };
    const condition = expression(definition.when, ['when']);
    const release = expression(definition.until?.when, ['until', 'when']);
    if (condition === null || problems.length > before) return [];
    const line = source.line([...path, 'id']);
    const timing = timingOf(definition, [condition, release]);
    return { ...definition, file, line, isBuiltIn, condition, release, timing } satisfies CompiledRule;
  });
  return { rules, problems };
}

/** Of the two kinds of files the one that is not meant. */
export function isFileOf(kind: 'rules' | 'cases', { value }: YamlSource): boolean {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return keys.includes(kind) && !keys.includes(kind === 'rules' ? 'cases' : 'rules');
}

function timingOf(
  { for: duration, until }: RuleDefinition,
  expressions: ReadonlyArray<RuleExpression | null>,
): CompiledRule['timing'] {
  const forMs = duration === undefined ? 0 : (durationMs(duration) ?? 0);
  const releaseMs = until?.for === undefined ? null : durationMs(until.for);
  const reads = expressions.flatMap((expression) => [...(expression?.reads ?? [])]);
  return {
    forMs,
    releaseMs: releaseMs ?? Math.max(2 * forMs, RELEASE_AT_LEAST_MS),
    silenceMs: Math.max(staleAfterMs({}), ...reads.map((metric) => staleAfterMs(metricSpec(metric)))),
  };
}

function checkTexts(
  definition: RuleDefinition,
  needsChinese: boolean,
  report: (at: Path, message: string) => void,
): void {
  for (const field of ['title', 'message'] as const) {
    const text = definition[field];
    if (needsChinese && text['zh-CN'] === undefined) report([field], 'the zh-CN text is missing');
    for (const language of languages) {
      const rest = (text[language] ?? '').replace(field === 'message' ? /\{\{ *value *\}\}/g : '', '');
      if (/\{\{|\}\}/.test(rest)) {
        report([field, language], field === 'message' ? 'only {{ value }} can be filled in' : 'a title has no {{ }}');
      }
    }
  }
}
