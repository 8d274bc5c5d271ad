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
  const found: Comparison[] = [];
  const sources = sourcesOf(branch.to, tree);
  for (const { expression, rule, note } of standsOn(branch, tree)) {
    for (const compared of comparedIn(expression)) {
      if (found.length === shownComparisons) return found;
      const { variable, path, operator, limitExpression, items, itemCount } = compared;
      found.push({
        ...{ expression: compared.expression, operator, limitExpression, items, itemCount },
        ...{ rule, note, sources, evidence: evidence.ofReference(variable, path) },
      });
    }
  }
  return found;
}

interface StandsOn extends Pick<Comparison, 'rule' | 'note'> {
  readonly expression: Expression;
}

const standsOnByBranch = new WeakMap<CompiledCondition, readonly StandsOn[]>();

/** The expressions that a condition stands on: the same in all walks of its tree. */
function standsOn(branch: CompiledCondition, tree: CompiledTree): readonly StandsOn[] {
  const known = standsOnByBranch.get(branch);
  if (known !== undefined) return known;
  const noteOf = (rule: string) => tree.definition.let?.find(({ name }) => name === rule)?.note ?? null;
  const all = [
    ...[branch.when, ...branch.limits].map((expression) => ({ expression, rule: null, note: null })),
    ...rulesBehind(branch.when, tree).map(({ name, expression }) => ({ expression, rule: name, note: noteOf(name) })),
  ];
  standsOnByBranch.set(branch, all);
  return all;
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
