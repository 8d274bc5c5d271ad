import type { Comparison } from '#shared/domain/diagnosis';
import { type CompiledCondition, type CompiledTree, isKind } from '../compile/compiled-tree';
import type { FoundComparison } from '../language/comparisons';
import { variablesOf } from '../language/explain-values';
import type { Expression } from '../language/expression';
import type { EvidenceLookup } from './evidence-lookup';

const shownComparisons = 8;

/** The limits that a condition stands on: its own, and those of the named values it reads, the nearest first. */
export function comparisonsOf(
  branch: CompiledCondition,
  tree: CompiledTree,
  evidence: EvidenceLookup,
  comparedIn: (expression: Expression) => readonly FoundComparison[],
): Comparison[] {
  const sources = sourcesOf(branch.to, tree);
  const found = (expression: Expression, rule: string | null): Comparison[] =>
    comparedIn(expression).map(({ variable, path, ...comparison }) => ({
      ...comparison,
      rule,
      note: rule === null ? null : (tree.definition.let?.find(({ name }) => name === rule)?.note ?? null),
      sources,
      evidence: evidence.ofReference(variable, path),
    }));
  const rules = rulesBehind(branch.when, tree);
  return [
    ...[branch.when, ...branch.limits].flatMap((expression) => found(expression, null)),
    ...rules.flatMap(({ name, expression }) => found(expression, name)),
  ].slice(0, shownComparisons);
}

/** What backs the limits of a way: the sources of the finding it ends in, else those of its tree. */
function sourcesOf(stepId: string, tree: CompiledTree): string[] {
  const target = tree.steps.get(stepId);
  const own = target !== undefined && isKind(target, 'finding') ? target.finding.definition.sources : undefined;
  return [...(own ?? tree.definition.sources ?? [])];
}

function rulesBehind(expression: Expression, tree: CompiledTree): CompiledTree['lets'] {
  const rules = new Map<string, CompiledTree['lets'][number]>();
  const pending = [...variablesOf(expression.ast)];
  for (const variable of pending) {
    const rule = tree.lets.find(({ name }) => name === variable);
    if (rule === undefined || rules.has(variable)) continue;
    rules.set(variable, rule);
    pending.push(...variablesOf(rule.expression.ast));
  }
  return [...rules.values()];
}
